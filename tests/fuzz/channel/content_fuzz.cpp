// Any bytes as content: what decodes encodes again to what decodes to the same.
#include "protocol/channel/content.h"

using namespace liaise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto content = channel::decode({data, size});
    if (content) LIAISE_CHECK(*channel::decode(channel::encode(*content)).value() == **content);
    return 0;
}
