#include "protocol/identity/credential.h"

#include "protocol/identity/clock.h"

namespace liaise::identity {

Bytes encode_credential(const AccreditationChain& chain, const DeviceCertificate& certificate) {
    Writer writer;
    writer.u8(format_version).raw(certificate.encoded()).raw(chain.encode());
    return std::move(writer).take();
}

Result<VerifiedCredential> verify_credential(const CharterInForce& charter, BytesView bytes,
                                             std::optional<Time> now) {
    Reader reader(bytes);
    LIAISE_TRY(read_version(reader));
    auto certificate =
        LIAISE_TRY(DeviceCertificate::parse(LIAISE_TRY(reader.raw(DeviceCertificate::encoded_bytes))));
    auto chain = LIAISE_TRY(AccreditationChain::parse(LIAISE_TRY(reader.raw(reader.left()))));
    VerifiedCredential credential(std::move(chain), std::move(certificate));
    LIAISE_TRY(check_credential(charter, credential, now));
    return credential;
}

Result<void> check_credential(const CharterInForce& charter, const VerifiedCredential& credential,
                              std::optional<Time> now) {
    const auto& own = credential.chain().own().fields();
    const auto& fields = credential.certificate().fields();
    if (own.identity != fields.identity)
        return Error{ErrorCode::conflict, "a chain and a certificate of two people"};
    if (own.succession != fields.succession)
        return Error{ErrorCode::conflict, "a certificate with another succession key"};
    if (now && (too_early(fields.created, *now) || too_late(fields.expires, *now)))
        return Error{ErrorCode::expired, "a device certificate out of its time"};
    return verify_chain(charter, credential.chain(), now);
}

}  // namespace liaise::identity
