#include "protocol/schema/codec.h"

namespace liaise::schema {

static_assert(sizeof(capnp::word) == sizeof(std::uint64_t));

}  // namespace liaise::schema
