#include "node/daemon/system.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>

namespace liaise::node::daemon {

Time wall_clock() {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Duration steady_clock() {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

void SystemRandom::fill(MutableBytes out) {
    while (!out.empty()) {
        const ssize_t drawn = getrandom(out.data(), out.size(), 0);
        if (drawn < 0 && errno == EINTR) continue;
        LIAISE_CHECK(drawn > 0);
        out = out.subspan(static_cast<std::size_t>(drawn));
    }
}

void keep_some_heap() {
    constexpr int kept_bytes = 2 * 1024 * 1024;
    constexpr int step_bytes = 64 * 1024;
    // Only wishes: an allocator that knows neither goes on as it does.
    mallopt(M_TRIM_THRESHOLD, kept_bytes);
    mallopt(M_TOP_PAD, step_bytes);
}

void raise_descriptor_limit() {
    rlimit descriptors{};
    if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return;
    descriptors.rlim_cur = descriptors.rlim_max;
    static_cast<void>(setrlimit(RLIMIT_NOFILE, &descriptors));  // where it is refused, fewer peers fit
}

void harden_process() {
    const rlimit no_core{0, 0};
    LIAISE_CHECK(setrlimit(RLIMIT_CORE, &no_core) == 0);
    LIAISE_CHECK(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
    umask(0077);
}

}  // namespace liaise::node::daemon
