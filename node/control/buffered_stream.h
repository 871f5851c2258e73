// A stream that reads ahead: Cap'n Proto takes each message in two reads, and a client that sends a thousand
// small calls would cost the daemon thousands of system calls.
//
// - Bytes are wiped from the buffer as they are handed out: a passphrase passes through here.
// - Writes go straight through.
#pragma once

#include <kj/async-io.h>

#include <array>

namespace liaise::node::control {

class BufferedStream final : public kj::AsyncIoStream {
  public:
    explicit BufferedStream(kj::Own<kj::AsyncIoStream> inner) : inner_(kj::mv(inner)) {}
    ~BufferedStream() noexcept;

    kj::Promise<size_t> tryRead(void* to, size_t least, size_t most) override;

    kj::Promise<void> write(const void* bytes, size_t size) override { return inner_->write(bytes, size); }
    kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override {
        return inner_->write(pieces);
    }
    kj::Promise<void> whenWriteDisconnected() override { return inner_->whenWriteDisconnected(); }
    void shutdownWrite() override { inner_->shutdownWrite(); }
    void abortRead() override { inner_->abortRead(); }

  private:
    size_t take(kj::byte* to, size_t most);

    kj::Own<kj::AsyncIoStream> inner_;
    std::array<kj::byte, 16 * 1024> buffer_;
    size_t begin_ = 0, end_ = 0;  // of what was read ahead
};

}  // namespace liaise::node::control
