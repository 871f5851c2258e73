#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cli/exit.h"
#include "cli/text.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

bool colour_wanted() {
    const char* terminal = std::getenv("TERM");
    return !is_set("NO_COLOR") && terminal != nullptr && std::strcmp(terminal, "dumb") != 0;
}

std::size_t columns_of(int descriptor) {
    if (const char* columns = std::getenv("COLUMNS"); columns != nullptr)
        if (const long wanted = std::strtol(columns, nullptr, 10); wanted >= 10 && wanted <= 1000)
            return static_cast<std::size_t>(wanted);
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 10) return size.ws_col;
    return 80;
}

const char* code_of(Style style) {
    switch (style) {
        case Style::bold:
            return "1";
        case Style::faint:
            return "2";
        case Style::good:
            return "32";
        case Style::warning:
            return "33";
        case Style::bad:
            return "31";
        case Style::code:
            return "36";
    }
    return "0";
}

std::string painted(Style style, std::string_view safe) {
    return std::string("\x1b[") + code_of(style) + "m" + std::string(safe) + "\x1b[0m";
}

}  // namespace

Output::Output(Settings settings, std::FILE* out, std::FILE* err)
    : settings_(settings), out_(out), err_(err) {
    const bool out_terminal = ::isatty(::fileno(out)) == 1;
    err_terminal_ = ::isatty(::fileno(err)) == 1;
    const bool wanted = settings.colour && colour_wanted();
    colour_ = wanted && out_terminal && !settings.json;
    err_colour_ = wanted && err_terminal_;
    if (out_terminal) columns_ = columns_of(::fileno(out));
}

std::size_t Output::prose_columns() const {
    return columns_ == 0 ? 80 : std::min<std::size_t>(columns_, 100);
}

void Output::write(std::string_view bytes) {
    end_progress();
    if (std::fwrite(bytes.data(), 1, bytes.size(), out_) == bytes.size()) return;
    if (errno == EPIPE) throw PipeClosed{};
    throw Failure{Exit::failed, say("Cannot write to standard output: {0}.", std::strerror(errno))};
}

void Output::flush() {
    if (std::fflush(out_) == 0) return;
    if (errno == EPIPE) throw PipeClosed{};
    throw Failure{Exit::failed, say("Cannot write to standard output: {0}.", std::strerror(errno))};
}

void Output::line(std::string_view text) {
    styled(safe_line(text));
}

void Output::text(std::string_view text) {
    styled(safe_text(text));
}

void Output::styled(std::string_view safe) {
    write(safe);
    write("\n");
}

void Output::record(const Record& record) {
    write(record.json() + "\n");
}

void Output::bytes(std::string_view raw) {
    write(raw);
}

void Output::table(const Table& table) {
    bool heading = true;
    for (const std::string& line : table.lines(columns_)) {
        styled(heading ? paint(Style::bold, line) : line);
        heading = false;
    }
}

std::string Output::paint(Style style, std::string_view safe) const {
    return colour_ && !safe.empty() ? painted(style, safe) : std::string(safe);
}

void Output::note(std::string_view text) {
    end_progress();
    std::fprintf(err_, "%s\n", safe_text(text).c_str());
}

void Output::error(std::string_view sentence) {
    end_progress();
    std::fflush(out_);
    const std::string prefix = err_colour_ ? painted(Style::bad, "liaise:") : "liaise:";
    std::fprintf(err_, "%s %s\n", prefix.c_str(), safe_text(sentence).c_str());
}

void Output::progress(std::string_view text) {
    if (!err_terminal_) return;
    std::fprintf(err_, "\r\x1b[K%s", fit(safe_line(text), columns_of(::fileno(err_)) - 1).c_str());
    std::fflush(err_);
    progress_shown_ = true;
}

void Output::end_progress() {
    if (!progress_shown_) return;
    std::fprintf(err_, "\r\x1b[K");
    progress_shown_ = false;
}

}  // namespace liaise::cli
