#include "tests/vectors/mls/kinds.h"
namespace liaise::test::mls_vectors {
std::vector<std::pair<std::string, std::string>> generate(std::uint64_t) {
    return {};
}
}  // namespace liaise::test::mls_vectors
