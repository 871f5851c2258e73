// Any bytes as an entry of a channel's group, as a key package, and as stored keys. What is read is written
// the same. The first byte says as what.
#include "protocol/channel/group_keys.h"

using namespace liaise;
using namespace liaise::channel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const BytesView input(data + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            if (const auto commit = decode_commit(input)) {
                LIAISE_CHECK(same_bytes(encode(*commit), input));
                (void)commit->fact.commit_class();
                GroupKeys keys(ChannelId{}, Seat{});
                (void)keys.follow(*commit, Seat{}, Seats{}, Time{});
            }
            break;
        case 1:
            (void)read_package(input);
            break;
        default:
            if (const auto keys = GroupKeys::load(input, {}, {}))
                LIAISE_CHECK(same_bytes(keys->encode(), input));
    }
    return 0;
}
