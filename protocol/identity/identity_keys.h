// The keys of a member and of a device, and the ids that are made of them.
//
// Everything that a member is comes from one 32-byte recovery seed, which is on paper (recovery_sheet.h) and
// on no device:
//
//     recovery seed --HKDF--> identity key    on the member's devices that may certify others
//                   \-HKDF--> succession key  on paper only; its hash is in every certificate and
//                   accreditation
//
// - Who steals a device with the identity key cannot compute the succession key, so the owner can shut the
//   thief out, and the thief cannot shut out the owner (docs/identity.md, "A stolen device").
// - Ids are hashes of keys under a label of their own kind, and types of their own: a key offered as an id, a
//   device's as a member's, fits nowhere (attack class 2).
#pragma once

#include "protocol/crypto/dh.h"
#include "protocol/crypto/sign.h"

namespace liaise::identity {

using RecoverySeed = crypto::Secret<32>;

struct IdentityKeys {
    crypto::SigningKey identity;
    crypto::SigningKey succession;

    static IdentityKeys derive(const RecoverySeed& seed);
};

// Each drawn at random on its device; none ever leaves it.
struct DeviceKeys {
    crypto::SigningKey signing;  // Ed25519: hello, heads of logs
    crypto::DhKey transport;     // X25519: CURVE between peers
    crypto::DhKey inbox;         // X25519: HPKE, messages to a device one shares no channel with

    static DeviceKeys draw(RandomSource& random);
};

MemberId member_id_of(const VerifyKey& identity);
DeviceId device_id_of(const VerifyKey& device_signing);
// What a certificate and an accreditation say about the succession key while it is secret.
Hash succession_commitment(const VerifyKey& succession);

}  // namespace liaise::identity
