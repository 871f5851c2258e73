#include "node/service/messages.h"

#include "node/service/charter_words.h"
#include "protocol/base/text.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t read_most = 10'000;
constexpr std::size_t page = 200;
constexpr std::size_t logs_named_most = 64;

void fill_in(MessageView& message, const channel::Content& content, const channel::ChannelState& state,
             const Trust& trust) {
    message.handling = text_of(content.handling);
    if (channel::kind_of(content.body) == log::EntryKind::policy) {
        message.kind = "notice";
        message.text = notice_of(state, content.body, message.author_id, trust).value_or("");
        message.handling.clear();
    }
    if (const auto* const post = std::get_if<channel::Post>(&content.body)) {
        message.kind = "post";
        message.text = post->text;
        if (!channel::is_none(post->reply_to)) message.reply_to = log::to_text(post->reply_to);
    }
    if (const auto* const document = std::get_if<channel::Document>(&content.body)) {
        message.kind = "document";
        message.text = document->title;
    }
}

}  // namespace

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

void Messages::post(const PostRequest& request, Callback<MessageView> done) {
    auto staged = [&]() -> Outcome<MessageView> {
        if (request.text.empty()) return refusals::empty_text();
        if (request.text.size() > limits::text_bytes_max)
            return refusals::text_too_long(request.text.size(), limits::text_bytes_max);
        if (!is_utf8(request.text) || request.text.find('\0') != std::string::npos)
            return refusals::bad_text("text");
        channel::Post post{request.text, {}};
        Channel* channel = nullptr;
        if (!request.reply_to.empty()) {
            post.reply_to = LIAISE_TRY(named(request.reply_to));
            channel = channels_.of_log(post.reply_to.log);
            if (channel == nullptr) return refusals::not_found("message", request.reply_to, "");
        }
        if (!request.channel.empty() || channel == nullptr)
            channel = LIAISE_TRY(channels_.named(request.channel));
        if (const auto may = channel->state.may_write({core_.now(), channel::Handling::amber, {}, post});
            !may)
            return may_not_write(*channel, may.error());
        const AuthoredEntry entry = LIAISE_TRY(channels_.author(*channel, std::move(post)));
        const LogRuntime& log = channels_.own_log(*channel);
        return newest_view(*channel, log, {entry.sequence, log.id}, core_.own.member(), *entry.content);
    }();
    if (!staged) return done(staged.refusal());
    core_.batch.after([done, message = *std::move(staged)] { done(message); });
    core_.batch.otherwise([done](const Error& error) { done(refusals::from_store(error)); });
}

Result<bool> Messages::add(const OpenedEntry& entry, MessageKind kind,
                           std::optional<channel::EntryRef> reply_to) {
    Channel& channel = *channels_.find(entry.channel.id());
    LogRuntime& log = channel.logs.at(entry.log.writer);
    const channel::OrderKey shown_before = log.last_shown;
    const channel::OrderKey order = channels_.order_of(channel, log, entry.ref(), *entry.content);
    store::NewMessage message;
    message.channel = channel.id();
    message.place = entry.place();
    message.author = entry.accepted.author;
    message.order_time = time_from_milliseconds(order.milliseconds);
    message.sent_time = entry.content->time;
    message.kind = static_cast<std::uint8_t>(kind);
    message.unread = !entry.log.own && kind != MessageKind::notice;
    if (reply_to && !channel::is_none(*reply_to)) message.reply_to = *reply_to;
    const auto added = core_.store.messages().add(message);
    if (added) return true;
    if (added.error().code != ErrorCode::conflict) return added.error();
    log.last_shown = shown_before;  // it has its row already
    return false;
}

Result<void> Messages::retract(const OpenedEntry& entry, const channel::EntryRef& target) {
    Channel& channel = *channels_.find(entry.channel.id());
    const LogRuntime* const log = channel.log(target.log);
    if (log == nullptr) return {};
    const auto author = channel.state.author_of(target);
    if (!author || author->author != entry.accepted.author) return {};  // only one's own
    const auto row = LIAISE_TRY(core_.store.messages().find({log->row, target.sequence}));
    if (!row || row->state == static_cast<std::uint8_t>(MessageState::retracted)) return {};
    LIAISE_TRY(
        core_.store.messages().set_state(row->key, static_cast<std::uint8_t>(MessageState::retracted)));
    LIAISE_TRY(core_.store.entries().erase_payload({log->row, target.sequence}));
    return {};
}

MessageView Messages::unopened_view(const Channel& channel, const channel::EntryRef& ref,
                                    const MemberId& of) const {
    const PersonView author = trust_.view(of);
    MessageView message;
    message.id = log::to_text(ref);
    message.channel_id = channel.id();
    message.channel = channel.name();
    message.author_id = of;
    message.author = author.name;
    message.role = author.role;
    message.country = author.country;
    message.verified = author.verified();
    message.mine = author.self;
    return message;
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
    if (row.reply_to) message.reply_to = log::to_text({row.reply_to->sequence, row.reply_to->log});
    if (row.state == static_cast<std::uint8_t>(MessageState::retracted)) {
        message.state = "retracted";
        return message;
    }
    const auto content = channels_.content(*channel, *log, row.place.sequence);
    if (!content) {
        message.state = content.error().code == ErrorCode::expired ? "expired" : "damaged";
        return message;
    }
    fill_in(message, **content, channel->state, trust_);
    const auto delivered = delivered_.find(row.log_id);
    message.state = log->own && delivered != delivered_.end() && delivered->second >= row.place.sequence
                        ? "delivered"
                        : "stored";
    return message;
}

MessageView Messages::newest_view(const Channel& channel, const LogRuntime& log, const channel::EntryRef& ref,
                                  const MemberId& author, const channel::Content& content) const {
    MessageView message = unopened_view(channel, ref, author);
    message.time = content.time;
    message.order_time = time_from_milliseconds(log.last_shown.milliseconds);
    message.state = "stored";
    fill_in(message, content, channel.state, trust_);
    return message;
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

Outcome<std::vector<MessageView>> Messages::thread(const log::MessageRef& root, std::size_t limit) {
    std::vector<MessageView> messages;
    std::vector<log::MessageRef> next{root};
    while (!next.empty() && messages.size() < limit) {
        const log::MessageRef ref = next.back();
        next.pop_back();
        const LogRuntime* const log = channels_.of_log(ref.log)->log(ref.log);
        const auto row = LIAISE_TRY(or_refusal(core_.store.messages().find({log->row, ref.sequence})));
        if (row)
            if (auto shown = view(*row)) messages.push_back(*std::move(shown));
        const auto replies = LIAISE_TRY(
            or_refusal(core_.store.messages().replies({ref.sequence, ref.log}, std::nullopt, limit)));
        for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply)
            next.push_back({reply->place.sequence, reply->log_id});
    }
    std::stable_sort(messages.begin(), messages.end(),
                     [](const MessageView& a, const MessageView& b) { return a.order_time < b.order_time; });
    return messages;
}

Outcome<std::vector<MessageView>> Messages::read(const ReadRequest& request) {
    const std::size_t limit = std::min(request.limit, read_most);
    if (!request.thread.empty()) return thread(LIAISE_TRY(named(request.thread)), limit);

    store::TimelineQuery query;
    query.limit = page;
    if (!request.channel.empty())
        query.channel = LIAISE_TRY(channels_.named(request.channel))->id();
    else if (!trust_.in_network())
        return refusals::no_network();
    if (!request.before.empty()) query.before = LIAISE_TRY(row_of(request.before)).key;
    if (!request.after.empty()) query.after = LIAISE_TRY(row_of(request.after)).key;
    query.newest_first = request.after.empty();

    std::vector<MessageView> messages;
    for (bool more = true; more && messages.size() < limit;) {
        const auto rows = LIAISE_TRY(or_refusal(core_.store.messages().timeline(query)));
        more = rows.size() == query.limit;
        for (const store::MessageRow& row : rows) {
            if (messages.size() == limit) break;
            if (row.kind == static_cast<std::uint8_t>(MessageKind::document)) continue;
            if (auto shown = view(row)) messages.push_back(*std::move(shown));
        }
        if (rows.empty()) break;
        (query.newest_first ? query.before : query.after) = rows.back().key;
    }
    if (query.newest_first == request.oldest_first) std::reverse(messages.begin(), messages.end());
    return messages;
}

void Messages::delivered(const LogId& log, std::uint64_t sequence) {
    auto& known = delivered_[log];
    known = std::max(known, sequence);
}

}  // namespace liaise::node::service
