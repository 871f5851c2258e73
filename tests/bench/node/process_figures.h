// What the system says of a process and of its TCP connections. For benchmarks alone.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace liaise::bench {

struct ProcessFigures {
    double processor_seconds = 0;
    double resident_mib = 0;
    double peak_mib = 0;        // since the start, or since forget_peak()
    std::uint64_t wakeups = 0;  // times that one of its threads went to sleep and was woken
};
ProcessFigures figures_of(pid_t process);
void forget_peak(pid_t process);

// Bytes of the TCP streams that are open now with this local port on the loopback, in both directions, as the
// kernel counted them: everything that ZeroMQ writes, without the headers of TCP and IP.
struct Traffic {
    std::uint64_t sent = 0, received = 0;
    std::uint64_t both() const { return sent + received; }
};
Traffic tcp_traffic(std::uint16_t local_port);

}  // namespace liaise::bench
