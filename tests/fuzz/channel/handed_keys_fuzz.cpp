// Any bytes as the inner part of a parcel of message keys, and as the parcel.
#include "protocol/channel/handed_keys.h"
#include "tests/fuzz/channel/fixed.h"

using namespace liaise;
using namespace liaise::channel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    const BytesView input(data, size);
    (void)decode_handed_keys(input);
    (void)open_handed_keys(input, device.proven.device, device.inbox);
    return 0;
}
