#include "node/control/buffered_stream.h"

#include <algorithm>
#include <cstring>

#include "protocol/crypto/secret.h"

namespace liaise::node::control {

BufferedStream::~BufferedStream() noexcept {
    crypto::wipe({buffer_.data() + begin_, end_ - begin_});
}

size_t BufferedStream::take(kj::byte* to, size_t most) {
    const size_t size = std::min(most, end_ - begin_);
    if (size == 0) return 0;
    std::memcpy(to, buffer_.data() + begin_, size);
    crypto::wipe({buffer_.data() + begin_, size});
    begin_ += size;
    return size;
}

kj::Promise<size_t> BufferedStream::tryRead(void* to, size_t least, size_t most) {
    auto* const bytes = static_cast<kj::byte*>(to);
    const size_t taken = take(bytes, most);
    if (taken >= least) return taken;
    // What is large goes where it belongs at once.
    if (most - taken >= buffer_.size())
        return inner_->tryRead(bytes + taken, least - taken, most - taken).then([taken](size_t got) {
            return taken + got;
        });
    return inner_->tryRead(buffer_.data(), least - taken, buffer_.size())
        .then([this, bytes, taken, most](size_t got) {
            begin_ = 0;
            end_ = got;
            return taken + take(bytes + taken, most - taken);
        });
}

}  // namespace liaise::node::control
