#pragma once

namespace liaise::node::daemon {
inline constexpr const char* version = LIAISE_VERSION;
}
