// The addresses of one device, as this node keeps them:
//
//     version u8 = 1 | count u8 | each u8 length and text
#pragma once

#include <string>
#include <vector>

#include "protocol/base/bytes.h"

namespace liaise::node::service {

Bytes encode_addresses(const std::vector<std::string>& addresses);  // at most limits::addresses_max
Result<std::vector<std::string>> parse_addresses(BytesView bytes);

}  // namespace liaise::node::service
