// The small parts of a session, each by itself: credit, patience, tags, chunk questions, the search for a
// fork.
#include <doctest/doctest.h>

#include <set>

#include "protocol/sync/channel_tags.h"
#include "protocol/sync/chunk_exchange.h"
#include "protocol/sync/credit.h"
#include "protocol/sync/fork_search.h"
#include "protocol/sync/patience.h"
#include "tests/support/log_builder.h"

using namespace liaise;
using namespace liaise::sync;

TEST_CASE("credit: a sender stops before the window is full, and goes on when told") {
    SendCredit sender;
    ReceiveCredit receiver;
    std::vector<std::size_t> frames;
    while (sender.has_room()) {
        frames.push_back(100'000);
        CHECK(receiver.check(frames.back()).ok());
        sender.sent(frames.back());
        receiver.took(frames.back());
    }
    CHECK(sender.outstanding() <= limits::window_bytes);
    CHECK(sender.outstanding() + limits::frame_bytes_max > limits::window_bytes);
    std::size_t stored = 0;
    while (!receiver.must_tell()) receiver.release(frames[stored++]);
    CHECK(stored * 100'000 >= limits::window_bytes / 4);
    const std::uint64_t total = receiver.tell();
    CHECK_FALSE(receiver.must_tell());
    CHECK(sender.check_released(total).ok());
    sender.released(total);
    CHECK(sender.has_room());
    CHECK(sender.check_released(total - 1).error().code == ErrorCode::not_permitted);
    CHECK(sender.check_released(sender.outstanding() + total).ok());
    CHECK(sender.check_released(sender.outstanding() + total + 1).error().code == ErrorCode::not_permitted);
}

TEST_CASE("credit: small frames count enough that their number is bounded, and one too many is refused") {
    ReceiveCredit receiver;
    std::size_t frames = 0;
    while (receiver.check(1)) {
        receiver.took(1);
        ++frames;
    }
    CHECK(frames == limits::window_bytes / limits::frame_charge_min);
    CHECK(receiver.check(1).error().code == ErrorCode::exhausted);
    receiver.release(1);
    CHECK(receiver.check(limits::frame_charge_min).ok());
    CHECK_FALSE(receiver.check(limits::frame_charge_min + 1).ok());
}

TEST_CASE("patience ends, and comes back with time") {
    Patience patience;
    Time now(std::chrono::hours(1));
    for (std::size_t i = 0; i < limits::useless_frames_max; ++i) REQUIRE(patience.spend(now));
    CHECK_FALSE(patience.spend(now));
    now += std::chrono::seconds(1);
    for (std::size_t i = 0; i < limits::useless_frames_a_second; ++i) CHECK(patience.spend(now));
    CHECK_FALSE(patience.spend(now));
    CHECK_FALSE(patience.spend(now - std::chrono::hours(1)));
    now += std::chrono::hours(24 * 3650);
    CHECK(patience.spend(now));
    CHECK(patience.left() == limits::useless_frames_max - 1);
}

TEST_CASE("tags are recognised by who has the key, in this session, from the other side alone") {
    test::SeededRandom random(1);
    const crypto::Key key = crypto::Key::draw(random);
    const auto session = random.draw<Transcript>();
    const Tag tag = channel_tag(key, session, Role::dialler);
    CHECK(tag == channel_tag(key, session, Role::dialler));
    CHECK(tag != channel_tag(key, session, Role::listener));
    CHECK(tag != channel_tag(key, random.draw<Transcript>(), Role::dialler));
    CHECK(tag != channel_tag(crypto::Key::draw(random), session, Role::dialler));
}

TEST_CASE("an offer is padded to a power of two, and its order says nothing") {
    test::SeededRandom random(2);
    const auto session = random.draw<Transcript>();
    const std::pair<std::size_t, std::size_t> sizes[] = {{0, 8}, {1, 8}, {8, 8}, {9, 16}, {1000, 1024}};
    for (const auto& [count, padded] : sizes) {
        std::vector<OfferedChannel> channels;
        for (std::size_t i = 0; i < count; ++i)
            channels.push_back({random.draw<ChannelId>(), crypto::Key::draw(random)});
        const PaddedOffer offer = pad_offer(channels, session, Role::dialler, random);
        REQUIRE(offer.tags.size() == padded);
        std::size_t found = 0;
        for (std::size_t i = 0; i < padded; ++i) found += offer.channels[i].has_value();
        CHECK(found == count);
        for (const OfferedChannel& channel : channels) {
            const Tag tag = channel_tag(channel.tag_key, session, Role::dialler);
            const auto at = std::find(offer.tags.begin(), offer.tags.end(), tag);
            REQUIRE(at != offer.tags.end());
            CHECK(offer.channels[static_cast<std::size_t>(at - offer.tags.begin())] == channel.channel);
        }
    }
    const std::vector<OfferedChannel> one{{random.draw<ChannelId>(), crypto::Key::draw(random)}};
    std::set<std::size_t> places;
    for (int i = 0; i < 200; ++i) {
        const PaddedOffer offer = pad_offer(one, session, Role::dialler, random);
        for (std::size_t at = 0; at < offer.channels.size(); ++at)
            if (offer.channels[at]) places.insert(at);
    }
    CHECK(places.size() == 8);
}

TEST_CASE("chunks: as many questions as allowed, answers only to what was asked") {
    test::SeededRandom random(3);
    ChunkWants wants;
    const auto channel = random.draw<ChannelId>();
    std::vector<ChunkName> names;
    for (std::size_t i = 0; i < limits::chunks_wanted_max + 1; ++i) {
        names.push_back({channel, random.draw<ChunkId>()});
        CHECK(wants.want(names.back()));
        CHECK_FALSE(wants.want(names.back()));
    }
    CHECK(wants.take_next().size() == limits::chunks_wanted_max);
    CHECK(wants.take_next().empty());
    CHECK(wants.answer_for(names[0]) == ChunkWants::Answer::wanted);
    CHECK(wants.answer_for(names.back()) == ChunkWants::Answer::unasked);
    wants.give_up(names[1]);
    CHECK(wants.answer_for(names[1]) == ChunkWants::Answer::given_up);
    wants.answered(names[0]);
    CHECK(wants.answer_for(names[0]) == ChunkWants::Answer::unasked);
    CHECK(wants.take_next() == std::vector{names.back()});
    CHECK(wants.give_up_all(channel).size() == limits::chunks_wanted_max - 1);
    CHECK(wants.open() == 0);
}

TEST_CASE("chunks of two channels are asked for apart, in order") {
    test::SeededRandom random(4);
    ChunkWants wants;
    const ChunkName first{random.draw<ChannelId>(), random.draw<ChunkId>()};
    const ChunkName second{random.draw<ChannelId>(), random.draw<ChunkId>()};
    wants.want(first);
    wants.want(second);
    CHECK(wants.take_next() == std::vector{first});
    CHECK(wants.take_next() == std::vector{second});
}

namespace {

EntryId id_on(std::uint64_t branch, std::uint64_t sequence) {
    EntryId id;
    std::memcpy(id.bytes.data(), &sequence, sizeof sequence);
    std::memcpy(id.bytes.data() + 8, &branch, sizeof branch);
    return id;
}

// A log of `length` entries that leaves the common trunk at `fork`.
IdAt branch(std::uint64_t name, std::uint64_t fork, std::uint64_t length) {
    return [=](std::uint64_t sequence) -> std::optional<EntryId> {
        if (sequence == 0 || sequence > length) return std::nullopt;
        return id_on(sequence >= fork ? name : 0, sequence);
    };
}

}  // namespace

TEST_CASE("the first place of a fork is found in a few turns, wherever it is") {
    test::SeededRandom random(5);
    for (int i = 0; i < 500; ++i) {
        const std::uint64_t longest = std::uint64_t{1} << random.below(24);
        const std::uint64_t fork = 1 + random.below(longest);
        const std::uint64_t mine_length = fork + random.below(longest);
        const std::uint64_t their_length = fork + random.below(longest);
        CAPTURE(fork);
        CAPTURE(mine_length);
        CAPTURE(their_length);
        const IdAt sides[] = {branch(1, fork, mine_length), branch(2, fork, their_length)};
        std::vector<log::LogHead> trail = first_trail(std::min(mine_length, their_length), sides[0]);
        int turns = 1;
        for (;; ++turns) {
            REQUIRE(turns < 10);
            REQUIRE_FALSE(trail.empty());
            REQUIRE(trail.size() <= limits::trail_points_max);
            const TrailAnswer answer = answer_trail(trail, sides[turns % 2]);
            if (const auto* found = std::get_if<ForkFound>(&answer)) {
                CHECK(found->sequence == fork);
                break;
            }
            REQUIRE(std::holds_alternative<NarrowerTrail>(answer));
            trail = std::get<NarrowerTrail>(answer).points;
            for (std::size_t point = 1; point < trail.size(); ++point)
                REQUIRE(trail[point - 1].sequence < trail[point].sequence);
        }
    }
}

TEST_CASE("a trail along our own branch shows no fork") {
    const IdAt mine = branch(0, 1, 100);
    CHECK(std::holds_alternative<NoFork>(answer_trail(first_trail(80, mine), mine)));
    CHECK(std::holds_alternative<NoFork>(answer_trail({{200, id_on(7, 200)}}, mine)));
}
