// Join replies, as bytes and as bodies that the inviter signed; and the objects of a directory.
#include "protocol/identity/join_reply.h"

#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    const auto& keys = fuzz::known_keys();
    const auto country = Country::from_code("KE").value();
    const Ticket ticket{NetworkTag{},    tag_of(device_id_of(keys.device.public_key())),
                        DhPublicKey{},   keys.secret,
                        Role::liaison,   country,
                        fuzz::some_time, {}};
    const auto open = [&](BytesView bytes) {
        return open_join_reply(bytes, ticket, Hash{}, keys.identity.public_key(), fuzz::some_time).ok();
    };
    (void)open(input);
    Bytes bytes = to_bytes(input);
    const Signature signature = keys.device.sign(crypto::Purpose::join_reply, bytes);
    append(bytes, keys.device.public_key().view());
    append(bytes, signature.view());
    (void)open(bytes);
    // The parser of what a directory is made of, by the way.
    if (const auto object = parse_object(input)) LIAISE_CHECK(same_bytes(encode_object(*object), input));
    return 0;
}
