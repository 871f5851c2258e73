#include "node/transport/backoff.h"

#include <algorithm>

#include "protocol/base/reader.h"

namespace liaise::node::transport {
namespace {

// From half of `pause` to the whole of it, evenly: the remainder's bias is nothing at 64 bits.
Duration draw_upper_half(Duration pause, RandomSource& random) {
    std::array<std::uint8_t, 8> drawn{};
    random.fill(drawn);
    const std::uint64_t number = *Reader(drawn).u64();
    const std::int64_t half = pause.count() / 2;
    const auto span = static_cast<std::uint64_t>(pause.count() - half) + 1;
    return Duration{half + static_cast<std::int64_t>(number % span)};
}

}  // namespace

Backoff::Backoff(const BackoffLimits& limits) : limits_(limits), pause_(limits.least) {
    LIAISE_CHECK(limits.least > Duration::zero() && limits.least <= limits.most);
}

Duration Backoff::after_failure(RandomSource& random) {
    const Duration wait = draw_upper_half(pause_, random);
    pause_ = pause_ > limits_.most / 2 ? limits_.most : pause_ * 2;
    return wait;
}

Duration Backoff::after_link(Duration lasted, RandomSource& random) {
    if (lasted >= limits_.settled) reset();
    return after_failure(random);
}

}  // namespace liaise::node::transport
