// mls-peer [SEED]: requests on standard input, replies on standard output, one JSON object a line. Ends with
// its input. Without a seed, another one at each start.
#include <chrono>
#include <iostream>
#include <random>
#include <string>

#include "protocol/crypto/init.h"
#include "tests/system/mls/peer.h"

int main(int count, char** arguments) {
    liaise::crypto::initialise();
    std::random_device system;
    const std::uint64_t seed =
        count > 1 ? std::stoull(arguments[1]) : (std::uint64_t{system()} << 32 | system());
    const auto now = std::chrono::time_point_cast<liaise::Duration>(std::chrono::system_clock::now());
    liaise::test::MlsPeer peer(seed, now);
    for (std::string line; std::getline(std::cin, line);) {
        if (line.empty()) continue;
        const auto request = nlohmann::json::parse(line, nullptr, false);
        const auto reply = request.is_discarded()
                               ? nlohmann::json{{"ok", false}, {"error", "request is not JSON"}}
                               : peer.handle(request);
        std::cout << reply.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
    }
    return 0;
}
