// What a device needs to enter a channel, sealed to its inbox key with HPKE (RFC 9180 base mode,
// DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305).
//
//     parcel:  version 1 | encapsulation 32 | HPKE( letter )
//              info "liaise/1 invitation" 0x00, associated data device id
//     letter:  body u32 + bytes | credential u16 + bytes | signature 64
//     body:    version 2 | channel 16 | device 32 | term u32 | founding ref 16 | epoch 8 | tag key 32 |
//              charter ref 16 | charter u16 + bytes | epoch keys u32, (id 8, key 32)* |
//              entry keys u32, (ref 16, key 32)* | number u64 | Welcome u32 + bytes |
//              tree u32 + bytes
//     ref:     sequence u64 | log 8
//
// - The inviter's device signs the body (purpose invitation), in which the invited device stands: an
//   invitation cannot be turned to somebody else, and the invited sees who invites and the charter before
//   they accept (attack class 8: a group with the same name).
// - No list of members travels: the entries that made it do, in the logs, and the invitation has the keys
//   of exactly those where the channel's history starts at joining. The invited verifies every one, and
//   need not believe the inviter about anyone.
// - The Welcome gives the invited its leaf in the epoch to seal under, whose number stands before it; empty
//   where none is given. The epoch's key stands among the keys all the same: a device whose key package is
//   gone can then say so.
// - An invitation to a channel that is known already brings keys that were missing, and perhaps a leaf:
//   accept() for a new channel, add_keys() and GroupKeys::join() for a known one.
#pragma once

#include "protocol/channel/convening.h"

namespace liaise::channel {

struct Invitation {
    ChannelId channel;
    DeviceId device;  // the invited
    std::uint32_t term = 1;
    EntryRef founding;
    EpochId epoch;  // to seal under
    crypto::Key tag_key;
    EntryRef charter_entry;
    Charter charter;  // as it stands: to be shown before accepting
    std::vector<std::pair<EpochId, crypto::Key>> epoch_keys;
    std::vector<std::pair<EntryRef, crypto::Key>> entry_keys;
    std::uint64_t number = 0;  // of that epoch
    GroupKeys::Seated seated;  // to it, or empty
};

struct OpenedInvitation {
    Invitation invitation;
    ProvenDevice inviter;
};

// The epoch that a commit of ours led to, and the Welcome for those whom it seated.
struct GroupWelcome {
    CommitFact commit;
    GroupKeys::Seated seated;
};

// The parcel for one device. `own` is the inviter. too_large when the channel outgrew what one parcel
// carries. not_permitted unless we are a convener, or the channel is the directory.
Result<Bytes> seal_invitation(const ChannelState& state, const Keyring& keyring, const Invitee& invitee,
                              const std::optional<GroupWelcome>& welcome, const OwnDevice& own,
                              const crypto::SigningKey& device_key, RandomSource& random);

Result<OpenedInvitation> open_invitation(BytesView parcel, const DeviceId& device, const crypto::DhKey& inbox,
                                         const Accreditations& accreditations);

// A new channel from an invitation: its state (joining), its keys, and the introduction to write first,
// into a new log. `writer` is drawn for this channel and term alone; `published` are the key packages that
// this device published. A Welcome to none of them leaves a device without a leaf, which asks for another.
Result<Founding> accept(const Invitation& invitation, const OwnDevice& own,
                        const crypto::SigningKey& device_key, const crypto::SigningKey& writer,
                        const OwnPackages& published, Time now);

// Of a policy entry, for somebody who will not have its epoch's: from that, or as it was given to us. None
// while its writer is not introduced.
std::optional<crypto::Key> key_of_entry(const ChannelState& state, const Keyring& keyring, const EntryRef& at,
                                        const EpochId& sealed_under);

// Whether anything new was in it.
bool add_keys(const Invitation& invitation, Keyring& keyring);

}  // namespace liaise::channel
