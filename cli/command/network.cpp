// network, ticket, join: how a network begins and how people come into it.
#include "cli/command/command.h"
#include "cli/input.h"
#include "cli/moment.h"
#include "cli/people.h"
#include "cli/qr.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

constexpr std::size_t ticket_bytes_max = 4096;

void show_network(Output& out, const Network& network) {
    if (out.json()) return out.record(record_of(network));
    show_card(out, {{tr("Network"), network.name},
                    {tr("Id"), network.id},
                    {tr("Founded"), moment_for_people(network.created)},
                    {tr("Founders"), say("{0} ({1} must agree to change the charter)",
                                         joined(network.founders), network.threshold)},
                    {tr("Members"), std::to_string(network.members)}});
    Table policy({{tr("ROLE")}, {tr("MAY ACCREDIT"), true}});
    for (const auto& line : network.policy) policy.add({line.role, joined(line.may_accredit)});
    if (policy.empty()) return;
    out.styled("");
    out.table(policy);
}

Exit found(Context& context, const Arguments& arguments) {
    show_network(context.out(), context.client().found_network(arguments.at(0)));
    return Exit::done;
}

Exit show_it(Context& context, const Arguments&) {
    show_network(context.out(), context.client().network());
    return Exit::done;
}

Exit create(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const Ticket ticket =
        context.client().create_ticket(arguments.value("--role", "focal-point"), arguments.value("--country"),
                                       milliseconds_from("--valid", arguments.value("--valid", "7d")));
    if (out.json()) {
        out.record(record_of(ticket));
        return Exit::done;
    }
    out.line(ticket.text);
    if (arguments.has("--qr"))
        for (const std::string& line : qr_lines(ticket.text, out.colour())) out.styled(line);
    out.note(say("Valid until {0}, for one person. Hand it over in person or through a line that you trust.",
                 moment_for_people(ticket.expires)));
    return Exit::done;
}

Exit list(Context& context, const Arguments&) {
    Output& out = context.out();
    Table table(
        {{tr("ID")}, {tr("STATE")}, {tr("ROLE")}, {tr("COUNTRY")}, {tr("EXPIRES")}, {tr("USED BY"), true}});
    for (const Ticket& ticket : context.client().tickets()) {
        if (out.json()) out.record(record_of(ticket));
        table.add({ticket.id.substr(0, 8), ticket.state, ticket.role, ticket.country,
                   moment_for_people(ticket.expires), ticket.used_by});
    }
    if (out.json()) return Exit::done;
    if (table.empty()) out.note(tr("No tickets yet. Make one with `liaise ticket create`."));
    out.table(table);
    return Exit::done;
}

Exit revoke(Context& context, const Arguments& arguments) {
    const Ticket ticket = context.client().revoke_ticket(arguments.at(0));
    if (context.out().json())
        context.out().record(record_of(ticket));
    else
        context.out().line(say("The ticket {0} is {1}.", ticket.id.substr(0, 8), ticket.state));
    return Exit::done;
}

Exit join(Context& context, const Arguments& arguments) {
    std::string ticket = arguments.at(0);
    if (ticket == "-") ticket = file_contents("-", ticket_bytes_max);
    // A ticket that went through letters and telephones: breaks and spaces in it mean nothing.
    std::erase_if(ticket, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
    const Wait wait{milliseconds_from("--wait", arguments.value("--wait", "60s"))};
    const Network network = context.client().join(ticket, wait);
    if (context.out().json())
        context.out().record(record_of(network));
    else
        context.out().line(say("Joined the network \"{0}\".", network.name));
    return Exit::done;
}

}  // namespace

std::vector<Command> network_commands() {
    return {
        {"network found",
         "found a network, with yourself as its founder",
         {{"NAME", "the network's name"}},
         {},
         "Writes and signs the network's charter: its name, its founders, and which roles may accredit "
         "which. A home "
         "belongs to one network.",
         {{"liaise network found \"Practice network\"", ""}},
         found},
        {"network show",
         "the network that you are in, its founders and its rules",
         {},
         {},
         "",
         {{"liaise network show", ""}},
         show_it},
        {"ticket create",
         "make a ticket that admits one person",
         {},
         {{"--role", "ROLE", "what the newcomer will be (default focal-point)", roles},
          {"--country", "CC", "the country that the newcomer acts for"},
          {"--valid", "SPAN", "how long it can be used: 90s, 15m, 12h, 7d, 4w (default 7d)"},
          {"--qr", nullptr, "show it as a QR code, too"}},
         "Prints the ticket alone on standard output. It holds your network's id, your addresses and a "
         "secret that works "
         "once: whoever has it can join as what it says, so hand it over with care.",
         {{"liaise ticket create --role focal-point --country VN --valid 7d", ""},
          {"liaise ticket create --country UA --qr", "for a telephone's camera"}},
         create},
        {"ticket list",
         "the tickets that you made, and what became of them",
         {},
         {},
         "",
         {{"liaise ticket list", ""}},
         list},
        {"ticket revoke",
         "make a ticket worthless",
         {{"TICKET", "its id, or a unique beginning of it"}},
         {},
         "A person who has joined with it already stays; see `liaise revoke`.",
         {{"liaise ticket revoke 7k3f9x2m", ""}},
         revoke},
        {"join",
         "join a network with a ticket",
         {{"TICKET", "the ticket; - reads it from standard input, where other users cannot see it"}},
         {{"--wait", "SPAN", "how long to wait for the node that gave the ticket (default 60s)"}},
         "Reaches the node that made the ticket, shows it your identity, and receives the network's charter "
         "and your "
         "accreditation. A ticket that is used, expired, revoked or mistyped is refused with a sentence that "
         "says which.",
         {{"liaise join \"$TICKET\"", ""}, {"liaise join - < ticket", ""}},
         join},
    };
}

}  // namespace liaise::cli
