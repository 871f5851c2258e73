#include "protocol/crypto/secret.h"

#include <sodium.h>

#include "protocol/crypto/locked_pool.h"

namespace liaise::crypto {

bool equal(BytesView a, BytesView b) {
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipe(MutableBytes bytes) {
    if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

bool locked_memory_refused() {
    return LockedPool::shared().lock_refused();
}

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
    if (size > 0) data_ = LockedPool::shared().allocate(size);
}

SecretBytes SecretBytes::copy_of(BytesView bytes) {
    SecretBytes secret(bytes.size());
    std::copy(bytes.begin(), bytes.end(), secret.data_);
    return secret;
}

SecretBytes SecretBytes::take(Bytes&& bytes) {
    Bytes source = std::move(bytes);
    SecretBytes secret = copy_of(source);
    wipe(source);
    return secret;
}

SecretBytes::SecretBytes(const SecretBytes& other) : SecretBytes(copy_of(other.view())) {}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(const SecretBytes& other) {
    if (this != &other) *this = SecretBytes(other);
    return *this;
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
}

SecretBytes::~SecretBytes() {
    if (data_ != nullptr) LockedPool::shared().release(data_, size_);
}

}  // namespace liaise::crypto
