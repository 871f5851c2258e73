// What must hold whatever happens (docs/mls.md, "What is proven"). A failure prints the seed.
#include <doctest/doctest.h>

#include "tests/support/mls/world.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

MessageOptions random_framing(MlsWorld& world) {
    MessageOptions options;
    if (world.random.chance(50)) options.wire_format = WireFormat::public_message;
    options.padding_bytes = world.random.below(50);
    return options;
}

std::size_t anyone(MlsWorld& world) {
    return world.random.below(world.members.size());
}

std::size_t anyone_but(MlsWorld& world, std::size_t other) {
    const std::size_t who = world.random.below(world.members.size() - 1);
    return who + (who >= other ? 1 : 0);
}

// One epoch: some proposals by reference, some by value, a commit by somebody.
void random_epoch(MlsWorld& world, std::size_t members_max) {
    const std::size_t committer = anyone(world);
    std::vector<std::pair<std::string, OwnKeyPackage>> newcomers;
    CommitRequest request;
    request.message = random_framing(world);
    request.tree_in_welcome = world.random.chance(50);
    request.with_path = world.random.chance(70);
    if (world.members.size() < members_max && world.random.chance(60)) {
        const std::string name = world.next_name();
        newcomers.emplace_back(name, world.key_package(name, world.random.chance(50)));
        const Proposal add = test::adding(newcomers.back().second);
        if (world.random.chance(50)) {
            request.proposals.push_back(add);
        } else {
            world.propose(anyone(world), add, random_framing(world));
        }
    }
    if (world.members.size() > 1 && world.random.chance(30))
        world.propose_update(anyone_but(world, committer));
    if (world.members.size() > 2 && world.random.chance(35)) {
        const std::size_t out = anyone_but(world, committer);
        const Proposal remove = test::removing(world.members[out].group.self());
        if (world.random.chance(50)) {
            request.proposals.push_back(remove);
        } else {
            world.propose(anyone(world), remove, random_framing(world));
        }
    }
    world.commit(committer, request, std::move(newcomers));
    if (world.random.chance(10)) world.join_external(world.next_name());
}

}  // namespace

TEST_CASE("random sequences keep all members' epoch authenticators equal, and everybody reads everybody") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        MlsWorld world(seed);
        world.found_with(2 + seed % 3);
        for (int epoch = 0; epoch < 25; ++epoch) random_epoch(world, 10);
        CHECK(world.all_agree());
        CHECK(world.all_read_all());
    }
}

TEST_CASE("so does a group of two hundred") {
    MlsWorld world(200);
    world.found_with(200);
    for (int epoch = 0; epoch < 3; ++epoch) random_epoch(world, 201);
    CHECK(world.all_agree());
}

TEST_CASE("the removed open nothing that comes later") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        MlsWorld world(seed);
        world.found_with(5);
        for (int i = 0; i < 5; ++i) random_epoch(world, 8);
        const std::size_t committer = anyone(world);
        const std::size_t victim = anyone_but(world, committer);
        const Group before = world.members[victim].group;
        const Committed removal = world.remove(committer, before.self());
        // It sees the removal, and then every later byte; it keeps both the state before and after.
        const Group after = before.receive(removal.commit, world.environment()).value().next;
        CHECK(after.standing() == Standing::removed);
        for (int i = 0; i < 6; ++i) {
            const Committed later = world.commit(anyone(world), {});
            const Sent said = world.members[0].group.protect(bytes_of("secret"), {}, world.random).value();
            for (const Group* const left : {&before, &after})
                for (const Bytes* const message : {&later.commit, &said.message})
                    CHECK_FALSE(left->receive(*message, world.environment()).ok());
        }
    }
}

TEST_CASE("a thief of a whole state is shut out once its owner updates") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        MlsWorld world(seed);
        world.found_with(4);
        for (int i = 0; i < 4; ++i) random_epoch(world, 6);
        const std::size_t owner = anyone(world);
        const Group stolen = Group::load(world.members[owner].group.save().view()).value();
        const Committed update = world.commit(owner, {});
        // The thief can neither follow the owner's commit nor read what is said after it.
        CHECK_FALSE(stolen.receive(update.commit, world.environment()).ok());
        for (const auto& member : world.members) {
            const Sent said = member.group.protect(bytes_of("secret"), {}, world.random).value();
            CHECK_FALSE(stolen.receive(said.message, world.environment()).ok());
        }
        const Committed next = world.commit(anyone(world), {});
        CHECK_FALSE(stolen.receive(next.commit, world.environment()).ok());
    }
}

TEST_CASE("a flipped bit in any message is refused, and the state stays as it was") {
    MlsWorld world(21);
    world.found_with(3);
    const auto all_flips_refused = [&](const Group& reader, const Bytes& message) {
        const SecretBytes before = reader.save();
        REQUIRE(reader.receive(message, world.environment()).ok());
        const std::size_t bits = message.size() * 8;
        for (std::size_t bit = 0; bit < bits; bit += 1 + (bit > 400 ? world.random.below(24) : 0)) {
            Bytes flipped = message;
            flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            CAPTURE(bit);
            CHECK_FALSE(reader.receive(flipped, world.environment()).ok());
        }
        CHECK(reader.save() == before);
    };
    const Group& author = world.members[0].group;
    const Group& reader = world.members[1].group;
    all_flips_refused(reader, author.protect(bytes_of("a message"), {}, world.random).value().message);
    for (const WireFormat format : {WireFormat::private_message, WireFormat::public_message}) {
        MessageOptions options;
        options.wire_format = format;
        CommitRequest commit;
        commit.message = options;
        commit.proposals = {test::adding(world.key_package("new"))};
        all_flips_refused(reader, author.commit(commit, world.environment(), world.random).value().commit);
        all_flips_refused(
            reader,
            author.propose(test::removing({2}), options, world.environment(), world.random).value().message);
    }
}

TEST_CASE("a flipped bit in a Welcome or a group info is refused") {
    MlsWorld world(22);
    world.found_with(3);
    const OwnKeyPackage own = world.key_package("joins");
    CommitRequest request;
    request.proposals = {test::adding(own)};
    const Committed made = world.members[0].group.commit(request, world.environment(), world.random).value();
    const Bytes info = world.members[0].group.group_info(true);
    ExternalJoinRequest join;
    join.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("stranger")));
    join.signer = suite_3().draw_signer(world.random);
    const auto flipped = [&](const Bytes& message, std::size_t bit) {
        Bytes out = message;
        out[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        return out;
    };
    for (std::size_t bit = 0; bit < made.welcome->size() * 8; bit += 1 + world.random.below(20)) {
        CAPTURE(bit);
        CHECK_FALSE(
            Group::join(own, flipped(*made.welcome, bit), std::nullopt, nullptr, {}, world.environment())
                .ok());
    }
    for (std::size_t bit = 0; bit < info.size() * 8; bit += 1 + world.random.below(20)) {
        const Bytes changed = flipped(info, bit);
        join.group_info = changed;
        CAPTURE(bit);
        CHECK_FALSE(Group::join_external(join, {}, world.environment(), world.random).ok());
    }
}

TEST_CASE("replay is refused") {
    MlsWorld world(23);
    world.found_with(3);
    for (const WireFormat format : {WireFormat::private_message, WireFormat::public_message}) {
        MessageOptions options;
        options.wire_format = format;
        const Bytes proposal = world.propose(0, test::removing({2}), options);
        CHECK_FALSE(world.members[1].group.receive(proposal, world.environment()).ok());
        CommitRequest request;
        request.with_waiting = false;
        request.message = options;
        const Committed made = world.commit(0, request);
        CHECK_FALSE(world.members[1].group.receive(made.commit, world.environment()).ok());
        const Sent said = world.members[0].group.protect(bytes_of("once"), {}, world.random).value();
        const Group after = world.members[1].group.receive(said.message, world.environment()).value().next;
        CHECK(rule_of(after.receive(said.message, world.environment()).error()) == Rule::generation_used);
    }
}
