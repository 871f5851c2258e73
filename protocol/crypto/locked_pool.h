// The memory of secrets: slots of a few sizes, cut from blocks of locked pages (mlock, and MADV_DONTDUMP
// through libsodium).
//
// A released slot is wiped and used again for the same size class; blocks are kept for the life of the
// process. Secrets above the largest class get pages of their own. Thread-safe by a spin lock held for a few
// instructions: the worker pool frees secrets that the loop made.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace liaise::crypto {

class LockedPool {
  public:
    static LockedPool& shared();

    std::uint8_t* allocate(std::size_t size);  // zeroed; stops the process when memory is out
    void release(std::uint8_t* slot, std::size_t size);
    bool lock_refused() const { return lock_refused_.load(std::memory_order_relaxed); }

  private:
    LockedPool() = default;

    struct FreeSlot {
        FreeSlot* next;
    };
    static constexpr std::array<std::size_t, 5> class_bytes{32, 64, 128, 512, 2048};
    static constexpr std::size_t block_bytes = 64 * 1024;

    std::uint8_t* new_pages(std::size_t size);
    void refill(std::size_t size_class);

    std::atomic_flag busy_;
    std::atomic<bool> lock_refused_ = false;
    std::array<FreeSlot*, class_bytes.size()> free_{};
};

}  // namespace liaise::crypto
