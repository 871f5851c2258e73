#include "node/service/kept_state.h"

#include <utility>

#include "node/service/kinds.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"

namespace liaise::node::service {
namespace {

using channel::ChannelState;

Bytes fact_key(const ChannelId& channel, const channel::EntryRef& at) {
    return to_bytes(Writer().fixed(channel).u64(at.sequence).fixed(at.log).view());
}

Result<std::vector<ChannelState::StoredFact>> stored_facts(store::RecordStore& records,
                                                           const ChannelId& channel) {
    constexpr std::size_t page = 256;
    std::vector<ChannelState::StoredFact> facts;
    for (Bytes after = to_bytes(channel.view());;) {
        const auto some = LIAISE_TRY(records.list(record::channel_fact, page, after));
        for (const auto& kept : some) {
            Reader reader(kept.key);
            if (LIAISE_TRY(reader.fixed<ChannelId>()) != channel) return facts;
            channel::EntryRef at;
            at.sequence = LIAISE_TRY(reader.u64());
            at.log = LIAISE_TRY(reader.fixed<LogId>());
            facts.push_back({at, kept.value});
        }
        if (some.size() < page) return facts;
        after = some.back().key;
    }
}

}  // namespace

Result<KeptState> load_state(store::RecordStore& records, const ChannelId& channel, BytesView head) {
    const auto facts = LIAISE_TRY(stored_facts(records, channel));
    auto state = LIAISE_TRY(ChannelState::load(head, facts));
    return KeptState{std::move(state), !facts.empty()};
}

Result<void> write_state(store::RecordStore& records, ChannelState& state, bool& in_facts) {
    const ChannelId& channel = state.id();
    LIAISE_TRY(records.put(record::channel, channel.view(), state.encode_head()));
    const auto facts = state.take_unsaved();
    if (!std::exchange(in_facts, true))
        for (const auto& [at, bytes] : LIAISE_TRY(stored_facts(records, channel)))
            LIAISE_TRY(records.remove(record::channel_fact, fact_key(channel, at)));
    for (const auto& [at, bytes] : facts)
        LIAISE_TRY(records.put(record::channel_fact, fact_key(channel, at), bytes));
    return {};
}

}  // namespace liaise::node::service
