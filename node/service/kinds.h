// The numbers under which this node keeps its records and secrets. Never used again for something else.
#pragma once

#include <cstdint>

namespace liaise::node::service {

namespace record {
inline constexpr std::uint16_t profile = 1;           // key: none; who this home is for (own.h)
inline constexpr std::uint16_t certificate = 2;       // key: none; this device's certificate
inline constexpr std::uint16_t network = 3;           // key: none; NetworkId 32, directory channel 16
inline constexpr std::uint16_t directory_object = 4;  // key: hash of the object; the object as it travels
inline constexpr std::uint16_t ticket = 5;            // key: TicketId
inline constexpr std::uint16_t channel = 6;           // key: ChannelId; head of a ChannelState
inline constexpr std::uint16_t contact = 7;           // key: MemberId; ContactState u8
inline constexpr std::uint16_t parcel = 8;            // key: number u64; DeviceId 32, sealed parcel
inline constexpr std::uint16_t addresses = 9;         // key: DeviceId; sequence u64, addresses as published
inline constexpr std::uint16_t own_log_behind = 10;   // key: none; there once it was found so
inline constexpr std::uint16_t forgotten_up_to = 11;  // key: ChannelId; message key u64
inline constexpr std::uint16_t mute = 12;             // key: MemberId, ChannelId or nothing; since
inline constexpr std::uint16_t key_package = 14;      // key: DeviceId; sequence u64, member 32, key package
inline constexpr std::uint16_t own_packages = 15;     // key: none; own_packages.h
inline constexpr std::uint16_t group = 16;            // key: ChannelId; GroupKeys, encoded
inline constexpr std::uint16_t charter_shown = 20;    // key: ChannelId; there once the person was shown one
inline constexpr std::uint16_t announcement = 24;     // key: ChannelId, MemberId; listings.cpp
inline constexpr std::uint16_t asked = 25;            // key: ChannelId; request_records.h
inline constexpr std::uint16_t request = 26;          // key: ChannelId, MemberId; request_records.h
inline constexpr std::uint16_t device_ticket = 30;    // key: TicketId; own_devices.cpp
inline constexpr std::uint16_t device_name = 31;      // key: DeviceId; as the owner calls it
inline constexpr std::uint16_t device_seen = 32;      // key: DeviceId, of one's own; u64, when met last
inline constexpr std::uint16_t own_alias = 33;        // key: ChannelId, MemberId; aliases.h
inline constexpr std::uint16_t known_alias = 34;      // key: ChannelId, MemberId; aliases.h
inline constexpr std::uint16_t may_ask = 35;          // key: ChannelId, MemberId; whom we let ask; requests.h
inline constexpr std::uint16_t asked_to_ask = 36;     // key: ChannelId; by whom, and the charter; requests.h
inline constexpr std::uint16_t parcel_piece = 37;     // key: DeviceId, set 16, index u16; parcel_pieces.cpp
inline constexpr std::uint16_t channel_fact = 38;     // key: ChannelId, EntryRef; one fact of a ChannelState
inline constexpr std::uint16_t renewal = 43;          // key: ChannelId; u64, when keys are due for renewal
}  // namespace record

namespace secret {
inline constexpr std::uint16_t identity = 1;        // seed of the identity key
inline constexpr std::uint16_t device_signing = 2;  // seed
inline constexpr std::uint16_t transport = 3;
inline constexpr std::uint16_t inbox = 4;
inline constexpr std::uint16_t channel_key = 5;   // name: ChannelId, then which: a record of the Keyring
inline constexpr std::uint16_t ticket = 6;        // name: TicketId
inline constexpr std::uint16_t group = 7;         // name: ChannelId, then a name that GroupKeys gave
inline constexpr std::uint16_t own_package = 8;   // name: one that OwnPackages gave
inline constexpr std::uint16_t message_keys = 9;  // name: ChannelId, then a name that MessageKeys gave
inline constexpr std::uint16_t device_join = 20;  // the ticket, in a home that is nobody's yet
inline constexpr std::uint16_t alias_seed = 33;   // name: ChannelId, MemberId
inline constexpr std::uint16_t alias_package =
    34;  // name: ChannelId, MemberId, then one that OwnPackages gave
inline constexpr std::uint16_t alias_device = 35;  // name: ChannelId, MemberId; the device's own seed
}  // namespace secret

}  // namespace liaise::node::service
