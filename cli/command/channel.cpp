// channel: where people talk, and who is in.
#include "cli/charter.h"
#include "cli/moment.h"
#include "cli/people.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

std::string state_for_people(const Channel& channel) {
    if (channel.state == "asked") return tr("asked, waiting");
    if (channel.state == "may-ask") return tr("you may ask");
    return channel.invited ? tr("invited") : channel.state;
}

void show_channel(Output& out, const Channel& channel) {
    if (out.json()) return out.record(record_of(channel));
    show_card(
        out,
        {{tr("Channel"), channel.name},
         {tr("Purpose"), channel.purpose},
         {tr("Kind"), channel.kind},
         {tr("History"), channel.history},
         {tr("Ceiling"), channel.ceiling.empty() ? std::string{} : "TLP:" + channel.ceiling},
         {tr("Kept"), span_for_people(channel.retention_days)},
         {tr("Created"), moment_for_people(channel.created)},
         {tr("State"), state_for_people(channel)},
         {tr("Listed"), channel.listed ? tr("everybody in the network sees that it exists") : std::string{}},
         {tr("Aliases"), aliases_for_people(channel.aliases)},
         {tr("You are"), channel.alias},
         {tr("Requests"), channel.requests == 0 ? std::string{} : std::to_string(channel.requests)},
         {tr("Messages"), std::to_string(channel.messages)},
         {tr("Documents"), std::to_string(channel.documents)},
         {tr("Waiting"), channel.waiting == 0 ? std::string{} : std::to_string(channel.waiting)},
         {tr("Id"), channel.id}});
    Table members({{tr("MEMBER"), true}, {tr("STANDING"), true}, {tr("CONVENER")}});
    for (const auto& member : channel.members)
        members.add({member.person.name, standing_of(member.person),
                     member.convener ? std::to_string(member.place) : ""});
    if (!members.empty()) {
        out.styled("");
        out.table(members);
    }
    for (const std::string& warning : channel.warnings) out.note(say("Warning: {0}", warning));
}

Exit create(Context& context, const Arguments& arguments) {
    CharterWishes charter;
    charter.name = arguments.at(0);
    charter.purpose = arguments.value("--purpose");
    charter.kind = arguments.value("--kind", "discussion");
    charter.history = arguments.value("--history");  // the daemon knows what fits the kind
    charter.ceiling = arguments.value("--ceiling");
    charter.receipts = arguments.value("--receipts");
    charter.aliases = arguments.value("--alias");
    if (arguments.has("--listed")) charter.listed = "on";
    if (arguments.has("--retention"))
        charter.retention_days =
            number_from("--retention", arguments.value("--retention"), 0, retention_days_max);
    const Channel channel = context.client().create_channel(charter);
    if (context.out().json())
        context.out().record(record_of(channel));
    else
        context.out().line(say(
            "The channel \"{0}\" is open; you are its convener. Invite people with `liaise channel invite`.",
            channel.name));
    return Exit::done;
}

// What a person has to know of channels that they are not in, beside the table.
void say_of_others(Output& out, const std::vector<Channel>& channels) {
    for (const Channel& channel : channels) {
        std::vector<std::string> names;
        for (const Person& person : channel.announced_by) names.push_back(person.name);
        const std::string by = joined(names);
        if (channel.invited)
            out.note(
                say("You are invited into \"{0}\": `liaise channel accept {1}` shows its charter, `decline` "
                    "takes you out.",
                    channel.name, channel.id));
        if (channel.state == "denied")
            out.note(
                channel.reason.empty()
                    ? say("The conveners of \"{0}\" did not let you in.", channel.name)
                    : say("The conveners of \"{0}\" did not let you in: {1}", channel.name, channel.reason));
        if (channel.state == "may-ask")
            out.note(
                say("{0} lets you ask to enter \"{1}\" under an alias: look at `liaise channel charter {2}`, "
                    "then `liaise channel accept {2} --alias NAME`.",
                    by, channel.name, channel.id));
        if (channel.state == "asked" && !channel.alias.empty())
            out.note(say("You ask to enter \"{0}\" as {1}; {2} knows that it is you.", channel.name,
                         channel.alias, by));
        if (channel.state == "listed") out.note(say("\"{0}\" is announced by {1}.", channel.name, by));
    }
}

Exit list(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    Table table({{tr("CHANNEL"), true},
                 {tr("KIND")},
                 {tr("STATE")},
                 {tr("MESSAGES"), false, true},
                 {tr("DOCUMENTS"), false, true},
                 {tr("WAITING"), false, true},
                 {tr("ID")}});
    const auto channels = context.client().channels(arguments.has("--all"));
    for (const Channel& channel : channels) {
        if (out.json()) out.record(record_of(channel));
        const bool other = !channel.announced_by.empty();
        const auto figure = [other](std::uint64_t count) {
            return other ? std::string{} : std::to_string(count);
        };
        table.add({channel.name, channel.kind, state_for_people(channel), figure(channel.messages),
                   figure(channel.documents), figure(channel.waiting), channel.id.substr(0, 8)});
    }
    if (out.json()) return Exit::done;
    if (table.empty())
        out.note(
            tr("No channels yet. Make one with `liaise channel create`, ask to enter one of `liaise channel "
               "list --all`, or wait for an invitation."));
    out.table(table);
    say_of_others(out, channels);
    return Exit::done;
}

Exit show_one(Context& context, const Arguments& arguments) {
    show_channel(context.out(), context.client().channel(arguments.at(0)));
    if (!context.out().json()) (void)context.client().unseen_charter(arguments.at(0));  // it was shown here
    return Exit::done;
}

Exit invite(Context& context, const Arguments& arguments) {
    if (arguments.has("--alias")) {
        context.client().let_ask(arguments.at(0), arguments.at(1));
        if (context.out().json())
            context.out().record(Record{}.add("channel", arguments.at(0)).add("state", "may-ask"));
        else
            context.out().line(say(
                "{0} may ask to enter \"{1}\" under an alias; `liaise channel requests` shows when they do.",
                arguments.at(1), arguments.at(0)));
        return Exit::done;
    }
    const Channel channel = context.client().invite(arguments.at(0), arguments.at(1));
    if (context.out().json())
        context.out().record(record_of(channel));
    else
        context.out().line(say("{0} is invited into \"{1}\".", arguments.at(1), channel.name));
    return Exit::done;
}

Exit remove(Context& context, const Arguments& arguments) {
    const auto before = context.client().channel(arguments.at(0)).members.size();
    const Channel channel = context.client().remove(arguments.at(0), arguments.at(1));
    if (context.out().json())
        context.out().record(record_of(channel));
    else if (channel.members.size() == before)  // a convener who ranks above: a vote, and not the last
        for (const std::string& warning : channel.warnings) context.out().line(warning);
    else
        context.out().line(say("{0} is removed from \"{1}\", and cannot read what is written from now on.",
                               arguments.at(1), channel.name));
    return Exit::done;
}

Exit leave(Context& context, const Arguments& arguments) {
    context.client().leave(arguments.at(0));
    if (context.out().json())
        context.out().record(Record{}.add("channel", arguments.at(0)).add("state", "left"));
    else
        context.out().line(say("You have left \"{0}\".", arguments.at(0)));
    return Exit::done;
}

}  // namespace

std::vector<Command> channel_commands() {
    const Argument channel{"CHANNEL", "a name, an id, or a unique beginning of an id"};
    const Argument member{"MEMBER", "a name, an id, or a unique beginning of an id"};
    return {
        {"channel create",
         "open a channel, with yourself as convener",
         {{"NAME", "the channel's name"}},
         {{"--purpose", "TEXT", "what it is for; people see it before they join"},
          {"--kind",
           "KIND",
           "discussion (default), announcement or library",
           {"discussion", "announcement", "library"}},
          {"--history",
           "RULE",
           "whether those who come later can read what was before",
           {"from-joining", "from-start"}},
          {"--ceiling", "HANDLING", "nothing is handled more strictly than this (TLP); red without it",
           handlings},
          {"--retention", "DAYS", "keep what is written for so long; without it, or 0: without end"},
          {"--receipts", "ON", "whether authors are told what was read (default off)", {"on", "off"}},
          {"--alias",
           "SHOWN",
           "let members have a name for this channel alone, and show beside it their whole card, their role "
           "and "
           "country, or only that they are accredited",
           {"full", "role", "accredited"}},
          {"--listed", nullptr, "let everybody in the network see that it exists, and ask to enter"}},
         "The history rule is for good: from-start (the default of a library) lets newcomers read "
         "everything, "
         "from-joining (the default of the others) only what comes after them. So are the kind and the rule "
         "on aliases. Everything else "
         "can "
         "be changed later with `liaise channel charter`.",
         {{"liaise channel create practice", ""},
          {"liaise channel create \"round table\" --alias accredited --listed", ""},
          {"liaise channel create library --kind library --purpose \"Good practice in all languages\"", ""}},
         create},
        {"channel list",
         "your channels, and those you asked to enter",
         {},
         {{"--all", nullptr, "and those that are announced to everybody in the network"}},
         "",
         {{"liaise channel list", ""}, {"liaise channel list --all", ""}},
         list},
        {"channel show",
         "one channel and its members",
         {channel},
         {},
         "",
         {{"liaise channel show practice", ""}},
         show_one},
        {"channel invite",
         "bring a member into a channel",
         {channel, member},
         {{"--alias", nullptr,
           "do not add them yet: let them ask under a name for this channel alone, where its charter allows "
           "it"}},
         "Conveners can do this. The member is shown the charter before taking part, and can decline.",
         {{"liaise channel invite practice \"Nguyen Van Minh\"", ""},
          {"liaise channel invite \"round table\" \"Nguyen Van Minh\" --alias", ""}},
         invite},
        {"channel leave",
         "leave a channel",
         {channel},
         {},
         "What you have read stays on this device.",
         {{"liaise channel leave practice", ""}},
         leave},
        {"channel remove",
         "take a member out of a channel",
         {channel, member},
         {},
         "Conveners can do this, for members and for conveners below them. Of somebody above it is a vote: "
         "more "
         "than half of the other conveners together remove one, for good. "
         "The channel's key is replaced: what is written afterwards cannot be read by "
         "the one "
         "who was removed; what was written before stays with them.",
         {{"liaise channel remove practice \"Nguyen Van Minh\"", ""}},
         remove},
    };
}

}  // namespace liaise::cli
