#include "node/service/own.h"

#include "node/service/kinds.h"
#include "protocol/identity/fields.h"

namespace liaise::node::service {
namespace {

constexpr std::uint8_t profile_version = 1;

Bytes encode(const Profile& profile) {
    Writer writer;
    writer.u8(profile_version);
    identity::write_role(writer, profile.role);
    identity::write_country(writer, profile.country);
    identity::write_text(writer, profile.name);
    identity::write_text(writer, profile.organisation);
    identity::write_text(writer, profile.rank);
    return std::move(writer).take();
}

Result<Profile> parse_profile(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != profile_version)
        return Error{ErrorCode::unsupported, "profile of a newer version"};
    const identity::Role role = LIAISE_TRY(identity::read_role(reader));
    const identity::Country country = LIAISE_TRY(identity::read_country(reader));
    std::string name = LIAISE_TRY(identity::read_name(reader));
    std::string organisation = LIAISE_TRY(identity::read_optional_name(reader));
    std::string rank = LIAISE_TRY(identity::read_optional_name(reader));
    LIAISE_TRY(reader.end());
    return Profile{std::move(name), role, country, std::move(organisation), std::move(rank)};
}

constexpr Error missing{ErrorCode::not_authentic, "the home lacks a key or record that it was made with"};

Result<crypto::Key> load_key(store::Store& store, std::uint16_t kind) {
    const auto secret = LIAISE_TRY(store.secrets().get(kind, {}));
    if (!secret) return missing;
    return crypto::Key::copy_of(secret->view());
}

Result<Bytes> load_record(store::Store& store, std::uint16_t kind) {
    auto bytes = LIAISE_TRY(store.records().get(kind, {}));
    if (!bytes) return missing;
    return *std::move(bytes);
}

Result<Own> make_device(store::Store& store, const Profile& profile, const identity::IdentityKeys& keys,
                        RandomSource& random, Time now) {
    identity::DeviceKeys device = identity::DeviceKeys::draw(random);
    const auto certificate = LIAISE_TRY(identity::DeviceCertificate::issue(
        keys.identity, device, identity::succession_commitment(keys.succession.public_key()),
        now - certificate_backdating, now + certificate_span));
    LIAISE_TRY(store.records().put(record::profile, {}, encode(profile)));
    LIAISE_TRY(store.records().put(record::certificate, {}, certificate.encoded()));
    LIAISE_TRY(store.secrets().put(secret::device_signing, {}, device.signing.seed().view()));
    LIAISE_TRY(store.secrets().put(secret::transport, {}, device.transport.private_key().view()));
    LIAISE_TRY(store.secrets().put(secret::inbox, {}, device.inbox.private_key().view()));
    return Own{profile, std::nullopt, std::move(device), certificate};
}

}  // namespace

Result<Own> make_own(store::Store& store, const Profile& profile, const identity::RecoverySeed& seed,
                     RandomSource& random, Time now) {
    const identity::IdentityKeys keys = identity::IdentityKeys::derive(seed);
    Own own = LIAISE_TRY(make_device(store, profile, keys, random, now));
    LIAISE_TRY(store.secrets().put(secret::identity, {}, keys.identity.seed().view()));
    own.identity = keys.identity;
    return own;
}

Result<Own> make_own_device(store::Store& store, RandomSource& random, Time now) {
    const auto nobody = identity::IdentityKeys::derive(identity::RecoverySeed::draw(random));
    const auto nowhere = LIAISE_TRY(identity::Country::from_code("CH"));
    return make_device(store, {"(new device)", identity::Role::relay, nowhere, {}, {}}, nobody, random, now);
}

Result<void> become(store::Store& store, Own& own, const Profile& profile,
                    const identity::DeviceCertificate& certificate) {
    LIAISE_TRY(store.records().put(record::profile, {}, encode(profile)));
    LIAISE_TRY(store.records().put(record::certificate, {}, certificate.encoded()));
    own.profile = profile;
    own.certificate = certificate;
    return {};
}

Result<Own> load_own(store::Store& store) {
    const Profile profile = LIAISE_TRY(parse_profile(LIAISE_TRY(load_record(store, record::profile))));
    const auto certificate =
        LIAISE_TRY(identity::DeviceCertificate::parse(LIAISE_TRY(load_record(store, record::certificate))));
    std::optional<crypto::SigningKey> identity_key;
    if (const auto seed = LIAISE_TRY(store.secrets().get(secret::identity, {})))
        identity_key = crypto::SigningKey::from_seed(LIAISE_TRY(crypto::Key::copy_of(seed->view())));
    identity::DeviceKeys device{
        crypto::SigningKey::from_seed(LIAISE_TRY(load_key(store, secret::device_signing))),
        crypto::DhKey::from_private(LIAISE_TRY(load_key(store, secret::transport))),
        crypto::DhKey::from_private(LIAISE_TRY(load_key(store, secret::inbox)))};
    return Own{profile, identity_key, std::move(device), certificate};
}

}  // namespace liaise::node::service
