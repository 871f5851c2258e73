// One thing that the directory is made of, as it travels in the directory's channel and in a join reply.
//
//     kind u8 | the object's own bytes
//
// kinds: 1 charter, 2 amendment, 3 device certificate, 4 accreditation, 5 revocation.
#pragma once

#include <variant>

#include "protocol/identity/accreditation.h"
#include "protocol/identity/charter.h"
#include "protocol/identity/device_certificate.h"
#include "protocol/identity/revocation.h"

namespace liaise::identity {

using DirectoryObject = std::variant<Charter, Amendment, DeviceCertificate, Accreditation, Revocation>;

Bytes encode_object(const DirectoryObject& object);
// unsupported for a kind that we do not know; too_large over limits::directory_object_bytes_max.
Result<DirectoryObject> parse_object(BytesView bytes);
// By its kind alone; nothing is checked.
bool is_certificate(BytesView object);

}  // namespace liaise::identity
