// Answers to new devices, as bytes and as bodies that the adding device signed.
#include "protocol/identity/device_reply.h"

#include "tests/fuzz/identity/known_keys.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input{data, size};
    const auto& keys = fuzz::known_keys();
    const DeviceTicket ticket{NetworkTag{},    tag_of(device_id_of(keys.device.public_key())),
                              DhPublicKey{},   keys.secret,
                              fuzz::some_time, {}};
    const NewDevice own{keys.identity.public_key(), {}, {}};
    const auto open = [&](BytesView bytes) {
        const auto opened = open_device_reply(bytes, ticket, Hash{}, own, fuzz::some_time);
        if (opened) LIAISE_CHECK(make_device_reply(opened->reply, Hash{}, keys.device).ok());
    };
    open(input);
    open(signed_reply(to_bytes(input), crypto::Purpose::device_reply, keys.device));
    return 0;
}
