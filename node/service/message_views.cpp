// What people see of a message: its text as it stands, and what others said of it.
#include "node/service/charter_words.h"
#include "node/service/messages.h"

namespace liaise::node::service {
bool Messages::mentions_us(const std::vector<MemberId>& mentions, const channel::ChannelState& state) {
    return std::binary_search(mentions.begin(), mentions.end(), state.own().member);
}

void Messages::fill_in(MessageView& message, const channel::Content& content,
                       const channel::ChannelState& state) const {
    message.handling = text_of(content.handling);
    if (channel::kind_of(content.body) == log::EntryKind::policy) {
        message.kind = "notice";
        message.text = notice_of(state, content.body, message.author_id, trust_).value_or("");
        message.handling.clear();
    }
    if (const auto* const post = std::get_if<channel::Post>(&content.body)) {
        message.kind = "post";
        message.text = post->text;
        if (!channel::is_none(post->reply_to)) message.reply_to = log::to_text(post->reply_to);
        fill_in(message, post->mentions, state);
    }
    if (const auto* const document = std::get_if<channel::Document>(&content.body)) {
        message.kind = "document";
        message.text = document->title;
    }
    if (const auto* const edit = std::get_if<channel::Edit>(&content.body)) {
        message.text = edit->text;
        message.edited = true;
        fill_in(message, edit->mentions, state);
    }
}

void Messages::fill_in(MessageView& message, const std::vector<MemberId>& mentions,
                       const channel::ChannelState& state) const {
    message.mentions.clear();
    for (const MemberId& member : mentions) message.mentions.push_back(trust_.name_of(member));
    message.mentions_us = mentions_us(mentions, state);
}

void Messages::fill_in(MessageView& message, const channel::Marked& marked,
                       const channel::ChannelState& state) const {
    for (const channel::ReactionShown& shown : marked.reactions) {
        ReactionView reaction;
        reaction.reaction = shown.text;
        for (const MemberId& member : shown.by) reaction.by.push_back(trust_.name_of(member));
        reaction.mine = std::binary_search(shown.by.begin(), shown.by.end(), state.own().member);
        message.reactions.push_back(std::move(reaction));
    }
    if (marked.pin) message.pinned_by = trust_.name_of(marked.pin->author);
    if (marked.hide) {
        message.hidden_by = trust_.name_of(marked.hide->author);
        message.reason = marked.hide->text;
    }
}

MessageView Messages::unopened_view(const Channel& channel, const channel::EntryRef& ref,
                                    const MemberId& of) const {
    const PersonView author = trust_.view(of);
    MessageView message;
    message.id = log::to_text(ref);
    message.channel_id = channel.id();
    message.channel = channels_.name_of(channel);
    message.author_id = of;
    message.author = author.name;
    message.role = author.role;
    message.country = author.country;
    message.verified = author.verified();
    message.mine = author.self;
    return message;
}

std::optional<channel::ValidatedContent> Messages::shown_edit(Channel& channel,
                                                              const channel::EntryRef& edit) {
    const LogRuntime* const log = channel.log(edit.log);
    if (log == nullptr) return std::nullopt;
    auto content = channels_.content(channel, *log, edit.sequence);
    if (!content || content->as<channel::Edit>() == nullptr) return std::nullopt;
    return *std::move(content);
}

std::optional<MessageView> Messages::view(const store::MessageRow& row) {
    Channel* const channel = channels_.find(row.channel);
    const LogRuntime* const log = channel == nullptr ? nullptr : channel->log(row.log_id);
    if (log == nullptr || (log->forked_at != 0 && row.place.sequence >= log->forked_at)) return std::nullopt;
    const channel::EntryRef ref{row.place.sequence, row.log_id};
    if (!channel->state.author_of(ref)) return std::nullopt;
    const bool notice = row.kind == static_cast<std::uint8_t>(MessageKind::notice);
    if (notice && !channel->state.view().counting.contains(ref)) return std::nullopt;

    MessageView message = unopened_view(*channel, ref, row.author);
    message.time = row.sent_time;
    message.order_time = row.order_time;
    message.kind = row.kind == static_cast<std::uint8_t>(MessageKind::document) ? "document" : "post";
    message.unread = row.unread;
    if (row.reply_to) message.reply_to = log::to_text({row.reply_to->sequence, row.reply_to->log});
    if (row.state != static_cast<std::uint8_t>(MessageState::shown)) {
        const bool retracted = row.state == static_cast<std::uint8_t>(MessageState::retracted);
        message.state = retracted ? "retracted" : "expired";
        return message;
    }
    const channel::Marked marked = marks_.on(*channel, ref, row.author);
    if (marked.hide) {
        fill_in(message, marked, channel->state);
        message.state = "hidden";
        return message;
    }
    const auto content = channels_.content(*channel, *log, row.place.sequence);
    if (!content) {
        message.state = content.error().code == ErrorCode::expired ? "expired" : "damaged";
        return message;
    }
    fill_in(message, **content, channel->state);
    if (marked.edit)
        if (const auto edit = shown_edit(*channel, *marked.edit)) fill_in(message, **edit, channel->state);
    fill_in(message, marked, channel->state);
    message.state = "stored";
    if (log->own) {
        const Deliveries::Count count = deliveries_.count(*channel, *log, row.place.sequence);
        message.delivered_to = count.delivered;
        message.delivered_of = count.of;
        message.read_by = count.read;
        if (count.delivered > 0) message.state = "delivered";
        if (count.read > 0) message.state = "read";
    }
    return message;
}

MessageView Messages::newest_view(const Channel& channel, const LogRuntime& log, const channel::EntryRef& ref,
                                  const MemberId& author, const channel::Content& content) const {
    MessageView message = unopened_view(channel, ref, author);
    message.time = content.time;
    message.order_time = log.last_shown.order_time;
    message.state = "stored";
    message.unread = !log.own && channel::kind_of(content.body) == log::EntryKind::content;
    fill_in(message, content, channel.state);
    return message;
}

}  // namespace liaise::node::service
