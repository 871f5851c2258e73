// Each frame type through its parser; what has a message's form reads back after being written again.
#include "protocol/sync/wire.h"

using namespace liaise;

namespace {

void write_again(const sync::RunFrame&) {}
template <class Frame>
void write_again(const Frame& frame) {
    const Bytes bytes = sync::encode(frame);
    LIAISE_CHECK(sync::parse_frame(bytes).ok());
    LIAISE_CHECK(sync::encode(std::get<Frame>(sync::parse_frame(bytes).value())) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto frame = sync::parse_frame({data, size});
    if (frame) std::visit([](const auto& it) { write_again(it); }, *frame);
    return 0;
}
