#include "protocol/document/chunker.h"

#include "protocol/crypto/hash.h"

namespace liaise::document {
namespace {

// The rolling value is the sum of the last 64 bytes' gear values, each shifted by its age: what is older has
// left at the top. Its upper bits depend on all 64 bytes, so the masks take those.
constexpr std::size_t window_bytes = 64;
constexpr std::size_t normal_bytes = 104 * 1024;  // with these masks the mean is about 128 KiB
constexpr std::uint64_t hard_mask = ~std::uint64_t{0} << (64 - 19);  // below the normal size: one in 524,288
constexpr std::uint64_t easy_mask = ~std::uint64_t{0} << (64 - 15);  // above it: one in 32,768

static_assert(window_bytes <= limits::chunk_plain_bytes_min);
static_assert(limits::chunk_plain_bytes_min < normal_bytes && normal_bytes < limits::chunk_plain_bytes_max);

// Rolls over [at, end) and stops behind the first byte where the masked bits are zero; else at end.
std::size_t roll_until_cut(const GearTable& gear, const std::uint8_t* bytes, std::size_t at, std::size_t end,
                           std::uint64_t mask, std::uint64_t& rolling, bool& found) {
    std::uint64_t value = rolling;
    while (at < end) {
        value = (value << 1) + gear[bytes[at++]];
        if ((value & mask) == 0) {
            found = true;
            break;
        }
    }
    rolling = value;
    return at;
}

}  // namespace

GearTable::GearTable(const crypto::Key& key) {
    static constexpr std::size_t values_per_block = 8;
    for (std::size_t block = 0; block < values_.size() / values_per_block; ++block) {
        std::array<std::uint8_t, 64> digest{};
        const std::array<std::uint8_t, 1> counter{static_cast<std::uint8_t>(block)};
        crypto::Blake2b(digest.size(), key.view()).update(counter).finish(digest);
        for (std::size_t i = 0; i < digest.size(); ++i)
            values_[block * values_per_block + i / 8] |= std::uint64_t{digest[i]} << (i % 8 * 8);
    }
}

std::size_t first_cut(const GearTable& gear, BytesView bytes) {
    const std::size_t end = std::min(bytes.size(), limits::chunk_plain_bytes_max);
    if (end <= limits::chunk_plain_bytes_min) return end;

    std::uint64_t rolling = 0;
    std::size_t at = limits::chunk_plain_bytes_min - window_bytes;
    while (at < limits::chunk_plain_bytes_min) rolling = (rolling << 1) + gear[bytes[at++]];

    bool found = (rolling & hard_mask) == 0;
    if (!found)
        at = roll_until_cut(gear, bytes.data(), at, std::min(end, normal_bytes), hard_mask, rolling, found);
    if (!found) at = roll_until_cut(gear, bytes.data(), at, end, easy_mask, rolling, found);
    return at;
}

std::size_t Chunker::hold(BytesView bytes) {
    const std::size_t count = std::min(bytes.size(), limits::chunk_plain_bytes_max - held_.size());
    append(held_, bytes.first(count));
    return count;
}

}  // namespace liaise::document
