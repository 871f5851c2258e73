// What logs need beside growing: signatures checked in idle time, a bad end cut
// off.
#include "node/service/channels.h"
#include "node/service/kinds.h"

namespace liaise::node::service {

Result<void> Channels::verify_some(std::size_t count_max) {
    const auto ranges = LIAISE_TRY(core_.store.entries().unverified(1));
    maybe_unverified_ = !ranges.empty();
    if (ranges.empty()) return {};
    const store::SequenceRange range = ranges.front();
    const auto state = LIAISE_TRY(core_.store.entries().log(range.log));
    Channel* const channel = state ? find(state->channel) : nullptr;
    if (channel == nullptr) return {};
    const LogRuntime& log = channel->logs.at(state->writer);
    const std::uint64_t last = std::min(range.last, range.first + count_max - 1);
    std::uint64_t good = range.first - 1;
    while (good < last) {
        const auto entry = LIAISE_TRY(core_.store.entries().entry({range.log, good + 1}));
        if (!entry || !log::verify(entry->signed_header())) break;
        ++good;
    }
    LIAISE_TRY(core_.batch.write());
    if (good >= range.first) LIAISE_TRY(core_.store.entries().mark_verified(range.log, range.first, good));
    if (good < last) LIAISE_TRY(cut_log(channel->id(), log.writer, good + 1));
    return core_.batch.commit();
}

Result<void> Channels::own_log_is_behind() {
    own_log_behind_ = true;
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::own_log_behind, {}, Bytes{1}));
    return {};
}

Result<void> Channels::cut_log(const ChannelId& id, const WriterKey& writer, std::uint64_t first_bad) {
    Channel* const channel = find(id);
    if (channel == nullptr) return {};
    LogRuntime& log = channel->logs.at(writer);
    if (first_bad > log.head.sequence || first_bad == 0) return {};
    LIAISE_TRY(core_.batch.write());
    for (std::uint64_t sequence = first_bad; sequence <= log.head.sequence; ++sequence)
        if (const auto message = LIAISE_TRY(core_.store.messages().find({log.row, sequence})))
            LIAISE_TRY(core_.store.messages().remove(message->key));
    LIAISE_TRY(core_.store.marks().remove_from(log.row, first_bad));
    LIAISE_TRY(core_.store.entries().cut(log.row, first_bad));
    LIAISE_TRY(core_.store.entries().set_doubted(log.row));
    const auto end = LIAISE_TRY(core_.store.entries().id_of({log.row, first_bad - 1}));
    log.head = {first_bad - 1, end.value_or(EntryId{})};
    if (log.durable.sequence > log.head.sequence) log.durable = log.head;
    log.doubted = true;
    core_.log.event(Level::warning, "log_cut");
    return {};
}

}  // namespace liaise::node::service
