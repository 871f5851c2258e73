#include "cli/people.h"

#include <algorithm>

#include "cli/moment.h"
#include "cli/text.h"
#include "cli/words.h"

namespace liaise::cli {

std::string role_for_people(const std::string& role) {
    if (role == "focal-point") return tr("focal point");
    return role;
}

std::string standing_of(const Person& person) {
    if (!person.alias.empty()) {
        if (person.self) return tr("you, under an alias");
        return person.behind.empty() ? tr("alias") : say("alias; you know it is {0}", person.behind);
    }
    std::string text = role_for_people(person.role) + ", " + person.country;
    if (person.self) return text + ", " + tr("you");
    if (person.standing == "revoked") text += ", " + tr("REVOKED");
    if (person.standing == "expired") text += ", " + tr("EXPIRED");
    if (person.contact == "changed") text += ", " + tr("CHANGED: verify again");
    if (person.verified) text += ", " + tr("verified");
    if (person.forked) text += ", " + tr("CONTRADICTS ITSELF");
    return text;
}

std::string author_of(const Message& message) {
    // An alias says what it is in its name.
    if (message.role.empty()) return message.author + (message.mine ? " (" + tr("you") + ")" : std::string{});
    std::string text = message.author + " (" + role_for_people(message.role) + ", " + message.country;
    if (message.mine)
        text += ", " + tr("you");
    else if (message.verified)
        text += ", " + tr("verified");
    return text + ")";
}

namespace {

// One line: what happened is no message of anybody's.
void show_notice(Output& out, const Message& notice, bool with_channel) {
    std::string text = safe_line(author_of(notice) + " " + notice.text);
    if (with_channel) text += "  " + safe_line(notice.channel);
    const std::string moment = moment_for_people(notice.time);
    for (const std::string& line : wrap(text + "  " + moment, out.prose_columns()))
        out.styled(out.paint(Style::faint, line));
    out.styled("");
}

}  // namespace

namespace {

std::string text_shown(const Message& message) {
    if (message.state == "waiting") return tr("(waiting for its key)");
    if (message.state == "retracted") return tr("(retracted by its author)");
    if (message.state == "expired") return tr("(gone: this channel keeps messages for a time only)");
    if (message.state == "hidden") return say("(hidden by {0}: {1})", message.hidden_by, message.reason);
    return message.text;
}

std::string delivery_shown(const Message& message) {
    if (message.read_by > 0) return say("read by {0}", message.read_by);
    if (message.delivered_to == 0) return tr("not delivered yet");
    return say("delivered to {0} of {1}", message.delivered_to, message.delivered_of);
}

}  // namespace

void show_message(Output& out, const Message& message, bool with_channel) {
    if (message.kind == "notice") return show_notice(out, message, with_channel);
    std::string head = out.paint(Style::bold, safe_line(author_of(message))) + "  " +
                       out.paint(Style::faint, moment_for_people(message.time));
    if (with_channel) head += "  " + safe_line(message.channel);
    out.styled(head);
    const std::string text = text_shown(message);
    for (const std::string& line : wrap(safe_text(text), out.prose_columns() - 2)) out.styled("  " + line);
    std::string foot = "  " + safe_line(message.id);
    if (!message.reply_to.empty()) foot += "  " + say("in reply to {0}", safe_line(message.reply_to));
    if (message.edited) foot += "  " + tr("edited");
    if (!message.pinned_by.empty()) foot += "  " + say("pinned by {0}", safe_line(message.pinned_by));
    if (message.mentions_me) foot += "  " + tr("names you");
    const bool gone = message.state == "retracted" || message.state == "expired";
    if (message.mine && !gone && message.kind == "post") foot += "  " + delivery_shown(message);
    if (!message.handling.empty() && message.handling != "clear")
        foot += "  TLP:" + safe_line(message.handling);
    out.styled(out.paint(Style::faint, foot));
    if (!message.reactions.empty()) {
        std::string line = " ";
        for (const Reaction& reaction : message.reactions)
            line += " " + safe_line(reaction.reaction) + " " + std::to_string(reaction.by.size());
        out.styled(line);
    }
    out.styled("");
}

void say_muted(Output& out, std::uint32_t muted) {
    if (muted == 0) return;
    out.note(muted == 1 ? tr("1 message of somebody you muted is not shown.")
                        : say("{0} messages of people you muted are not shown.", muted));
}

void show_card(Output& out, const std::vector<std::pair<std::string, std::string>>& lines) {
    std::size_t width = 0;
    for (const auto& [name, value] : lines)
        if (!value.empty()) width = std::max(width, cells(name));
    for (const auto& [name, value] : lines) {
        if (value.empty()) continue;
        const std::string space(width - cells(name) + 2, ' ');
        const std::size_t column = width + 3;
        const std::size_t room =
            out.terminal() && out.columns() > column + 20 ? out.columns() - column : 1000;
        bool first = true;
        for (const std::string& part : wrap(safe_line(value), room)) {
            out.styled(first ? out.paint(Style::faint, name + ":") + space + part
                             : std::string(column, ' ') + part);
            first = false;
        }
    }
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
    return text;
}

}  // namespace liaise::cli
