// An answer to the user of this node: what was asked for, or a Refusal: one sentence or two that say what
// happened, why, and what to do, with the exit code of the command that asked. The sentences stand in
// refusal.cpp, all in one place, so that they can be read together and translated.
#pragma once

#include <string>
#include <variant>

#include "protocol/base/result.h"
#include "protocol/base/time.h"

namespace liaise::node::service {

// The exit codes of the client (docs/control-api.md).
enum class Exit : std::uint8_t {
    done = 0,
    failed = 1,
    usage = 2,
    not_running = 3,
    not_allowed = 4,
    not_found = 5
};

struct Refusal {
    Exit exit = Exit::failed;
    std::string sentence;
};

template <class T>
class [[nodiscard]] Outcome {
  public:
    Outcome(T value)
        : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
    Outcome(Refusal refusal)
        : state_(std::in_place_index<1>, std::move(refusal)) {}  // NOLINT(google-explicit-constructor)

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    const T& value() const& {
        LIAISE_CHECK(ok());
        return std::get<0>(state_);
    }
    T& value() & {
        LIAISE_CHECK(ok());
        return std::get<0>(state_);
    }
    T&& value() && {
        LIAISE_CHECK(ok());
        return std::get<0>(std::move(state_));
    }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const Refusal& refusal() const {
        LIAISE_CHECK(!ok());
        return std::get<1>(state_);
    }
    const Refusal& error() const { return refusal(); }  // so that LIAISE_TRY works on outcomes as on results

  private:
    std::variant<T, Refusal> state_;
};

// For what only succeeds or not.
struct Done {};

}  // namespace liaise::node::service
