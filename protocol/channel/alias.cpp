#include "protocol/channel/alias.h"

#include "protocol/base/entering_limits.h"
#include "protocol/base/reader.h"
#include "protocol/base/text.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/hash.h"
#include "protocol/identity/country.h"
#include "protocol/identity/identity_keys.h"
#include "protocol/identity/labels.h"
#include "protocol/identity/role.h"

namespace liaise::channel {

namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t credential_version = 2;  // 1: protocol/identity/credential.h
constexpr std::size_t credential_bytes = 161;

crypto::Key derived(const AliasSeed& seed, std::string_view label) {
    return crypto::Key::copy_of(crypto::keyed_blake2b(seed, {bytes_of(label)}).view()).value();
}

Bytes bound_bytes(const ChannelId& channel, const VerifyKey& device, const DhPublicKey& inbox) {
    return to_bytes(Writer().fixed(channel).fixed(device).fixed(inbox).view());
}

bool may_stand_in_name(char32_t letter) {
    if (letter >= 0x80) return true;  // check_name has the dangerous ones
    const bool is_letter = (letter >= U'a' && letter <= U'z') || (letter >= U'A' && letter <= U'Z');
    const bool is_digit = letter >= U'0' && letter <= U'9';
    return is_letter || is_digit || letter == U' ' || letter == U'-' || letter == U'\'' || letter == U'.';
}

// Brackets and commas of other scripts and widths, with which a name could look like a card.
bool looks_like_punctuation(char32_t letter) {
    return letter == 0x00AB || letter == 0x00BB || (letter >= 0x2018 && letter <= 0x205E) ||
           (letter >= 0x2070 && letter <= 0x208E) || (letter >= 0x2768 && letter <= 0x2775) ||
           (letter >= 0x27E6 && letter <= 0x27EF) || (letter >= 0x2983 && letter <= 0x2998) ||
           (letter >= 0x2E00 && letter <= 0x2E7F) || (letter >= 0x3001 && letter <= 0x3003) ||
           (letter >= 0x3008 && letter <= 0x301F) || (letter >= 0xFE10 && letter <= 0xFE6F) ||
           (letter >= 0xFF01 && letter <= 0xFF0F) || (letter >= 0xFF1A && letter <= 0xFF20) ||
           (letter >= 0xFF3B && letter <= 0xFF40) || (letter >= 0xFF5B && letter <= 0xFF65) ||
           letter == 0x060C || letter == 0x061B || letter == 0x055D || letter == 0x1802;
}

}  // namespace

AliasKeys AliasKeys::derive(const AliasSeed& alias, const AliasSeed& device) {
    return {crypto::SigningKey::from_seed(derived(alias, "liaise/1 alias-key\0"sv)),
            crypto::SigningKey::from_seed(derived(device, "liaise/1 alias-device\0"sv)),
            crypto::DhKey::from_private(derived(device, "liaise/1 alias-inbox\0"sv))};
}

MemberId AliasKeys::member_id() const {
    return alias_id_of(member.public_key());
}

DeviceId AliasKeys::device_id() const {
    return identity::device_id_of(device.public_key());
}

MemberId alias_id_of(const VerifyKey& alias) {
    return identity::labelled_hash<MemberId>("liaise/1 alias-id", {alias.view()});
}

Bytes alias_credential(const AliasKeys& keys, const ChannelId& channel) {
    const VerifyKey& device = keys.device.public_key();
    const DhPublicKey& inbox = keys.inbox.public_key();
    Writer writer;
    writer.u8(credential_version).fixed(keys.member.public_key()).fixed(device).fixed(inbox);
    writer.fixed(keys.member.sign(crypto::Purpose::alias_device, bound_bytes(channel, device, inbox)));
    return std::move(writer).take();
}

bool is_alias_credential(BytesView credential) {
    return credential.size() == credential_bytes && credential[0] == credential_version;
}

Result<ProvenDevice> prove_alias(BytesView credential, const ChannelId& channel) {
    Reader reader(credential);
    if (LIAISE_TRY(reader.u8()) != credential_version)
        return Error{ErrorCode::unsupported, "credential of another kind"};
    const auto alias = LIAISE_TRY(reader.fixed<VerifyKey>());
    const auto device = LIAISE_TRY(reader.fixed<VerifyKey>());
    const auto inbox = LIAISE_TRY(reader.fixed<DhPublicKey>());
    const auto signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    LIAISE_TRY(crypto::check_dh_public_key(inbox));
    LIAISE_TRY(
        crypto::verify(alias, crypto::Purpose::alias_device, bound_bytes(channel, device, inbox), signature));
    return ProvenDevice{alias_id_of(alias), identity::device_id_of(device), device, inbox};
}

Result<void> check_alias_name(std::string_view name) {
    LIAISE_TRY(check_name(name, limits::alias_name_bytes_max));
    if (name.size() < limits::alias_name_bytes_least)
        return Error{ErrorCode::malformed, "the name is too short", name.size()};
    for (std::size_t at = 0; at < name.size();) {
        const char32_t letter = next_code_point(name, at);
        if (!may_stand_in_name(letter) || looks_like_punctuation(letter))
            return Error{ErrorCode::malformed,
                         "the name may have letters, digits, spaces, \"-\", \"'\" and \".\" only"};
    }
    return {};
}

Result<void> check_card(const AliasCard& card) {
    LIAISE_TRY(check_alias_name(card.name));
    const bool has_role = !card.role.empty() && !card.country.empty();
    const bool has_person = !card.person.empty();
    const bool has_any_of_person = has_person || !card.organisation.empty() || !card.rank.empty();
    switch (card.shows) {
        case AliasRule::none:
            return Error{ErrorCode::malformed, "card of an alias that shows nothing"};
        case AliasRule::accredited:
            if (!card.role.empty() || !card.country.empty() || has_any_of_person)
                return Error{ErrorCode::malformed, "card shows more than that it is accredited"};
            return {};
        case AliasRule::role_and_country:
            if (!has_role || has_any_of_person)
                return Error{ErrorCode::malformed, "card shows more or less than role and country"};
            break;
        case AliasRule::full_card:
            if (!has_role || !has_person)
                return Error{ErrorCode::malformed, "card shows less than the whole"};
            LIAISE_TRY(check_name(card.person, limits::name_bytes_max));
            if (!card.organisation.empty()) LIAISE_TRY(check_name(card.organisation, limits::name_bytes_max));
            if (!card.rank.empty()) LIAISE_TRY(check_name(card.rank, limits::name_bytes_max));
            break;
    }
    if (!identity::role_from_text(card.role)) return Error{ErrorCode::unsupported, "card with a newer role"};
    if (!identity::Country::from_code(card.country))
        return Error{ErrorCode::malformed, "card of no country that there is"};
    return {};
}

}  // namespace liaise::channel
