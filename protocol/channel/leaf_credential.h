// What stands in the credential of an MLS leaf: which seat it is, proven by the device's key
// (docs/protocol/group.md, "Leaves").
//
//     credential (basic):  version 1 | member 32 | device's signing key 32 | term u32 | signature 64
//     signed, purpose leaf-binding, by the device's key:  channel 16 | leaf's signature key 32 | member 32 |
//                                                         term u32
//
// - 133 bytes that prove themselves. The accreditation chain and the device certificate stand in the log's
//   introduction and are judged there: they depend on the directory and on the time, and a commit that one
//   member takes and another refuses would tear the group apart. What a leaf may do hangs on both.
// - A leaf signs with a key of its own, drawn for this channel and term: the same device's leaves in two
//   channels share no key.
#pragma once

#include "protocol/channel/commit_fact.h"
#include "protocol/crypto/sign.h"
#include "protocol/mls/environment.h"

namespace liaise::channel {

mls::Credential make_credential(const ChannelId& channel, const MemberId& member, std::uint32_t term,
                                const crypto::SigningKey& device_key, BytesView leaf_key);
// The seat that the leaf proves to be. malformed, unsupported, not_authentic.
Result<Seat> seat_of(const mls::LeafNode& leaf, const ChannelId& channel);
// The same of a leaf in a tree that SeatPolicy let in: the signature was checked then.
Result<Seat> accepted_seat_of(const mls::LeafNode& leaf);

// MLS's questions about leaves, answered from the leaf alone: the same at every member.
class SeatPolicy final : public mls::Policy {
  public:
    explicit SeatPolicy(const ChannelId& channel) : channel_(channel) {}
    bool accepts(const mls::LeafNode& leaf) const override;
    bool accepts_external_sender(const mls::ExternalSender&) const override { return false; }
    bool may_ask_to_join(const mls::KeyPackage&) const override { return false; }
    bool may_become(const mls::LeafNode& old, const mls::LeafNode& next) const override;
    bool may_resync(const mls::LeafNode& old, const mls::LeafNode& next) const override;
    std::optional<Bytes> client_id(const mls::LeafNode& leaf) const override;

  private:
    ChannelId channel_;
};

}  // namespace liaise::channel
