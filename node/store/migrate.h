// Brings a store to today's schema: migrations/NNNN_*.sql, built into the program, one transaction each.
//
// The version is SQLite's user_version: the number of steps taken. A store of a newer Liaise is refused
// (unsupported, its version in Error::at) and left as it is. A step never changes once released; a new one is
// added behind it, with a test that opens a store of the version before.
#pragma once

#include <span>
#include <string_view>

#include "node/store/database.h"

namespace liaise::node::store {

struct Migration {
    const char* name;
    const char* sql;
};
std::span<const Migration> migrations();  // generated from the folder at build time

Result<void> migrate(Database& database);
// For tests: with other steps than ours.
Result<void> migrate(Database& database, std::span<const Migration> steps);

}  // namespace liaise::node::store
