// A live session whose peer does what the input says: genuine frames, the same with bytes changed, frames
// made up, in any order with commits and time between. No crash, bounded buffers, and a refusal that changes
// nothing.
//
// Input: a list of steps, each a byte and its arguments:
//   0 the next genuine frame    1 the same, one byte changed (place u16, by u8)    2 a made-up frame (size
//   u8, bytes) 3 commit    4 time passes (u8 times 100 ms)    5 the peer posts    6 we post    7 we want a
//   chunk
#include "protocol/base/reader.h"
#include "protocol/crypto/init.h"
#include "tests/support/sync_pair.h"

using namespace liaise;
using test::SyncPair;

namespace {

struct Fuzzed : SyncPair {
    ChannelId channel = join_both("fuzz");

    Fuzzed() {
        a.share_writer(channel, b, now);
        for (int i = 0; i < 3; ++i) a.post(channel, bytes_of("from a"), now);
        for (int i = 0; i < 2; ++i) b.post(channel, bytes_of("from b"), now);
        a.replica.channels.at(channel).chunks[chunk()] = Bytes(100, 7);
        connect();
    }
    static ChunkId chunk() { return ChunkId{crypto::blake2b({Bytes(100, 7)}).bytes}; }

    void to_victim(const Bytes& frame) {
        const sync::Session* session = b.session(a.id());
        if (session == nullptr) return;
        sync::Session copy = *session;
        if (!copy.receive(frame, now)) LIAISE_CHECK(copy.state() == session->state());
        b.receive(a.id(), frame, now);
        if (const sync::Session* still = b.session(a.id())) {
            const auto& credit = still->state().receive_credit;
            LIAISE_CHECK(credit.held() <= limits::window_bytes);
        }
    }
    Bytes next_genuine() {
        while (!b.outbox.empty()) {
            a.receive(b.id(), b.outbox.front().frame, now);
            b.outbox.pop_front();
        }
        if (a.outbox.empty()) return {};
        Bytes frame = std::move(a.outbox.front().frame);
        a.outbox.pop_front();
        return frame;
    }
};

Result<void> step(Fuzzed& world, Reader& input) {
    switch (LIAISE_TRY(input.u8()) % 8) {
        case 0:
            world.to_victim(world.next_genuine());
            break;
        case 1: {
            Bytes frame = world.next_genuine();
            const std::size_t place = LIAISE_TRY(input.u16());
            const std::uint8_t by = LIAISE_TRY(input.u8());
            if (!frame.empty()) frame[place % frame.size()] ^= by;
            world.to_victim(frame);
            break;
        }
        case 2:
            world.to_victim(to_bytes(LIAISE_TRY(input.raw(LIAISE_TRY(input.u8())))));
            break;
        case 3:
            world.a.commit(world.now);
            world.b.commit(world.now);
            break;
        case 4:
            world.now += Duration(100 * LIAISE_TRY(input.u8()));
            world.a.tick(world.now);
            world.b.tick(world.now);
            break;
        case 5:
            world.a.post(world.channel, bytes_of("later"), world.now);
            break;
        case 6:
            world.b.post(world.channel, bytes_of("later"), world.now);
            break;
        case 7:
            if (world.b.connected(world.a.id()))
                world.b.want_chunk(world.a.id(), world.channel, Fuzzed::chunk(), world.now);
            break;
    }
    return {};
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    crypto::initialise();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Fuzzed world;
    Reader input({data, size});
    for (int steps = 0; steps < 200 && !input.done(); ++steps)
        if (!step(world, input)) break;
    return 0;
}
