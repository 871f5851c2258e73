#include "protocol/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace liaise {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "liaise: invariant broken: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace liaise
