#include "tests/simulation/network/forger.h"

#include "node/service/kinds.h"
#include "protocol/channel/commit_pieces.h"
#include "protocol/channel/padding.h"
#include "protocol/channel/payload.h"
#include "tests/simulation/network/holdings.h"

namespace liaise::simulation {

using node::service::Channel;
using node::service::Holdings;

namespace {

// As seal() does, whatever it says.
Bytes seal_anything(Bytes head, Bytes plain, const channel::Place& place, const EpochId& epoch,
                    const crypto::Key& key, RandomSource& random) {
    std::array<std::uint8_t, channel::payload::random_bytes> drawn{};
    random.fill(drawn);
    const crypto::Nonce24 nonce = channel::payload::nonce_of(key, drawn);
    std::array<std::uint8_t, crypto::tag_bytes> tag{};
    crypto::xchacha_seal_in_place(key, nonce, channel::payload::associated(place, epoch), plain, tag);
    append(head, nonce.view());
    append(head, plain);
    append(head, tag);
    return head;
}

}  // namespace

Forger::Forger(test::Machine& machine, const ChannelId& room, std::uint64_t seed)
    : machine_(machine), id_(room), random_(seed) {}

Channel* Forger::room() {
    Channel* const channel = Holdings::channels(machine_.node()).find(id_);
    if (channel == nullptr || !channel->logs.contains(log::writer_key_of(channel->writer))) return nullptr;
    return channel;
}

const node::service::Own& Forger::own() {
    return Holdings::core(machine_.node()).own;
}

bool Forger::write_payload(log::EntryKind kind, BytesView payload) {
    Channel* const channel = room();
    auto& channels = Holdings::channels(machine_.node());
    if (channel == nullptr || channels.own_log_behind()) return false;
    const auto entry = log::sign_entry(channel->writer, id_, channels.own_log(*channel).head, kind, payload);
    if (!entry) return false;
    const auto taken = channels.take(log::run_of(*entry));
    if (!taken) Holdings::core(machine_.node()).batch.fail(taken.error());
    return taken.ok();
}

bool Forger::write(channel::Body body, std::vector<channel::EntryRef> causes) {
    Channel* const channel = room();
    if (channel == nullptr) return false;
    const auto content =
        channel::validate({machine_.clock(), channel::Handling::clear, std::move(causes), std::move(body)});
    if (!content) return false;
    const auto& log = Holdings::channels(machine_.node()).own_log(*channel);
    const channel::Place place{id_, log.writer, log.head.sequence + 1, content->kind()};
    const auto sealed = channel::seal_entry(*content, place, channel->state, channel->keyring,
                                            channel->message_keys(), random_);
    return sealed && write_payload(content->kind(), sealed->payload);
}

bool Forger::write(const channel::CommitEntry& commit) {
    bool written = false;
    for (channel::Body& body : channel::pieces_of(commit)) {
        written = write(std::move(body));
        if (!written) return false;
    }
    return written;
}

bool Forger::write_under(const channel::EpochKey& key, channel::Body body) {
    Channel* const channel = room();
    if (channel == nullptr) return false;
    const auto content = channel::validate({machine_.clock(), channel::Handling::clear, {}, std::move(body)});
    if (!content) return false;
    const auto& log = Holdings::channels(machine_.node()).own_log(*channel);
    const channel::Place place{id_, log.writer, log.head.sequence + 1, content->kind()};
    const auto payload = channel::seal(*content, place, key, random_);
    return payload && write_payload(content->kind(), *payload);
}

bool Forger::write_plain(log::EntryKind kind, BytesView plain) {
    Channel* const channel = room();
    if (channel == nullptr) return false;
    const auto& log = Holdings::channels(machine_.node()).own_log(*channel);
    const channel::Place place{id_, log.writer, log.head.sequence + 1, kind};
    const auto current = channel->keyring.current();
    const EpochId epoch = kind == log::EntryKind::content && current
                              ? current->id
                              : channel::epoch_for(channel->state, channel->keyring, channel::KeysWanted{});
    const crypto::Key* const key = channel->keyring.find(epoch);
    if (key == nullptr) return false;
    Bytes head{static_cast<std::uint8_t>(channel::PayloadFormat::epoch_key)};
    append(head, epoch.view());
    if (kind == log::EntryKind::policy || !channel->state.has_message_keys())
        return write_payload(
            kind, seal_anything(std::move(head), channel::pad(plain), place, epoch,
                                channel::entry_key(*key, id_, place.writer, place.sequence), random_));
    const auto taken = channel->message_keys()->next(epoch, place);
    if (!taken) return false;
    head[0] = static_cast<std::uint8_t>(channel::PayloadFormat::message_key);
    append(head, Writer().u32(taken->generation).view());
    return write_payload(
        kind, seal_anything(std::move(head), channel::pad(plain), place, epoch, taken->key, random_));
}

std::optional<channel::GroupKeys::Made> Forger::commit_on(
    const channel::EntryRef& parent, channel::Seats removed,
    std::vector<std::pair<channel::Seating, Bytes>> added) {
    Channel* const channel = room();
    if (channel == nullptr || !channel->group || !channel->state.group().commits.contains(parent)) return {};
    channel::GroupKeys::Wanted wanted{channel->state.charter_entry(), parent,
                                      channel->state.group().commits.at(parent).to, std::move(removed),
                                      std::move(added)};
    auto made = channel->group->commit(wanted, random_);
    if (!made) return {};
    return *std::move(made);
}

bool Forger::hand(const DeviceId& to, Bytes parcel) {
    auto& batch = Holdings::core(machine_.node()).batch;
    if (!batch.write()) return false;
    const auto handed = Holdings::hand(machine_.node(), to, std::move(parcel));
    if (!handed) batch.fail(handed.error());
    return handed.ok();
}

Bytes Forger::credential() {
    const auto credential = Holdings::trust(machine_.node()).own_credential();
    return credential ? *credential : Bytes{};
}

std::optional<Forger::Known> Forger::any_entry() {
    Channel* const channel = room();
    if (channel == nullptr) return {};
    std::vector<const node::service::LogRuntime*> logs;
    for (const auto& [writer, log] : channel->logs)
        if (log.head.sequence > 0) logs.push_back(&log);
    if (logs.empty()) return {};
    const auto& log = *logs[random_.below(logs.size())];
    const std::uint64_t sequence = 1 + random_.below(log.head.sequence);
    const auto entry = machine_.store().entries().entry({log.row, sequence});
    if (!entry || !*entry || !(*entry)->payload) return {};
    Known known{{sequence, log.id}, (*entry)->header.kind, *(*entry)->payload, {}};
    const auto content = Holdings::channels(machine_.node()).content(*channel, log, sequence);
    if (content) known.plain = channel::encode(*content);
    return known;
}

std::optional<Bytes> Forger::package_of(const DeviceId& device) {
    const auto kept = machine_.store().records().get(node::service::record::key_package, device.view());
    constexpr std::size_t before = 8 + MemberId::size_bytes;
    if (!kept || !*kept || (*kept)->size() <= before) return {};
    return to_bytes(BytesView(**kept).subspan(before));
}

std::vector<channel::Device> Forger::devices_of(const MemberId& member) {
    return Holdings::devices_of(machine_.node(), member);
}

std::vector<MemberId> Forger::everyone() {
    std::vector<MemberId> all;
    const auto people = machine_.node().people(machine_.clock());
    if (!people) return all;
    for (const auto& person : *people) all.push_back(person.id);
    return all;
}

}  // namespace liaise::simulation
