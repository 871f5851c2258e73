// How large a plaintext becomes before it is sealed, so that a ciphertext's size tells only a bucket.
//
// Buckets as in PADME (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with
// PURBs", 2019): a size keeps as many leading bits as its bit length has bits, and is rounded up. That leaves
// about log log(size) bits to see and costs at most 12 %, 3 % at 100 KB.
#pragma once

#include <bit>
#include <cstddef>

namespace liaise {

// The smallest bucket that holds `size` bytes, at least `least`. Never below size; the same for everything in
// one bucket. Sizes up to 2^48.
constexpr std::size_t padded_size(std::size_t size, std::size_t least) {
    if (size <= least) return least;
    const auto exponent = static_cast<std::size_t>(std::bit_width(size)) - 1;
    const auto kept_bits = static_cast<std::size_t>(std::bit_width(exponent));
    const std::size_t step = exponent > kept_bits ? std::size_t{1} << (exponent - kept_bits) : 1;
    return (size + step - 1) / step * step;
}

}  // namespace liaise
