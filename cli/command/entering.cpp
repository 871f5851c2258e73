// channel request, requests, approve, deny, accept, decline: how people come into a channel.
#include "cli/charter.h"
#include "cli/moment.h"
#include "cli/people.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

Exit say_state(Context& context, const std::string& channel, const char* state, const std::string& sentence) {
    if (context.out().json())
        context.out().record(Record{}.add("channel", channel).add("state", state));
    else
        context.out().line(sentence);
    return Exit::done;
}

// Under an alias: who knows it, and what it can do here.
Exit ask_under_alias(Context& context, const std::string& name, const std::string& note,
                     const std::string& convener, const std::string& alias) {
    const Channel channel = context.client().request(name, note, convener, alias);
    if (context.out().json()) {
        context.out().record(record_of(channel));
        return Exit::done;
    }
    std::vector<std::string> names;
    for (const Person& person : channel.announced_by) names.push_back(person.name);
    const std::string who = joined(names);
    context.out().line(
        say("You ask {0} to let you into \"{1}\" as {2}. `liaise channel list` tells what became of it.", who,
            channel.name, alias));
    context.out().note(
        say("{0} will know that {1} is you, and nobody else. The alias comes to your other devices by "
            "itself; what "
            "you write reaches the others only through theirs.",
            who, alias));
    return Exit::done;
}

Exit request(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.at(0);
    if (arguments.has("--withdraw")) {
        context.client().withdraw_request(name);
        return say_state(context, name, "withdrawn", say("You no longer ask to enter \"{0}\".", name));
    }
    if (arguments.has("--alias"))
        return ask_under_alias(context, name, arguments.value("--note"), arguments.value("--convener"),
                               arguments.value("--alias"));
    const Channel channel =
        context.client().request(name, arguments.value("--note"), arguments.value("--convener"), {});
    if (context.out().json()) {
        context.out().record(record_of(channel));
        return Exit::done;
    }
    std::vector<std::string> names;
    for (const Person& person : channel.announced_by) names.push_back(person.name);
    context.out().line(
        say("You ask {0} to let you into \"{1}\". `liaise channel list` tells what became of it.",
            joined(names), channel.name));
    return Exit::done;
}

Exit requests(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const auto waiting = context.client().requests(arguments.at(0));
    Table table({{tr("CHANNEL"), true},
                 {tr("WHO"), true},
                 {tr("STANDING"), true},
                 {tr("ASKED")},
                 {tr("NOTE"), true}});
    for (const Request& request : waiting) {
        if (out.json()) out.record(record_of(request));
        table.add({request.channel,
                   request.alias.empty() ? request.person.name
                                         : say("{0}, as {1}", request.person.name, request.alias),
                   standing_of(request.person), moment_for_people(request.asked), request.note});
    }
    if (out.json()) return Exit::done;
    if (table.empty()) out.note(tr("Nobody waits for an answer."));
    out.table(table);
    return Exit::done;
}

Exit approve(Context& context, const Arguments& arguments) {
    const Channel channel = context.client().approve(arguments.at(0), arguments.at(1));
    if (context.out().json())
        context.out().record(record_of(channel));
    else
        context.out().line(say("{0} is let into \"{1}\".", arguments.at(1), channel.name));
    return Exit::done;
}

Exit deny(Context& context, const Arguments& arguments) {
    context.client().deny(arguments.at(0), arguments.at(1), arguments.value("--reason"));
    return say_state(context, arguments.at(0), "denied",
                     say("{0} is told that the answer is no.", arguments.at(1)));
}

Exit accept(Context& context, const Arguments& arguments) {
    if (arguments.has("--alias"))
        return ask_under_alias(context, arguments.at(0), {}, {}, arguments.value("--alias"));
    const auto charters = context.client().charters(arguments.at(0));
    if (!context.out().json() && !charters.empty()) show_card(context.out(), lines_of(charters.back()));
    const Channel channel = context.client().accept(arguments.at(0));
    if (context.out().json())
        context.out().record(record_of(channel));
    else
        context.out().line(say("You take part in \"{0}\".", channel.name));
    return Exit::done;
}

Exit decline(Context& context, const Arguments& arguments) {
    context.client().decline(arguments.at(0));
    return say_state(context, arguments.at(0), "declined",
                     say("You have declined the invitation into \"{0}\".", arguments.at(0)));
}

}  // namespace

std::vector<Command> entering_commands() {
    const Argument channel{"CHANNEL", "a name, an id, or a unique beginning of an id"};
    const Argument member{"MEMBER", "a name, an id, or a unique beginning of an id"};
    return {
        {"channel request",
         "ask to be let into a listed channel, or take that back",
         {channel},
         {{"--note", "TEXT", "one line for those who decide: who you are to them, and why"},
          {"--convener", "MEMBER", "whose channel is meant, where several have that name"},
          {"--alias", "NAME",
           "be there under this name, for this channel alone; its conveners know it is you"},
          {"--withdraw", nullptr, "no longer ask"}},
         "Those who announce the channel are asked, and nobody else learns of it. `liaise channel list` "
         "shows "
         "what became of it.",
         {{"liaise channel request practice --note \"We met at the round table in Nairobi\"", ""},
          {"liaise channel request \"round table\" --alias Heron", ""},
          {"liaise channel request practice --withdraw", ""}},
         request},
        {"channel requests",
         "who asks to enter channels that you convene",
         {{"CHANNEL", "without it: all", false}},
         {},
         "The oldest first. All conveners who announced the channel see the same.",
         {{"liaise channel requests", ""}},
         requests},
        {"channel approve",
         "let in somebody who asks",
         {channel, member},
         {},
         "As `liaise channel invite`, for those who asked.",
         {{"liaise channel approve practice \"Nguyen Van Minh\"", ""}},
         approve},
        {"channel deny",
         "tell somebody who asks that the answer is no",
         {channel, member},
         {{"--reason", "TEXT", "one line that they are told"}},
         "They see that it was you who answered; members do not learn of it. They may ask again, three times "
         "in a "
         "week at most.",
         {{"liaise channel deny practice \"Nguyen Van Minh\" --reason \"Only for trainers, for the time "
           "being\"",
           ""}},
         deny},
        {"channel accept",
         "see the charter of a channel that you are invited to, and take part",
         {channel},
         {{"--alias", "NAME", "where a convener lets you ask under an alias: ask, under this name"}},
         "Reading or writing there shows the charter first, too, and counts as accepting.",
         {{"liaise channel accept practice", ""}},
         accept},
        {"channel decline",
         "turn an invitation down",
         {channel},
         {},
         "You leave the channel; its members see that.",
         {{"liaise channel decline practice", ""}},
         decline},
    };
}

}  // namespace liaise::cli
