// Chains, and single accreditations signed by a known key: what parses encodes to itself, and one content has
// one encoding.
#include "protocol/identity/accreditation_chain.h"

#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    const auto& keys = fuzz::known_keys();
    if (const auto chain = AccreditationChain::parse(input)) LIAISE_CHECK(same_bytes(chain->encode(), input));
    // As one accreditation's body, signed: the accreditor's key stands at 97.
    Bytes bytes = fuzz::with_key(input, 97, keys.identity.public_key());
    append(bytes, keys.identity.sign(crypto::Purpose::accreditation, BytesView(bytes)).view());
    const auto one = Accreditation::parse(bytes);
    if (!one) return 0;
    LIAISE_CHECK(one->encoded() == bytes);
    const auto again = Accreditation::issue(one->fields(), keys.identity);
    LIAISE_CHECK(again.ok() && *again == *one);  // one content, one encoding
    LIAISE_CHECK(AccreditationChain::parse(AccreditationChain::from({*one})->encode()).ok());
    return 0;
}
