#include "node/service/aliases.h"

#include "node/service/kinds.h"
#include "protocol/base/alias_limits.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 1'000'000;
constexpr std::uint8_t version = 1;

Bytes key_of(const Aliases::At& at) {
    Bytes key = to_bytes(at.first.view());
    append(key, at.second.view());
    return key;
}

Bytes package_secret(const Aliases::At& at, BytesView name) {
    Bytes key = key_of(at);
    append(key, name);
    return key;
}

Result<Aliases::At> at_from(BytesView key) {
    Reader reader(key);
    const auto channel = LIAISE_TRY(reader.fixed<ChannelId>());
    return Aliases::At{channel, LIAISE_TRY(reader.fixed<MemberId>())};
}

Result<void> check_version(Reader& reader) {
    if (LIAISE_TRY(reader.u8()) == version) return {};
    return Error{ErrorCode::unsupported, "record of an alias of a newer version"};
}

Bytes encode(const KnownAlias& known) {
    Writer writer;
    writer.u8(version).fixed(known.person).fixed(known.device).fixed(known.alias.id).fixed(known.alias.inbox);
    writer.sized16(known.key_package);
    return std::move(writer).take();
}

Result<KnownAlias> parse_known(BytesView record) {
    Reader reader(record);
    LIAISE_TRY(check_version(reader));
    KnownAlias known;
    known.person = LIAISE_TRY(reader.fixed<MemberId>());
    known.device = LIAISE_TRY(reader.fixed<DeviceId>());
    known.alias.id = LIAISE_TRY(reader.fixed<DeviceId>());
    known.alias.inbox = LIAISE_TRY(reader.fixed<DhPublicKey>());
    known.key_package = to_bytes(LIAISE_TRY(reader.sized16(limits::alias_package_bytes_max)));
    LIAISE_TRY(reader.end());
    return known;
}

}  // namespace

Result<void> Aliases::load() {
    own_.clear();
    known_.clear();
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::own_alias, everything))) {
        const At at = LIAISE_TRY(at_from(kept.key));
        own_.emplace(at, LIAISE_TRY(load_own(at, kept.value)));
    }
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::known_alias, everything)))
        known_.emplace(LIAISE_TRY(at_from(kept.key)), LIAISE_TRY(parse_known(kept.value)));
    return {};
}

Result<OwnAlias> Aliases::load_own(const At& at, BytesView record) {
    const auto seed = LIAISE_TRY(core_.store.secrets().get(secret::alias_seed, key_of(at)));
    if (!seed) return Error{ErrorCode::not_authentic, "the home lacks the keys of an alias"};
    std::vector<channel::NamedSecret> secrets;
    for (const Bytes& name : LIAISE_TRY(core_.store.secrets().names(secret::alias_package, key_of(at))))
        if (auto value = LIAISE_TRY(core_.store.secrets().get(secret::alias_package, name)))
            secrets.push_back({to_bytes(BytesView(name).subspan(key_of(at).size())), *std::move(value)});
    Reader reader(record);
    LIAISE_TRY(check_version(reader));
    const BytesView name = LIAISE_TRY(reader.raw(LIAISE_TRY(reader.u8())));
    std::set<MemberId> told;
    for (std::uint16_t left = LIAISE_TRY(reader.u16()); left > 0; --left)
        told.insert(LIAISE_TRY(reader.fixed<MemberId>()));
    auto packages = LIAISE_TRY(channel::OwnPackages::load(reader, secrets));
    LIAISE_TRY(reader.end());
    return OwnAlias{std::string(text_of(name)), std::move(told),
                    channel::AliasKeys::derive(LIAISE_TRY(channel::AliasSeed::copy_of(seed->view())),
                                               core_.own.device_id()),
                    std::move(packages)};
}

Result<MemberId> Aliases::draw(const ChannelId& channel, const std::string& name, std::set<MemberId> told) {
    const auto seed = channel::AliasSeed::draw(core_.random);
    OwnAlias alias{name, std::move(told), channel::AliasKeys::derive(seed, core_.own.device_id()), {}};
    const At at{channel, alias.keys.member_id()};
    alias.packages.make(at.second, alias.keys.device, core_.now(), core_.random);
    Writer writer;
    writer.u8(version).u8(static_cast<std::uint8_t>(name.size())).raw(bytes_of(name));
    writer.u16(static_cast<std::uint16_t>(alias.told.size()));
    for (const MemberId& convener : alias.told) writer.fixed(convener);
    alias.packages.encode(writer);
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::own_alias, key_of(at), writer.view()));
    LIAISE_TRY(core_.store.secrets().put(secret::alias_seed, key_of(at), seed.view()));
    std::vector<channel::NamedSecret> secrets;
    alias.packages.add_secrets(secrets);
    for (const auto& [package, value] : secrets)
        LIAISE_TRY(
            core_.store.secrets().put(secret::alias_package, package_secret(at, package), value.view()));
    own_.emplace(at, std::move(alias));
    return at.second;
}

Result<void> Aliases::forget(const ChannelId& channel, const MemberId& alias) {
    const At at{channel, alias};
    if (own_.erase(at) == 0) return {};
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().remove(record::own_alias, key_of(at)));
    LIAISE_TRY(core_.store.secrets().remove(secret::alias_seed, key_of(at)));
    for (const Bytes& name : LIAISE_TRY(core_.store.secrets().names(secret::alias_package, key_of(at))))
        LIAISE_TRY(core_.store.secrets().remove(secret::alias_package, name));
    return {};
}

const OwnAlias* Aliases::own(const ChannelId& channel, const MemberId& alias) const {
    const auto found = own_.find({channel, alias});
    return found == own_.end() ? nullptr : &found->second;
}

Result<void> Aliases::know(const ChannelId& channel, const MemberId& alias, KnownAlias known) {
    const At at{channel, alias};
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::known_alias, key_of(at), encode(known)));
    known_.insert_or_assign(at, std::move(known));
    return {};
}

Result<void> Aliases::unknow(const ChannelId& channel, const MemberId& alias) {
    if (known_.erase({channel, alias}) == 0) return {};
    LIAISE_TRY(core_.batch.write());
    return core_.store.records().remove(record::known_alias, key_of({channel, alias}));
}

const KnownAlias* Aliases::known(const ChannelId& channel, const MemberId& alias) const {
    const auto found = known_.find({channel, alias});
    return found == known_.end() ? nullptr : &found->second;
}

std::optional<MemberId> Aliases::alias_of(const ChannelId& channel, const MemberId& person) const {
    for (const auto& [at, known] : known_)
        if (at.first == channel && known.person == person) return at.second;
    return std::nullopt;
}

std::optional<Bytes> Aliases::package_of(const MemberId& alias, const DeviceId& device) const {
    for (const auto& [at, known] : known_)
        if (at.second == alias && known.alias.id == device) return known.key_package;
    return std::nullopt;
}

}  // namespace liaise::node::service
