// A device certificate: an identity says that a device is its own (docs/identity.md, "Device certificate").
//
//     version u8=1 | identity key 32 | device signing key 32 | transport key 32 | inbox key 32 |
//     created u64 | expires u64 | succession commitment 32 |            177 bytes: the body
//     identity's signature 64 | device's signature 64                   305 bytes in all, always
//
// - Both keys sign the body under Purpose::device_certificate. The device's own signature stops a member from
//   claiming another's device, and with it what that device signs (unknown key share, attack class 3).
// - No key may stand in two places: an identity key that is a device key too would let one signature mean two
//   things (attack class 2).
// - The succession commitment must be the one that the member's accreditation names, or the certificate does
//   not count: a thief of the identity key cannot replace it (directory.h).
// - A transport key cannot sign, so a certificate may name another device's. It gains nothing: who a peer is,
//   is decided by its signed hello, and the transport key only opens the door (directory.h,
//   devices_by_transport).
// - It names no network: one person's devices are the same everywhere.
#pragma once

#include "protocol/identity/fields.h"
#include "protocol/identity/identity_keys.h"

namespace liaise::identity {

class DeviceCertificate {
  public:
    struct Fields {
        VerifyKey identity;
        VerifyKey device;
        DhPublicKey transport;
        DhPublicKey inbox;
        Time created{};
        Time expires{};
        Hash succession;
        bool operator==(const Fields&) const = default;
    };
    static constexpr std::size_t body_bytes = 177;
    static constexpr std::size_t encoded_bytes = 305;

    // Where both keys are at hand: the first device.
    static Result<DeviceCertificate> issue(const crypto::SigningKey& identity, const DeviceKeys& device,
                                           const Hash& succession, Time created, Time expires);
    // In two steps, for a further device: it makes the body and signs; the identity's holder looks at the
    // fields and countersigns.
    static Result<Bytes> body_of(const Fields& fields);
    static Result<Fields> fields_of(BytesView body);
    static Result<DeviceCertificate> assemble(BytesView body, const Signature& by_identity,
                                              const Signature& by_device);
    static Result<DeviceCertificate> parse(BytesView bytes);

    const Fields& fields() const { return fields_; }
    const MemberId& member() const { return member_; }
    const DeviceId& device() const { return device_; }
    const Bytes& encoded() const { return bytes_; }
    bool operator==(const DeviceCertificate& other) const { return bytes_ == other.bytes_; }

  private:
    DeviceCertificate() = default;
    Bytes bytes_;
    Fields fields_;
    MemberId member_;
    DeviceId device_;
};

}  // namespace liaise::identity
