#include "tests/support/vectors.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace liaise::test {

std::optional<std::string> vector_file(std::string_view name) {
    const char* const chosen = std::getenv("LIAISE_VECTORS");
    const std::filesystem::path folder = chosen != nullptr ? chosen : LIAISE_SOURCE_DIR "/../shared/vectors";
    if (!std::filesystem::exists(folder)) {
        std::printf("not run: %.*s (no test vectors; set LIAISE_VECTORS)\n", static_cast<int>(name.size()),
                    name.data());
        return std::nullopt;
    }
    std::ifstream file(folder / name);
    LIAISE_CHECK(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

Bytes unhex(std::string_view text) {
    return from_hex(text).value();
}

}  // namespace liaise::test
