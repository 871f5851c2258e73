// What `liaise` says, and where.
//
// - Results go to standard output and nothing else does: a command's output can be piped. Notes, progress and
//   errors go to standard error. Errors begin with "liaise: ", and are sentences: what happened, why, what to
//   do.
// - With --json, standard output is one JSON object a line, with the same names on every system and in every
//   language; times in it are RFC 3339 in UTC. People see their own time zone and language.
// - Colour only adds to what the words say. It is used on a terminal, unless NO_COLOR is set, TERM is "dumb",
//   or --no-colour was given. No box-drawing, no spinners: a screen reader reads lines.
// - Text from others is neutralised (cli/text.h) before it is printed: line(), table() and error() do that
//   themselves; only styled() takes what is already safe.
// - A reader that goes away (`liaise read | head`) is no error: PipeClosed ends the command quietly. A disk
//   that is full under a redirection is one.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "cli/record.h"
#include "cli/table.h"

namespace liaise::cli {

struct PipeClosed {};

enum class Style { bold, faint, good, warning, bad, code };

class Output {
  public:
    struct Settings {
        bool json = false;
        bool colour = true;  // where the terminal has it
    };
    explicit Output(Settings settings, std::FILE* out = stdout, std::FILE* err = stderr);
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    bool json() const { return settings_.json; }
    bool colour() const { return colour_; }
    bool terminal() const { return columns_ != 0; }
    // Of the terminal; 0 where standard output is none.
    std::size_t columns() const { return columns_; }
    // What prose is wrapped to: the terminal's width, at most 100; 80 without a terminal.
    std::size_t prose_columns() const;

    // Results.
    void line(std::string_view text);    // one line, neutralised
    void text(std::string_view text);    // lines, neutralised
    void styled(std::string_view safe);  // one line, already safe
    void record(const Record& record);   // one line of JSON
    void table(const Table& table);
    void bytes(std::string_view raw);  // a document to standard output: as it is
    void flush();                      // throws Failure when standard output cannot be written

    // Beside the results.
    void note(std::string_view text);
    void error(std::string_view sentence);
    void progress(std::string_view text);  // overwritten by the next; only on a terminal
    void end_progress();

    // Safe text in a style; plain where there is no colour.
    std::string paint(Style style, std::string_view safe) const;

  private:
    void write(std::string_view bytes);

    Settings settings_;
    std::FILE* out_;
    std::FILE* err_;
    bool colour_ = false;
    bool err_colour_ = false;
    bool err_terminal_ = false;
    bool progress_shown_ = false;
    std::size_t columns_ = 0;
};

}  // namespace liaise::cli
