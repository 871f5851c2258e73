// What stands in the credential of an MLS leaf: whose device it is, proven by the device's key
// (docs/protocol/group.md, "Leaves").
//
//     credential (basic):  version 1 | member 32 | device's signing key 32 | signature 64
//     signed, purpose leaf-binding, by the device's key:  leaf's signature key 32 | member 32
//
// - 129 bytes that prove themselves. The accreditation chain and the device certificate stand in the log's
//   introduction and are judged there: they depend on the directory and on the time, and a commit that one
//   member takes and another refuses would tear the group apart. What a leaf may do hangs on both.
// - Neither the channel nor the term stands in it: a device publishes one key package in the directory, with
//   which it can be seated anywhere while it is away. Which term the leaf sits for is said by the commit's
//   entry, and that a group is the channel's by the group's id.
// - A leaf signs with a key of its own, drawn for it: once a device has renewed its leaves, those in two
//   channels share no key.
#pragma once

#include "protocol/channel/commit_fact.h"
#include "protocol/crypto/sign.h"
#include "protocol/mls/environment.h"

namespace liaise::channel {

// Whose a leaf is. At most one leaf of a group.
struct Occupant {
    MemberId member;
    DeviceId device;
    auto operator<=>(const Occupant&) const = default;
};
using Occupants = std::set<Occupant>;
inline Occupant occupant_of(const Seat& seat) {
    return {seat.member, seat.device};
}

mls::Credential make_credential(const MemberId& member, const crypto::SigningKey& device_key,
                                BytesView leaf_key);
// The device that the leaf proves to be of. malformed, unsupported, not_authentic.
Result<Occupant> occupant_of(const mls::LeafNode& leaf);
// The same of a leaf in a tree that LeafPolicy let in: the signature was checked then.
Result<Occupant> accepted_occupant_of(const mls::LeafNode& leaf);

// MLS's questions about leaves, answered from the leaf alone: the same at every member.
class LeafPolicy final : public mls::Policy {
  public:
    bool accepts(const mls::LeafNode& leaf) const override;
    bool accepts_external_sender(const mls::ExternalSender&) const override { return false; }
    bool may_ask_to_join(const mls::KeyPackage&) const override { return false; }
    bool may_become(const mls::LeafNode& old, const mls::LeafNode& next) const override;
    bool may_resync(const mls::LeafNode& old, const mls::LeafNode& next) const override;
    std::optional<Bytes> client_id(const mls::LeafNode& leaf) const override;
};

}  // namespace liaise::channel
