// The stored form of GroupKeys:
//
//     version 1 | channel 16 | seat 68 |
//     kept u16:     name 24 | since u64 ms | welcome u32 + bytes (none: empty)
//     pending u16:  hash 32 | name 24 | welcome u32 + bytes
//     offers:       as own_packages.h has them
//     own leaf:     0 none, 1 ours, 2 borrowed | since u64 ms, unless none
//     refused u16:  hash 32
//
// Secrets, each by name: 1, epoch name 24: the group's state; 2, hash 32: the state that the commit leads to;
// 3, hash of the key package 32: its private keys.
#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/channel/commit_wire.h"
#include "protocol/channel/group_keys.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t version = 1;
enum Kind : std::uint8_t { kept_state = 1, pending_state = 2 };  // 3: own_packages.cpp

Bytes kept_name(const EpochName& name) {
    Writer writer;
    writer.u8(kept_state);
    write_name(writer, name);
    return std::move(writer).take();
}
Bytes pending_name(const Hash& hash) {
    return to_bytes(Writer().u8(pending_state).fixed(hash).view());
}

std::optional<Bytes> optional_of(BytesView bytes) {
    return bytes.empty() ? std::nullopt : std::optional(to_bytes(bytes));
}

Result<std::uint16_t> read_count(Reader& reader, std::size_t most) {
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    if (count > most) return Error{ErrorCode::malformed, "stored group with too many parts", count};
    return count;
}

}  // namespace

Bytes GroupKeys::encode() const {
    Writer writer;
    writer.u8(version).fixed(channel_);
    write_seat(writer, own_);
    writer.u16(static_cast<std::uint16_t>(kept_.size()));
    for (const auto& [name, kept] : kept_) {
        write_name(writer, name);
        write_stored_time(writer, kept.since);
        writer.sized32(kept.welcome ? BytesView(*kept.welcome) : BytesView());
    }
    writer.u16(static_cast<std::uint16_t>(pending_.size()));
    for (const auto& [hash, pending] : pending_) {
        writer.fixed(hash);
        write_name(writer, pending.to);
        writer.sized32(pending.welcome ? BytesView(*pending.welcome) : BytesView());
    }
    offers_.encode(writer);
    writer.u8(own_leaf_ ? (own_leaf_->borrowed ? 2 : 1) : 0);
    if (own_leaf_) write_stored_time(writer, own_leaf_->since);
    writer.u16(static_cast<std::uint16_t>(refused_.size()));
    for (const Hash& hash : refused_) writer.fixed(hash);
    return std::move(writer).take();
}

std::set<Bytes> GroupKeys::secret_names() const {
    std::set<Bytes> names;
    for (const auto& [name, kept] : kept_) names.insert(kept_name(name));
    for (const auto& [hash, pending] : pending_) names.insert(pending_name(hash));
    offers_.add_names(names);
    return names;
}

std::vector<NamedSecret> GroupKeys::secrets(const std::set<Bytes>& without) const {
    std::vector<NamedSecret> all;
    const auto add = [&](Bytes name, const mls::Group& group) {
        if (!without.contains(name)) all.push_back({std::move(name), group.save()});
    };
    for (const auto& [name, kept] : kept_) add(kept_name(name), kept.group);
    for (const auto& [hash, pending] : pending_) add(pending_name(hash), pending.group);
    offers_.add_secrets(all);
    std::erase_if(all, [&without](const NamedSecret& secret) { return without.contains(secret.name); });
    return all;
}

Result<GroupKeys> GroupKeys::load(BytesView bytes, const std::vector<NamedSecret>& secrets,
                                  MessageKeys messages) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "stored group of another version"};
    const auto channel = LIAISE_TRY(reader.fixed<ChannelId>());
    GroupKeys keys(channel, LIAISE_TRY(read_seat(reader)));
    keys.messages_ = std::move(messages);
    const std::uint16_t kept = LIAISE_TRY(read_count(reader, UINT16_MAX));
    for (std::uint16_t i = 0; i < kept; ++i) {
        const EpochName name = LIAISE_TRY(read_name(reader));
        const Time since = LIAISE_TRY(read_stored_time(reader));
        const BytesView welcome = LIAISE_TRY(reader.sized32(limits::mls_message_bytes_max));
        auto group = LIAISE_TRY(mls::Group::load(LIAISE_TRY(find_secret(secrets, kept_name(name)))));
        if (name_of(name.number, group) != name)
            return Error{ErrorCode::malformed, "stored epoch under another's name", i};
        keys.kept_.insert_or_assign(name, Kept{std::move(group), since, optional_of(welcome)});
    }
    const std::uint16_t pending = LIAISE_TRY(read_count(reader, limits::pending_commits_max));
    for (std::uint16_t i = 0; i < pending; ++i) {
        const auto hash = LIAISE_TRY(reader.fixed<Hash>());
        const EpochName name = LIAISE_TRY(read_name(reader));
        const BytesView welcome = LIAISE_TRY(reader.sized32(limits::mls_message_bytes_max));
        auto group = LIAISE_TRY(mls::Group::load(LIAISE_TRY(find_secret(secrets, pending_name(hash)))));
        keys.pending_.insert_or_assign(hash, Pending{name, std::move(group), optional_of(welcome)});
    }
    keys.offers_ = LIAISE_TRY(OwnPackages::load(reader, secrets));
    const std::uint8_t leaf = LIAISE_TRY(reader.u8());
    if (leaf > 2) return Error{ErrorCode::malformed, "stored group with an unknown leaf", leaf};
    if (leaf > 0) keys.own_leaf_ = OwnLeaf{LIAISE_TRY(read_stored_time(reader)), leaf == 2};
    const std::uint16_t refused = LIAISE_TRY(read_count(reader, limits::refused_commits_max));
    for (std::uint16_t i = 0; i < refused; ++i) keys.refused_.push_back(LIAISE_TRY(reader.fixed<Hash>()));
    LIAISE_TRY(reader.end());
    return keys;
}

}  // namespace liaise::channel
