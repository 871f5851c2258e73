// Who this home is for: the member's profile, and the keys of member and device. Made once, by make_own();
// loaded whenever the store is open.
//
//     profile:  version u8 = 1 | role u8 | country 2 | name | organisation | rank, each u8 length and text
#pragma once

#include "node/store/store.h"
#include "protocol/identity/device_certificate.h"
#include "protocol/identity/join_request.h"

namespace liaise::node::service {

// What the person said of themselves. The network shows what an accreditor signed instead.
using Profile = identity::JoinRequest::Wishes;

struct Own {
    Profile profile;
    crypto::SigningKey identity;
    identity::DeviceKeys device;
    identity::DeviceCertificate certificate;

    MemberId member() const { return certificate.member(); }
    DeviceId device_id() const { return certificate.device(); }
};

// Draws the device's keys and certifies them with the identity that follows from `seed`. Needs an open
// Transaction.
Result<Own> make_own(store::Store& store, const Profile& profile, const identity::RecoverySeed& seed,
                     RandomSource& random, Time now);
Result<Own> load_own(store::Store& store);

}  // namespace liaise::node::service
