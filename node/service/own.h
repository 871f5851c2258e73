// Who this home is for: the member's profile, and the keys of member and device. Made once, by make_own();
// loaded whenever the store is open.
//
// A further device of a member has no identity key (docs/decisions/0008). make_own_device() makes one that
// is nobody's yet: what it says of itself is said to nobody, and become() puts the truth in its place.
//
//     profile:  version u8 = 1 | role u8 | country 2 | name | organisation | rank, each u8 length and text
#pragma once

#include "node/store/store.h"
#include "protocol/identity/device_certificate.h"
#include "protocol/identity/join_request.h"

namespace liaise::node::service {

inline constexpr Duration certificate_span = std::chrono::days{3 * 365};
inline constexpr Duration certificate_backdating =
    std::chrono::hours{1};  // for peers whose clocks are behind

// What the person said of themselves. The network shows what an accreditor signed instead.
using Profile = identity::JoinRequest::Wishes;

struct Own {
    Profile profile;
    std::optional<crypto::SigningKey> identity;  // on the member's first device alone
    identity::DeviceKeys device;
    identity::DeviceCertificate certificate;

    MemberId member() const { return certificate.member(); }
    DeviceId device_id() const { return certificate.device(); }
    const VerifyKey& identity_key() const { return certificate.fields().identity; }
};

// Draws the device's keys and certifies them with the identity that follows from `seed`. Needs an open
// Transaction.
Result<Own> make_own(store::Store& store, const Profile& profile, const identity::RecoverySeed& seed,
                     RandomSource& random, Time now);
Result<Own> make_own_device(store::Store& store, RandomSource& random, Time now);
Result<void> become(store::Store& store, Own& own, const Profile& profile,
                    const identity::DeviceCertificate& certificate);
Result<Own> load_own(store::Store& store);

}  // namespace liaise::node::service
