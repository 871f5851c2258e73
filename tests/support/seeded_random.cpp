#include "tests/support/seeded_random.h"

#include <sodium.h>

namespace liaise::test {

void SeededRandom::fill(MutableBytes out) {
    std::array<std::uint8_t, randombytes_SEEDBYTES> seed{};
    std::memcpy(seed.data(), &seed_, sizeof seed_);
    std::memcpy(seed.data() + sizeof seed_, &calls_, sizeof calls_);
    ++calls_;
    if (!out.empty()) randombytes_buf_deterministic(out.data(), out.size(), seed.data());
}

std::uint64_t SeededRandom::number() {
    std::array<std::uint8_t, 8> bytes{};
    fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

void FixedRandom::fill(MutableBytes out) {
    LIAISE_CHECK(used_ + out.size() <= bytes_.size());
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
}

}  // namespace liaise::test
