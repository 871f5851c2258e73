// Where the official test vectors are: $LIAISE_VECTORS, or ../shared/vectors beside the repository. They are
// never copied into it; where they are absent a test says "not run".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/bytes.h"

namespace liaise::test {

// The text of one file, such as "hpke/x.json"; nothing, and a line "not run: ..." on standard output, where
// the folder is absent. A folder that is there without the file stops the test: that is a mistake, not an
// absence.
std::optional<std::string> vector_file(std::string_view name);

// The bytes of a hex text in a vector; stops the test on anything else.
Bytes unhex(std::string_view text);

}  // namespace liaise::test
