// up, down, status, lock, unlock, doctor: the daemon on this home.
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command/command.h"
#include "cli/input.h"
#include "cli/people.h"
#include "cli/process.h"
#include "cli/text.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

constexpr int leave_wait_milliseconds = 30'000;

void say_up(Context& context, const Status& status, const std::string& how) {
    if (context.out().json()) return context.out().record(record_of(status));
    const std::string where =
        status.listening.empty() ? std::string{} : ", " + say("listening on {0}", joined(status.listening));
    context.out().line(say("{0} (process {1}{2}).", how, status.pid, where));
    if (status.state == "locked")
        context.out().note(tr("The node is locked. Unlock it with `liaise unlock`."));
}

// The status, if a daemon answers.
std::optional<Status> running(Context& context) {
    try {
        return context.client().status();
    } catch (const Failure& failure) {
        if (failure.exit != Exit::not_running) throw;
        context.hang_up();  // one that was dying may have taken the call
        return {};
    }
}

Exit up(Context& context, const Arguments& arguments) {
    if (const auto status = running(context)) {
        say_up(context, *status, tr("Liaise is up already"));
        return Exit::done;
    }
    DaemonStart start{context.home(),
                      arguments.values("--listen"),
                      {},
                      arguments.value("--log-level"),
                      arguments.values("--announce")};
    std::error_code ignored;
    if (!std::filesystem::is_directory(context.home(), ignored))
        throw Failure{Exit::not_found,
                      say("There is no home at {0}. Make one with `liaise init`, or name another with "
                          "--home.",
                          context.home().string())};
    if (!arguments.has("--locked")) start.passphrase = passphrase_from(arguments, context.out(), false);
    if (arguments.has("--foreground")) become_daemon(start);
    start_daemon(start);
    say_up(context, context.client().status(), tr("Liaise is up"));
    return Exit::done;
}

Exit down(Context& context, const Arguments&) {
    const Leaving process(context.client().status().pid);
    context.client().stop();
    if (!process.wait(leave_wait_milliseconds))
        throw Failure{Exit::failed,
                      say("The daemon said that it stops, and still runs after {0} s. The file `log` in its "
                          "home says more.",
                          leave_wait_milliseconds / 1000)};
    if (context.out().json())
        context.out().record(Record{}.add("state", "down"));
    else
        context.out().line(tr("Liaise is down."));
    return Exit::done;
}

Exit delivery(Context& context, const std::string& message) {
    Output& out = context.out();
    const Delivery delivery = context.client().delivery(message);
    if (out.json()) {
        out.record(record_of(delivery));
        return Exit::done;
    }
    out.line(say("Stored here; delivered to {0} of {1} devices of other members.",
                 delivery.message.delivered_to, delivery.message.delivered_of));
    Table table({{tr("MEMBER"), true}, {tr("STATE")}, {tr("DEVICE")}});
    for (const auto& device : delivery.devices)
        table.add({device.name, device.state, device.device_id.substr(0, 8)});
    if (!table.empty()) out.table(table);
    return Exit::done;
}

Exit status(Context& context, const Arguments& arguments) {
    if (arguments.has("--delivery")) return delivery(context, arguments.value("--delivery"));
    Output& out = context.out();
    const Status status = context.client().status();
    if (out.json()) {
        out.record(record_of(status));
        return Exit::done;
    }
    const std::string state = status.state == "ready"
                                  ? (status.in_step ? tr("ready, in step") : tr("ready, catching up"))
                              : status.state == "locked"     ? tr("locked")
                              : status.state == "no-network" ? tr("in no network yet")
                                                             : status.state;
    std::string self = status.name;
    if (!self.empty()) self += " (" + role_for_people(status.role) + ", " + status.country + ")";
    show_card(out, {{tr("State"), state},
                    {tr("You"), self},
                    {tr("Network"), status.network},
                    {tr("Listening"), joined(status.listening)},
                    {tr("Channels"), std::to_string(status.channels)},
                    {tr("Entries"), std::to_string(status.entries)},
                    {tr("Waiting"), status.waiting == 0 ? std::string{} : std::to_string(status.waiting)},
                    {tr("Requests"), status.requests == 0 ? std::string{}
                                                          : say("{0} to enter, `liaise channel requests`",
                                                                std::to_string(status.requests))},
                    {tr("Invitations"), status.invitations == 0 ? std::string{}
                                                                : say("{0}, see `liaise channel list`",
                                                                      std::to_string(status.invitations))},
                    {tr("Process"), std::to_string(status.pid) + ", " + status.version},
                    {tr("Home"), status.home}});
    Table peers({{tr("PEER"), true}, {tr("STATE")}, {tr("ADDRESS"), true}});
    for (const Peer& peer : status.peers) peers.add({peer.name, peer.state, peer.address});
    if (!peers.empty()) {
        out.styled("");
        out.table(peers);
    }
    for (const std::string& warning : status.warnings) out.note(say("Warning: {0}", warning));
    return Exit::done;
}

Exit lock(Context& context, const Arguments&) {
    context.client().lock();
    if (context.out().json())
        context.out().record(Record{}.add("state", "locked"));
    else
        context.out().line(
            tr("Locked: the keys are wiped from memory. Nothing is received until `liaise unlock`."));
    return Exit::done;
}

Exit unlock(Context& context, const Arguments& arguments) {
    if (context.client().status().state == "locked")
        context.client().unlock(passphrase_from(arguments, context.out(), false));
    if (context.out().json())
        context.out().record(Record{}.add("state", context.client().status().state));
    else
        context.out().line(tr("Unlocked."));
    return Exit::done;
}

// What can be seen from here, whether or not a daemon answers.
std::vector<Finding> findings_from_outside(const std::filesystem::path& home) {
    std::vector<Finding> findings;
    struct stat info {};
    if (::stat(home.c_str(), &info) != 0) {
        findings.push_back(
            {"home", "error", say("There is no home at {0}. Make one with `liaise init`.", home.string())});
        return findings;
    }
    if (info.st_uid != ::geteuid())
        findings.push_back({"home", "error", say("The home {0} belongs to another user.", home.string())});
    else if ((info.st_mode & 0077) != 0)
        findings.push_back({"home", "warning",
                            say("Other users of this machine can look into the home. Close it with "
                                "`chmod 700 {0}`.",
                                home.string())});
    else
        findings.push_back({"home", "good", say("The home {0} is yours alone.", home.string())});
    try {
        findings.push_back({"program", "good", say("The daemon's program is {0}.", find_daemon().string())});
    } catch (const Failure& failure) {
        findings.push_back({"program", "error", failure.sentence});
    }
    return findings;
}

Exit doctor(Context& context, const Arguments&) {
    Output& out = context.out();
    std::vector<Finding> findings = findings_from_outside(context.home());
    Exit exit = Exit::done;
    try {
        for (Finding& finding : context.client().doctor()) findings.push_back(std::move(finding));
    } catch (const Failure& failure) {
        findings.push_back({"daemon", "warning", failure.sentence});
        exit = failure.exit;
    }
    for (const Finding& finding : findings) {
        if (finding.severity == "error" && exit == Exit::done) exit = Exit::failed;
        if (out.json()) out.record(record_of(finding));
    }
    if (out.json()) return exit;
    for (const Finding& finding : findings) {
        const Style style = finding.severity == "good"      ? Style::good
                            : finding.severity == "error"   ? Style::bad
                            : finding.severity == "warning" ? Style::warning
                                                            : Style::faint;
        out.styled(out.paint(style, finding.severity) + "  " + safe_line(finding.subject) + ": " +
                   safe_line(finding.sentence));
    }
    return exit;
}

}  // namespace

std::vector<Command> daemon_commands() {
    const Option passphrase{
        "--passphrase-file", "FILE", "read the passphrase from a file, not from the terminal", {}, false,
        Kind::file};
    return {
        {"up",
         "start the daemon on this home, and return when it is ready",
         {},
         {{"--listen",
           "ADDRESS:PORT",
           "take connections there; port 0 picks a free one; may be repeated",
           {},
           true},
          {"--announce",
           "HOST:PORT",
           "tell others to dial this instead of where it listens; may be repeated",
           {},
           true},
          passphrase,
          {"--locked", nullptr, "start without the passphrase; `liaise unlock` gives it later"},
          {"--foreground", nullptr, "stay in this terminal, and log to it"},
          {"--log-level", "LEVEL", "how much the log says", {"debug", "info", "warning", "error"}}},
         "Without --listen the node takes no connections and reaches others by itself. What others are told "
         "to "
         "dial, in tickets and the directory, is where it listens, with the machine's own addresses for "
         "0.0.0.0 "
         "and [::]; behind a router that passes connections on name its address with --announce. The log is "
         "the file "
         "`log` in the "
         "home; it holds no content and no names. Where the daemon is up already, that is said, and is no "
         "error.",
         {{"liaise up", "asks for the passphrase"},
          {"liaise --home ke up --listen 127.0.0.1:0 --passphrase-file pass",
           "on a free port of this machine"}},
         up},
        {"down",
         "stop the daemon on this home, and return when it is gone",
         {},
         {},
         "Everything is on disk before it stops. Where no daemon runs, the exit code is 3.",
         {{"liaise down", ""}},
         down},
        {"status",
         "who you are, what runs, who is connected",
         {},
         {{"--delivery", "MESSAGE", "instead: which devices have a message of yours"}},
         "Answers while the node is locked, too. A device counts as having a message once it has said that "
         "the "
         "message is safely on its disk; as having read it only where the channel's charter turns receipts "
         "on.",
         {{"liaise status", ""},
          {"liaise status --json", "one object, for programs"},
          {"liaise status --delivery 17.k3f9x2mqabcde", ""}},
         status},
        {"lock",
         "wipe the keys from memory, and keep the daemon",
         {},
         {},
         "Until `liaise unlock` only status, unlock and down answer, and nothing is received or sent.",
         {{"liaise lock", ""}},
         lock},
        {"unlock",
         "give the passphrase to a locked node",
         {},
         {passphrase},
         "After three wrong passphrases each further attempt has to wait, up to a minute.",
         {{"liaise unlock", "asks for the passphrase"}, {"liaise unlock --passphrase-file pass", ""}},
         unlock},
        {"doctor",
         "look for what is wrong, and say what to do",
         {},
         {},
         "Checks the home, the daemon, the store, the clock and the connections. The exit code is 1 where "
         "something is "
         "wrong, 3 where no daemon runs.",
         {{"liaise doctor", ""}},
         doctor},
    };
}

}  // namespace liaise::cli
