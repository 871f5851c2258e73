#include "node/service/deliveries.h"

namespace liaise::node::service {
namespace {

constexpr Duration write_pause = std::chrono::seconds{1};
constexpr std::size_t missing_logs_max = 4096;  // of one channel: what peers claim costs no more memory

}  // namespace

Deliveries::Deliveries(Core& core, Channels& channels) : core_(core), channels_(channels) {
    core_.batch.before_commit([this] { return write_dirty(); });
}

Result<void> Deliveries::load() {
    known_.clear();
    dirty_.clear();
    missing_.clear();
    devices_.clear();
    write_at_.reset();
    return {};
}

Result<const Deliveries::Known*> Deliveries::known(const LogRuntime& log) {
    const auto found = known_.find(log.row);
    if (found != known_.end()) return &found->second;
    Known loaded;
    for (const store::HeldRow& row : LIAISE_TRY(core_.store.marks().held(log.row)))
        loaded.held[row.device] = row.head;
    for (const store::SeenRow& row : LIAISE_TRY(core_.store.marks().seen(log.row)))
        loaded.seen[row.member] = row.last;
    return &known_.emplace(log.row, std::move(loaded)).first->second;
}

void Deliveries::told(const ChannelId& id, const WriterKey& writer, const MemberId& member,
                      const DeviceId& device, std::uint64_t head) {
    Channel* const channel = channels_.find(id);
    if (channel == nullptr) return;
    const auto known_log = channel->logs.find(writer);
    const LogRuntime* const runtime = known_log == channel->logs.end() ? nullptr : &known_log->second;
    if (runtime == nullptr) return note_missing(*channel, nullptr, {head, log::log_id_of(id, writer)});
    if (!runtime->own) return note_missing(*channel, runtime, {head, runtime->id});
    // Only members' devices count, so that the number of rows is bounded by the membership.
    const auto [as, seated] = channels_.known_as(*channel, member, device);
    const auto of = channel->state.member(as);
    const bool counts =
        of && std::any_of(of->devices.begin(), of->devices.end(),
                          [&, id = seated](const channel::Device& each) { return each.id == id; });
    if (!counts || head > runtime->head.sequence || !known(*runtime)) return;
    std::uint64_t& held = known_.at(runtime->row).held[seated];
    if (head <= held) return;
    held = head;
    dirty_.emplace(runtime->row, seated);
    if (!write_at_) write_at_ = core_.now() + write_pause;
}

Result<void> Deliveries::opened(const OpenedEntry& entry, const channel::Seen& seen) {
    Channel& channel = *channels_.find(entry.channel.id());
    for (const channel::EntryRef& last : seen.lasts) {
        const LogRuntime* const log = channel.log(last.log);
        if (log == nullptr || !log->own || last.sequence > log->head.sequence) continue;
        LIAISE_TRY(known(*log));
        std::uint64_t& read = known_.at(log->row).seen[entry.accepted.author];
        if (last.sequence <= read) continue;
        read = last.sequence;
        LIAISE_TRY(core_.store.marks().set_seen(log->row, entry.accepted.author, last.sequence));
    }
    return {};
}

void Deliveries::referred_to(const ChannelId& id, const channel::EntryRef& entry) {
    if (Channel* const channel = channels_.find(id)) note_missing(*channel, channel->log(entry.log), entry);
}

void Deliveries::note_missing(Channel& channel, const LogRuntime* log, const channel::EntryRef& entry) {
    if (entry.sequence == 0) return;
    if (log != nullptr && (log->head.sequence >= entry.sequence || log->forked_at != 0)) return;
    auto& missing = missing_[channel.id()];
    const auto found = missing.find(entry.log);
    if (found != missing.end())
        found->second.last = std::max(found->second.last, entry.sequence);
    else if (missing.size() < missing_logs_max)
        missing.emplace(entry.log, Missing{entry.sequence, core_.now()});
}

std::vector<Deliveries::Gap> Deliveries::gaps(Channel& channel) const {
    std::vector<Gap> gaps;
    const auto found = missing_.find(channel.id());
    if (found == missing_.end()) return gaps;
    for (const auto& [id, missing] : found->second) {
        const LogRuntime* const log = channel.log(id);
        const std::uint64_t have = log == nullptr ? 0 : log->head.sequence;
        if (missing.last > have) gaps.push_back({id, have + 1, missing.last, missing.since});
    }
    return gaps;
}

const std::vector<Deliveries::Device>& Deliveries::devices_of(const Channel& channel) {
    const auto found = devices_.find(channel.id());
    if (found != devices_.end()) return found->second;
    std::vector<Device> all;
    for (const channel::Member& member : channel.state.members()) {
        // Of those whom nothing goes to from here we are told nothing, either.
        if (member.id == channel.state.own().member || !channels_.hears_of(channel, member.id)) continue;
        for (const channel::Device& device : member.devices)
            if (!channel.state.shut_out_devices().contains(device.id))
                all.push_back({member.id, device.id, false, false});
    }
    return devices_.emplace(channel.id(), std::move(all)).first->second;
}

std::vector<Deliveries::Device> Deliveries::devices(const Channel& channel, const LogRuntime& log,
                                                    std::uint64_t sequence) {
    std::vector<Device> devices = devices_of(channel);
    const auto known_here = known(log);
    if (!known_here) return devices;
    const bool receipts = channel.state.charter() != nullptr && channel.state.charter()->receipts;
    for (Device& device : devices) {
        const auto held = (*known_here)->held.find(device.device);
        const auto seen = (*known_here)->seen.find(device.member);
        device.read = receipts && seen != (*known_here)->seen.end() && seen->second >= sequence;
        device.holds = held != (*known_here)->held.end() && held->second >= sequence;
    }
    return devices;
}

Deliveries::Count Deliveries::count(const Channel& channel, const LogRuntime& log, std::uint64_t sequence) {
    Count count;
    std::set<MemberId> read;
    for (const Device& device : devices(channel, log, sequence)) {
        ++count.of;
        count.delivered += device.holds ? 1 : 0;
        if (device.read) read.insert(device.member);
    }
    count.read = read.size();
    return count;
}

Result<void> Deliveries::write_dirty() {
    for (const auto& [log, device] : std::exchange(dirty_, {}))
        LIAISE_TRY(core_.store.marks().set_held(log, device, known_.at(log).held.at(device)));
    write_at_.reset();
    return {};
}

void Deliveries::tick() {
    if (!write_at_ || core_.now() < *write_at_) return;
    write_at_.reset();
    if (dirty_.empty()) return;
    if (const auto open = core_.batch.write(); !open) core_.batch.fail(open.error());
}

}  // namespace liaise::node::service
