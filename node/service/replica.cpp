// What sessions read: answered from what is durable.
#include "node/service/peers.h"

namespace liaise::node::service {
namespace {

// Logs in a channel whose writer has not introduced itself yet. Whoever joins a large channel gets
// everybody's before they know a single member: a lower limit shuts out the very log that says who they are.
constexpr std::size_t strangers_max = 16'384;

log::LogState durable_state(const LogRuntime& log) {
    log::LogState state{log.writer, log.durable, log.forked_at};
    return state;
}

}  // namespace

// A channel is offered to the devices of its members (alias_routes.cpp: of aliases less), and the directory
// to every device in good standing. Those who were removed are not offered anything, but for the moment in
// which a session that stands brings them the removal: they cannot even learn that the channel goes on.
// One's own devices tell each other that one is out; and who left hands on what they have to members who do
// not know it yet: of those who came in meanwhile they may know nobody else.
std::vector<sync::OfferedChannel> Peers::offered_to(const DeviceId& peer) const {
    std::vector<sync::OfferedChannel> offered;
    const auto member = trust_.in_network() ? trust_.directory().member_of(peer) : std::nullopt;
    if (!member || !trust_.directory().in_good_standing(peer, core_.now())) return offered;
    for (const auto& [id, channel] : channels_.all()) {
        const bool for_all = &channel == channels_.directory() &&
                             (channel.state.phase() == channel::ChannelState::Phase::open ||
                              channel.state.phase() == channel::ChannelState::Phase::joining);
        const bool own =
            *member == core_.own.member() &&
            (!channels_.under_alias(channel) || channels_.is_other_of_ours(channel, *member, peer));
        const bool leaving =
            channel.state.phase() == channel::ChannelState::Phase::open && farewells_.contains({peer, id});
        const bool left = channel.state.phase() == channel::ChannelState::Phase::left &&
                          !channels_.under_alias(channel) && channel.state.member(*member);
        if (for_all || own || leaving || left || channels_.speaks_of(channel, *member, peer))
            offered.push_back({id, channel.keyring.tag_key});
    }
    return offered;
}

std::vector<sync::LogStatus> Peers::logs(const ChannelId& id) const {
    std::vector<sync::LogStatus> all;
    const Channel* const channel = channels_.find(id);
    if (channel == nullptr) return all;
    for (const auto& [writer, log] : channel->logs) all.push_back({durable_state(log), log.own, log.doubted});
    return all;
}

std::optional<sync::LogStatus> Peers::log(const ChannelId& id, const WriterKey& writer) const {
    const Channel* const channel = channels_.find(id);
    if (channel == nullptr) return std::nullopt;
    const auto known = channel->logs.find(writer);
    if (known != channel->logs.end())
        return sync::LogStatus{durable_state(known->second), known->second.own, known->second.doubted};
    // A writer nobody has heard of introduces itself with its first entry; how many may try at a time is
    // limited.
    if (channel->logs.size() >= strangers_max) {
        std::size_t strangers = 0;
        for (const auto& [key, log] : channel->logs)
            strangers += channel->state.writer(log.id) == nullptr ? 1 : 0;
        if (strangers >= strangers_max) return std::nullopt;
    }
    log::LogState empty;
    empty.writer = writer;
    return sync::LogStatus{empty, false, false};
}

std::optional<log::SignedHeader> Peers::header(const ChannelId& id, const WriterKey& writer,
                                               std::uint64_t sequence) const {
    const Channel* const channel = channels_.find(id);
    if (channel == nullptr) return std::nullopt;
    const auto log = channel->logs.find(writer);
    if (log == channel->logs.end() || sequence > log->second.durable.sequence) return std::nullopt;
    const auto entry = core_.store.entries().entry({log->second.row, sequence});
    if (!entry || !*entry) return std::nullopt;
    return (*entry)->signed_header();
}

void Peers::read(const ChannelId& id, const WriterKey& writer, log::RunBuilder& run) const {
    const Channel* const channel = channels_.find(id);
    if (channel == nullptr) return;
    const auto log = channel->logs.find(writer);
    if (log == channel->logs.end()) return;
    const std::uint64_t last = log->second.durable.sequence;
    const auto visited = core_.store.entries().visit(
        log->second.row, run.first(), [&run, last](const store::EntryView& entry) {
            if (entry.sequence > last) return false;
            return entry.payload ? run.add(entry.kind, entry.signature, *entry.payload, entry.verified)
                                 : run.add_expired(entry.kind, entry.signature, entry.payload_bytes,
                                                   entry.payload_hash, entry.verified);
        });
    if (!visited) core_.log.event(Level::error, "read_failed", {{"code", name_of(visited.error().code)}});
}

std::optional<log::EquivocationProof> Peers::equivocation(const ChannelId& id,
                                                          const WriterKey& writer) const {
    const Channel* const channel = channels_.find(id);
    if (channel == nullptr) return std::nullopt;
    const auto log = channel->logs.find(writer);
    if (log == channel->logs.end() || log->second.forked_at == 0) return std::nullopt;
    const auto bytes = core_.store.entries().equivocation(log->second.row);
    if (!bytes || !*bytes) return std::nullopt;
    const auto proof = log::EquivocationProof::parse(**bytes);
    return proof ? std::optional(*proof) : std::nullopt;
}

std::optional<Bytes> Peers::chunk(const ChannelId& channel, const ChunkId& chunk) const {
    return library_.serve(channel, chunk);
}

}  // namespace liaise::node::service
