// Charters and amendments, as bytes and as bodies under a known signature: what parses encodes to itself.
#include "protocol/identity/charter.h"

#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    const auto& keys = fuzz::known_keys();
    if (const auto charter = Charter::parse(input)) LIAISE_CHECK(same_bytes(charter->encode(), input));
    if (const auto amendment = Amendment::parse(input)) LIAISE_CHECK(same_bytes(amendment->encode(), input));
    // As bodies, signed by a key that may be among the founders.
    SignatureSet signatures;
    signatures.add(keys.identity, crypto::Purpose::charter, input);
    if (const auto charter = Charter::assemble(to_bytes(input), signatures)) {
        LIAISE_CHECK(Charter::body_of(charter->terms(), charter->created()).value() == to_bytes(input));
        LIAISE_CHECK(Charter::parse(charter->encode()).value() == *charter);
    }
    SignatureSet amending;
    amending.add(keys.identity, crypto::Purpose::charter_amendment, input);
    if (const auto amendment = Amendment::assemble(to_bytes(input), amending))
        LIAISE_CHECK(Amendment::body_of(amendment->fields()).value() == to_bytes(input));
    return 0;
}
