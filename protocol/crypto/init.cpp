#include "protocol/crypto/init.h"

#include <sodium.h>

#include "protocol/base/check.h"

namespace liaise::crypto {

void initialise() {
    LIAISE_CHECK(sodium_init() >= 0);
}

}  // namespace liaise::crypto
