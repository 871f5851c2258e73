// How wrong a clock may be before validity is judged wrongly.
//
// A laptop that takes local time for UTC is off by its zone: at most 14 hours. So an accreditation or a
// certificate counts from 14 hours before its start until 14 hours after its end. What that costs: an expired
// card lives half a day longer. What it saves: nobody is locked out by a setting they do not understand.
// Revocation does not wait for any clock: it takes effect when it arrives.
#pragma once

#include "protocol/base/time.h"

namespace liaise::identity {

inline constexpr Duration clock_slack = std::chrono::hours{14};

constexpr bool too_early(Time from, Time now) {
    return now < from - clock_slack;
}
constexpr bool too_late(Time until, Time now) {
    return now > until + clock_slack;
}

}  // namespace liaise::identity
