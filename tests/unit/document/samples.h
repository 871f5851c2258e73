// Documents to test with: noise, which no one compresses, and prose, which everyone does.
#pragma once

#include "protocol/base/bytes.h"
#include "protocol/crypto/secret.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

inline Bytes noise(std::size_t size, std::uint64_t seed) {
    Bytes bytes(size);
    SeededRandom(seed).fill(bytes);
    return bytes;
}

inline Bytes prose(std::size_t size, std::uint64_t seed) {
    static constexpr std::array<std::string_view, 8> words{"officers ",   "carry ",       "a sealed ",
                                                           "container, ", "gloves ",      "and the ",
                                                           "number of ",  "the clinic.\n"};
    const Bytes choices = noise(size / 5 + 1, seed);
    Bytes text;
    for (std::size_t i = 0; text.size() < size; ++i)
        append(text, bytes_of(words[choices[i % choices.size()] % 8]));
    text.resize(size);
    return text;
}

inline crypto::Key key_of(std::uint64_t seed) {
    SeededRandom random(seed);
    return crypto::Key::draw(random);
}

}  // namespace liaise::test
