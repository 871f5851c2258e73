// Texts that change or go: what the search index has of them follows.
#include "node/service/messages.h"

namespace liaise::node::service {

// By numbers and places alone: not whether anybody counts today, which may change between putting a text into
// the index and taking it out.
std::string Messages::indexed_text(const store::MessageRow& row) {
    Channel* const channel = channels_.find(row.channel);
    const LogRuntime* const log = channel == nullptr ? nullptr : channel->log(row.log_id);
    if (log == nullptr || row.state != static_cast<std::uint8_t>(MessageState::shown)) return {};
    const auto rows = core_.store.marks().on({row.place.sequence, row.log_id});
    std::vector<channel::Mark> edits;
    if (rows)
        for (const store::MarkRow& mark : *rows)
            if (mark.kind == static_cast<std::uint8_t>(channel::MarkKind::edit)) {
                channel::Mark& edit = edits.emplace_back();
                edit.kind = channel::MarkKind::edit;
                edit.at = {mark.place.sequence, mark.log_id};
                edit.author = mark.author;
                edit.number = mark.number;
                edit.time = mark.time;
            }
    const auto marked = channel::resolve_marks(row.author, channel::ChannelKind::discussion, edits);
    if (marked.edit)
        if (const auto edit = shown_edit(*channel, *marked.edit)) return edit->as<channel::Edit>()->text;
    const auto content = channels_.content(*channel, *log, row.place.sequence);
    const auto* const post = content ? content->as<channel::Post>() : nullptr;
    return post != nullptr ? post->text : std::string();
}

Result<void> Messages::text_changed(const store::MessageRow& row, const std::string& before) {
    if (row.indexed && indexed_text(row) != before) {
        if (!before.empty()) LIAISE_TRY(core_.store.search().remove(row.key, before));
        LIAISE_TRY(core_.store.messages().mark_indexed(row.key, false));
    }
    const auto shown = view(row);
    const bool mentioned = shown && shown->mentions_us;
    if (mentioned != row.mentions_us) LIAISE_TRY(core_.store.messages().set_mentions_us(row.key, mentioned));
    return {};
}

Result<void> Messages::erase(const store::MessageRow& row, MessageState why) {
    const bool post = row.kind == static_cast<std::uint8_t>(MessageKind::post);
    if (post && row.indexed) {
        const std::string text = indexed_text(row);
        if (!text.empty()) LIAISE_TRY(core_.store.search().remove(row.key, text));
    }
    LIAISE_TRY(core_.store.messages().mark_indexed(row.key));
    LIAISE_TRY(core_.store.messages().set_state(row.key, static_cast<std::uint8_t>(why)));
    LIAISE_TRY(core_.store.messages().set_mentions_us(row.key, false));
    if (Channel* const channel = channels_.find(row.channel))
        LIAISE_TRY(marks_.erase_on(*channel, {row.place.sequence, row.log_id}));
    LIAISE_TRY(core_.store.entries().erase_payload(row.place));
    return {};
}

Result<void> Messages::add_trace(const Channel& channel, const LogRuntime& log, std::uint64_t sequence,
                                 const MemberId& author, Time time) {
    store::NewMessage message;
    message.channel = channel.id();
    message.place = {log.row, sequence};
    message.log_id = log.id;
    message.author = author;
    message.order_time = std::min(time, core_.now() + channel::clock_slack);
    message.sent_time = time;
    message.kind = static_cast<std::uint8_t>(MessageKind::post);
    message.state = static_cast<std::uint8_t>(MessageState::retracted);
    const auto added = core_.store.messages().add(message);
    if (!added && added.error().code != ErrorCode::conflict) return added.error();
    return {};
}

}  // namespace liaise::node::service
