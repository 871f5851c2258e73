// A prepared statement, and one execution of it.
//
//     Statement find_{database, "SELECT head FROM logs WHERE log = ?"};
//     ...
//     Query query = find_.query(log);                     // binds in order
//     while (LIAISE_TRY(query.next())) use(query.number(0));
//
// A statement is prepared at its first use and kept. SQL is always a constant of ours; one that does not fit
// the schema found on disk (an older page was put back) gives not_authentic at the first next(). Bound views
// are borrowed until the Query ends; columns until the next row. One Query of a Statement at a time.
#pragma once

#include <concepts>

#include "node/store/database.h"
#include "protocol/base/ids.h"

struct sqlite3_stmt;

namespace liaise::node::store {

class Statement;

class Query {
  public:
    Query(Query&& other) noexcept
        : statement_(std::exchange(other.statement_, nullptr)), failed_(other.failed_) {}
    Query& operator=(Query&&) = delete;
    ~Query();  // resets, so that the statement can be used again

    // true on a row, false at the end.
    Result<bool> next();
    // Runs a statement that gives no rows.
    Result<void> run();

    std::int64_t number(int column) const;
    BytesView bytes(int column) const;
    std::string_view text(int column) const;
    bool is_null(int column) const;
    // A value of another size is a damaged row: not_authentic.
    template <class Id>
    Result<Id> fixed(int column) const {
        const Result<Id> id = Id::from(bytes(column));
        if (!id) return Error{ErrorCode::not_authentic, "store row is damaged"};
        return *id;
    }

  private:
    friend class Statement;
    Query(Statement* statement, int failed) : statement_(statement), failed_(failed) {}
    Statement* statement_;
    int failed_;  // SQLite's code of what went wrong while preparing
};

class Statement {
  public:
    Statement(Database& database, const char* sql) : database_(database), sql_(sql) {}
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    // Values for the parameters in order: numbers, enums, BytesView, FixedBytes, text, std::optional,
    // nullptr.
    template <class... Values>
    Query query(const Values&... values) {
        const int failed = start();
        int index = 0;
        if (failed == 0) (bind(++index, values), ...);
        return Query(this, failed);
    }
    // The same for a statement that gives no rows.
    template <class... Values>
    Result<void> run(const Values&... values) {
        return query(values...).run();
    }

  private:
    friend class Query;
    int start();

    void bind(int index, std::int64_t value);
    void bind(int index, BytesView value);
    void bind(int index, std::string_view value);
    void bind(int index, std::nullptr_t);
    template <std::integral Number>
    void bind(int index, Number value) {
        bind(index, static_cast<std::int64_t>(value));
    }
    template <class Enum>
    requires std::is_enum_v<Enum>
    void bind(int index, Enum value) { bind(index, static_cast<std::int64_t>(value)); }
    template <class Meaning, std::size_t N>
    void bind(int index, const FixedBytes<Meaning, N>& value) {
        bind(index, value.view());
    }
    void bind(int index, const Bytes& value) { bind(index, BytesView(value)); }
    void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
    template <class Value>
    void bind(int index, const std::optional<Value>& value) {
        if (value)
            bind(index, *value);
        else
            bind(index, nullptr);
    }

    Database& database_;
    const char* sql_;
    sqlite3_stmt* prepared_ = nullptr;
    bool in_use_ = false;
};

}  // namespace liaise::node::store
