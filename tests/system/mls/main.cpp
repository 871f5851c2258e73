// mls-peer [SEED]: requests on standard input, replies on standard output, one JSON object a line. Ends with
// its input. Without a seed, another one at each start.
#include <chrono>
#include <iostream>
#include <random>
#include <string>

#include "protocol/crypto/init.h"
#include "tests/system/mls/peer.h"

namespace {

void serve(std::uint64_t seed) {
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
}

std::uint64_t seed_of(int count, char** arguments) {
    std::random_device system;
    return count > 1 ? std::stoull(arguments[1]) : (std::uint64_t{system()} << 32 | system());
}

}  // namespace

int main(int count, char** arguments) {
    try {
        liaise::crypto::initialise();
        serve(seed_of(count, arguments));
        return 0;
    } catch (const std::exception& failure) {
        std::cerr << "mls-peer: " << failure.what() << "\n";
        return 1;
    }
}
