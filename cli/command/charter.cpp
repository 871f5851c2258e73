// channel charter and conveners: by which rules people talk, and who may change them.
#include "cli/charter.h"
#include "cli/moment.h"
#include "cli/people.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

constexpr std::uint32_t place_max = 32;

void show(Output& out, const Charter& charter) {
    if (out.json()) return out.record(record_of(charter));
    show_card(out, lines_of(charter));
}

// Of a channel that one is not in: what those say who convene it, or say that they do. Commands to copy name
// it by its id: a stranger's text does not belong on a command line.
Exit show_claims(Output& out, const std::vector<Charter>& charters) {
    for (const Charter& each : charters) {
        if (&each != &charters.front()) out.styled("");
        show(out, each);
    }
    out.note(
        say("So it is announced. You are shown the charter itself when you are let in. "
            "`liaise channel request {0}` asks for that.",
            charters.front().channel_id));
    return Exit::done;
}

Exit charter(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    CharterWishes change;
    change.name = arguments.value("--name");
    change.purpose = arguments.value("--purpose");
    change.ceiling = arguments.value("--ceiling");
    change.receipts = arguments.value("--receipts");
    change.listed = arguments.value("--listed");
    if (arguments.has("--retention"))
        change.retention_days =
            number_from("--retention", arguments.value("--retention"), 0, retention_days_max);
    if (!change.name.empty() || !change.purpose.empty() || !change.ceiling.empty() ||
        !change.receipts.empty() || !change.listed.empty() || change.retention_days) {
        show(out, context.client().amend(arguments.at(0), change));
        return Exit::done;
    }
    const auto charters = context.client().charters(arguments.at(0));
    const bool claimed = !charters.empty() && charters.back().source != "entry";
    if (!claimed) (void)context.client().unseen_charter(arguments.at(0));
    if (out.json()) {
        for (const Charter& each : charters) out.record(record_of(each));
        return Exit::done;
    }
    if (charters.empty()) {
        out.note(tr("The charter has not arrived yet."));
        return Exit::done;
    }
    if (claimed) return show_claims(out, charters);
    show(out, charters.back());
    if (charters.size() < 2) return Exit::done;
    out.styled("");
    for (const Charter& each : charters)
        for (const std::string& sentence : each.changes)
            out.line(moment_for_people(each.time) + "  " + each.author + ": " + sentence);
    return Exit::done;
}

Exit conveners(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const Channel channel = context.client().channel(arguments.at(0));
    Table table({{tr("PLACE"), false, true}, {tr("CONVENER"), true}, {tr("STANDING"), true}});
    for (const auto& member : channel.members) {
        if (!member.convener) continue;
        if (out.json()) out.record(Record{}.add("place", member.place).add_all(record_of(member.person)));
        table.add({std::to_string(member.place), member.person.name, standing_of(member.person)});
    }
    if (out.json()) return Exit::done;
    out.table(table);
    for (const std::string& warning : channel.warnings) out.note(say("Warning: {0}", warning));
    return Exit::done;
}

Exit promote(Context& context, const Arguments& arguments) {
    const std::uint32_t place =
        arguments.has("--rank") ? number_from("--rank", arguments.value("--rank"), 1, place_max) : 0;
    show(context.out(), context.client().promote(arguments.at(0), arguments.at(1), place));
    return Exit::done;
}

Exit demote(Context& context, const Arguments& arguments) {
    show(context.out(), context.client().demote(arguments.at(0), arguments.at(1)));
    return Exit::done;
}

Exit hand_over(Context& context, const Arguments& arguments) {
    context.client().hand_over(arguments.at(0), arguments.at(1));
    if (context.out().json())
        context.out().record(Record{}.add("channel", arguments.at(0)).add("state", "left"));
    else
        context.out().line(say("{0} has your place in \"{1}\" now, and you have left it.", arguments.at(1),
                               arguments.at(0)));
    return Exit::done;
}

}  // namespace

std::vector<Command> charter_commands() {
    const Argument channel{"CHANNEL", "a name, an id, or a unique beginning of an id"};
    const Argument member{"MEMBER", "a name, an id, or a unique beginning of an id"};
    return {
        {"channel charter",
         "show or change a channel's rules",
         {channel},
         {{"--name", "NAME", "call it so"},
          {"--purpose", "TEXT", "say what it is for"},
          {"--ceiling", "HANDLING", "nothing is handled more strictly than this (TLP)", handlings},
          {"--retention", "DAYS", "keep what is written for so long; 0: without end"},
          {"--receipts", "ON", "whether authors are told what was read", {"on", "off"}},
          {"--listed",
           "ON",
           "whether everybody in the network sees that it exists, and may ask",
           {"on", "off"}}},
         "Without an option it shows the charter in force and what was changed of it, when and by whom; with "
         "--json a line for each charter, oldest first. Conveners change it. Every change is signed, and "
         "`liaise read` shows it. Kind and history stay as they were at the beginning. Of a listed channel "
         "that you are not in it shows what its conveners say of it.",
         {{"liaise channel charter practice", ""},
          {"liaise channel charter practice --retention 365", "forget after a year"}},
         charter},
        {"channel conveners",
         "who may invite, remove and change the charter",
         {channel},
         {},
         "The highest first. A convener changes only what is below the own place.",
         {{"liaise channel conveners practice", ""}},
         conveners},
        {"channel promote",
         "make a member a convener, or give a convener another place",
         {channel, member},
         {{"--rank", "N", "this place, 1 being the highest; without it the lowest"}},
         "Conveners can do this for the places below their own.",
         {{"liaise channel promote practice \"Nguyen Van Minh\"", ""}},
         promote},
        {"channel demote",
         "make a convener a member as others are",
         {channel, member},
         {},
         "Conveners can do this for those below them.",
         {{"liaise channel demote practice \"Nguyen Van Minh\"", ""}},
         demote},
        {"channel handover",
         "give your place as a convener to a member, and leave",
         {channel, member},
         {},
         "Nobody ever comes to stand above somebody who stood above them; so whoever gives the highest place "
         "away leaves. Who is invited again afterwards stands where they stood.",
         {{"liaise channel handover practice \"Nguyen Van Minh\"", ""}},
         hand_over},
    };
}

}  // namespace liaise::cli
