// The commands.
#include "node/service/editing.h"

#include "protocol/base/text.h"

namespace liaise::node::service {

using channel::MarkKind;

namespace {

bool is_document(const store::MessageRow& row) {
    return row.kind == static_cast<std::uint8_t>(MessageKind::document);
}
bool is_notice(const store::MessageRow& row) {
    return row.kind == static_cast<std::uint8_t>(MessageKind::notice);
}
bool is_shown(const store::MessageRow& row) {
    return row.state == static_cast<std::uint8_t>(MessageState::shown);
}

// Emoji with and without their selector are one reaction.
std::string plain_reaction(std::string text) {
    constexpr std::string_view selector = "\xef\xb8\x8f";
    for (auto at = text.find(selector); at != text.npos; at = text.find(selector))
        text.erase(at, selector.size());
    return text;
}

}  // namespace

Outcome<Editing::Target> Editing::target_of(const std::string& message) {
    store::MessageRow row = LIAISE_TRY(messages_.row_of(message));
    Channel* const channel = channels_.find(row.channel);
    if (channel == nullptr || !messages_.view(row)) return refusals::not_found("message", message, "");
    const channel::EntryRef ref{row.place.sequence, row.log_id};
    return Target{channel, std::move(row), ref};
}

// A message, or a document: all revisions of it that are ours.
Outcome<std::vector<Editing::Target>> Editing::targets_to_retract(const std::string& named) {
    if (log::MessageRefPrefix::parse(named)) return std::vector{LIAISE_TRY(target_of(named))};
    const auto revisions = library_.own_revisions(named);
    if (!revisions) return refusals::not_found("message", named, "");
    std::vector<Target> targets;
    for (const channel::EntryRef& ref : *revisions)
        targets.push_back(LIAISE_TRY(target_of(log::to_text(ref))));
    if (targets.empty()) return refusals::not_the_author("retract");
    return targets;
}

Outcome<Done> Editing::write(Channel& channel, channel::Body body) {
    if (const auto may = channel.state.may_write({core_.now(), channel::Handling::clear, {}, body}); !may) {
        const bool member = channel.state.phase() == channel::ChannelState::Phase::open;
        if (member && may.error().code == ErrorCode::not_permitted)
            return refusals::not_convener(channel.name());
        return may_not_write(channel, may.error());
    }
    LIAISE_TRY(channels_.author(channel, std::move(body)));
    return Done{};
}

Outcome<Done> Editing::room_for(Target& target, MarkKind kind) {
    const auto& log = target.channel->logs.find(log::writer_key_of(target.channel->writer));
    if (log == target.channel->logs.end()) return Done{};
    const std::size_t used = LIAISE_TRY(or_refusal(marks_.used(log->second, target.ref, kind)));
    if (used >= limits::marks_each_max) return refusals::too_many_marks(limits::marks_each_max);
    return Done{};
}

Outcome<Done> Editing::edit(Target& target, const std::string& text) {
    if (target.row.author != target.channel->state.own().member) return refusals::not_the_author("edit");
    if (is_document(target.row)) return refusals::revise_documents();
    if (is_notice(target.row)) return refusals::not_for_notices();
    if (!is_shown(target.row)) return refusals::message_is_gone();
    LIAISE_TRY(check_message_text(text));
    LIAISE_TRY(room_for(target, MarkKind::edit));
    const std::uint32_t number = LIAISE_TRY(or_refusal(marks_.next_edit_number(target.ref)));
    auto mentions = LIAISE_TRY(messages_.mentions_in(*target.channel, text));
    return write(*target.channel, channel::Edit{target.ref, number, text, std::move(mentions)});
}

Outcome<Done> Editing::retract(Target& target) {
    if (is_notice(target.row)) return refusals::not_for_notices();
    if (target.row.author != target.channel->state.own().member) return refusals::not_the_author("retract");
    if (target.row.state == static_cast<std::uint8_t>(MessageState::retracted)) return Done{};
    return write(*target.channel, channel::Retract{target.ref, target.row.sent_time});
}

Outcome<Done> Editing::react(Target& target, const std::string& typed, bool on) {
    const std::string reaction = plain_reaction(typed);
    if (const auto good = check_name(reaction, limits::reaction_bytes_max); !good)
        return refusals::bad_reaction(limits::reaction_bytes_max);
    const auto standing = marks_.standing(*target.channel, target.ref, MarkKind::reaction, reaction,
                                          target.channel->state.own().member);
    if (!on) {
        for (const channel::EntryRef& entry : standing)
            LIAISE_TRY(write(*target.channel, channel::Retract{entry, Time{}}));
        return Done{};
    }
    if (!is_shown(target.row)) return refusals::message_is_gone();
    if (!standing.empty()) return Done{};
    LIAISE_TRY(room_for(target, MarkKind::reaction));
    return write(*target.channel, channel::Reaction{target.ref, reaction});
}

Outcome<Done> Editing::lift(Target& target, MarkKind kind) {
    if (kind == MarkKind::hide && !target.channel->state.own_rank())
        return refusals::not_convener(target.channel->name());
    auto standing = marks_.standing(*target.channel, target.ref, kind, "", std::nullopt);
    if (standing.empty()) return Done{};
    if (standing.size() > limits::lifted_max) standing.resize(limits::lifted_max);
    return write(*target.channel, channel::Lift{std::move(standing)});
}

Outcome<Done> Editing::pin(Target& target, bool on) {
    const bool pinned = marks_.on(*target.channel, target.ref, target.row.author).pin.has_value();
    if (pinned == on) return Done{};
    if (!on) return lift(target, MarkKind::pin);
    if (!is_shown(target.row)) return refusals::message_is_gone();
    LIAISE_TRY(room_for(target, MarkKind::pin));
    return write(*target.channel, channel::Pin{target.ref});
}

Outcome<Done> Editing::hide(Target& target, const std::string& reason, bool on) {
    const bool hidden = marks_.on(*target.channel, target.ref, target.row.author).hide.has_value();
    if (!on) return hidden ? lift(target, MarkKind::hide) : Outcome<Done>(Done{});
    if (reason.empty() || reason.size() > limits::reason_bytes_max)
        return refusals::bad_reason(limits::reason_bytes_max);
    if (!is_utf8(reason) || reason.find('\0') != std::string::npos) return refusals::bad_text("reason");
    if (hidden) return Done{};
    if (is_notice(target.row)) return refusals::not_for_notices();
    LIAISE_TRY(room_for(target, MarkKind::hide));
    return write(*target.channel, channel::Hide{target.ref, reason});
}

Outcome<MessageView> Editing::mark(const MarkRequest& request) {
    using Act = MarkRequest::Act;
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<Target> targets;
    if (request.act == Act::retract)
        targets = LIAISE_TRY(targets_to_retract(request.message));
    else
        targets.push_back(LIAISE_TRY(target_of(request.message)));
    for (Target& target : targets) {
        switch (request.act) {
            case Act::edit:
                LIAISE_TRY(edit(target, request.text));
                break;
            case Act::retract:
                LIAISE_TRY(retract(target));
                break;
            case Act::react:
            case Act::unreact:
                LIAISE_TRY(react(target, request.text, request.act == Act::react));
                break;
            case Act::pin:
            case Act::unpin:
                LIAISE_TRY(pin(target, request.act == Act::pin));
                break;
            case Act::hide:
            case Act::unhide:
                LIAISE_TRY(hide(target, request.text, request.act == Act::hide));
                break;
        }
    }
    const auto row = LIAISE_TRY(or_refusal(core_.store.messages().get(targets.back().row.key)));
    auto shown = row ? messages_.view(*row) : std::nullopt;
    if (!shown) return refusals::not_found("message", request.message, "");
    return *std::move(shown);
}

}  // namespace liaise::node::service
