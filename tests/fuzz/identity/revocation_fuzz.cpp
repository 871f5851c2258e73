// Revocations, as bytes and as bodies that a known key signed.
#include "protocol/identity/revocation.h"

#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    if (const auto revocation = Revocation::parse(input))
        LIAISE_CHECK(same_bytes(revocation->encoded(), input));
    const auto& keys = fuzz::known_keys();
    Bytes bytes = fuzz::with_key(input, 107, keys.identity.public_key());
    append(bytes, keys.identity.sign(crypto::Purpose::revocation, BytesView(bytes)).view());
    if (const auto revocation = Revocation::parse(bytes)) LIAISE_CHECK(revocation->encoded() == bytes);
    return 0;
}
