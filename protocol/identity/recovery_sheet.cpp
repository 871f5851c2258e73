#include "protocol/identity/recovery_sheet.h"

#include "protocol/base/limits.h"

namespace liaise::identity {
namespace {

constexpr std::size_t seed_groups = 13;
constexpr std::size_t group_characters = 4;
constexpr std::size_t groups_in_line = 3;
constexpr std::size_t characters = recovery_groups * group_characters;
constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";

// One 5-bit value a character; wiped when freed.
using Values = crypto::Secret<characters>;

int value_of(char c) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == 'o') c = '0';
    if (c == 'i' || c == 'l') c = '1';
    const auto at = digits.find(c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// A group as an element of GF(2^20), and its product with x modulo x^20 + x^3 + 1.
std::uint32_t symbol(BytesView values, std::size_t group) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < group_characters; ++i)
        bits = bits << 5 | values[group * group_characters + i];
    return bits;
}
std::uint32_t times_x(std::uint32_t element) {
    element <<= 1;
    return (element >> 20) != 0 ? element ^ 0x100009U : element;
}

struct Checks {
    std::uint32_t sum = 0;       // of the groups
    std::uint32_t weighted = 0;  // of group n times x^n, n from 0
    bool operator==(const Checks&) const = default;
};
Checks checks_of(BytesView values) {
    Checks checks;
    for (std::size_t group = seed_groups; group-- > 0;) {  // Horner's rule, from the last
        checks.sum ^= symbol(values, group);
        checks.weighted = times_x(checks.weighted) ^ symbol(values, group);
    }
    return checks;
}

// Which group, from 1, alone explains the difference; 0 if it must be more than one.
std::uint64_t misread_group(const Checks& difference) {
    if (difference.weighted == 0) return seed_groups + 1;
    if (difference.sum == 0) return seed_groups + 2;
    std::uint32_t shifted = difference.sum;
    for (std::size_t group = 0; group < seed_groups; ++group) {
        if (shifted == difference.weighted) return group + 1;
        shifted = times_x(shifted);
    }
    return 0;
}

Values values_of(const RecoverySeed& seed) {
    Values values;
    const auto out = values.mutable_view();
    const auto bit_at = [&](std::size_t bit) {
        return bit < 256 ? seed.view()[bit / 8] >> (7 - bit % 8) & 1 : 0;
    };
    for (std::size_t i = 0; i < seed_groups * group_characters; ++i)
        for (std::size_t bit = 0; bit < 5; ++bit)
            out[i] = static_cast<std::uint8_t>(out[i] << 1 | bit_at(i * 5 + bit));
    const Checks checks = checks_of(out);
    for (std::size_t i = 0; i < group_characters; ++i) {
        const auto shift = 5 * (group_characters - 1 - i);
        out[seed_groups * group_characters + i] = static_cast<std::uint8_t>(checks.sum >> shift & 31);
        out[(seed_groups + 1) * group_characters + i] =
            static_cast<std::uint8_t>(checks.weighted >> shift & 31);
    }
    return values;
}

RecoverySeed seed_of(const Values& values) {
    RecoverySeed seed;
    const auto out = seed.mutable_view();
    for (std::size_t bit = 0; bit < 256; ++bit) {
        const auto value = values.view()[bit / 5] >> (4 - bit % 5) & 1;
        out[bit / 8] = static_cast<std::uint8_t>(out[bit / 8] << 1 | value);
    }
    return seed;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '-';
}

// The words of a line: views into it.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < line.size();) {
        if (is_space(line[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < line.size() && !is_space(line[end])) ++end;
        words.push_back(line.substr(at, end - at));
        at = end;
    }
    return words;
}

// "3." or "3)" or "3:"
bool is_line_number(std::string_view word) {
    return word.size() == 2 && word[0] >= '1' && word[0] <= '5' &&
           (word[1] == '.' || word[1] == ')' || word[1] == ':');
}

// The words that are groups: those of the numbered lines if there are any, else all.
std::vector<std::string_view> group_words(std::string_view text) {
    std::vector<std::string_view> numbered;
    std::vector<std::string_view> all;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        auto words = words_of(text.substr(at, end - at));
        at = end + 1;
        const bool has_number = !words.empty() && is_line_number(words.front());
        // A bare digit before whole groups is a line number too.
        const bool bare = words.size() == groups_in_line + 1 && words.front().size() == 1;
        if (has_number || bare) words.erase(words.begin());
        if (has_number) numbered.insert(numbered.end(), words.begin(), words.end());
        all.insert(all.end(), words.begin(), words.end());
    }
    return numbered.empty() ? all : numbered;
}

Result<Values> read_values(const std::vector<std::string_view>& words) {
    std::size_t count = 0;
    for (const auto& word : words) count += word.size();
    if (words.size() == recovery_groups)
        for (std::size_t i = 0; i < words.size(); ++i)
            if (words[i].size() != group_characters)
                return Error{ErrorCode::malformed, "a group that has not four characters", i + 1};
    if (count < characters)
        return Error{ErrorCode::malformed, "too few groups; there are fifteen", count / group_characters};
    if (count > characters)
        return Error{ErrorCode::malformed, "too many groups; there are fifteen", count / group_characters};
    Values values;
    std::size_t at = 0;
    for (const auto& word : words) {
        for (const char c : word) {
            const int value = value_of(c);
            if (value < 0)
                return Error{ErrorCode::malformed, "a group with a character that no group has",
                             at / group_characters + 1};
            values.mutable_view()[at++] = static_cast<std::uint8_t>(value);
        }
    }
    return values;
}

constexpr std::string_view before_groups =
    "  The fifteen groups below are your identity. Whoever has them can be you.\n\n";
constexpr std::string_view after_groups =
    "\n"
    "  Write them on paper or print this sheet, check it, and delete the file.\n"
    "  Keep the paper where you keep your passport, and nowhere near the computer.\n"
    "  Never type the groups into anything but Liaise, never photograph them, and\n"
    "  never read them to anyone, whoever they say they are.\n"
    "  With this sheet you can shut out a stolen device and set up a new one.\n"
    "  Groups 14 and 15 are for checking: one misread group is found by them.\n";

}  // namespace

RecoveryCode RecoveryCode::of(const RecoverySeed& seed) {
    const Values values = values_of(seed);
    crypto::Secret<characters> text;
    for (std::size_t i = 0; i < characters; ++i)
        text.mutable_view()[i] = static_cast<std::uint8_t>(digits[values.view()[i]]);
    return RecoveryCode(std::move(text));
}

std::string_view RecoveryCode::group(std::size_t number) const {
    LIAISE_CHECK(number >= 1 && number <= recovery_groups);
    return liaise::text_of(text_.view()).substr((number - 1) * group_characters, group_characters);
}

bool RecoveryCode::group_fits(std::size_t number, std::string_view typed) const {
    const std::string_view wanted = group(number);
    std::size_t at = 0;
    for (const char c : typed) {
        if (is_space(c) || c == '\n') continue;
        if (at == group_characters || value_of(c) != value_of(wanted[at])) return false;
        ++at;
    }
    return at == group_characters;
}

std::array<std::size_t, 2> pick_groups(RandomSource& random) {
    using Draw = FixedBytes<struct DrawMeaning, 2>;
    for (;;) {
        const Draw draw = random.draw<Draw>();
        const std::size_t first = draw.bytes[0] % 16;
        const std::size_t second = draw.bytes[1] % 16;
        if (first < second && second < recovery_groups) return {first + 1, second + 1};
    }
}

crypto::SecretBytes recovery_sheet(const RecoverySheetHead& head, const RecoverySeed& seed) {
    const RecoveryCode code = RecoveryCode::of(seed);
    Bytes sheet;
    sheet.reserve(4096);  // so that no copy of the groups is left behind by growing
    const auto print = [&](std::string_view text) { append(sheet, bytes_of(text)); };
    print("LIAISE RECOVERY SHEET\n\n  Name    ");
    print(head.name);
    print("\n  Member  ");
    print(head.member.text());
    print("\n  Made    ");
    print(to_rfc3339(head.made).substr(0, 10));
    print("\n\n");
    print(before_groups);
    for (std::size_t number = 1; number <= recovery_groups; ++number) {
        if (number % groups_in_line == 1) {
            print("    ");
            print(std::to_string(number / groups_in_line + 1));
            print(".");
        }
        print("  ");
        print(code.group(number));
        if (number % groups_in_line == 0) print("\n");
    }
    print(after_groups);
    return crypto::SecretBytes::take(std::move(sheet));
}

Result<RecoverySeed> parse_recovery_sheet(std::string_view text) {
    if (text.size() > limits::recovery_sheet_bytes_max)
        return Error{ErrorCode::too_large, "too long for a recovery sheet", text.size()};
    const Values values = LIAISE_TRY(read_values(group_words(text)));
    const Checks checks = checks_of(values.view());
    const Checks difference{checks.sum ^ symbol(values.view(), seed_groups),
                            checks.weighted ^ symbol(values.view(), seed_groups + 1)};
    if (difference != Checks{})
        return Error{ErrorCode::not_authentic, "a group was misread", misread_group(difference)};
    if ((values.view()[seed_groups * group_characters - 1] & 15) != 0)
        return Error{ErrorCode::unsupported, "a recovery sheet of a newer version"};
    return seed_of(values);
}

}  // namespace liaise::identity
