// Seats and epoch names in the fixed-layout formats of commit_fact.h and group_keys.h.
#pragma once

#include "protocol/channel/commit_fact.h"
#include "protocol/channel/wire.h"

namespace liaise::channel {

inline void write_seat(Writer& writer, const Seat& seat) {
    writer.fixed(seat.member).fixed(seat.device).u32(seat.term);
}

inline Result<Seat> read_seat(Reader& reader) {
    Seat seat;
    seat.member = LIAISE_TRY(reader.fixed<MemberId>());
    seat.device = LIAISE_TRY(reader.fixed<DeviceId>());
    seat.term = LIAISE_TRY(reader.u32());
    return seat;
}

inline void write_name(Writer& writer, const EpochName& name) {
    writer.u64(name.number).fixed(name.authenticator);
}

inline Result<EpochName> read_name(Reader& reader) {
    EpochName name;
    name.number = LIAISE_TRY(reader.u64());
    name.authenticator = LIAISE_TRY(reader.fixed<AuthenticatorPrefix>());
    return name;
}

}  // namespace liaise::channel
