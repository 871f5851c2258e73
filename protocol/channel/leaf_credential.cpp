#include "protocol/channel/leaf_credential.h"

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/identity/identity_keys.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t version = 1;

Bytes bound_bytes(const ChannelId& channel, BytesView leaf_key, const MemberId& member, std::uint32_t term) {
    return to_bytes(Writer().fixed(channel).raw(leaf_key).fixed(member).u32(term).view());
}

struct Claim {
    MemberId member;
    VerifyKey device_key;
    std::uint32_t term = 1;
    Signature signature;
};

Result<Claim> parse(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "leaf credential of another version"};
    Claim claim;
    claim.member = LIAISE_TRY(reader.fixed<MemberId>());
    claim.device_key = LIAISE_TRY(reader.fixed<VerifyKey>());
    claim.term = LIAISE_TRY(reader.u32());
    claim.signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    return claim;
}

Seat seat_of(const Claim& claim) {
    return {claim.member, identity::device_id_of(claim.device_key), claim.term};
}

Result<Claim> claim_of(const mls::LeafNode& leaf) {
    if (leaf.credential.credential_type != mls::credential_type::basic)
        return Error{ErrorCode::unsupported, "leaf credential of another type",
                     leaf.credential.credential_type};
    return parse(leaf.credential.content);
}

}  // namespace

mls::Credential make_credential(const ChannelId& channel, const MemberId& member, std::uint32_t term,
                                const crypto::SigningKey& device_key, BytesView leaf_key) {
    const Signature signature =
        device_key.sign(crypto::Purpose::leaf_binding, bound_bytes(channel, leaf_key, member, term));
    Writer writer;
    writer.u8(version).fixed(member).fixed(device_key.public_key()).u32(term).fixed(signature);
    return mls::Credential::basic(writer.view());
}

Result<Seat> seat_of(const mls::LeafNode& leaf, const ChannelId& channel) {
    const Claim claim = LIAISE_TRY(claim_of(leaf));
    LIAISE_TRY(crypto::verify(claim.device_key, crypto::Purpose::leaf_binding,
                              bound_bytes(channel, leaf.signature_key, claim.member, claim.term),
                              claim.signature));
    return seat_of(claim);
}

Result<Seat> accepted_seat_of(const mls::LeafNode& leaf) {
    return seat_of(LIAISE_TRY(claim_of(leaf)));
}

bool SeatPolicy::accepts(const mls::LeafNode& leaf) const {
    return seat_of(leaf, channel_).ok();
}

bool SeatPolicy::may_become(const mls::LeafNode& old, const mls::LeafNode& next) const {
    const auto before = claim_of(old);
    const auto after = claim_of(next);
    return before && after && seat_of(*before) == seat_of(*after);
}

bool SeatPolicy::may_resync(const mls::LeafNode& old, const mls::LeafNode& next) const {
    return may_become(old, next);
}

// One leaf a device.
std::optional<Bytes> SeatPolicy::client_id(const mls::LeafNode& leaf) const {
    const auto claim = claim_of(leaf);
    if (!claim) return std::nullopt;
    return to_bytes(claim->device_key.view());
}

}  // namespace liaise::channel
