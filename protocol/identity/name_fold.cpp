#include "protocol/identity/name_fold.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace liaise::identity {
namespace {

// Base letters by code point; '.' where there is none.
constexpr char32_t latin_first = 0xc0;
constexpr std::string_view latin =
    "aaaaaaaceeeeiiiidnooooo.ouuuuypsaaaaaaaceeeeiiiidnooooo.ouuuuypy"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs"
    "bb....occdd.....effg..iikkl..nnooo..pp.....ttttuu.vyyzz........."
    "....dddlllnnnaaiioouuuuuuuuuu.aaaa....ggkkoooo..jdddgg..nnaa...."
    "aaaaeeeeiiiioooorrrruuuusstt..hh.d....aaeeooooooooyylntj..acclts"
    "z..bu.eejjqqrryy";
constexpr char32_t latin_additional_first = 0x1e00;
constexpr std::string_view latin_additional =
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwyassss.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
static_assert(latin.size() == 0x250 - 0xc0 && latin_additional.size() == 0x100);

struct Pair {
    char32_t from;
    char32_t to;
};
// Greek and Cyrillic letters whose plain lower case is not 32 further on.
constexpr std::array folds = std::to_array<Pair>({
    {0x0386, 0x03b1}, {0x0388, 0x03b5}, {0x0389, 0x03b7}, {0x038a, 0x03b9}, {0x038c, 0x03bf},
    {0x038e, 0x03c5}, {0x038f, 0x03c9}, {0x0390, 0x03b9}, {0x03aa, 0x03b9}, {0x03ab, 0x03c5},
    {0x03ac, 0x03b1}, {0x03ad, 0x03b5}, {0x03ae, 0x03b7}, {0x03af, 0x03b9}, {0x03b0, 0x03c5},
    {0x03c2, 0x03c3}, {0x03ca, 0x03b9}, {0x03cb, 0x03c5}, {0x03cc, 0x03bf}, {0x03cd, 0x03c5},
    {0x03ce, 0x03c9}, {0x0400, 0x0435}, {0x0401, 0x0435}, {0x0403, 0x0433}, {0x0407, 0x0456},
    {0x040c, 0x043a}, {0x040d, 0x0438}, {0x040e, 0x0443}, {0x0419, 0x0438}, {0x0439, 0x0438},
    {0x0450, 0x0435}, {0x0451, 0x0435}, {0x0453, 0x0433}, {0x0457, 0x0456}, {0x045c, 0x043a},
    {0x045d, 0x0438}, {0x045e, 0x0443},
});
// Greek and Cyrillic letters that look like a Latin letter or a digit.
constexpr std::array shapes = std::to_array<Pair>({
    {0x037f, 'j'}, {0x0386, 'a'}, {0x0388, 'e'}, {0x0389, 'h'}, {0x038a, 'i'}, {0x038c, 'o'}, {0x038e, 'y'},
    {0x0391, 'a'}, {0x0392, 'b'}, {0x0395, 'e'}, {0x0396, 'z'}, {0x0397, 'h'}, {0x0398, 'o'}, {0x0399, 'i'},
    {0x039a, 'k'}, {0x039c, 'm'}, {0x039d, 'n'}, {0x039f, 'o'}, {0x03a1, 'p'}, {0x03a4, 't'}, {0x03a5, 'y'},
    {0x03a7, 'x'}, {0x03ac, 'a'}, {0x03ad, 'e'}, {0x03ae, 'n'}, {0x03af, 'i'}, {0x03b1, 'a'}, {0x03b2, 'b'},
    {0x03b3, 'y'}, {0x03b5, 'e'}, {0x03b7, 'n'}, {0x03b8, 'o'}, {0x03b9, 'i'}, {0x03ba, 'k'}, {0x03bc, 'u'},
    {0x03bd, 'v'}, {0x03bf, 'o'}, {0x03c1, 'p'}, {0x03c2, 'c'}, {0x03c3, 'o'}, {0x03c4, 't'}, {0x03c5, 'u'},
    {0x03c7, 'x'}, {0x03c9, 'w'}, {0x03ca, 'i'}, {0x03cb, 'u'}, {0x03cc, 'o'}, {0x03cd, 'u'}, {0x03ce, 'w'},
    {0x03f2, 'c'}, {0x03f3, 'j'}, {0x03f9, 'c'}, {0x0401, 'e'}, {0x0405, 's'}, {0x0406, 'i'}, {0x0407, 'i'},
    {0x0408, 'j'}, {0x0410, 'a'}, {0x0412, 'b'}, {0x0415, 'e'}, {0x0417, '3'}, {0x041a, 'k'}, {0x041c, 'm'},
    {0x041d, 'h'}, {0x041e, 'o'}, {0x0420, 'p'}, {0x0421, 'c'}, {0x0422, 't'}, {0x0423, 'y'}, {0x0425, 'x'},
    {0x0428, 'w'}, {0x042c, 'b'}, {0x0430, 'a'}, {0x0431, '6'}, {0x0432, 'b'}, {0x0433, 'r'}, {0x0435, 'e'},
    {0x0437, '3'}, {0x0438, 'u'}, {0x0439, 'u'}, {0x043a, 'k'}, {0x043c, 'm'}, {0x043d, 'h'}, {0x043e, 'o'},
    {0x043f, 'n'}, {0x0440, 'p'}, {0x0441, 'c'}, {0x0442, 't'}, {0x0443, 'y'}, {0x0445, 'x'}, {0x0448, 'w'},
    {0x044c, 'b'}, {0x0451, 'e'}, {0x0455, 's'}, {0x0456, 'i'}, {0x0457, 'i'}, {0x0458, 'j'}, {0x0474, 'v'},
    {0x0475, 'v'}, {0x0492, 'f'}, {0x0493, 'f'}, {0x04ae, 'y'}, {0x04af, 'y'}, {0x04ba, 'h'}, {0x04bb, 'h'},
    {0x04c0, 'l'}, {0x04cf, 'l'}, {0x0501, 'd'}, {0x050c, 'g'}, {0x051a, 'q'}, {0x051b, 'q'}, {0x051c, 'w'},
    {0x051d, 'w'},
});

template <std::size_t N>
const Pair* find(const std::array<Pair, N>& pairs, char32_t code_point) {
    const auto at = std::lower_bound(pairs.begin(), pairs.end(), code_point,
                                     [](const Pair& pair, char32_t wanted) { return pair.from < wanted; });
    return at != pairs.end() && at->from == code_point ? &*at : nullptr;
}

char32_t from_table(std::string_view table, char32_t first, char32_t code_point) {
    const char letter = table[code_point - first];
    return letter == '.' ? code_point : static_cast<char32_t>(letter);
}

bool within(char32_t code_point, char32_t first, char32_t last) {
    return code_point >= first && code_point <= last;
}

}  // namespace

char32_t fold_letter(char32_t code_point) {
    if (within(code_point, 'A', 'Z')) return code_point + 32;
    if (code_point < latin_first) return code_point;
    if (within(code_point, latin_first, 0x24f)) return from_table(latin, latin_first, code_point);
    if (within(code_point, latin_additional_first, 0x1eff))
        return from_table(latin_additional, latin_additional_first, code_point);
    if (const Pair* const pair = find(folds, code_point)) return pair->to;
    if (within(code_point, 0x391, 0x3a1) || within(code_point, 0x3a3, 0x3a9)) return code_point + 0x20;
    if (within(code_point, 0x410, 0x42f)) return code_point + 0x20;
    if (within(code_point, 0x400, 0x40f)) return code_point + 0x50;
    return code_point;
}

char32_t shape_of(char32_t code_point) {
    if (const Pair* const pair = find(shapes, code_point)) return pair->to;
    if (within(code_point, 0xff01, 0xff5e)) return fold_letter(code_point - 0xff01 + 0x21);
    if (within(code_point, 0x1d400, 0x1d6a3)) return U'a' + (code_point - 0x1d400) % 26;
    if (within(code_point, 0x1d7ce, 0x1d7ff)) return U'0' + (code_point - 0x1d7ce) % 10;
    return fold_letter(code_point);
}

bool is_mark(char32_t code_point) {
    return within(code_point, 0x300, 0x36f) || within(code_point, 0x483, 0x489) ||
           within(code_point, 0x1ab0, 0x1aff) || within(code_point, 0x1dc0, 0x1dff) ||
           within(code_point, 0x200c, 0x200d) || within(code_point, 0x20d0, 0x20ff) ||
           within(code_point, 0xfe00, 0xfe0f) || within(code_point, 0xfe20, 0xfe2f);
}

}  // namespace liaise::identity
