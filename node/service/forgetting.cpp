// What arrives about messages, and what goes.
#include "node/service/editing.h"
#include "node/service/kinds.h"

namespace liaise::node::service {

using channel::MarkKind;

namespace {

constexpr Duration retention_pause = std::chrono::hours{1};
constexpr std::size_t chunks_dropped_at_once = 1000;

}  // namespace

Result<void> Editing::load() {
    retention_at_ = core_.now();
    return {};
}

Result<void> Editing::opened(const OpenedEntry& entry, const channel::Edit& edit) {
    const LogRuntime* const log = channels_.find(entry.channel.id())->log(edit.target.log);
    const auto row = log == nullptr
                         ? std::optional<store::MessageRow>()
                         : LIAISE_TRY(core_.store.messages().find({log->row, edit.target.sequence}));
    const std::string before = row ? messages_.indexed_text(*row) : std::string();
    LIAISE_TRY(marks_.keep(entry, MarkKind::edit, edit.target, edit.number));
    if (!row) return {};
    if (row->state != static_cast<std::uint8_t>(MessageState::shown)) return marks_.erase_mark(entry.place());
    return messages_.text_changed(*row, before);
}

Result<void> Editing::opened(const OpenedEntry& entry, const channel::Reaction& reaction) {
    return marks_.keep(entry, MarkKind::reaction, reaction.target, 0, reaction.text);
}

Result<void> Editing::opened(const OpenedEntry& entry, const channel::Pin& pin) {
    return marks_.keep(entry, MarkKind::pin, pin.target);
}

Result<void> Editing::opened(const OpenedEntry& entry, const channel::Hide& hide) {
    return marks_.keep(entry, MarkKind::hide, hide.target, 0, hide.reason);
}

Result<void> Editing::opened(const OpenedEntry& entry, const channel::Lift& lift) {
    for (const channel::EntryRef& taken_back : lift.entries)
        LIAISE_TRY(marks_.keep(entry, MarkKind::lift, taken_back));
    return {};
}

Result<void> Editing::opened(const OpenedEntry& entry, const channel::Retract& retract) {
    LIAISE_TRY(marks_.keep_retraction(entry, retract));
    Channel& channel = *channels_.find(entry.channel.id());
    const LogRuntime* const log = channel.log(retract.target.log);
    if (log == nullptr || retract.target.sequence > log->head.sequence) return {};  // found when it comes
    const store::EntryPlace place{log->row, retract.target.sequence};
    if (const auto row = LIAISE_TRY(core_.store.messages().find(place))) {
        // Rules and membership stay, whoever asks.
        if (row->kind == static_cast<std::uint8_t>(MessageKind::notice) ||
            row->state == static_cast<std::uint8_t>(MessageState::retracted))
            return {};
        return erase(*row, MessageState::retracted);
    }
    if (LIAISE_TRY(marks_.is_erasable_mark(place))) return marks_.erase_mark(place);
    return arrived_erased(channel, *log, retract.target.sequence);
}

Result<bool> Editing::arrived(const OpenedEntry& entry) {
    const channel::Charter* const charter = entry.channel.state.charter();
    const bool kept = charter == nullptr || charter->retention_days == 0;
    if (kept && LIAISE_TRY(core_.store.marks().on({entry.sequence, entry.log.id})).empty()) return true;
    const auto row = LIAISE_TRY(core_.store.messages().find(entry.place()));
    if (!row || row->state != static_cast<std::uint8_t>(MessageState::shown)) return false;
    if (LIAISE_TRY(marks_.retracted(entry.channel, entry.ref()))) {
        LIAISE_TRY(erase(*row, MessageState::retracted));
        return false;
    }
    if (is_over(entry.channel, row->order_time)) {
        LIAISE_TRY(erase(*row, MessageState::expired));
        return false;
    }
    // An edit that came before it may mention us, or no longer.
    LIAISE_TRY(messages_.text_changed(*row, ""));
    return true;
}

Result<void> Editing::arrived_erased(const Channel& channel, const LogRuntime& log, std::uint64_t sequence) {
    const channel::EntryRef ref{sequence, log.id};
    if (LIAISE_TRY(core_.store.entries().payload({log.row, sequence}))) return {};  // waits for its key
    const Time time = LIAISE_TRY(marks_.trace_time(channel, ref));
    const auto author = channel.state.author_of(ref);
    if (time == Time{} || !author) return {};
    return messages_.add_trace(channel, log, sequence, author->author, time);
}

bool Editing::is_over(const Channel& channel, Time order_time) const {
    const channel::Charter* const charter = channel.state.charter();
    if (charter == nullptr || charter->retention_days == 0) return false;
    return order_time + std::chrono::days{charter->retention_days} <= core_.now();
}

Result<void> Editing::erase(const store::MessageRow& row, MessageState why) {
    if (row.kind == static_cast<std::uint8_t>(MessageKind::document)) {
        LIAISE_TRY(library_.forget(row));
        retention_at_ = core_.now();  // its chunks are given back once this is durable
    }
    return messages_.erase(row, why);
}

// How far it came stands in a record, so that a start does not look through all that is gone already.
Result<std::size_t> Editing::forget_old_in(Channel& channel, std::size_t count_max) {
    const auto kept = LIAISE_TRY(core_.store.records().get(record::forgotten_up_to, channel.id().view()));
    store::TimelineQuery query;
    query.channel = channel.id();
    query.newest_first = false;
    query.limit = count_max;
    if (kept) {
        Reader reader(*kept);
        query.after = store::MessageKey{static_cast<std::int64_t>(LIAISE_TRY(reader.u64()))};
    }
    std::optional<store::MessageKey> last;
    std::size_t count = 0;
    for (const store::MessageRow& row : LIAISE_TRY(core_.store.messages().timeline(query))) {
        if (!is_over(channel, row.order_time)) break;
        LIAISE_TRY(core_.batch.write());
        const bool notice = row.kind == static_cast<std::uint8_t>(MessageKind::notice);
        if (!notice && row.state == static_cast<std::uint8_t>(MessageState::shown))
            LIAISE_TRY(erase(row, MessageState::expired));
        last = row.key;
        ++count;
    }
    if (!last) return std::size_t{0};
    Writer place;
    place.u64(static_cast<std::uint64_t>(*last));
    LIAISE_TRY(core_.store.records().put(record::forgotten_up_to, channel.id().view(), place.view()));
    return count;
}

Result<void> Editing::forget_old(std::size_t count_max) {
    retention_at_.reset();
    bool more = false;
    for (auto& [id, channel] : channels_.all()) {
        const channel::Charter* const charter = channel.state.charter();
        if (charter == nullptr || charter->retention_days == 0) continue;
        more = LIAISE_TRY(forget_old_in(channel, count_max)) > 0 || more;
        retention_at_ = core_.now() + retention_pause;
    }
    if (more) retention_at_ = core_.now();
    LIAISE_TRY(core_.batch.commit());
    if (core_.batch.open()) {
        retention_at_ = core_.now();  // what the commit set off comes first
        return {};
    }
    return library_.drop_unused_chunks(chunks_dropped_at_once);
}

}  // namespace liaise::node::service
