// What can go wrong because of someone outside (a peer, a file, a user) is a value: Result<T> holds a T or an
// Error.
//
// An Error costs no allocation: a code from a small closed set, a static phrase that says which rule was
// broken, and a position or number that helps to find it. It never carries content, names or keys. A broken
// invariant of our own is not an Error: see check.h.
//
//     Result<Header> parse(BytesView bytes) {
//         const std::uint8_t version = LIAISE_TRY(reader.u8());     // returns the Error to our caller
//         ...
//         return header;
//     }
#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "protocol/base/check.h"

namespace liaise {

enum class ErrorCode : std::uint8_t {
    malformed,      // bytes that do not follow the format
    too_large,      // a size or count beyond its limit
    not_authentic,  // a signature, tag, hash or checksum does not fit
    not_permitted,  // authentic, but its author may not do this
    not_known,      // refers to something that is not here (yet)
    conflict,       // contradicts what is already here
    expired,        // its time is over, or has not come
    unsupported,    // a version, suite or kind that we do not speak
    exhausted,      // a budget (memory, disk, attempts) is used up
    unavailable,    // the world failed us: disk, network, lock; trying again may help
};

// A stable, lower-case name for logs and tests.
constexpr const char* name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::malformed:
            return "malformed";
        case ErrorCode::too_large:
            return "too_large";
        case ErrorCode::not_authentic:
            return "not_authentic";
        case ErrorCode::not_permitted:
            return "not_permitted";
        case ErrorCode::not_known:
            return "not_known";
        case ErrorCode::conflict:
            return "conflict";
        case ErrorCode::expired:
            return "expired";
        case ErrorCode::unsupported:
            return "unsupported";
        case ErrorCode::exhausted:
            return "exhausted";
        case ErrorCode::unavailable:
            return "unavailable";
    }
    return "unknown";
}

struct Error {
    ErrorCode code;
    const char* phrase;    // static; lower case, no full stop: "signature does not verify"
    std::uint64_t at = 0;  // position, index or number; its meaning is the phrase's
};

template <class T>
class [[nodiscard]] Result {
  public:
    // Implicit on purpose: `return value;` and `return Error{...};` read as what they are.
    Result(T value)
        : state_(std::in_place_index<0>, std::move(value)) {}       // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::in_place_index<1>, error) {}  // NOLINT(google-explicit-constructor)

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    const T& value() const& { return expect(), std::get<0>(state_); }
    T& value() & { return expect(), std::get<0>(state_); }
    T&& value() && { return expect(), std::get<0>(std::move(state_)); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    const Error& error() const {
        LIAISE_CHECK(!ok());
        return std::get<1>(state_);
    }

  private:
    void expect() const { LIAISE_CHECK(ok()); }
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(error) {}  // NOLINT(google-explicit-constructor)

    bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    void value() const { LIAISE_CHECK(ok()); }
    const Error& error() const {
        LIAISE_CHECK(!ok());
        return *error_;
    }

  private:
    std::optional<Error> error_;
};

}  // namespace liaise

#define LIAISE_JOIN_(a, b) a##b
#define LIAISE_JOIN(a, b) LIAISE_JOIN_(a, b)
#define LIAISE_TRY_(result, expression)          \
    __extension__({                              \
        auto result = (expression);              \
        if (!result.ok()) return result.error(); \
        std::move(result).value();               \
    })
// The value of a Result, or return of its Error from the enclosing function. Not beside something that owns
// memory in one initialiser or argument list: what was made there before the return is not destroyed.
//
//     return Introduction{to_bytes(view), LIAISE_TRY(read(...))};                       // leaks the bytes
//     const auto signature = LIAISE_TRY(read(...)); return Introduction{to_bytes(view), signature};
#define LIAISE_TRY(expression) LIAISE_TRY_(LIAISE_JOIN(liaise_try_, __COUNTER__), expression)
