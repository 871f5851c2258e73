#include "node/service/peer_troubles.h"

#include <doctest/doctest.h>

using namespace liaise;
using node::service::PeerTroubles;
using sync::CloseReason;

namespace {

constexpr Time start{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

DeviceId device(std::uint8_t number) {
    DeviceId id;
    id.bytes[0] = number;
    return id;
}

WriterKey writer(std::uint8_t number) {
    WriterKey key;
    key.bytes[0] = number;
    return key;
}

sync::Closed closed(CloseReason reason, bool by_peer = false) {
    return {reason, by_peer, std::nullopt};
}

std::vector<std::string> told(const PeerTroubles& troubles, Time now = start) {
    return troubles.sentences([](const DeviceId& id) { return "D" + std::to_string(id.bytes[0]); },
                              [](const ChannelId&, const WriterKey&) { return std::string("A in \"c\""); },
                              now);
}

bool says(const std::vector<std::string>& sentences, std::string_view words) {
    return sentences.size() == 1 && sentences[0].find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("an orderly end and a peer that fell silent are no trouble") {
    PeerTroubles troubles;
    troubles.closed(device(1), closed(CloseReason::done), start);
    troubles.closed(device(1), closed(CloseReason::stalled), start);
    CHECK(told(troubles).empty());
}

TEST_CASE("which side is to update is told rightly, whichever side noticed") {
    const auto says_of = [](CloseReason reason, bool by_peer, std::string_view words) {
        PeerTroubles troubles;
        troubles.closed(device(7), closed(reason, by_peer), start);
        return says(told(troubles), words);
    };
    CHECK(says_of(CloseReason::too_old, false, "Ask D7 to update"));
    CHECK(says_of(CloseReason::too_new, true, "Ask D7 to update"));
    CHECK(says_of(CloseReason::too_new, false, "Update Liaise on this computer"));
    CHECK(says_of(CloseReason::too_old, true, "Update Liaise on this computer"));
}

TEST_CASE("a version that did not fit is over once a session opens; what was broken is told for a day") {
    PeerTroubles troubles;
    troubles.closed(device(1), closed(CloseReason::too_old), start);
    troubles.opened(device(1));
    CHECK(told(troubles).empty());
    troubles.closed(device(1), closed(CloseReason::misbehaved), start);
    troubles.opened(device(1));
    CHECK(says(told(troubles), "was cut off;"));
    CHECK(says(told(troubles, start + PeerTroubles::told_for - Duration{1}), "was cut off;"));
    CHECK(told(troubles, start + PeerTroubles::told_for).empty());
}

TEST_CASE("a peer that fails again and again is told once, with the count, and makes few lines in the log") {
    PeerTroubles troubles;
    int lines = 0;
    for (int i = 0; i < 1000; ++i)
        lines += troubles.closed(device(1), closed(CloseReason::misbehaved), start);
    CHECK(lines == 10);
    CHECK(says(told(troubles), "cut off 1000 times"));
}

TEST_CASE("logs that do not verify are told up to the limit") {
    PeerTroubles troubles;
    for (std::uint8_t i = 1; i <= PeerTroubles::logs_max + 1; ++i) {
        CHECK(troubles.log_refused(device(1), {}, writer(i), start) == (i <= PeerTroubles::logs_max));
        CHECK(told(troubles).size() == std::min<std::size_t>(i, PeerTroubles::logs_max));
    }
    CHECK(told(troubles)[0].find("D1 sent as entries of A in \"c\"") != std::string::npos);
}
