// device: several devices of one's own.
#include <chrono>
#include <thread>

#include "cli/command/command.h"
#include "cli/input.h"
#include "cli/moment.h"
#include "cli/people.h"
#include "cli/process.h"
#include "cli/qr.h"
#include "cli/words.h"

namespace liaise::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t ticket_bytes_max = 4096;
constexpr std::size_t sheet_bytes_max = 8192;
constexpr int sheet_lines = 5;
constexpr auto look_again = std::chrono::milliseconds{200};

void show_words(Output& out, const std::vector<std::string>& words) {
    std::string line = " ";
    for (std::size_t i = 0; i < words.size(); ++i) {
        line += " " + words[i];
        if (i % 4 != 3 && i + 1 < words.size()) continue;
        out.line(line);
        line = " ";
    }
}

std::string called(const std::string& name, const std::string& id) {
    return name.empty() ? id.substr(0, 8) : name;
}

std::optional<DeviceTicket> find_ticket(Client& client, const std::string& id) {
    for (const DeviceTicket& ticket : client.device_tickets())
        if (ticket.id == id) return ticket;
    return {};
}

// The owner has the words before them on two screens.
Exit decide(Context& context, const DeviceTicket& ticket) {
    Output& out = context.out();
    out.note(tr("A new device asks to be one of yours. Its screen must show these words, in this order:"));
    show_words(out, ticket.words);
    for (;;) {
        const std::string answer = ask(tr("Does it show the same words? yes or no: "), true);
        if (answer == tr("yes")) {
            const DeviceTicket added = context.client().approve_device(ticket.id);
            out.line(say("{0} is one of your devices now.", called(added.name, added.device_id)));
            return Exit::done;
        }
        if (answer == tr("no")) {
            context.client().deny_device(ticket.id);
            out.line(
                tr("Refused. The ticket is worthless now; if it was yours, make another one with `liaise "
                   "device add`."));
            return Exit::not_allowed;
        }
    }
}

Exit add(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const DeviceTicket ticket = context.client().add_device(
        arguments.value("--name"), milliseconds_from("--valid", arguments.value("--valid", "1h")));
    if (out.json()) {
        out.record(record_of(ticket));
        return Exit::done;
    }
    out.line(ticket.text);
    out.flush();
    if (arguments.has("--qr"))
        for (const std::string& line : qr_lines(ticket.text, out.colour())) out.styled(line);
    out.note(say("Valid until {0}, for one device. On the new machine run `liaise device join TICKET`.",
                 moment_for_people(ticket.expires)));
    if (!can_ask() || arguments.has("--no-wait")) {
        out.note(tr("When it has asked: `liaise device approve`."));
        return Exit::done;
    }
    out.note(
        tr("Waiting for it. You may break off with Ctrl-C and go on later with `liaise device approve`."));
    for (;;) {
        const auto now = find_ticket(context.client(), ticket.id);
        if (!now || now->state == "expired")
            throw Failure{Exit::failed, tr("No device came with the ticket in time. Make another one.")};
        if (now->state == "asked") return decide(context, *now);
        if (now->state != "open") return Exit::done;  // decided elsewhere
        std::this_thread::sleep_for(look_again);
    }
}

Exit approve(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    if (arguments.has("--confirm")) {
        const DeviceTicket added = context.client().approve_device(arguments.at(0));
        if (out.json())
            out.record(record_of(added));
        else
            out.line(say("{0} is one of your devices now.", called(added.name, added.device_id)));
        return Exit::done;
    }
    std::vector<DeviceTicket> asked;
    for (const DeviceTicket& ticket : context.client().device_tickets())
        if (ticket.state == "asked" && (arguments.at(0).empty() || ticket.name == arguments.at(0) ||
                                        ticket.id.rfind(arguments.at(0), 0) == 0))
            asked.push_back(ticket);
    if (asked.empty())
        throw Failure{Exit::failed,
                      tr("No new device asks to be added. Run `liaise device join TICKET` on it, with "
                         "both machines online; `liaise device add` makes the ticket.")};
    if (asked.size() > 1)
        throw Failure{Exit::usage,
                      tr("Several new devices ask to be added. Say which: `liaise device tickets` lists "
                         "them.")};
    if (can_ask() && !out.json()) return decide(context, asked.front());
    if (out.json()) {
        out.record(record_of(asked.front()));
        return Exit::done;
    }
    show_words(out, asked.front().words);
    out.note(
        tr("The new device's screen must show the same words, in the same order. If it does, run `liaise "
           "device approve --confirm`. If it does not, run `liaise device deny`."));
    return Exit::done;
}

Exit deny(Context& context, const Arguments& arguments) {
    const DeviceTicket denied = context.client().deny_device(arguments.at(0));
    if (context.out().json())
        context.out().record(record_of(denied));
    else
        context.out().line(say("The ticket {0} is worthless now.", denied.id.substr(0, 8)));
    return Exit::done;
}

Exit tickets(Context& context, const Arguments&) {
    Output& out = context.out();
    Table table({{tr("ID")}, {tr("STATE")}, {tr("DEVICE"), true}, {tr("EXPIRES")}});
    for (const DeviceTicket& ticket : context.client().device_tickets()) {
        if (out.json()) out.record(record_of(ticket));
        table.add({ticket.id.substr(0, 8), ticket.state,
                   ticket.device_id.empty() ? ticket.name : called(ticket.name, ticket.device_id),
                   moment_for_people(ticket.expires)});
    }
    if (out.json()) return Exit::done;
    if (table.empty()) out.note(tr("No tickets for devices yet. Make one with `liaise device add`."));
    out.table(table);
    return Exit::done;
}

Exit list(Context& context, const Arguments&) {
    Output& out = context.out();
    Table table({{tr("ID")}, {tr("NAME"), true}, {tr("STATE")}, {tr("ADDED")}, {tr("SEEN")}});
    for (const Device& device : context.client().devices()) {
        if (out.json()) out.record(record_of(device));
        const std::string seen = device.this_one    ? tr("this device")
                                 : device.connected ? tr("connected")
                                 : device.seen == 0 ? tr("never")
                                                    : moment_for_people(device.seen);
        table.add({device.id.substr(0, 8), device.name, device.state, moment_for_people(device.added), seen});
    }
    if (!out.json()) out.table(table);
    return Exit::done;
}

void say_device(Output& out, const Device& device, const std::string& sentence) {
    if (out.json())
        out.record(record_of(device));
    else
        out.line(sentence);
}

Exit rename(Context& context, const Arguments& arguments) {
    const Device device = context.client().rename_device(arguments.at(0), arguments.at(1));
    say_device(context.out(), device, say("{0} is called {1} here.", device.id.substr(0, 8), device.name));
    return Exit::done;
}

std::string sheet_from(const Arguments& arguments, Output& out) {
    if (arguments.has("--sheet-file")) return file_contents(arguments.value("--sheet-file"), sheet_bytes_max);
    if (!arguments.has("--sheet")) return {};
    if (!can_ask())
        throw Failure{Exit::usage,
                      tr("There is no terminal to type the recovery sheet on. Name a file with it: "
                         "--sheet-file.")};
    out.note(tr("Type the groups of your recovery sheet, line by line."));
    std::string sheet;
    for (int line = 1; line <= sheet_lines; ++line) sheet += ask(say("Line {0}: ", line), true) + "\n";
    clear_terminal();
    return sheet;
}

Exit revoke(Context& context, const Arguments& arguments) {
    const Device device = context.client().revoke_device(arguments.at(0), arguments.value("--reason"),
                                                         sheet_from(arguments, context.out()));
    say_device(context.out(), device,
               say("{0} is revoked. Every node shuts it out when the news reaches it.",
                   called(device.name, device.id)));
    return Exit::done;
}

// On the new device.

// Whether a home was made.
bool make_home(Context& context, const Arguments& arguments, const std::string& ticket) {
    std::error_code fault;
    if (fs::exists(context.home() / "vault", fault)) return false;
    if (ticket.empty())
        throw Failure{Exit::usage,
                      tr("TICKET is missing. `liaise device add` on your other device makes one.")};
    const std::string passphrase = passphrase_from(arguments, context.out(), true);
    fs::create_directories(context.home().parent_path(), fault);  // the home itself is the daemon's to make
    const SetupProcess process = start_setup(context.home());
    {
        SetupClient setup(process.socket);
        setup.create_device(ticket, passphrase);
    }
    wait_for(process);
    DaemonStart start{
        context.home(), arguments.values("--listen"), passphrase, {}, arguments.values("--announce")};
    start_daemon(start);
    return true;
}

void be_running(Context& context, const Arguments& arguments) {
    try {
        context.client().status();
        return;
    } catch (const Failure& failure) {
        if (failure.exit != Exit::not_running) throw;
    }
    start_daemon({context.home(),
                  arguments.values("--listen"),
                  passphrase_from(arguments, context.out(), false),
                  {},
                  arguments.values("--announce")});
}

Exit finish(Output& out, const DeviceJoin& join) {
    if (out.json())
        out.record(record_of(join));
    else
        out.line(say("This is a device of {0} now, in the network \"{1}\".", join.member, join.network));
    return Exit::done;
}

// Says what is new of it.
void report(Output& out, const DeviceJoin& join) {
    if (out.json()) return out.record(record_of(join));
    if (join.state == "reaching") out.note(tr("Looking for your other device."));
    if (join.state == "unreachable")
        out.note(
            tr("Your other device cannot be reached now. Both must be online; this one goes on trying."));
    if (join.state != "comparing") return;
    show_words(out, join.words);
    out.note(tr(
        "Your other device shows words, too. If they are the same, in the same order, say yes there; if not, "
        "say no."));
}

Exit join(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    std::string ticket = arguments.at(0);
    if (ticket == "-") ticket = file_contents("-", ticket_bytes_max);
    std::erase_if(ticket, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    const Milliseconds wait = milliseconds_from("--wait", arguments.value("--wait", "15m"));
    if (!make_home(context, arguments, ticket)) {
        be_running(context, arguments);
        if (!ticket.empty()) context.client().join_as_device(ticket);
    }
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{wait};
    std::string told;
    for (;;) {
        const DeviceJoin now = context.client().device_join();
        if (now.state == "joined") return finish(out, now);
        if (now.state == "refused") throw Failure{Exit::failed, now.sentence};
        if (now.state.empty())
            throw Failure{Exit::failed, tr("This home is somebody's already. See `liaise status`.")};
        if (now.state != told) report(out, now);
        out.flush();  // somebody may be waiting for the words
        told = now.state;
        if (std::chrono::steady_clock::now() >= end)
            throw Failure{Exit::failed,
                          tr("Your other device has not answered yes in time. Nothing is lost: go on "
                             "with `liaise device join`.")};
        std::this_thread::sleep_for(look_again);
    }
}

}  // namespace

std::vector<Command> device_commands() {
    const Argument ticket{"TICKET", "its id or the device's name; left out: the only one that waits", false};
    const Argument device{"DEVICE", "its name, its id, or a unique beginning of the id"};
    return {
        {"device add",
         "add another device to yours: make a ticket for it",
         {},
         {{"--name", "NAME", "what you call it; nobody but your own devices learns of it"},
          {"--valid", "SPAN", "how long it can be used: 15m, 12h, 7d (default 1h)"},
          {"--qr", nullptr, "show it as a QR code, too"},
          {"--no-wait", nullptr, "do not wait for the device to ask"}},
         "Prints the ticket alone on standard output. Type it on the new machine. Both screens then show the "
         "same "
         "words; compare them, and say yes here. Your identity's key stays on this device: another one "
         "reads, writes "
         "and convenes, but does not admit people or devices.",
         {{"liaise device add --name \"field laptop\"",
           "then `liaise device join TICKET` on the field laptop"}},
         add},
        {"device approve",
         "say yes to a new device, after comparing the words",
         {ticket},
         {{"--confirm", nullptr, "the words are the same: do not ask"}},
         "",
         {{"liaise device approve", "shows the words and asks"},
          {"liaise device approve --confirm", "after comparing them"}},
         approve},
        {"device deny",
         "say no to a new device, or take its ticket back",
         {ticket},
         {},
         "",
         {{"liaise device deny", ""}},
         deny},
        {"device tickets",
         "the tickets that you made for devices, and what became of them",
         {},
         {},
         "",
         {{"liaise device tickets", ""}},
         tickets},
        {"device join",
         "make this machine another device of yours",
         {{"TICKET",
           "from `liaise device add`; - reads it from standard input; left out: go on where it was broken "
           "off",
           false}},
         {{"--listen",
           "ADDRESS:PORT",
           "take connections there; port 0 picks a free one; may be repeated",
           {},
           true},
          {"--announce", "HOST:PORT", "tell others to dial this instead of where it listens", {}, true},
          {"--passphrase-file",
           "FILE",
           "read the passphrase from a file, not from the terminal",
           {},
           false,
           Kind::file},
          {"--wait", "SPAN", "how long to wait for your yes on the other device (default 15m)"}},
         "Makes a home with keys of its own, starts the daemon, and asks the device that made the ticket. "
         "Compare the "
         "words on both screens, and say yes there. Whatever is broken off goes on with `liaise device "
         "join`.",
         {{"liaise device join \"$TICKET\"", ""}, {"liaise device join", "goes on"}},
         join},
        {"device list",
         "your devices",
         {},
         {},
         "With the revoked ones. SEEN is when this device met it last.",
         {{"liaise device list", ""}},
         list},
        {"device name",
         "call one of your devices something",
         {device, {"NAME", "what you call it, on this device alone"}},
         {},
         "",
         {{"liaise device name k3f9x2mq \"office\"", ""}},
         rename},
        {"device revoke",
         "shut one of your devices out, for good",
         {device},
         {{"--reason",
           "REASON",
           "why (default device-lost); every member can read it",
           {"device-lost", "key-exposed", "superseded", "left", "unspecified"}},
          {"--sheet", nullptr, "type your recovery sheet: needed where this device has no identity key"},
          {"--sheet-file", "FILE", "read the recovery sheet from a file", {}, false, Kind::file}},
         "Other nodes close the door when the news reaches them, and what is written then does not open for "
         "it any "
         "more. If the lost device is the one where you made your home, and somebody may have it unlocked, "
         "ask whoever "
         "accredited you to revoke you and to admit you anew: it holds your identity.",
         {{"liaise device revoke \"field laptop\"", ""},
          {"liaise device revoke office --sheet", "from a device without the identity key"}},
         revoke},
    };
}

}  // namespace liaise::cli
