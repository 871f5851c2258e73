// init: makes a home.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/command/command.h"
#include "cli/input.h"
#include "cli/people.h"
#include "cli/process.h"
#include "cli/text.h"
#include "cli/words.h"

namespace liaise::cli {
namespace fs = std::filesystem;
namespace {

// The recovery sheet in a file of its own: made before the home is, filled before the home is confirmed,
// taken away again where that fails.
class SheetFile {
  public:
    explicit SheetFile(fs::path path)
        : path_(std::move(path)),
          descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {
        if (descriptor_ >= 0) return;
        if (errno == EEXIST)
            throw Failure{Exit::failed,
                          say("There is a file {0} already, and a recovery sheet must not overwrite one. "
                              "Name another with --recovery-file.",
                              path_.string())};
        throw Failure{Exit::failed, say("Cannot write {0}: {1}.", path_.string(), std::strerror(errno))};
    }
    SheetFile(const SheetFile&) = delete;
    SheetFile& operator=(const SheetFile&) = delete;
    ~SheetFile() {
        ::close(descriptor_);
        if (!kept_) ::unlink(path_.c_str());
    }
    void write(const std::string& text) {
        const bool whole =
            ::write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
        if (!whole || ::fsync(descriptor_) != 0)
            throw Failure{Exit::failed, say("Cannot write {0}: {1}.", path_.string(), std::strerror(errno))};
    }
    void keep() { kept_ = true; }

  private:
    fs::path path_;
    int descriptor_;
    bool kept_ = false;
};

// Shown once, then checked by typing a part of it.
void confirm_on_terminal(Output& out, SetupClient& setup, const NewMember& member) {
    constexpr int attempts_max = 3;
    out.note("");
    out.note(
        tr("This is your recovery sheet. Whoever has it can become you; without it a lost device is lost for "
           "good. Write it down or print it, and keep it away from this machine."));
    out.note("");
    out.note(member.recovery_sheet);
    out.note("");
    ask(tr("Press Enter when you have it on paper. The screen will be cleared. "), true);
    clear_terminal();
    for (int attempt = 1;; ++attempt) {
        std::vector<std::string> groups;
        for (const std::uint32_t group : member.check_groups)
            groups.push_back(ask(say("Group {0} of the sheet: ", group), true));
        try {
            setup.confirm(groups);
            return;
        } catch (const Failure& failure) {
            if (attempt == attempts_max) throw;
            out.error(failure.sentence);
        }
    }
}

Exit init(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const bool to_file = arguments.has("--recovery-file");
    for (const char* needed : {"--name", "--role", "--country"})
        if (!arguments.has(needed))
            throw Failure{Exit::usage,
                          say("{0} is missing.", needed) + " " + say("See `{0}`.", "liaise init --help")};
    if (!to_file && !can_ask())
        throw Failure{Exit::usage,
                      tr("There is no terminal to show the recovery sheet on. Name a file for it with "
                         "--recovery-file.")};
    std::unique_ptr<SheetFile> sheet;
    if (to_file) sheet = std::make_unique<SheetFile>(arguments.value("--recovery-file"));
    const std::string passphrase = passphrase_from(arguments, out, true);

    std::error_code fault;
    fs::create_directories(context.home().parent_path(), fault);  // the home itself is the daemon's to make
    const SetupProcess process = start_setup(context.home());
    NewMember member;
    {
        SetupClient setup(process.socket);
        member =
            setup.create({arguments.value("--name"), arguments.value("--role"), arguments.value("--country"),
                          arguments.value("--organisation"), arguments.value("--rank"), passphrase});
        if (sheet) {
            sheet->write(member.recovery_sheet + "\n");
            setup.confirm({});
            sheet->keep();
        } else {
            confirm_on_terminal(out, setup, member);
        }
    }
    wait_for(process);
    if (out.json()) {
        out.record(Record{}.add("member_id", member.member_id).add("home", context.home().string()));
        return Exit::done;
    }
    out.line(say("A home for {0} is at {1}.", arguments.value("--name"), context.home().string()));
    if (sheet)
        out.note(say(
            "The recovery sheet is in {0}. Print it, keep it away from this machine, and delete the file.",
            arguments.value("--recovery-file")));
    out.note(tr("Next: `liaise up`, then `liaise network found NAME` or `liaise join TICKET`."));
    return Exit::done;
}

}  // namespace

std::vector<Command> init_commands() {
    return {
        {"init",
         "make a home: your keys, behind a passphrase",
         {},
         {{"--name", "NAME", "your name, as others shall see it"},
          {"--role", "ROLE", "what you are; whoever accredits you must agree", roles},
          {"--country", "CC", "the country that you act for: two letters, as in KE (ISO 3166-1)"},
          {"--organisation", "NAME", "your service or organisation"},
          {"--rank", "TITLE", "your rank or title"},
          {"--passphrase-file",
           "FILE",
           "read the passphrase from a file, not from the terminal",
           {},
           false,
           Kind::file},
          {"--recovery-file",
           "FILE",
           "write the recovery sheet into a new file, not to the terminal",
           {},
           false,
           Kind::file}},
         "Makes your identity and this device's keys, and shows your recovery sheet once. The sheet holds "
         "your identity's key; no command of this version reads it back yet. On a terminal you are asked "
         "to retype a part of it. If you break off, nothing is left behind. "
         "The passphrase is read from a file because arguments can be seen by other users of a machine.",
         {{"liaise init --name \"Asha Wanjiru\" --role focal-point --country KE",
           "asks for a passphrase, shows the sheet"},
          {"liaise --home ke init --name \"Asha Wanjiru\" --role focal-point --country KE "
           "--passphrase-file pass "
           "--recovery-file sheet",
           "without a question"}},
         init}};
}

}  // namespace liaise::cli
