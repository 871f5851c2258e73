// How a channel's state stands in the store: a head, and one record for each fact, so that an entry costs
// what it changed (record::channel, record::channel_fact). Homes from before hold the whole in one record.
#pragma once

#include "node/store/record_store.h"
#include "protocol/channel/channel_state.h"

namespace liaise::node::service {

struct KeptState {
    channel::ChannelState state;
    bool in_facts = false;  // the store has the state's facts, and no others of this channel
};

// `head`: of the channel's own record.
Result<KeptState> load_state(store::RecordStore& records, const ChannelId& channel, BytesView head);

// What changed since the last call; within the open batch. Where the state began anew, after a removal, the
// facts of the one before go.
Result<void> write_state(store::RecordStore& records, channel::ChannelState& state, bool& in_facts);

}  // namespace liaise::node::service
