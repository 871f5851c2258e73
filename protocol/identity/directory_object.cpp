#include "protocol/identity/directory_object.h"

#include "protocol/base/limits.h"

namespace liaise::identity {
namespace {

enum class Kind : std::uint8_t {
    charter = 1,
    amendment = 2,
    certificate = 3,
    accreditation = 4,
    revocation = 5
};

Bytes with_kind(Kind kind, BytesView bytes) {
    Writer writer;
    writer.u8(static_cast<std::uint8_t>(kind)).raw(bytes);
    return std::move(writer).take();
}

struct Encoder {
    Bytes operator()(const Charter& charter) const { return with_kind(Kind::charter, charter.encode()); }
    Bytes operator()(const Amendment& amendment) const {
        return with_kind(Kind::amendment, amendment.encode());
    }
    Bytes operator()(const DeviceCertificate& certificate) const {
        return with_kind(Kind::certificate, certificate.encoded());
    }
    Bytes operator()(const Accreditation& accreditation) const {
        return with_kind(Kind::accreditation, accreditation.encoded());
    }
    Bytes operator()(const Revocation& revocation) const {
        return with_kind(Kind::revocation, revocation.encoded());
    }
};

}  // namespace

Bytes encode_object(const DirectoryObject& object) {
    return std::visit(Encoder{}, object);
}

Result<DirectoryObject> parse_object(BytesView bytes) {
    if (bytes.size() > limits::directory_object_bytes_max)
        return Error{ErrorCode::too_large, "directory object too large", bytes.size()};
    Reader reader(bytes);
    const std::uint8_t kind = LIAISE_TRY(reader.u8());
    const BytesView rest = bytes.subspan(1);
    switch (static_cast<Kind>(kind)) {
        case Kind::charter:
            return DirectoryObject(LIAISE_TRY(Charter::parse(rest)));
        case Kind::amendment:
            return DirectoryObject(LIAISE_TRY(Amendment::parse(rest)));
        case Kind::certificate:
            return DirectoryObject(LIAISE_TRY(DeviceCertificate::parse(rest)));
        case Kind::accreditation:
            return DirectoryObject(LIAISE_TRY(Accreditation::parse(rest)));
        case Kind::revocation:
            return DirectoryObject(LIAISE_TRY(Revocation::parse(rest)));
    }
    return Error{ErrorCode::unsupported, "a directory object of a kind we do not know", kind};
}

bool is_certificate(BytesView object) {
    return !object.empty() && object.front() == static_cast<std::uint8_t>(Kind::certificate);
}

}  // namespace liaise::identity
