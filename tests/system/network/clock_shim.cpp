// A clock that a test can set: loaded before the C library (LD_PRELOAD), it adds to every reading of the wall
// clock the seconds that stand, as a signed 64-bit number, in the file that LIAISE_TEST_CLOCK names. The test
// may change them while the program runs. The programs themselves know nothing of it.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

const volatile std::int64_t* seconds_ahead() {
    static const volatile std::int64_t* const mapped = []() -> const volatile std::int64_t* {
        const char* const path = std::getenv("LIAISE_TEST_CLOCK");
        const int file = path != nullptr ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (file < 0) return nullptr;
        void* const at = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
        ::close(file);
        return at == MAP_FAILED ? nullptr : static_cast<const volatile std::int64_t*>(at);
    }
    ();
    return mapped;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
    using Function = int (*)(clockid_t, timespec*);
    static const auto real = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
    const int result = real(clock, time);
    if (result == 0 && clock == CLOCK_REALTIME && seconds_ahead() != nullptr)
        time->tv_sec += *seconds_ahead();
    return result;
}
