// LabeledExtract and LabeledExpand of RFC 9180 section 4, with HKDF-SHA256. `suite` is the suite_id of the
// caller's layer.
#pragma once

#include <string_view>

#include "protocol/crypto/kdf.h"

namespace liaise::crypto::hpke {

inline constexpr std::string_view version = "HPKE-v1";

inline Key labeled_extract(BytesView suite, BytesView salt, std::string_view label,
                           BytesView input_key_material) {
    return hkdf_extract(salt, {bytes_of(version), suite, bytes_of(label), input_key_material});
}

inline void labeled_expand(BytesView suite, BytesView pseudo_random_key, std::string_view label,
                           BytesView info, MutableBytes out) {
    const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(out.size() >> 8),
                                             static_cast<std::uint8_t>(out.size())};
    hkdf_expand(pseudo_random_key, {length, bytes_of(version), suite, bytes_of(label), info}, out);
}

}  // namespace liaise::crypto::hpke
