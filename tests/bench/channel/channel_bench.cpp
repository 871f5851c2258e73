// Large channels and long absences, with the real application, channel, session and store code. Every figure
// stands beside the library's own for the same work in the same run; the program fails where a ratio breaks.
#include <cstdio>
#include <cstring>

#include "protocol/crypto/init.h"
#include "tests/bench/channel/scenarios.h"

using namespace liaise;

int main(int count, char** arguments) {
    crypto::initialise();
    const char* const only = count > 1 ? arguments[1] : "";
    bool holds = true;
    if (std::strcmp(only, "away") != 0) holds = bench::measure_large() && holds;
    if (std::strcmp(only, "large") != 0) holds = bench::measure_away() && holds;
    if (!holds) std::printf("A RATIO DOES NOT HOLD.\n");
    return holds ? 0 : 1;
}
