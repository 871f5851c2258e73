#include "protocol/channel/message_keys.h"

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/channel/leaf_credential.h"
#include "protocol/crypto/hash.h"

namespace liaise::channel {

using namespace std::string_view_literals;

namespace {

constexpr std::uint32_t head_node = UINT32_MAX;
constexpr std::uint32_t out_of_order_max = 256;
constexpr Error not_here{ErrorCode::not_known, "message keys of this epoch are not here"};

Bytes name_of(const EpochId& epoch, std::uint32_t node) {
    return to_bytes(Writer().fixed(epoch).u32(node).view());
}

crypto::SecretBytes as_secret(BytesView bytes) {
    return crypto::SecretBytes::copy_of(bytes);
}

}  // namespace

std::optional<Occupant> MessageKeys::read_leaf(const mls::SharedLeaf& leaf) {
    const auto occupant = accepted_occupant_of(*leaf);
    return occupant ? std::optional(*occupant) : std::nullopt;
}

void MessageKeys::enter(const EpochId& epoch, const mls::Group& group, Time now, const SitsOn& sits_on) {
    if (epochs_.contains(epoch)) return;
    if (std::find(spoken_.begin(), spoken_.end(), epoch) != spoken_.end()) return;
    Epoch entered;
    entered.since = now;
    entered.size = group.tree().size();
    entered.own = group.self();
    entered.devices.resize(entered.size.leaves);
    group.tree().for_each_leaf([&](mls::LeafIndex index, const mls::SharedLeaf& leaf) {
        if (const auto occupant = sits_on(leaf))
            std::copy_n(occupant->device.bytes.begin(), DeviceTag::size_bytes,
                        entered.devices[index.value].bytes.begin());
    });
    entered.tree = group.secret_tree();
    epochs_.emplace(epoch, std::move(entered));
}

void MessageKeys::absorb(MessageKeys earlier) {
    earlier.epochs_.merge(epochs_);
    epochs_ = std::move(earlier.epochs_);
    spoken_.insert(spoken_.begin(), earlier.spoken_.begin(), earlier.spoken_.end());
    gone_.insert(gone_.end(), earlier.gone_.begin(), earlier.gone_.end());
}

crypto::Key MessageKeys::key_of(const mls::MessageKey& key, const Place& place) {
    const crypto::Key of_ratchet = crypto::Key::copy_of(key.key.view()).value();
    const Hash hash = crypto::keyed_blake2b(
        of_ratchet, {bytes_of("liaise/1 message-key\0"sv), key.nonce.view(), place.channel.view(),
                     place.writer.view(), Writer().u64(place.sequence).view()});
    return crypto::Key::copy_of(hash.view()).value();
}

Result<MessageKeys::Taken> MessageKeys::next(const EpochId& epoch, const Place& place) const {
    const auto found = epochs_.find(epoch);
    if (found == epochs_.end()) return not_here;
    mls::SecretTree::Taken taken = LIAISE_TRY(
        found->second.tree.take_next(mls::suite_3(), found->second.own, mls::RatchetType::application));
    return Taken{key_of(taken.key, place), taken.key.generation, epoch, true, std::move(taken.next)};
}

Result<MessageKeys::Taken> MessageKeys::find(const EpochId& epoch, const DeviceId& author, const Place& place,
                                             std::uint32_t generation) const {
    const auto found = epochs_.find(epoch);
    if (found == epochs_.end()) return not_here;
    const Epoch& here = found->second;
    const auto leaf = std::find_if(here.devices.begin(), here.devices.end(), [&](const DeviceTag& tag) {
        return same_bytes(tag.view(), author.view().first(DeviceTag::size_bytes));
    });
    if (leaf == here.devices.end())
        return Error{ErrorCode::not_permitted, "author has no leaf in this epoch"};
    if (generation >= place.sequence)
        return Error{ErrorCode::malformed, "generation beyond the log's length", generation};
    const mls::SecretTreeLimits limits{UINT32_MAX, out_of_order_max};
    const mls::LeafIndex index{static_cast<std::uint32_t>(leaf - here.devices.begin())};
    mls::SecretTree::Taken taken =
        LIAISE_TRY(here.tree.take(mls::suite_3(), index, mls::RatchetType::application, generation, limits));
    return Taken{key_of(taken.key, place), generation, epoch, false, std::move(taken.next)};
}

void MessageKeys::use(Taken taken) {
    const auto found = epochs_.find(taken.epoch);
    if (found == epochs_.end()) return;
    found->second.tree = std::move(taken.next);
    if (taken.own && !std::exchange(found->second.spoke, true)) found->second.head_changed = true;
}

void MessageKeys::let_go(const EpochId& epoch) {
    const auto found = epochs_.find(epoch);
    if (found->second.spoke) {
        if (spoken_.size() >= limits::refused_commits_max) spoken_.erase(spoken_.begin());
        spoken_.push_back(epoch);
        spoken_changed_ = true;
    }
    for (const std::uint32_t node : found->second.nodes) gone_.push_back(name_of(epoch, node));
    if (found->second.head_stored) gone_.push_back(name_of(epoch, head_node));
    epochs_.erase(found);
}

void MessageKeys::clear() {
    while (!epochs_.empty()) let_go(epochs_.begin()->first);
}

// An epoch's age counts from when the next one was entered: people spoke under it until then, and a device
// that was away for months enters the next before it has all that was said in the one it left with.
void MessageKeys::prune(const std::set<EpochId>& in_use, Time now) {
    const Time oldest = now - std::chrono::days(limits::message_epoch_days);
    std::vector<std::pair<Time, EpochId>> by_entering;
    for (const auto& [id, epoch] : epochs_) by_entering.emplace_back(epoch.since, id);
    std::sort(by_entering.begin(), by_entering.end());
    for (std::size_t i = 0; i < by_entering.size(); ++i) {
        const EpochId& id = by_entering[i].second;
        const Time spoken_until = i + 1 < by_entering.size() ? by_entering[i + 1].first : now;
        const bool goes = spoken_until < oldest || epochs_.size() > limits::message_epochs_max;
        if (goes && !in_use.contains(id)) let_go(id);
    }
}

// ---- Stored form. Of the head: since u64 ms | size u32 | own leaf u32 | spoke u8 | a tag of 16 for each
// leaf.

Bytes MessageKeys::encode_head(const Epoch& epoch) {
    Writer writer;
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(epoch.since)));
    writer.u32(epoch.size.leaves).u32(epoch.own.value).u8(epoch.spoke ? 1 : 0);
    for (const DeviceTag& tag : epoch.devices) writer.fixed(tag);
    return std::move(writer).take();
}

Result<MessageKeys::Epoch> MessageKeys::decode_head(BytesView bytes) {
    Reader reader(bytes);
    Epoch epoch;
    epoch.since = time_from_milliseconds(static_cast<std::int64_t>(LIAISE_TRY(reader.u64())));
    epoch.size.leaves = LIAISE_TRY(reader.u32());
    epoch.own.value = LIAISE_TRY(reader.u32());
    epoch.spoke = LIAISE_TRY(reader.u8()) != 0;
    if (epoch.size.leaves > limits::mls_leaves_max || !epoch.size.has(epoch.own))
        return Error{ErrorCode::malformed, "stored message keys of the wrong size", epoch.size.leaves};
    for (std::uint32_t i = 0; i < epoch.size.leaves; ++i)
        epoch.devices.push_back(LIAISE_TRY(reader.fixed<DeviceTag>()));
    LIAISE_TRY(reader.end());
    return epoch;
}

std::vector<MessageKeys::Change> MessageKeys::take_changes() {
    std::vector<Change> changes;
    for (Bytes& name : std::exchange(gone_, {})) changes.emplace_back(std::move(name), std::nullopt);
    for (auto& [id, epoch] : epochs_) {
        if (std::exchange(epoch.head_changed, false)) {
            changes.emplace_back(name_of(id, head_node), as_secret(encode_head(epoch)));
            epoch.head_stored = true;
        }
        epoch.tree.changes_since(
            epoch.stored,
            [&, of = id, &nodes = epoch.nodes](mls::NodeIndex node, std::optional<crypto::SecretBytes> part) {
                if (part) {
                    nodes.insert(node.value);
                } else {
                    nodes.erase(node.value);
                }
                changes.emplace_back(name_of(of, node.value), std::move(part));
            });
        epoch.stored = epoch.tree;
    }
    if (std::exchange(spoken_changed_, false)) {
        Writer writer;
        for (const EpochId& id : spoken_) writer.fixed(id);
        changes.emplace_back(name_of({}, 0), as_secret(writer.view()));
    }
    return changes;
}

Result<MessageKeys> MessageKeys::load(const std::vector<NamedSecret>& parts) {
    MessageKeys keys;
    std::map<EpochId, std::map<mls::NodeIndex, crypto::SecretBytes>> trees;
    for (const auto& [name, value] : parts) {
        Reader reader(name);
        const auto id = LIAISE_TRY(reader.fixed<EpochId>());
        const std::uint32_t node = LIAISE_TRY(reader.u32());
        LIAISE_TRY(reader.end());
        if (id.is_zero()) {
            Reader list(value.view());
            while (list.left() > 0 && keys.spoken_.size() < limits::refused_commits_max)
                keys.spoken_.push_back(LIAISE_TRY(list.fixed<EpochId>()));
        } else if (node == head_node) {
            Epoch epoch = LIAISE_TRY(decode_head(value.view()));
            epoch.head_stored = true;
            epoch.head_changed = false;
            keys.epochs_.insert_or_assign(id, std::move(epoch));
        } else {
            trees[id].emplace(mls::NodeIndex{node}, value);
        }
    }
    if (trees.size() != keys.epochs_.size())
        return Error{ErrorCode::malformed, "stored message keys without their head", trees.size()};
    for (auto& [id, epoch] : keys.epochs_) {
        const auto tree = trees.find(id);
        if (tree == trees.end()) return Error{ErrorCode::malformed, "stored message keys without their tree"};
        epoch.tree = LIAISE_TRY(mls::SecretTree::assemble(epoch.size, tree->second));
        epoch.stored = epoch.tree;
        for (const auto& [node, part] : tree->second) epoch.nodes.insert(node.value);
    }
    return keys;
}

}  // namespace liaise::channel
