// Any bytes as a saved state: what loads saves and loads to the same, and answers without harm.
#include "tests/fuzz/channel/fixed.h"

using namespace liaise;
using namespace liaise::channel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    (void)fuzz::fixed_device();
    const auto state = ChannelState::load({data, size});
    if (!state) return 0;
    LIAISE_CHECK(ChannelState::load(state->encode()).value() == *state);
    (void)state->members();
    GroupKeys keys(state->id(), state->own().seat());
    const auto none = [](const MemberId&, const DeviceId&) -> std::optional<Bytes> { return std::nullopt; };
    (void)work_due(*state, keys, none, Time{});
    (void)state->sealing_epoch();
    (void)state->never_opens(state->policy_epoch());
    (void)plan_leave(*state, {});
    return 0;
}
