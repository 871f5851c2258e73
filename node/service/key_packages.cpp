#include "node/service/key_packages.h"

#include "node/service/kinds.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 100'000;
constexpr Duration renewed_after = std::chrono::days{30};
constexpr Duration usable_for = std::chrono::days{120};

}  // namespace

Result<void> KeyPackages::load() {
    known_.clear();
    kept_names_.clear();
    own_ = {};
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::key_package, everything))) {
        Reader reader(kept.value);
        Known known;
        known.sequence = LIAISE_TRY(reader.u64());
        known.member = LIAISE_TRY(reader.fixed<MemberId>());
        known.package = to_bytes(LIAISE_TRY(reader.raw(reader.left())));
        known_[LIAISE_TRY(DeviceId::from(kept.key))] = std::move(known);
    }
    const auto own = LIAISE_TRY(core_.store.records().get(record::own_packages, {}));
    if (!own) return {};
    std::vector<channel::NamedSecret> secrets;
    for (const Bytes& name : LIAISE_TRY(core_.store.secrets().names(secret::own_package))) {
        auto value = LIAISE_TRY(core_.store.secrets().get(secret::own_package, name));
        if (value) secrets.push_back({name, *std::move(value)});
        kept_names_.insert(name);
    }
    Reader reader(*own);
    own_ = LIAISE_TRY(channel::OwnPackages::load(reader, secrets));
    return reader.end();
}

Result<void> KeyPackages::take(const MemberId& author, const DeviceId& device, std::uint64_t sequence,
                               const channel::KeyPackageOffer& offer) {
    Known& known = known_[device];
    if (sequence <= known.sequence) return {};
    const auto of = trust_.owner_of(offer.key_package);
    if (!of || of->member != author || of->device != device) return {};
    known = {sequence, author, offer.key_package};
    LIAISE_TRY(core_.batch.write());
    Writer value;
    value.u64(sequence).fixed(author).raw(offer.key_package);
    LIAISE_TRY(core_.store.records().put(record::key_package, device.view(), value.view()));
    return {};
}

std::optional<Bytes> KeyPackages::newest(const MemberId& member, const DeviceId& device) const {
    const auto found = known_.find(device);
    if (found == known_.end() || found->second.package.empty() || found->second.member != member)
        return std::nullopt;
    if (!trust_.in_network() || !trust_.directory().in_good_standing(device, core_.now()))
        return std::nullopt;
    return found->second.package;
}

Time KeyPackages::publish_at() const {
    const auto newest = own_.newest();
    return newest ? *newest + renewed_after : core_.now();
}

Result<channel::KeyPackageOffer> KeyPackages::draw() {
    LIAISE_TRY(core_.batch.write());
    own_.prune(core_.now() - usable_for);
    Bytes package = own_.make(core_.own.member(), core_.own.device.signing, core_.now(), core_.random);
    LIAISE_TRY(keep_own());
    return channel::KeyPackageOffer{0, false, std::move(package)};
}

Result<void> KeyPackages::keep_own() {
    Writer writer;
    own_.encode(writer);
    LIAISE_TRY(core_.store.records().put(record::own_packages, {}, writer.view()));
    std::set<Bytes> names;
    own_.add_names(names);
    for (const Bytes& gone : kept_names_)
        if (!names.contains(gone)) LIAISE_TRY(core_.store.secrets().remove(secret::own_package, gone));
    std::vector<channel::NamedSecret> secrets;
    own_.add_secrets(secrets);
    for (const auto& [name, value] : secrets)
        if (!kept_names_.contains(name))
            LIAISE_TRY(core_.store.secrets().put(secret::own_package, name, value.view()));
    kept_names_ = std::move(names);
    return {};
}

}  // namespace liaise::node::service
