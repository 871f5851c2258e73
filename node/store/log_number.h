// A log id is a hash; as a number it takes less room in a row and in an index. Inside node/store only.
#pragma once

#include "protocol/base/ids.h"

namespace liaise::node::store {

inline std::int64_t number_of(const LogId& log) {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : log.bytes) number = number << 8 | byte;
    return static_cast<std::int64_t>(number);
}

inline LogId log_of(std::int64_t number) {
    LogId log;
    for (std::size_t i = 0; i < 8; ++i)
        log.bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (56 - 8 * i));
    return log;
}

}  // namespace liaise::node::store
