// A member who may write anything: the founder of a channel writes bodies that the input makes up, one behind
// the other. A refusal changes nothing; what is accepted leaves a state that saves, loads and answers.
//
//     input:  (size u16 | content)*
#include "protocol/base/reader.h"
#include "tests/fuzz/channel/fixed.h"

using namespace liaise;
using namespace liaise::channel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    static const Founding founding = device.found();
    ChannelState state = founding.state;
    Keyring keyring = founding.keyring;
    std::uint64_t sequence = 0;
    const auto receive = [&](const ValidatedContent& content) {
        const Place place{state.id(), state.own().writer, sequence + 1, content.kind()};
        const ChannelState before = state;
        const auto accepted =
            state.receive(place, state.policy_epoch(), content, device, device.inbox, keyring);
        if (accepted) {
            ++sequence;
        } else {
            LIAISE_CHECK(state == before);
        }
    };
    for (const Body& body : founding.plan.bodies)
        receive(validate({Time{}, Handling::clear, {}, body}).value());
    LIAISE_CHECK(sequence == founding.plan.bodies.size());

    Reader reader({data, size});
    for (int i = 0; i < 32 && !reader.done(); ++i) {
        const auto bytes = reader.sized16(0xffff);
        if (!bytes) break;
        if (const auto content = decode(*bytes)) receive(*content);
    }
    LIAISE_CHECK(ChannelState::load(state.encode()).value() == state);
    fuzz::CountingRandom random;
    GroupKeys keys(state.id(), state.own().seat());
    const auto none = [](const MemberId&, const DeviceId&) -> std::optional<Bytes> { return std::nullopt; };
    (void)work_due(state, keys, none, Time{});
    (void)make_commit(state, keys, random);
    return 0;
}
