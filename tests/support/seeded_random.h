// Randomness for tests: a ChaCha20 stream from a seed. Same seed, same run.
#pragma once

#include "protocol/base/random.h"

namespace liaise::test {

class SeededRandom final : public RandomSource {
  public:
    explicit SeededRandom(std::uint64_t seed) : seed_(seed) {}
    void fill(MutableBytes out) override;

    std::uint64_t number();  // any
    std::uint64_t below(std::uint64_t limit) { return number() % limit; }
    bool chance(unsigned percent) { return below(100) < percent; }

  private:
    std::uint64_t seed_;
    std::uint64_t calls_ = 0;
};

// Gives exactly the bytes that it was handed, for vectors that name their randomness; stops the test when it
// runs out.
class FixedRandom final : public RandomSource {
  public:
    explicit FixedRandom(Bytes bytes) : bytes_(std::move(bytes)) {}
    void fill(MutableBytes out) override;

  private:
    Bytes bytes_;
    std::size_t used_ = 0;
};

}  // namespace liaise::test
