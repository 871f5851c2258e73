// People for tests: keys from a seeded source, and short ways to certify, accredit and revoke.
// Needs liaise_identity.
#pragma once

#include "protocol/identity/accreditation_chain.h"
#include "protocol/identity/directory.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

inline constexpr Time start = std::chrono::sys_days{std::chrono::year{2026} / 6 / 1};
inline constexpr Duration one_day = std::chrono::days{1};
inline constexpr Duration one_year = std::chrono::days{365};

struct Person {
    std::string name;
    identity::IdentityKeys keys;
    identity::DeviceKeys device;

    const VerifyKey& key() const { return keys.identity.public_key(); }
    MemberId id() const { return identity::member_id_of(key()); }
    DeviceId device_id() const { return identity::device_id_of(device.signing.public_key()); }
    Hash succession() const { return identity::succession_commitment(keys.succession.public_key()); }
};

inline Person make_person(RandomSource& random, std::string name) {
    auto keys = identity::IdentityKeys::derive(identity::RecoverySeed::draw(random));
    return {std::move(name), std::move(keys), identity::DeviceKeys::draw(random)};
}

inline identity::Country country(std::string_view code) {
    return identity::Country::from_code(code).value();
}

inline identity::Terms make_terms(std::span<const Person* const> founders, std::uint8_t threshold = 1) {
    identity::Terms terms;
    terms.name = "Practice network";
    terms.threshold = threshold;
    for (const Person* const founder : founders)
        terms.founders.push_back({founder->key(), founder->succession()});
    terms.policy = identity::default_policy();
    return terms;
}

inline identity::Charter found(std::span<const Person* const> founders, std::uint8_t threshold = 1) {
    std::vector<const crypto::SigningKey*> keys;
    for (const Person* const founder : founders) keys.push_back(&founder->keys.identity);
    return identity::Charter::found(make_terms(founders, threshold), start, keys).value();
}
inline identity::Charter found(const Person& founder) {
    const std::array founders{&founder};
    return found(founders);
}

inline identity::Amendment amend(const identity::CharterInForce& before, identity::Terms terms,
                                 std::span<const Person* const> signers, Time created = start) {
    Bytes body = identity::Amendment::body_of(
                     {before.network, before.number + 1, before.head, created, std::move(terms)})
                     .value();
    identity::SignatureSet signatures;
    for (const Person* const signer : signers)
        signatures.add(signer->keys.identity, crypto::Purpose::charter_amendment, body);
    return identity::Amendment::assemble(std::move(body), std::move(signatures)).value();
}

inline identity::DeviceCertificate certify(const Person& person, Time created = start,
                                           Duration valid = one_year) {
    return identity::DeviceCertificate::issue(person.keys.identity, person.device, person.succession(),
                                              created, created + valid)
        .value();
}

inline identity::Accreditation::Fields card_fields(const NetworkId& network, const Person& of,
                                                   identity::Role role, std::string_view code) {
    return {
        network, of.key(), of.succession(), {}, role, country(code), start, start + one_year, {}, of.name, "",
        "",      ""};
}

inline identity::Accreditation accredit(const NetworkId& network, const Person& by, const Person& of,
                                        identity::Role role, std::string_view code) {
    return identity::Accreditation::issue(card_fields(network, of, role, code), by.keys.identity).value();
}

inline identity::Revocation revoke_member(const NetworkId& network, const crypto::SigningKey& by,
                                          const Person& of) {
    identity::Revocation::Fields fields;
    fields.network = network;
    fields.member = of.id();
    fields.time = start;
    return identity::Revocation::issue(fields, by).value();
}

inline identity::Revocation revoke_device(const NetworkId& network, const crypto::SigningKey& by,
                                          const Person& of) {
    identity::Revocation::Fields fields;
    fields.network = network;
    fields.what = identity::Revoked::device;
    fields.member = of.id();
    fields.device = of.device_id();
    fields.reason = identity::Reason::device_lost;
    fields.time = start;
    return identity::Revocation::issue(fields, by).value();
}

inline identity::Revocation revoke_accreditation(const NetworkId& network, const crypto::SigningKey& by,
                                                 const identity::Accreditation& which) {
    identity::Revocation::Fields fields;
    fields.network = network;
    fields.what = identity::Revoked::accreditation;
    fields.member = which.member();
    fields.accreditation = which.id();
    fields.time = start;
    return identity::Revocation::issue(fields, by).value();
}

}  // namespace liaise::test
