// Secret bytes: in locked memory that is left out of core dumps, wiped when freed, compared in constant time,
// never printed.
//
// Secret<N> and SecretBytes are values: a copy is a second secret, a moved-from one is empty. There is no
// conversion to plain bytes: whoever needs the bytes says view(), and does not keep them.
//
// The memory comes from one pool of locked pages, so that ten thousand 32-byte secrets cost pages, not ten
// thousand locks of a page each. Where the system refuses to lock more (RLIMIT_MEMLOCK) the pool goes on with
// pages that are merely wiped and left out of dumps, and locked_memory_refused() says so: a daemon shows that
// in `liaise doctor`.
#pragma once

#include "protocol/base/ids.h"
#include "protocol/base/random.h"

namespace liaise::crypto {

// Constant time in the contents; sizes are public.
bool equal(BytesView a, BytesView b);
void wipe(MutableBytes bytes);

bool locked_memory_refused();

// A secret whose size is known at run time.
class SecretBytes {
  public:
    SecretBytes() = default;
    explicit SecretBytes(std::size_t size);  // zeros
    static SecretBytes copy_of(BytesView bytes);
    // Takes over what was read into ordinary memory, and wipes it there.
    static SecretBytes take(Bytes&& bytes);

    SecretBytes(const SecretBytes& other);
    SecretBytes(SecretBytes&& other) noexcept;
    SecretBytes& operator=(const SecretBytes& other);
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    ~SecretBytes();

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    BytesView view() const { return {data_, size_}; }
    MutableBytes mutable_view() { return {data_, size_}; }
    friend bool operator==(const SecretBytes& a, const SecretBytes& b) { return equal(a.view(), b.view()); }

  private:
    std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

// A secret of N bytes; zeros until filled.
template <std::size_t N>
class Secret {
  public:
    static constexpr std::size_t size_bytes = N;

    Secret() : bytes_(N) {}
    static Secret draw(RandomSource& random) {
        Secret secret;
        random.fill(secret.mutable_view());
        return secret;
    }
    static Result<Secret> copy_of(BytesView bytes) {
        if (bytes.size() != N) return Error{ErrorCode::malformed, "secret of the wrong size", bytes.size()};
        Secret secret;
        std::copy(bytes.begin(), bytes.end(), secret.mutable_view().begin());
        return secret;
    }

    BytesView view() const { return bytes_.view(); }
    MutableBytes mutable_view() { return bytes_.mutable_view(); }
    friend bool operator==(const Secret& a, const Secret& b) { return a.bytes_ == b.bytes_; }

  private:
    SecretBytes bytes_;
};

using Key = Secret<32>;

}  // namespace liaise::crypto
