// LIAISE_CHECK stops the process when an invariant of ours is broken, in every build: a wrong state must not
// be signed, stored or sent. The store is transactional and the daemon is restarted. Never on input: input
// gets an Error.
#pragma once

namespace liaise {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}

#define LIAISE_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : ::liaise::check_failed(#condition, __FILE__, __LINE__))
