#include "protocol/channel/leaf_credential.h"

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/identity/identity_keys.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t version = 1;

Bytes bound_bytes(BytesView leaf_key, const MemberId& member) {
    return to_bytes(Writer().raw(leaf_key).fixed(member).view());
}

struct Claim {
    MemberId member;
    VerifyKey device_key;
    Signature signature;
};

Result<Claim> parse(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "leaf credential of another version"};
    Claim claim;
    claim.member = LIAISE_TRY(reader.fixed<MemberId>());
    claim.device_key = LIAISE_TRY(reader.fixed<VerifyKey>());
    claim.signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    return claim;
}

Occupant occupant_of(const Claim& claim) {
    return {claim.member, identity::device_id_of(claim.device_key)};
}

Result<Claim> claim_of(const mls::LeafNode& leaf) {
    if (leaf.credential.credential_type != mls::credential_type::basic)
        return Error{ErrorCode::unsupported, "leaf credential of another type",
                     leaf.credential.credential_type};
    return parse(leaf.credential.content);
}

}  // namespace

mls::Credential make_credential(const MemberId& member, const crypto::SigningKey& device_key,
                                BytesView leaf_key) {
    const Signature signature = device_key.sign(crypto::Purpose::leaf_binding, bound_bytes(leaf_key, member));
    Writer writer;
    writer.u8(version).fixed(member).fixed(device_key.public_key()).fixed(signature);
    return mls::Credential::basic(writer.view());
}

Result<Occupant> occupant_of(const mls::LeafNode& leaf) {
    const Claim claim = LIAISE_TRY(claim_of(leaf));
    LIAISE_TRY(crypto::verify(claim.device_key, crypto::Purpose::leaf_binding,
                              bound_bytes(leaf.signature_key, claim.member), claim.signature));
    return occupant_of(claim);
}

Result<Occupant> accepted_occupant_of(const mls::LeafNode& leaf) {
    return occupant_of(LIAISE_TRY(claim_of(leaf)));
}

bool LeafPolicy::accepts(const mls::LeafNode& leaf) const {
    return occupant_of(leaf).ok();
}

bool LeafPolicy::may_become(const mls::LeafNode& old, const mls::LeafNode& next) const {
    const auto before = claim_of(old);
    const auto after = claim_of(next);
    return before && after && occupant_of(*before) == occupant_of(*after);
}

bool LeafPolicy::may_resync(const mls::LeafNode& old, const mls::LeafNode& next) const {
    return may_become(old, next);
}

// One leaf a device.
std::optional<Bytes> LeafPolicy::client_id(const mls::LeafNode& leaf) const {
    const auto claim = claim_of(leaf);
    if (!claim) return std::nullopt;
    return to_bytes(claim->device_key.view());
}

}  // namespace liaise::channel
