#include "protocol/crypto/locked_pool.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "protocol/base/check.h"

namespace liaise::crypto {
namespace {

constexpr std::size_t page_bytes = 4096;

class SpinLock {
  public:
    explicit SpinLock(std::atomic_flag& flag) : flag_(flag) {
        while (flag_.test_and_set(std::memory_order_acquire)) {
        }
    }
    ~SpinLock() { flag_.clear(std::memory_order_release); }
    SpinLock(const SpinLock&) = delete;
    SpinLock& operator=(const SpinLock&) = delete;

  private:
    std::atomic_flag& flag_;
};

std::size_t whole_pages(std::size_t size) {
    return (size + page_bytes - 1) / page_bytes * page_bytes;
}

}  // namespace

// Never destroyed: secrets in static objects may be released after main.
LockedPool& LockedPool::shared() {
    static LockedPool* const pool = new LockedPool;
    return *pool;
}

std::uint8_t* LockedPool::new_pages(std::size_t size) {
    void* const pages = std::aligned_alloc(page_bytes, whole_pages(size));
    LIAISE_CHECK(pages != nullptr);
    if (sodium_mlock(pages, whole_pages(size)) != 0) lock_refused_.store(true, std::memory_order_relaxed);
    std::memset(pages, 0, whole_pages(size));
    return static_cast<std::uint8_t*>(pages);
}

void LockedPool::refill(std::size_t size_class) {
    std::uint8_t* const block = new_pages(block_bytes);
    const std::size_t slot_bytes = class_bytes[size_class];
    for (std::size_t at = block_bytes; at >= slot_bytes; at -= slot_bytes)
        free_[size_class] = new (block + at - slot_bytes) FreeSlot{free_[size_class]};
}

std::uint8_t* LockedPool::allocate(std::size_t size) {
    for (std::size_t size_class = 0; size_class < class_bytes.size(); ++size_class) {
        if (size > class_bytes[size_class]) continue;
        const SpinLock lock(busy_);
        if (free_[size_class] == nullptr) refill(size_class);
        FreeSlot* const slot = free_[size_class];
        free_[size_class] = slot->next;
        slot->next = nullptr;
        return reinterpret_cast<std::uint8_t*>(slot);
    }
    return new_pages(size);
}

void LockedPool::release(std::uint8_t* slot, std::size_t size) {
    for (std::size_t size_class = 0; size_class < class_bytes.size(); ++size_class) {
        if (size > class_bytes[size_class]) continue;
        sodium_memzero(slot, class_bytes[size_class]);
        const SpinLock lock(busy_);
        free_[size_class] = new (slot) FreeSlot{free_[size_class]};
        return;
    }
    sodium_munlock(slot, whole_pages(size));  // wipes
    std::free(slot);
}

}  // namespace liaise::crypto
