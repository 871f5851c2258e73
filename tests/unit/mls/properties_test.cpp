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

TEST_CASE("so is the thief when the owner only proposes its update, and somebody else commits it") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        CAPTURE(seed);
        MlsWorld world(seed);
        world.found_with(4);
        for (int i = 0; i < 4; ++i) random_epoch(world, 6);
        const std::size_t owner = anyone(world);
        const Group stolen = Group::load(world.members[owner].group.save().view()).value();
        const Bytes proposal = world.propose_update(owner);
        // The thief follows the proposal, which holds no secret, and gets no further.
        const auto seen = stolen.receive(proposal, world.environment());
        const Committed healed = world.commit(anyone_but(world, owner), {});
        for (const Group* const copy : {&stolen, seen ? &seen->next : &stolen})
            CHECK_FALSE(copy->receive(healed.commit, world.environment()).ok());
        for (const auto& member : world.members) {
            const Sent said = member.group.protect(bytes_of("secret"), {}, world.random).value();
            CHECK_FALSE(stolen.receive(said.message, world.environment()).ok());
        }
    }
}

namespace {

Bytes with_flipped_bit(Bytes message, std::size_t bit) {
    message[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    return message;
}

// Every bit of the frame in front, and a random choice of those behind.
void all_flips_refused(MlsWorld& world, const Group& reader, const Bytes& message) {
    const SecretBytes before = reader.save();
    REQUIRE(reader.receive(message, world.environment()).ok());
    for (std::size_t bit = 0; bit < message.size() * 8; bit += 1 + (bit > 400 ? world.random.below(24) : 0)) {
        CAPTURE(bit);
        CHECK_FALSE(reader.receive(with_flipped_bit(message, bit), world.environment()).ok());
    }
    CHECK(reader.save() == before);
}

}  // namespace

TEST_CASE("a flipped bit in any message is refused, and the state stays as it was") {
    MlsWorld world(21);
    world.found_with(3);
    const Group& author = world.members[0].group;
    const Group& reader = world.members[1].group;
    const auto refused = [&](const Bytes& message) { all_flips_refused(world, reader, message); };
    MessageOptions padded;
    padded.padding_bytes = 20;
    padded.authenticated_data = {1, 2, 3};
    refused(author.protect(bytes_of("a message"), padded, world.random).value().message);
    for (const WireFormat format : {WireFormat::private_message, WireFormat::public_message}) {
        MessageOptions options;
        options.wire_format = format;
        CommitRequest commit;
        commit.message = options;
        commit.proposals = {test::adding(world.key_package("new", true))};
        refused(author.commit(commit, world.environment(), world.random).value().commit);
        refused(
            author.propose(commit.proposals[0], options, world.environment(), world.random).value().message);
        refused(
            author.propose(test::removing({2}), options, world.environment(), world.random).value().message);
        refused(author.propose_update({}, options, world.environment(), world.random).value().message);
    }
}

TEST_CASE(
    "so is one in a commit of proposals that were sent before, and in a message of an epoch that is over") {
    MlsWorld world(24);
    world.found_with(4);
    const Bytes late = world.members[0].group.protect(bytes_of("late"), {}, world.random).value().message;
    world.update(0);
    world.propose(1, test::removing({3}));
    world.propose_update(2);
    CommitRequest open;
    open.message.wire_format = WireFormat::public_message;
    for (const CommitRequest& request : {CommitRequest{}, open})
        all_flips_refused(
            world, world.members[1].group,
            world.members[0].group.commit(request, world.environment(), world.random).value().commit);
    all_flips_refused(world, world.members[1].group, late);
}

TEST_CASE("so is one in what comes from outside the group") {
    MlsWorld world(25);
    const SharedSigner service = suite_3().draw_signer(world.random);
    ExtensionList extensions;
    extensions.set(extension_type::external_senders,
                   encode_external_senders({{to_bytes(service->public_key()), Credential::basic({})}}));
    world.found("founder", extensions);
    world.add(0, {"a", "b"});
    const Group& reader = world.members[1].group;
    all_flips_refused(
        world, reader,
        external_proposal(suite_3(), *service, 0, reader.group_id(), reader.epoch(), test::removing({2})));
    all_flips_refused(
        world, reader,
        proposal_to_join(suite_3(), world.key_package("asks"), reader.group_id(), reader.epoch()));
    const Bytes info = world.members[0].group.group_info(true);
    ExternalJoinRequest join;
    join.group_info = info;
    join.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("stranger")));
    join.signer = suite_3().draw_signer(world.random);
    all_flips_refused(world, reader,
                      Group::join_external(join, {}, world.environment(), world.random).value().commit);
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
    for (std::size_t bit = 0; bit < made.welcome->size() * 8; bit += 1 + world.random.below(20)) {
        CAPTURE(bit);
        CHECK_FALSE(Group::join(own, with_flipped_bit(*made.welcome, bit), std::nullopt, nullptr, {},
                                world.environment())
                        .ok());
    }
    for (std::size_t bit = 0; bit < info.size() * 8; bit += 1 + world.random.below(20)) {
        const Bytes changed = with_flipped_bit(info, bit);
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

TEST_CASE(
    "replay is refused of what comes from outside the group, and of a Welcome where the application keeps "
    "count") {
    MlsWorld world(26);
    world.found_with(3);
    const OwnKeyPackage own = world.key_package("asks");
    const Group& group = world.members[0].group;
    const Bytes asks = proposal_to_join(suite_3(), own, group.group_id(), group.epoch());
    world.receive_all(asks, world.members.size());
    CHECK(rule_of(world.members[1].group.receive(asks, world.environment()).error()) ==
          Rule::proposal_replayed);
    const Committed made = world.commit(0, {}, {{"asks", own}});
    CHECK(rule_of(world.members[1].group.receive(asks, world.environment()).error()) == Rule::message_epoch);
    const Bytes joined = world.join_external("stranger");
    CHECK(rule_of(world.members[1].group.receive(joined, world.environment()).error()) ==
          Rule::message_epoch);

    struct InIt final : Policy {
        bool already_in(BytesView) const override { return true; }
    } const in_it;
    CHECK(rule_of(Group::join(own, *made.welcome, std::nullopt, nullptr, {}, {in_it, no_psks(), std::nullopt})
                      .error()) == Rule::group_known);
}

TEST_CASE("after every refusal of every kind a group is what it was, and goes on") {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        MlsWorld world(seed);
        world.found_with(4);
        for (int epoch = 0; epoch < 4; ++epoch) {
            random_epoch(world, 6);
            const std::size_t author = anyone(world);
            const Group& reader = world.members[anyone_but(world, author)].group;
            const SecretBytes before = reader.save();
            const Committed made =
                world.members[author].group.commit({}, world.environment(), world.random).value();
            for (int damage = 0; damage < 40; ++damage) {
                const std::size_t bit = world.random.below(made.commit.size() * 8);
                CHECK_FALSE(reader.receive(with_flipped_bit(made.commit, bit), world.environment()).ok());
            }
            // Wishes that break a rule.
            CommitRequest wrong;
            wrong.proposals = {test::removing(reader.self())};
            CHECK_FALSE(reader.commit(wrong, world.environment(), world.random).ok());
            CHECK_FALSE(reader.propose(test::removing({60000}), {}, world.environment(), world.random).ok());
            CHECK_FALSE(reader.merge().ok());
            CHECK(reader.save() == before);
            CHECK(reader.receive(made.commit, world.environment()).ok());
        }
        CHECK(world.all_read_all());
    }
}
