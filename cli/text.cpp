#include "cli/text.h"

#include <langinfo.h>
#include <wchar.h>

#include <clocale>
#include <cstring>

#include "protocol/base/text.h"

namespace liaise::cli {
namespace {

bool ascii_only_chosen = false;

constexpr char32_t replacement = 0xfffd;
constexpr char32_t joiner = 0x200d, non_joiner = 0x200c;

bool is_joiner(char32_t c) {
    return c == joiner || c == non_joiner;
}

void add(std::string& to, char32_t c) {
    if (ascii_only_chosen && c >= 0x80) {
        to += '?';
    } else if (c < 0x80) {
        to += static_cast<char>(c);
    } else if (c < 0x800) {
        to += static_cast<char>(0xc0 | c >> 6);
        to += static_cast<char>(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        to += static_cast<char>(0xe0 | c >> 12);
        to += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        to += static_cast<char>(0x80 | (c & 0x3f));
    } else {
        to += static_cast<char>(0xf0 | c >> 18);
        to += static_cast<char>(0x80 | (c >> 12 & 0x3f));
        to += static_cast<char>(0x80 | (c >> 6 & 0x3f));
        to += static_cast<char>(0x80 | (c & 0x3f));
    }
}

// The next code point, or the replacement for one byte that starts none.
char32_t take(std::string_view text, std::size_t& at) {
    for (std::size_t length = 1; length <= 4 && at + length <= text.size(); ++length) {
        if (!is_utf8(text.substr(at, length))) continue;
        return next_code_point(text, at);
    }
    ++at;
    return replacement;
}

int width_of(char32_t c) {
    if (c < 0x20 || c == 0x7f) return -1;
    if (c < 0x7f) return 1;
    if (is_joiner(c) || (c >= 0xfe00 && c <= 0xfe0f)) return 0;
    return ::wcwidth(static_cast<wchar_t>(c));
}

class Cleaner {
  public:
    explicit Cleaner(bool keep_lines) : keep_lines_(keep_lines) {}

    std::string clean(std::string_view text) {
        out_.reserve(text.size());
        for (std::size_t at = 0; at < text.size();) {
            const bool before_break = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
            const char32_t c = take(text, at);
            if (!before_break) put(c);
        }
        return std::move(out_);
    }

  private:
    void put(char32_t c) {
        if (c == '\n') return base(keep_lines_ ? '\n' : ' ');
        if (c == '\t') return tab();
        if (is_joiner(c)) return join(c);
        const int width = is_unsafe_in_name(c) ? -1 : width_of(c);
        if (width < 0) return base(replacement);
        if (width == 0) return mark(c);
        base(c);
    }
    void base(char32_t c) {
        last_ = c;
        marks_ = 0;
        add(out_, c);
    }
    void tab() {
        for (int i = 0; i < (keep_lines_ ? 4 : 1); ++i) base(' ');
    }
    // A mark with nothing to stand on gets a space: it must not stand on what a caller prints before it.
    void mark(char32_t c) {
        if (last_ == 0 || last_ == '\n') base(' ');
        if (++marks_ <= combining_max) add(out_, c);
    }
    void join(char32_t c) {
        const bool needed = last_ > 0x7f && !is_joiner(last_) && last_ != replacement;
        if (!needed) return;
        last_ = c;
        add(out_, c);
    }

    bool keep_lines_;
    std::string out_;
    char32_t last_ = 0;
    std::size_t marks_ = 0;
};

}  // namespace

void choose_character_set() {
    std::setlocale(LC_ALL, "");
    const char* set = ::nl_langinfo(CODESET);
    const bool utf8 = std::strcmp(set, "UTF-8") == 0;
    // No locale at all says nothing about the terminal, and terminals of today speak UTF-8.
    const bool unset = std::strcmp(set, "ANSI_X3.4-1968") == 0;
    ascii_only_chosen = !utf8 && !unset;
    if (!utf8) std::setlocale(LC_CTYPE, "C.UTF-8");  // for the widths
}

void choose_character_set(bool ascii_only) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    ascii_only_chosen = ascii_only;
}

std::string safe_line(std::string_view text) {
    return Cleaner{false}.clean(text);
}

std::string safe_text(std::string_view text) {
    return Cleaner{true}.clean(text);
}

bool stacks(char32_t code_point) {
    return width_of(code_point) == 0;
}

std::size_t cells(std::string_view safe) {
    std::size_t sum = 0;
    for (std::size_t at = 0; at < safe.size();) {
        const int width = width_of(next_code_point(safe, at));
        sum += width > 0 ? static_cast<std::size_t>(width) : 0;
    }
    return sum;
}

namespace {

// How many bytes of the text fit into so many cells, with the marks that belong to the last character.
std::size_t bytes_in(std::string_view safe, std::size_t cells_max) {
    std::size_t used = 0, at = 0;
    while (at < safe.size()) {
        std::size_t next = at;
        const int width = width_of(next_code_point(safe, next));
        used += width > 0 ? static_cast<std::size_t>(width) : 0;
        if (used > cells_max) break;
        at = next;
    }
    return at;
}

void wrap_line(std::string_view line, std::size_t cells_max, std::vector<std::string>& to) {
    const std::size_t before = to.size();
    while (cells(line) > cells_max) {
        std::size_t end = bytes_in(line, cells_max);
        std::size_t next = end;
        const std::size_t space = line.substr(0, end + 1).rfind(' ');
        if (space != std::string_view::npos && space > 0) {
            end = space;
            next = space + 1;
        } else if (end == 0) {  // a wide character in a column of one
            end = next = bytes_in(line, 2);
        }
        to.emplace_back(line.substr(0, end));
        line.remove_prefix(next);
    }
    if (!line.empty() || to.size() == before) to.emplace_back(line);
}

}  // namespace

std::string fit(std::string_view safe, std::size_t cells_max) {
    if (cells(safe) <= cells_max) return std::string(safe);
    if (cells_max == 0) return {};
    std::string cut(safe.substr(0, bytes_in(safe, cells_max - 1)));
    add(cut, U'\u2026');
    return cut;
}

std::vector<std::string> wrap(std::string_view safe, std::size_t cells_max) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    while (true) {
        const std::size_t end = safe.find('\n', at);
        wrap_line(safe.substr(at, end == std::string_view::npos ? end : end - at),
                  std::max<std::size_t>(cells_max, 1), lines);
        if (end == std::string_view::npos) return lines;
        at = end + 1;
    }
}

}  // namespace liaise::cli
