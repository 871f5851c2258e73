// edit, retract, react, pin, unpin, hide, unhide, mute, unmute: what is done with messages and their authors.
#include "cli/command/command.h"
#include "cli/input.h"
#include "cli/people.h"
#include "cli/words.h"
#include "protocol/base/limits.h"

namespace liaise::cli {
namespace {

// Words for signs that keyboards have not. Anything else is taken as it is typed.
std::string sign_of(const std::string& typed) {
    static const std::vector<std::pair<const char*, const char*>> signs{
        {"+1", "\U0001f44d"},     {"heart", "\u2764"},    {"check", "\u2713"},
        {"thanks", "\U0001f64f"}, {"eyes", "\U0001f440"}, {"question", "\u2753"}};
    for (const auto& [word, sign] : signs)
        if (typed == word) return sign;
    return typed;
}

Exit done(Context& context, const Message& message) {
    if (context.out().json())
        context.out().record(record_of(message));
    else
        show_message(context.out(), message, true);
    return Exit::done;
}

Exit edit(Context& context, const Arguments& arguments) {
    Client& client = context.client();
    const std::string text = text_from(arguments, 1, "message", limits::text_bytes_max);
    return done(context, client.mark(Act::edit, arguments.at(0), text));
}

Exit retract(Context& context, const Arguments& arguments) {
    return done(context, context.client().mark(Act::retract, arguments.at(0), ""));
}

Exit react(Context& context, const Arguments& arguments) {
    const Act act = arguments.has("--remove") ? Act::unreact : Act::react;
    return done(context, context.client().mark(act, arguments.at(0), sign_of(arguments.at(1))));
}

Exit pin(Context& context, const Arguments& arguments) {
    return done(context, context.client().mark(Act::pin, arguments.at(0), ""));
}

Exit unpin(Context& context, const Arguments& arguments) {
    return done(context, context.client().mark(Act::unpin, arguments.at(0), ""));
}

Exit hide(Context& context, const Arguments& arguments) {
    return done(context, context.client().mark(Act::hide, arguments.at(0), arguments.value("--reason")));
}

Exit unhide(Context& context, const Arguments& arguments) {
    return done(context, context.client().mark(Act::unhide, arguments.at(0), ""));
}

Exit set_mute(Context& context, const Arguments& arguments, bool on) {
    const std::string channel = arguments.value("--channel");
    const Person person = context.client().mute(arguments.at(0), channel, on);
    if (context.out().json())
        context.out().record(record_of(person));
    else if (on)
        context.out().line(say("{0} is muted for you. Nobody else learns of it.", person.name));
    else
        context.out().line(say("{0} is not muted any more.", person.name));
    return Exit::done;
}

Exit mute(Context& context, const Arguments& arguments) {
    return set_mute(context, arguments, true);
}
Exit unmute(Context& context, const Arguments& arguments) {
    return set_mute(context, arguments, false);
}

}  // namespace

std::vector<Command> mark_commands() {
    const Argument message{"MESSAGE", "the message's id, as `liaise read` shows it"};
    const Argument member{"MEMBER", "a name, an id, or a unique beginning of an id"};
    const Option channel{"--channel", "CHANNEL", "only in this channel"};
    return {
        {"edit",
         "give a message of yours another text",
         {message,
          {"TEXT", "the text; - or left out with a pipe: standard input; left out on a terminal: $EDITOR",
           false}},
         {},
         "Everybody sees that it was edited. Who has read the first text has read it.",
         {{"liaise edit 17.k3f9x2mqabcde \"Referral instead of arrest: what works in Kisumu.\"", ""}},
         edit},
        {"retract",
         "take back a message or document of yours",
         {{"MESSAGE",
           "the message's id, as `liaise read` shows it; or a document: all your revisions of it"}},
         {},
         "Every honest node erases it: the text, earlier texts, a document's content, the words in the "
         "search "
         "index. That "
         "there was a message stays visible. Who has read or saved it has it still.",
         {{"liaise retract 17.k3f9x2mqabcde", ""}},
         retract},
        {"react",
         "answer a message with a sign or a short word",
         {message,
          {"REACTION",
           "a sign or a short word; +1, heart, check, thanks, eyes and question stand for signs"}},
         {{"--remove", nullptr, "take it back"}},
         "Each person's same reaction counts once.",
         {{"liaise react 17.k3f9x2mqabcde +1", ""}, {"liaise react 17.k3f9x2mqabcde +1 --remove", ""}},
         react},
        {"pin",
         "put a message where everybody finds it",
         {message},
         {},
         "`liaise read --pinned` shows what is pinned. In discussions every member may pin and unpin, "
         "elsewhere "
         "conveners.",
         {{"liaise pin 17.k3f9x2mqabcde", ""}},
         pin},
        {"unpin",
         "take a message off again",
         {message},
         {},
         "",
         {{"liaise unpin 17.k3f9x2mqabcde", ""}},
         unpin},
        {"hide",
         "take a message out of everybody's sight, as a convener",
         {message},
         {{"--reason", "TEXT", "why; everybody in the channel sees it"}},
         "Everybody sees that a message was hidden, by whom and why, and not what it said. Nothing is "
         "erased: "
         "`liaise unhide` shows it again.",
         {{"liaise hide 17.k3f9x2mqabcde --reason \"Names a person.\"", ""}},
         hide},
        {"unhide",
         "show a hidden message again, as a convener",
         {message},
         {},
         "",
         {{"liaise unhide 17.k3f9x2mqabcde", ""}},
         unhide},
        {"mute",
         "stop showing what a member writes, to you alone",
         {member},
         {channel},
         "`read`, `follow` and `search` leave it out; `read` and `search` say how many were left out. Nobody "
         "else learns of it.",
         {{"liaise mute \"Nguyen Van Minh\"", "everywhere"},
          {"liaise mute \"Nguyen Van Minh\" --channel practice", "in one channel"}},
         mute},
        {"unmute",
         "show again what a member writes",
         {member},
         {channel},
         "",
         {{"liaise unmute \"Nguyen Van Minh\"", ""}},
         unmute},
    };
}

}  // namespace liaise::cli
