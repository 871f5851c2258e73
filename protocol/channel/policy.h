// The bodies by which a channel governs itself: who writes a log, its charter, its members, its epochs
// (docs/protocol/channel.md). Plain values; content.h checks their fields, resolve.h says which of them
// count.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "protocol/channel/entry_ref.h"

namespace liaise::channel {

// TLP 2.0, least to most restricted.
enum class Handling : std::uint8_t { clear, green, amber, amber_strict, red };

enum class ChannelKind : std::uint8_t { discussion, announcement, library, direct, directory };
enum class History : std::uint8_t { from_joining, from_start };

// Whether members may take a name for this channel alone, and what of their accreditation stands beside it
// (alias.h). Fixed at creation.
enum class AliasRule : std::uint8_t { none, full_card, role_and_country, accredited };

// What the others see of a member who has an alias: a convener's word. Empty is what the rule does not ask
// for.
struct AliasCard {
    std::string name;
    AliasRule shows = AliasRule::accredited;  // the charter's rule
    std::string role, country;                // as identity::text_of, Country::code
    std::string person, organisation, rank;   // of a full card
    bool operator==(const AliasCard&) const = default;
};

struct Device {
    DeviceId id;
    DhPublicKey inbox;  // what is sealed to the device is sealed to this key
    auto operator<=>(const Device&) const = default;
};

// First entry of every log.
struct Introduction {
    Bytes credential;     // device certificate and accreditation chain, as protocol/identity encodes them
    Signature signature;  // by the device key: binding.h
    std::uint32_t term = 0;
    bool operator==(const Introduction&) const = default;
};

// Where someone's say ends: of each log the last entry that counts; a log that is not listed counts for
// nothing.
struct Cut {
    MemberId member;
    std::vector<EntryRef> lasts;
    bool operator==(const Cut&) const = default;
};

struct Charter {
    EntryRef parent;  // none in the founding charter
    std::string name;
    std::string purpose;
    ChannelKind kind = ChannelKind::discussion;  // kind and history are fixed at creation
    History history = History::from_joining;
    Handling handling_ceiling = Handling::red;
    std::uint32_t retention_days = 0;  // 0: payloads are kept
    std::vector<MemberId> conveners;   // in rank order, highest first
    std::vector<Cut> demotions;        // one for each convener of the parent who is none any more
    bool receipts = false;             // members' nodes say what was read
    bool listed = false;               // conveners announce it to the whole network
    AliasRule aliases = AliasRule::none;
    bool operator==(const Charter&) const = default;
};

struct MemberAdded {
    EntryRef charter;  // under which its author is a convener
    MemberId member;
    std::uint32_t term = 1;  // after a removal one more than the term that was removed
    std::vector<Device> devices;
    std::optional<AliasCard> alias{};  // the member is one, and no person of the directory
    bool operator==(const MemberAdded&) const = default;
};

struct MemberRemoved {
    EntryRef charter;
    MemberId member;
    std::uint32_t term = 1;  // ends all terms up to this one
    std::vector<EntryRef> lasts;
    bool operator==(const MemberRemoved&) const = default;
};

// Some of a member's devices are out for good in this term, and the member stays: what the directory says of
// devices, said in the channel, where it does not know whose they are (docs/decisions/0011, "Devices").
struct DeviceRemoved {
    EntryRef charter;
    MemberId member;
    std::uint32_t term = 1;
    std::vector<DeviceId> devices;
    std::vector<EntryRef> lasts;  // of their logs, as in MemberRemoved
    bool operator==(const DeviceRemoved&) const = default;
};

// "I know this charter": so its author has no say under an older one any more (ballots.h).
struct CharterAcknowledged {
    EntryRef charter;
    bool operator==(const CharterAcknowledged&) const = default;
};

struct Left {
    std::uint32_t term = 1;
    std::vector<EntryRef> lasts;  // of the author's other logs
    bool operator==(const Left&) const = default;
};

// One epoch's key, sealed to one device with HPKE.
struct SealedKey {
    static constexpr std::size_t hint_bytes = 8;
    static constexpr std::size_t encapsulation_bytes = 32;
    static constexpr std::size_t ciphertext_bytes = 48;
    static constexpr std::size_t bytes = hint_bytes + encapsulation_bytes + ciphertext_bytes;

    std::array<std::uint8_t, hint_bytes> hint{};  // of the device's id, its first bytes
    std::array<std::uint8_t, encapsulation_bytes> encapsulation{};
    std::array<std::uint8_t, ciphertext_bytes> ciphertext{};
    bool operator==(const SealedKey&) const = default;
};

// "Entries are here that this device cannot open." Naming none, of policy entries: conveners send an
// invitation once more. Of those named their authors and conveners hand over the keys, and where that was
// asked before, everybody.
struct KeysWanted {
    std::vector<EntryRef> entries;  // at most limits::wanted_entries_max
    bool again = false;
    bool operator==(const KeysWanted&) const = default;
};

// Of the directory channel, which is no group.
struct Epoch {
    EntryRef charter;
    EpochId id;
    std::uint64_t number = 1;  // the parent's and one
    EpochId parent;            // zeros for the first
    std::vector<SealedKey> sealed;
    bool operator==(const Epoch&) const = default;
};

}  // namespace liaise::channel
