// A table that gives each long id a small number: channels and members. Inside node/store only.
#pragma once

#include <optional>

#include "node/store/statement.h"

namespace liaise::node::store {

class Interned {
  public:
    // `find`: SELECT the number for an id. `insert`: INSERT an id, RETURNING its number.
    Interned(Database& database, const char* find, const char* insert)
        : find_(database, find), insert_(database, insert) {}

    Result<std::optional<std::int64_t>> find(BytesView id) {
        Query query = find_.query(id);
        if (!LIAISE_TRY(query.next())) return std::optional<std::int64_t>();
        return std::optional(query.number(0));
    }
    Result<std::int64_t> ensure(BytesView id) {
        if (const auto known = LIAISE_TRY(find(id))) return *known;
        Query query = insert_.query(id);
        if (!LIAISE_TRY(query.next())) return Error{ErrorCode::unavailable, "store gave no row number"};
        const std::int64_t number = query.number(0);
        LIAISE_TRY(query.next());
        return number;
    }

  private:
    Statement find_;
    Statement insert_;
};

struct ChannelNumbers : Interned {
    explicit ChannelNumbers(Database& database)
        : Interned(database, "SELECT channel FROM channels WHERE id = ?",
                   "INSERT INTO channels (id) VALUES (?) RETURNING channel") {}
};

struct MemberNumbers : Interned {
    explicit MemberNumbers(Database& database)
        : Interned(database, "SELECT member FROM members WHERE id = ?",
                   "INSERT INTO members (id) VALUES (?) RETURNING member") {}
};

}  // namespace liaise::node::store
