#include "protocol/identity/credential.h"

#include "protocol/identity/clock.h"

namespace liaise::identity {

Bytes encode_credential(const AccreditationChain& chain, const DeviceCertificate& certificate) {
    Writer writer;
    writer.u8(format_version).raw(certificate.encoded()).raw(chain.encode());
    return std::move(writer).take();
}

Result<VerifiedCredential> verify_credential(const CharterInForce& charter, BytesView bytes, Time now) {
    Reader reader(bytes);
    LIAISE_TRY(read_version(reader));
    auto certificate =
        LIAISE_TRY(DeviceCertificate::parse(LIAISE_TRY(reader.raw(DeviceCertificate::encoded_bytes))));
    auto chain = LIAISE_TRY(AccreditationChain::parse(LIAISE_TRY(reader.raw(reader.left()))));
    const auto& own = chain.own().fields();
    if (own.identity != certificate.fields().identity)
        return Error{ErrorCode::conflict, "a chain and a certificate of two people"};
    if (own.succession != certificate.fields().succession)
        return Error{ErrorCode::conflict, "a certificate with another succession key"};
    if (too_early(certificate.fields().created, now) || too_late(certificate.fields().expires, now))
        return Error{ErrorCode::expired, "a device certificate out of its time"};
    LIAISE_TRY(verify_chain(charter, chain, now));
    return VerifiedCredential(std::move(chain), std::move(certificate));
}

}  // namespace liaise::identity
