// An address inside a ticket (ticket.h): as text, or packed where packing gives back the same text.
#pragma once

#include <string>

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"

namespace liaise::identity {

// Printable ASCII without spaces, 1 to limits::address_bytes_max characters.
Result<void> check_address(std::string_view address);
void write_address(Writer& writer, std::string_view address);  // of a checked address
Result<std::string> read_address(Reader& reader);

}  // namespace liaise::identity
