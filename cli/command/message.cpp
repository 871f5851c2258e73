// post, reply, read, follow: messages.
#include <optional>

#include "cli/charter.h"
#include "cli/input.h"
#include "cli/moment.h"
#include "cli/people.h"
#include "cli/text.h"
#include "cli/words.h"
#include "protocol/base/limits.h"

namespace liaise::cli {
namespace {

void print(Output& out, const Message& message, bool with_channel) {
    if (out.json())
        out.record(record_of(message));
    else
        show_message(out, message, with_channel);
}

void say_posted(Output& out, const Message& message) {
    if (out.json())
        out.record(record_of(message));
    else
        out.line(message.id);
}

Exit post(Context& context, const Arguments& arguments) {
    Client& client = context.client();  // before the editor opens: no text is written in vain
    introduce_charter(context, arguments.at(0));
    const std::string text = text_from(arguments, 1, "message", limits::text_bytes_max);
    say_posted(context.out(), client.post(arguments.at(0), text, ""));
    return Exit::done;
}

Exit reply(Context& context, const Arguments& arguments) {
    Client& client = context.client();
    ReadQuery query;
    query.thread = arguments.at(0);
    query.limit = 1;
    const auto thread = client.read(query);
    if (thread.messages.empty())
        throw Failure{Exit::not_found,
                      say("There is no message {0} here. `liaise read` shows the ids.", arguments.at(0))};
    const std::string text = text_from(arguments, 1, "message", limits::text_bytes_max);
    say_posted(context.out(), client.post(thread.messages.front().channel_id, text, arguments.at(0)));
    return Exit::done;
}

std::string what_waits(const Waiting& waiting) {
    if (waiting.what == "key") return tr("their key");
    if (waiting.what == "introduction") return tr("news of who wrote them");
    return tr("themselves: they have not come");
}

Exit read_waiting(Context& context, const std::string& channel) {
    Output& out = context.out();
    const auto all = context.client().waiting(channel);
    for (const Waiting& waiting : all) {
        if (out.json()) {
            out.record(record_of(waiting));
            continue;
        }
        const std::string from = waiting.from.empty() ? tr("somebody not introduced yet") : waiting.from;
        out.styled(out.paint(Style::bold, safe_line(from)) + "  " + safe_line(waiting.channel));
        out.styled("  " + say(waiting.count == 1 ? "{0} entry waits for {1}" : "{0} entries wait for {1}",
                              waiting.count, what_waits(waiting)));
        out.styled("  " + say("since {0}", moment_for_people(waiting.since)) + "  " +
                   (waiting.asked.empty() ? tr("nobody of the channel is connected to ask")
                                          : say("asked: {0}", safe_line(joined(waiting.asked, ", ")))));
        out.styled("");
    }
    if (all.empty() && !out.json()) out.note(tr("Nothing waits."));
    return Exit::done;
}

Exit read(Context& context, const Arguments& arguments) {
    ReadQuery query;
    query.channel = arguments.at(0);
    query.limit =
        number_from("--limit", arguments.value("--limit", "50"), 1, limits::control_answer_entries_max);
    query.before = arguments.value("--before");
    query.after = arguments.value("--after");
    query.thread = arguments.value("--thread");
    query.unread = arguments.has("--unread");
    query.mentions = arguments.has("--mentions");
    query.pinned = arguments.has("--pinned");
    query.mark_read = !arguments.has("--keep-unread");
    const int kinds =
        query.unread + query.mentions + query.pinned + !query.thread.empty() + arguments.has("--waiting");
    const bool paged = !query.before.empty() || !query.after.empty();
    if (kinds > 1 || (kinds == 1 && paged))
        throw Failure{
            Exit::usage,
            tr("--thread, --unread, --mentions, --pinned and --waiting each ask for something else. "
               "Give one of them, without --before and --after.")};
    if (arguments.has("--waiting")) return read_waiting(context, query.channel);
    introduce_charter(context, query.channel);
    const auto found = context.client().read(query);
    for (const Message& message : found.messages) print(context.out(), message, query.channel.empty());
    if (found.messages.empty() && !context.out().json()) context.out().note(tr("No messages."));
    say_muted(context.out(), found.muted);
    return Exit::done;
}

// Prints what came after the last message seen, page by page.
void catch_up(Context& context, const std::string& channel, std::string& last) {
    if (last.empty()) return;
    ReadQuery query;
    query.channel = channel;
    query.limit = limits::control_answer_entries_max;
    while (true) {
        query.after = last;
        query.mark_read = true;
        const auto messages = context.client().read(query).messages;
        for (const Message& message : messages) {
            print(context.out(), message, channel.empty());
            last = message.id;
        }
        context.out().flush();
        if (messages.size() < query.limit) return;
    }
}

Exit follow(Context& context, const Arguments& arguments) {
    const std::string channel = arguments.at(0);
    std::optional<Wait> at_most;
    if (arguments.has("--for")) at_most = Wait{milliseconds_from("--for", arguments.value("--for"))};
    std::uint32_t left = number_from("--count", arguments.value("--count", "0"), 0, 1'000'000'000);
    const bool counted = left > 0;
    std::string last;
    std::uint32_t muted = 0;
    const auto take = [&](const Message& message) {
        if (message.kind == "muted") {
            ++muted;
            return true;
        }
        print(context.out(), message, channel.empty());
        context.out().flush();
        if (!message.edited) last = message.id;  // an older one, once more
        return !counted || --left > 0;
    };
    const auto started = [&] {
        if (!context.out().json()) context.out().note(tr("Waiting for messages. Interrupt with Ctrl-C."));
    };
    while (context.client().follow(channel, at_most, started, take) == Client::Followed::let_go)
        catch_up(context, channel, last);
    say_muted(context.out(), muted);
    return Exit::done;
}

}  // namespace

std::vector<Command> message_commands() {
    const Argument text{
        "TEXT", "the text; - or left out with a pipe: standard input; left out on a terminal: $EDITOR",
        false};
    return {
        {"post",
         "post a message into a channel",
         {{"CHANNEL", "a name, an id, or a unique beginning of an id"}, text},
         {},
         "Prints the message's id alone on standard output. When it returns, the message is safely on this "
         "device's disk; "
         "connected members have it a moment later, others when they meet again.",
         {{"liaise post practice \"Referral instead of arrest: what worked in Kisumu.\"", ""},
          {"liaise post practice < note.txt", "from a file"},
          {"liaise post practice", "opens $EDITOR on a terminal"}},
         post},
        {"reply",
         "reply to a message, in its channel",
         {{"MESSAGE", "the message's id, as `liaise read` shows it"}, text},
         {},
         "Prints the new message's id alone on standard output.",
         {{"liaise reply 17.k3f9x2mqabcde \"Who paid for the transport?\"", ""}},
         reply},
        {"read",
         "read messages, oldest first",
         {{"CHANNEL", "only this channel", false}},
         {{"--limit", "N", "at most so many, the newest (default 50, at most 1000)"},
          {"--before", "MESSAGE", "only those before this one"},
          {"--after", "MESSAGE", "only those after this one"},
          {"--thread", "MESSAGE", "the conversation that this one belongs to"},
          {"--unread", nullptr, "only what was not shown to you yet"},
          {"--mentions", nullptr, "only what names you with @"},
          {"--pinned", nullptr, "only what is pinned"},
          {"--waiting", nullptr, "what cannot be shown yet, and what for"},
          {"--keep-unread", nullptr, "what is shown goes on counting as unread"}},
         "Times are in your time zone; with --json in UTC.",
         {{"liaise read practice", ""},
          {"liaise read practice --json", "one object a line"},
          {"liaise read --thread 17.k3f9x2mqabcde", "a conversation"}},
         read},
        {"follow",
         "show messages as they arrive",
         {{"CHANNEL", "only this channel", false}},
         {{"--count", "N", "end after so many"}, {"--for", "SPAN", "end after so long: 90s, 15m, 12h"}},
         "Ends with Ctrl-C. Nothing is skipped: after a gap it reads what it missed. An edited message comes "
         "once "
         "more; of members you muted it says at the end how many messages are not shown.",
         {{"liaise follow practice", ""}, {"liaise follow --json", "everything, for a program"}},
         follow},
    };
}

}  // namespace liaise::cli
