#include "node/service/aliases.h"

#include <algorithm>

#include "node/service/kinds.h"
#include "protocol/base/entering_limits.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 1'000'000;
constexpr std::uint8_t version = 2;

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
    return Error{ErrorCode::unsupported, "record of an alias of another version"};
}

Bytes encode(const KnownAlias& known) {
    Writer writer;
    writer.u8(version).fixed(known.person).u8(static_cast<std::uint8_t>(known.devices.size()));
    for (const auto& [real, seat] : known.devices)
        writer.fixed(real)
            .fixed(seat.alias.id)
            .fixed(seat.alias.inbox)
            .u64(seat.number)
            .u8(seat.withdrawn ? 1 : 0)
            .sized16(seat.key_package);
    return std::move(writer).take();
}

Result<KnownAlias> parse_known(BytesView record) {
    Reader reader(record);
    LIAISE_TRY(check_version(reader));
    KnownAlias known;
    known.person = LIAISE_TRY(reader.fixed<MemberId>());
    for (std::uint8_t left = LIAISE_TRY(reader.u8()); left > 0; --left) {
        KnownAlias::Seat& seat = known.devices[LIAISE_TRY(reader.fixed<DeviceId>())];
        seat.alias.id = LIAISE_TRY(reader.fixed<DeviceId>());
        seat.alias.inbox = LIAISE_TRY(reader.fixed<DhPublicKey>());
        seat.number = LIAISE_TRY(reader.u64());
        seat.withdrawn = LIAISE_TRY(reader.u8()) == 1;
        seat.key_package = to_bytes(LIAISE_TRY(reader.sized16(limits::alias_package_bytes_max)));
    }
    LIAISE_TRY(reader.end());
    return known;
}

Bytes encode(const OwnAlias& alias) {
    Writer writer;
    writer.u8(version).u8(static_cast<std::uint8_t>(alias.name.size())).raw(bytes_of(alias.name));
    writer.u16(static_cast<std::uint16_t>(alias.told.size()));
    for (const MemberId& convener : alias.told) writer.fixed(convener);
    writer.u8(static_cast<std::uint8_t>(alias.others.size()));
    for (const auto& [real, device] : alias.others) writer.fixed(real).fixed(device);
    writer.u8(static_cast<std::uint8_t>(alias.handed.size()));
    for (const DeviceId& real : alias.handed) writer.fixed(real);
    alias.packages.encode(writer);
    return std::move(writer).take();
}

}  // namespace

bool KnownAlias::is_over() const {
    return !devices.empty() && std::all_of(devices.begin(), devices.end(),
                                           [](const auto& each) { return each.second.withdrawn; });
}

const KnownAlias::Seat* KnownAlias::seat_of(const DeviceId& real) const {
    const auto found = devices.find(real);
    return found == devices.end() ? nullptr : &found->second;
}

std::optional<DeviceId> KnownAlias::real_device(const DeviceId& alias) const {
    for (const auto& [real, seat] : devices)
        if (seat.alias.id == alias) return real;
    return std::nullopt;
}

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
    const auto seed_of = [&](std::uint16_t kind) -> Result<channel::AliasSeed> {
        const auto seed = LIAISE_TRY(core_.store.secrets().get(kind, key_of(at)));
        if (!seed) return Error{ErrorCode::not_authentic, "the home lacks the keys of an alias"};
        return channel::AliasSeed::copy_of(seed->view());
    };
    Reader reader(record);
    LIAISE_TRY(check_version(reader));
    auto seed = LIAISE_TRY(seed_of(secret::alias_seed));
    auto keys = channel::AliasKeys::derive(seed, LIAISE_TRY(seed_of(secret::alias_device)));
    std::vector<channel::NamedSecret> secrets;
    for (const Bytes& name : LIAISE_TRY(core_.store.secrets().names(secret::alias_package, key_of(at))))
        if (auto value = LIAISE_TRY(core_.store.secrets().get(secret::alias_package, name)))
            secrets.push_back({to_bytes(BytesView(name).subspan(key_of(at).size())), *std::move(value)});
    OwnAlias alias{{}, {}, std::move(seed), std::move(keys), {}};
    alias.name = std::string(text_of(LIAISE_TRY(reader.raw(LIAISE_TRY(reader.u8())))));
    for (std::uint16_t left = LIAISE_TRY(reader.u16()); left > 0; --left)
        alias.told.insert(LIAISE_TRY(reader.fixed<MemberId>()));
    for (std::uint8_t left = LIAISE_TRY(reader.u8()); left > 0; --left) {
        const auto real = LIAISE_TRY(reader.fixed<DeviceId>());
        alias.others[real] = LIAISE_TRY(reader.fixed<DeviceId>());
    }
    for (std::uint8_t left = LIAISE_TRY(reader.u8()); left > 0; --left)
        alias.handed.insert(LIAISE_TRY(reader.fixed<DeviceId>()));
    alias.packages = LIAISE_TRY(channel::OwnPackages::load(reader, secrets));
    LIAISE_TRY(reader.end());
    return alias;
}

Result<MemberId> Aliases::draw(const ChannelId& channel, const std::string& name, std::set<MemberId> told) {
    return make(channel, channel::AliasSeed::draw(core_.random), name, std::move(told));
}

Result<void> Aliases::take(const ChannelId& channel, const channel::AliasSeed& seed, const std::string& name,
                           std::set<MemberId> told) {
    LIAISE_TRY(make(channel, seed, name, std::move(told)));
    return {};
}

Result<MemberId> Aliases::make(const ChannelId& channel, const channel::AliasSeed& seed,
                               const std::string& name, std::set<MemberId> told) {
    const auto device = channel::AliasSeed::draw(core_.random);
    OwnAlias alias{name, std::move(told), seed, channel::AliasKeys::derive(seed, device), {}};
    const At at{channel, alias.keys.member_id()};
    alias.packages.make(at.second, alias.keys.device, core_.now(), core_.random);
    LIAISE_TRY(keep(at, alias));
    LIAISE_TRY(core_.store.secrets().put(secret::alias_seed, key_of(at), seed.view()));
    LIAISE_TRY(core_.store.secrets().put(secret::alias_device, key_of(at), device.view()));
    std::vector<channel::NamedSecret> secrets;
    alias.packages.add_secrets(secrets);
    for (const auto& [package, value] : secrets)
        LIAISE_TRY(
            core_.store.secrets().put(secret::alias_package, package_secret(at, package), value.view()));
    own_.emplace(at, std::move(alias));
    return at.second;
}

Result<void> Aliases::keep(const At& at, const OwnAlias& alias) {
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::own_alias, key_of(at), encode(alias)));
    return {};
}

Result<void> Aliases::note_other(const At& at, const DeviceId& real, const DeviceId& alias) {
    OwnAlias& own = own_.at(at);
    if (own.others.size() >= limits::member_devices_max && !own.others.contains(real)) return {};
    own.others[real] = alias;
    return keep(at, own);
}

Result<void> Aliases::note_handed(const At& at, const DeviceId& real) {
    OwnAlias& own = own_.at(at);
    own.handed.insert(real);
    return keep(at, own);
}

Result<void> Aliases::forget(const ChannelId& channel, const MemberId& alias) {
    const At at{channel, alias};
    if (own_.erase(at) == 0) return {};
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().remove(record::own_alias, key_of(at)));
    LIAISE_TRY(core_.store.secrets().remove(secret::alias_seed, key_of(at)));
    LIAISE_TRY(core_.store.secrets().remove(secret::alias_device, key_of(at)));
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
        if (at.first == channel && known.person == person && !known.is_over()) return at.second;
    return std::nullopt;
}

std::optional<Bytes> Aliases::package_of(const MemberId& alias, const DeviceId& device) const {
    for (const auto& [at, known] : known_)
        if (at.second == alias)
            if (const auto real = known.real_device(device)) return known.devices.at(*real).key_package;
    return std::nullopt;
}

}  // namespace liaise::node::service
