#include "protocol/channel/own_packages.h"

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/crypto/hash.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t name_tag = 3;  // apart from the other secrets of a group (group_keys_store.cpp)
constexpr std::size_t private_key_bytes = 32;

Bytes name_of(BytesView key_package) {
    return to_bytes(Writer().u8(name_tag).fixed(crypto::blake2b({key_package})).view());
}

crypto::SecretBytes joined(std::initializer_list<BytesView> parts) {
    std::size_t size = 0;
    for (const BytesView part : parts) size += part.size();
    crypto::SecretBytes secret(size);
    auto out = secret.mutable_view().begin();
    for (const BytesView part : parts) out = std::copy(part.begin(), part.end(), out);
    return secret;
}

Result<mls::OwnKeyPackage> read_keys(BytesView key_package, BytesView keys) {
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

mls::ClientProfile profile_of(const MemberId& member, const crypto::SigningKey& device_key,
                              const mls::Signer& leaf_key) {
    return mls::ClientProfile::of(mls::suite_3(), make_credential(member, device_key, leaf_key.public_key()));
}

mls::OwnKeyPackage make_package(const MemberId& member, const crypto::SigningKey& device_key,
                                RandomSource& random) {
    const mls::SharedSigner signer = mls::suite_3().draw_signer(random);
    return mls::OwnKeyPackage::make(mls::suite_3(), profile_of(member, device_key, *signer), signer, random);
}

Result<Occupant> read_package(BytesView key_package) {
    if (key_package.size() > limits::key_package_bytes_max)
        return Error{ErrorCode::too_large, "key package over its limit", key_package.size()};
    const auto package = LIAISE_TRY(mls::parse_message<mls::KeyPackage>(key_package));
    if (!package.signature_fits(mls::suite_3()))
        return Error{ErrorCode::not_authentic, "key package signature does not verify"};
    return occupant_of(package.leaf_node);
}

Bytes OwnPackages::make(const MemberId& member, const crypto::SigningKey& device_key, Time now,
                        RandomSource& random) {
    if (all_.size() >= limits::own_offers_max) all_.erase(all_.begin());
    all_.push_back({make_package(member, device_key, random), now});
    return mls::encoded_message(all_.back().keys.key_package);
}

void OwnPackages::prune(Time oldest) {
    std::erase_if(all_, [oldest](const One& one) { return one.made < oldest; });
}

std::optional<Time> OwnPackages::newest() const {
    return all_.empty() ? std::nullopt : std::optional(all_.back().made);
}

void OwnPackages::encode(Writer& writer) const {
    writer.u16(static_cast<std::uint16_t>(all_.size()));
    for (const auto& [keys, made] : all_) {
        write_stored_time(writer, made);
        writer.sized32(mls::encoded_message(keys.key_package));
    }
}

void OwnPackages::add_names(std::set<Bytes>& names) const {
    for (const auto& [keys, made] : all_) names.insert(name_of(mls::encoded_message(keys.key_package)));
}

void OwnPackages::add_secrets(std::vector<NamedSecret>& secrets) const {
    for (const auto& [keys, made] : all_)
        secrets.push_back({name_of(mls::encoded_message(keys.key_package)),
                           joined({keys.init_private.view(), keys.encryption_private.view(),
                                   keys.signer->private_key().view()})});
}

Result<OwnPackages> OwnPackages::load(Reader& reader, const std::vector<NamedSecret>& secrets) {
    OwnPackages own;
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    if (count > limits::own_offers_max)
        return Error{ErrorCode::malformed, "stored group with too many parts", count};
    for (std::uint16_t i = 0; i < count; ++i) {
        const Time made = LIAISE_TRY(read_stored_time(reader));
        const BytesView package = LIAISE_TRY(reader.sized32(limits::key_package_bytes_max));
        const BytesView private_keys = LIAISE_TRY(find_secret(secrets, name_of(package)));
        own.all_.push_back({LIAISE_TRY(read_keys(package, private_keys)), made});
    }
    return own;
}

void write_stored_time(Writer& writer, Time time) {
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(time)));
}

Result<Time> read_stored_time(Reader& reader) {
    const auto milliseconds = static_cast<std::int64_t>(LIAISE_TRY(reader.u64()));
    const Time time = time_from_milliseconds(milliseconds);
    if (to_milliseconds(time) != milliseconds)
        return Error{ErrorCode::malformed, "stored time beyond the calendar"};
    return time;
}

Result<BytesView> find_secret(const std::vector<NamedSecret>& secrets, BytesView name) {
    const auto found = std::find_if(secrets.begin(), secrets.end(), [&name](const NamedSecret& secret) {
        return same_bytes(secret.name, name);
    });
    if (found == secrets.end()) return Error{ErrorCode::malformed, "secret of a group is missing"};
    return found->value.view();
}

}  // namespace liaise::channel
