// What a device shows to prove who is behind it: the member's accreditation chain and the device's
// certificate. The credential of an MLS leaf (protocol/mls sees only bytes).
//
//     version u8=1 | certificate 305 | chain (accreditation_chain.h) to the end
//
// A VerifiedCredential exists only if the chain holds under the charter, the certificate is in its time, both
// are of one identity, and the succession commitments agree. Revocations are the directory's.
#pragma once

#include "protocol/identity/accreditation_chain.h"
#include "protocol/identity/device_certificate.h"

namespace liaise::identity {

class VerifiedCredential {
  public:
    const AccreditationChain& chain() const { return chain_; }
    const DeviceCertificate& certificate() const { return certificate_; }
    const MemberId& member() const { return certificate_.member(); }
    const DeviceId& device() const { return certificate_.device(); }

  private:
    friend Result<VerifiedCredential> verify_credential(const CharterInForce&, BytesView,
                                                        std::optional<Time>);
    VerifiedCredential(AccreditationChain chain, DeviceCertificate certificate)
        : chain_(std::move(chain)), certificate_(std::move(certificate)) {}
    AccreditationChain chain_;
    DeviceCertificate certificate_;
};

Bytes encode_credential(const AccreditationChain& chain, const DeviceCertificate& certificate);
// Without a time: whether it ever held.
Result<VerifiedCredential> verify_credential(const CharterInForce& charter, BytesView bytes,
                                             std::optional<Time> now);
// Whether one that was verified holds, and under this charter: everything but the signatures.
Result<void> check_credential(const CharterInForce& charter, const VerifiedCredential& credential,
                              std::optional<Time> now);

}  // namespace liaise::identity
