#include "node/service/messages.h"

#include "node/service/charter_words.h"
#include "protocol/base/text.h"

namespace liaise::node::service {
Refusal may_not_write(const Channel& channel, const Error& error) {
    using Phase = channel::ChannelState::Phase;
    if (channel.state.phase() == Phase::removed || channel.state.phase() == Phase::left)
        return refusals::no_longer_member(channel.name());
    if (channel.state.charter() != nullptr &&
        channel.state.charter()->kind == channel::ChannelKind::announcement)
        return refusals::announcement_only(channel.name());
    if (error.code == ErrorCode::not_known) return refusals::waits_for_key(channel.name());
    return refusals::internal("Writing into the channel", error);
}

Outcome<Done> check_message_text(const std::string& text) {
    if (text.empty()) return refusals::empty_text();
    if (text.size() > limits::text_bytes_max)
        return refusals::text_too_long(text.size(), limits::text_bytes_max);
    if (!is_utf8(text) || text.find('\0') != std::string::npos) return refusals::bad_text("text");
    return Done{};
}

void Messages::post(const PostRequest& request, Callback<MessageView> done) {
    auto staged = [&]() -> Outcome<MessageView> {
        LIAISE_TRY(check_message_text(request.text));
        channel::Post post{request.text, {}, {}};
        Channel* channel = nullptr;
        if (!request.reply_to.empty()) {
            post.reply_to = LIAISE_TRY(named(request.reply_to));
            channel = channels_.of_log(post.reply_to.log);
            if (channel == nullptr) return refusals::not_found("message", request.reply_to, "");
        }
        if (!request.channel.empty() || channel == nullptr)
            channel = LIAISE_TRY(channels_.named(request.channel));
        post.mentions = LIAISE_TRY(mentions_in(*channel, request.text));
        if (const auto may = channel->state.may_write({core_.now(), channel::Handling::amber, {}, post});
            !may)
            return may_not_write(*channel, may.error());
        const AuthoredEntry entry = LIAISE_TRY(channels_.author(*channel, std::move(post)));
        const LogRuntime& log = channels_.own_log(*channel);
        return newest_view(*channel, log, {entry.sequence, log.id}, channel->state.own().member,
                           *entry.content);
    }();
    if (!staged) return done(staged.refusal());
    core_.batch.after([done, message = *std::move(staged)] { done(message); });
    core_.batch.otherwise([done](const Error& error) { done(refusals::from_store(error)); });
}

Result<bool> Messages::add(const OpenedEntry& entry, MessageKind kind,
                           std::optional<channel::EntryRef> reply_to) {
    Channel& channel = *channels_.find(entry.channel.id());
    LogRuntime& log = channel.logs.at(entry.log.writer);
    const LastShown shown_before = log.last_shown;
    store::NewMessage message;
    message.channel = channel.id();
    message.place = entry.place();
    message.log_id = log.id;
    message.author = entry.accepted.author;
    message.order_time = channels_.order_of(channel, log, entry.ref().sequence, *entry.content);
    message.sent_time = entry.content->time;
    message.kind = static_cast<std::uint8_t>(kind);
    message.unread = !entry.log.own && kind != MessageKind::notice;
    if (reply_to && !channel::is_none(*reply_to)) message.reply_to = *reply_to;
    if (const auto* const post = entry.content.as<channel::Post>())
        message.mentions_us = mentions_us(post->mentions, channel.state);
    const auto added = core_.store.messages().add(message);
    if (added) return true;
    if (added.error().code != ErrorCode::conflict) return added.error();
    log.last_shown = shown_before;  // it has its row already
    return false;
}

Outcome<log::MessageRef> Messages::named(const std::string& message) {
    const auto prefix = log::MessageRefPrefix::parse(message);
    if (!prefix) return refusals::not_found("message", message, "");
    std::vector<log::MessageRef> found;
    for (const auto& [id, channel] : channels_.all())
        for (const auto& [writer, log] : channel.logs) {
            if (!prefix->matches(log.id) || prefix->sequence() > log.head.sequence) continue;
            const auto row = core_.store.messages().find({log.row, prefix->sequence()});
            if (row && *row) found.push_back({prefix->sequence(), log.id});
        }
    if (found.empty()) return refusals::not_found("message", message, "");
    if (found.size() > 1) return refusals::ambiguous("message", message, found.size());
    return found.front();
}

Outcome<store::MessageRow> Messages::row_of(const std::string& message) {
    const log::MessageRef ref = LIAISE_TRY(named(message));
    const LogRuntime* const log = channels_.of_log(ref.log)->log(ref.log);
    const auto row = LIAISE_TRY(or_refusal(core_.store.messages().find({log->row, ref.sequence})));
    if (!row) return refusals::not_found("message", message, "");
    return *row;
}

}  // namespace liaise::node::service
