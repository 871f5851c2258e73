// Asking to enter a channel under an alias (docs/protocol/channel.md, "Aliases"): what request.h is for those
// who ask in their own name. Each letter is sealed to one device with HPKE (RFC 9180 base mode, the suite of
// invitation.h).
//
//     parcel:    kind 5 | encapsulation 32 | HPKE( letter, padded to its bucket )
//                info "liaise/1 alias-letter" 0x00, associated data device id
//     letter:    body u16 + bytes | credential u16 + bytes | code of the sender 32 | code of the alias 32
//     body:      version 1 | act u8 | channel 16 | device 32 | asker 32 | number u64 | time u64 |
//                text u16 + bytes | petition u16 + bytes | card u16 + bytes | handed u16 + bytes (with `hand`
//                alone)
//     petition:  empty but with `ask`: name u8 + bytes | credential 161 | key package u16 + bytes
//     card:      empty but with `offer` and `hand`: the channel's charter, as content.h encodes it
//     handed:    name u8 + bytes | alias's seed 32 | sender's device under the alias 32 | told u8 + 32 each
//     code:      BLAKE2b-256 keyed with K over the body; K is BLAKE2b-256 keyed with X25519(inbox key of the
//                one, inbox key of the other) over "liaise/1 alias-letter-code" 0x00, author's device id 32,
//                reader's device id 32. Zeros for the alias where there is no petition.
//
// - Nothing is signed. Both codes can be made by the reader as well: so the reader is sure who asks under
// which
//   alias, and can prove it to nobody. *Why:* a letter that is found on a convener's machine, or handed on by
//   one, must be no evidence against the person.
// - The sender's code needs the inbox key that the directory certifies; the alias's code that of the alias,
// in
//   a body that names the sender. So nobody asks with an alias that is somebody else's.
//   The price: who holds a convener's inbox key can write letters to that convener in anybody's name.
// - The body names the device that it is for: a letter cannot be turned to somebody else.
// - Numbers are as in request.h.
#pragma once

#include "protocol/base/time.h"
#include "protocol/channel/alias.h"

namespace liaise::channel {

struct AliasLetter {
    enum class Act : std::uint8_t {
        ask = 1,
        withdraw = 2,
        deny = 3,
        offer = 4,  // a convener lets somebody ask, and shows the charter
        hand = 5,   // to another device of one's own: the alias
    };
    struct Petition {
        std::string name;
        Bytes credential;   // alias.h
        Bytes key_package;  // for the alias's leaf
        bool operator==(const Petition&) const = default;
    };
    struct Handed {
        std::string name;
        AliasSeed seed;
        DeviceId device;             // the sender's, under the alias
        std::vector<MemberId> told;  // conveners who know whom it stands for; ascending
        bool operator==(const Handed&) const = default;
    };
    Act act = Act::ask;
    ChannelId channel;
    MemberId asker;  // the person, in all acts
    std::uint64_t number = 1;
    Time time;
    std::string text;  // the note of who asks, or the reason of who denies
    std::optional<Petition> petition;
    std::optional<Charter> card;
    std::optional<Handed> handed{};
    bool operator==(const AliasLetter&) const = default;
};

struct OpenedAliasLetter {
    AliasLetter letter;
    ProvenDevice sender;
    std::optional<ProvenDevice> alias;  // of the petition
};

// Whether a parcel is one of these.
bool is_alias_letter(BytesView parcel);

// Who writes: the person's real device; and the alias, with a petition.
struct AliasLetterAuthor {
    MemberId member;
    DeviceId device;
    BytesView credential;
    const crypto::DhKey& inbox;
    const AliasKeys* alias = nullptr;
};

// malformed, too_large where open_alias_letter() would not take it; not_permitted where somebody asks for
// another.
Result<Bytes> seal_alias_letter(const AliasLetter& letter, const Device& to, const AliasLetterAuthor& author,
                                RandomSource& random);

Result<OpenedAliasLetter> open_alias_letter(BytesView parcel, const DeviceId& device,
                                            const crypto::DhKey& inbox, const Accreditations& accreditations);

}  // namespace liaise::channel
