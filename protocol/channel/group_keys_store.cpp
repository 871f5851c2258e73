// The stored form of GroupKeys:
//
//     version 1 | channel 16 | seat 68 |
//     kept u16:     name 24 | since u64 ms | spoke u8 | welcome u32 + bytes (none: empty)
//     pending u16:  hash 32 | name 24 | welcome u32 + bytes
//     offers u16:   made u64 ms | key package u32 + bytes
//     refused u16:  hash 32
//     spoken u16:   name 24
//
// Secrets, each by name: 1, epoch name 24: the group's state; 2, hash 32: the state that the commit leads to;
// 3, hash of the key package 32: its init key 32, encryption key 32, signature key 32.
#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/channel/commit_wire.h"
#include "protocol/channel/group_keys.h"
#include "protocol/crypto/hash.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t version = 1;
enum Kind : std::uint8_t { kept_state = 1, pending_state = 2, offer_keys = 3 };
constexpr std::size_t private_key_bytes = 32;

Bytes kept_name(const EpochName& name) {
    Writer writer;
    writer.u8(kept_state);
    write_name(writer, name);
    return std::move(writer).take();
}
Bytes pending_name(const Hash& hash) {
    return to_bytes(Writer().u8(pending_state).fixed(hash).view());
}
Bytes offer_name(BytesView key_package) {
    return to_bytes(Writer().u8(offer_keys).fixed(crypto::blake2b({key_package})).view());
}

crypto::SecretBytes joined(std::initializer_list<BytesView> parts) {
    std::size_t size = 0;
    for (const BytesView part : parts) size += part.size();
    crypto::SecretBytes secret(size);
    auto out = secret.mutable_view().begin();
    for (const BytesView part : parts) out = std::copy(part.begin(), part.end(), out);
    return secret;
}

Result<BytesView> secret_of(const std::vector<GroupKeys::Secret>& secrets, const Bytes& name) {
    const auto found = std::find_if(secrets.begin(), secrets.end(),
                                    [&name](const GroupKeys::Secret& secret) { return secret.name == name; });
    if (found == secrets.end()) return Error{ErrorCode::malformed, "secret of a group is missing"};
    return found->value.view();
}

void write_time(Writer& writer, Time time) {
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(time)));
}
Result<Time> read_time(Reader& reader) {
    return time_from_milliseconds(static_cast<std::int64_t>(LIAISE_TRY(reader.u64())));
}

std::optional<Bytes> optional_of(BytesView bytes) {
    return bytes.empty() ? std::nullopt : std::optional(to_bytes(bytes));
}

Result<std::uint16_t> read_count(Reader& reader, std::size_t most) {
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    if (count > most) return Error{ErrorCode::malformed, "stored group with too many parts", count};
    return count;
}

Result<mls::OwnKeyPackage> read_offer_keys(BytesView key_package, BytesView keys) {
    if (keys.size() != 3 * private_key_bytes) return Error{ErrorCode::malformed, "keys of the wrong size"};
    const auto part = [keys](std::size_t i) {
        return crypto::SecretBytes::copy_of(keys.subspan(i * private_key_bytes, private_key_bytes));
    };
    auto package = LIAISE_TRY(mls::parse_message<mls::KeyPackage>(key_package));
    auto signer = LIAISE_TRY(mls::suite_3().signer_of(part(2)));
    mls::OwnKeyPackage own{std::move(package), part(0), part(1), std::move(signer)};
    LIAISE_TRY(own.check(mls::suite_3()));
    return own;
}

}  // namespace

Bytes GroupKeys::encode() const {
    Writer writer;
    writer.u8(version).fixed(channel_);
    write_seat(writer, own_);
    writer.u16(static_cast<std::uint16_t>(kept_.size()));
    for (const auto& [name, kept] : kept_) {
        write_name(writer, name);
        write_time(writer, kept.since);
        writer.u8(kept.spoke ? 1 : 0);
        writer.sized32(kept.welcome ? BytesView(*kept.welcome) : BytesView());
    }
    writer.u16(static_cast<std::uint16_t>(pending_.size()));
    for (const auto& [hash, pending] : pending_) {
        writer.fixed(hash);
        write_name(writer, pending.to);
        writer.sized32(pending.welcome ? BytesView(*pending.welcome) : BytesView());
    }
    writer.u16(static_cast<std::uint16_t>(offers_.size()));
    for (const auto& [keys, made] : offers_) {
        write_time(writer, made);
        writer.sized32(mls::encoded_message(keys.key_package));
    }
    writer.u16(static_cast<std::uint16_t>(refused_.size()));
    for (const Hash& hash : refused_) writer.fixed(hash);
    writer.u16(static_cast<std::uint16_t>(spoken_.size()));
    for (const EpochName& name : spoken_) write_name(writer, name);
    return std::move(writer).take();
}

std::vector<GroupKeys::Secret> GroupKeys::secrets() const {
    std::vector<Secret> all;
    for (const auto& [name, kept] : kept_) all.push_back({kept_name(name), kept.group.save()});
    for (const auto& [hash, pending] : pending_) all.push_back({pending_name(hash), pending.group.save()});
    for (const auto& [keys, made] : offers_)
        all.push_back({offer_name(mls::encoded_message(keys.key_package)),
                       joined({keys.init_private.view(), keys.encryption_private.view(),
                               keys.signer->private_key().view()})});
    return all;
}

Result<GroupKeys> GroupKeys::load(BytesView bytes, const std::vector<Secret>& secrets) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "stored group of another version"};
    const auto channel = LIAISE_TRY(reader.fixed<ChannelId>());
    GroupKeys keys(channel, LIAISE_TRY(read_seat(reader)));
    const std::uint16_t kept = LIAISE_TRY(read_count(reader, UINT16_MAX));
    for (std::uint16_t i = 0; i < kept; ++i) {
        const EpochName name = LIAISE_TRY(read_name(reader));
        const Time since = LIAISE_TRY(read_time(reader));
        const std::uint8_t spoke = LIAISE_TRY(reader.u8());
        const BytesView welcome = LIAISE_TRY(reader.sized32(limits::mls_message_bytes_max));
        auto group = LIAISE_TRY(mls::Group::load(LIAISE_TRY(secret_of(secrets, kept_name(name)))));
        if (name_of(name.number, group) != name)
            return Error{ErrorCode::malformed, "stored epoch under another's name", i};
        keys.kept_.insert_or_assign(name, Kept{std::move(group), since, optional_of(welcome), spoke != 0});
    }
    const std::uint16_t pending = LIAISE_TRY(read_count(reader, limits::pending_commits_max));
    for (std::uint16_t i = 0; i < pending; ++i) {
        const auto hash = LIAISE_TRY(reader.fixed<Hash>());
        const EpochName name = LIAISE_TRY(read_name(reader));
        const BytesView welcome = LIAISE_TRY(reader.sized32(limits::mls_message_bytes_max));
        auto group = LIAISE_TRY(mls::Group::load(LIAISE_TRY(secret_of(secrets, pending_name(hash)))));
        keys.pending_.insert_or_assign(hash, Pending{name, std::move(group), optional_of(welcome)});
    }
    const std::uint16_t offers = LIAISE_TRY(read_count(reader, limits::own_offers_max));
    for (std::uint16_t i = 0; i < offers; ++i) {
        const Time made = LIAISE_TRY(read_time(reader));
        const BytesView package = LIAISE_TRY(reader.sized32(limits::key_package_bytes_max));
        const BytesView private_keys = LIAISE_TRY(secret_of(secrets, offer_name(package)));
        auto own = LIAISE_TRY(read_offer_keys(package, private_keys));
        keys.offers_.push_back({std::move(own), made});
    }
    const std::uint16_t refused = LIAISE_TRY(read_count(reader, limits::refused_commits_max));
    for (std::uint16_t i = 0; i < refused; ++i) keys.refused_.push_back(LIAISE_TRY(reader.fixed<Hash>()));
    const std::uint16_t spoken = LIAISE_TRY(read_count(reader, limits::refused_commits_max));
    for (std::uint16_t i = 0; i < spoken; ++i) keys.spoken_.push_back(LIAISE_TRY(read_name(reader)));
    LIAISE_TRY(reader.end());
    return keys;
}

}  // namespace liaise::channel
