// How the repositories name things to each other and to their callers: small numbers instead of long ids, so
// that rows and indexes stay short and nothing is ordered by a random value.
#pragma once

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace liaise::node::store {

// One log in this store. Given by EntryStore; means nothing elsewhere.
enum class LogRow : std::int64_t {};

// One message in this store: its order time in milliseconds and a tie-breaker, so that greater is newer.
enum class MessageKey : std::int64_t {};

// An entry in this store.
struct EntryPlace {
    LogRow log{};
    std::uint64_t sequence = 0;
    auto operator<=>(const EntryPlace&) const = default;
};

}  // namespace liaise::node::store
