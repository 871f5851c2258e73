#include "protocol/mls/group.h"

#include <doctest/doctest.h>

#include "tests/support/mls/world.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

bool same_state(const Group& a, const Group& b) {
    return a.save() == b.save();
}

std::optional<Rule> refusal(const Group& group, BytesView message, const Environment& environment) {
    const auto received = group.receive(message, environment);
    return received ? std::nullopt : rule_of(received.error());
}

MessageOptions in_the_open() {
    MessageOptions options;
    options.wire_format = WireFormat::public_message;
    return options;
}

}  // namespace

TEST_CASE("a group of one adds, removes and updates, and everybody agrees and reads everybody") {
    MlsWorld world(1);
    world.found_with(5);
    CHECK(world.members.size() == 5);
    CHECK(world.all_read_all());
    world.update(3);
    world.add(4, {"late", "later"}, false);
    world.remove(1, {3});
    CHECK(world.members.size() == 6);
    CHECK(world.all_read_all());
    CHECK(world.removed.size() == 1);
}

TEST_CASE("a commit of ours is pending until it is merged or dropped") {
    MlsWorld world(2);
    world.found_with(3);
    const Group& before = world.members[0].group;
    const Committed made = before.commit({}, world.environment(), world.random).value();
    CHECK_FALSE(before.has_pending_commit());
    CHECK(made.next.has_pending_commit());
    CHECK(made.next.epoch() == before.epoch());
    CHECK(made.next.merge().value().epoch() == before.epoch() + 1);
    const Group dropped = made.next.drop();
    CHECK_FALSE(dropped.has_pending_commit());
    CHECK(rule_of(dropped.merge().error()) == Rule::nothing_pending);
    // The dropped commit used a message key that must not be used again: the next one takes another.
    const Committed again = dropped.commit({}, world.environment(), world.random).value();
    CHECK(world.members[1].group.receive(again.commit, world.environment()).ok());
}

TEST_CASE("somebody else's commit wins over a pending one, and our own cannot be received") {
    MlsWorld world(3);
    world.found_with(3);
    const Committed ours = world.members[0].group.commit({}, world.environment(), world.random).value();
    CHECK(refusal(ours.next, ours.commit, world.environment()) == Rule::own_commit);
    CommitRequest open;
    open.message = in_the_open();
    const Committed shown = world.members[0].group.commit(open, world.environment(), world.random).value();
    CHECK(refusal(shown.next, shown.commit, world.environment()) == Rule::own_commit);

    const Committed theirs = world.members[1].group.commit({}, world.environment(), world.random).value();
    const Group after = ours.next.receive(theirs.commit, world.environment()).value().next;
    CHECK_FALSE(after.has_pending_commit());
    CHECK(after.epoch_authenticator() == theirs.next.merge().value().epoch_authenticator());
}

TEST_CASE("late messages of kept epochs open, older ones do not") {
    MlsWorld world(4);
    world.options.past_epochs_max = 2;
    world.found_with(3);
    std::vector<Bytes> late;
    for (int epoch = 0; epoch < 4; ++epoch) {
        Sent sent = world.members[0].group.protect(bytes_of("late"), {}, world.random).value();
        world.members[0].group = std::move(sent.next);
        late.push_back(std::move(sent.message));
        world.update(1);
    }
    const Group& reader = world.members[2].group;
    CHECK(refusal(reader, late[0], world.environment()) == Rule::message_epoch);
    CHECK(refusal(reader, late[1], world.environment()) == Rule::message_epoch);
    const Received received = reader.receive(late[2], world.environment()).value();
    CHECK(std::get<ApplicationMessage>(received.event).data == to_bytes(bytes_of("late")));
    CHECK(refusal(received.next, late[2], world.environment()) == Rule::generation_used);
    CHECK(refusal(received.next, late[3], world.environment()) == std::nullopt);
}

TEST_CASE("a state comes back from its blob and goes on to the same bytes") {
    MlsWorld world(5);
    world.found_with(4);
    world.update(1);
    world.propose_update(2);
    world.propose(3, test::adding(world.key_package("proposed")));
    Committed pending = world.members[0].group.commit({}, world.environment(), world.random).value();
    for (const Group* const group : {&world.members[0].group, &world.members[2].group, &pending.next}) {
        const SecretBytes blob = group->save();
        const Group loaded = Group::load(blob.view()).value();
        CHECK(loaded.save() == blob);
        test::SeededRandom one(9);
        test::SeededRandom two(9);
        const auto a = group->commit({}, world.environment(), one).value();
        const auto b = loaded.commit({}, world.environment(), two).value();
        CHECK(a.commit == b.commit);
        CHECK(same_state(a.next.merge().value(), b.next.merge().value()));
    }
    CHECK(same_state(Group::load(pending.next.save().view()).value().merge().value(),
                     pending.next.merge().value()));
}

TEST_CASE("a damaged blob is refused or gives a group that does not stop the process") {
    MlsWorld world(6);
    world.found_with(3);
    const SecretBytes blob = world.members[0].group.save();
    LIAISE_CHECK(!blob.empty());
    for (std::size_t size = 0; size < blob.size(); size += 7)
        CHECK_FALSE(Group::load(blob.view().first(size)).ok());
    for (int i = 0; i < 300; ++i) {
        SecretBytes damaged = blob;
        damaged.mutable_view()[world.random.below(blob.size())] ^=
            static_cast<std::uint8_t>(1 + world.random.below(255));
        const auto loaded = Group::load(damaged.view());
        if (loaded) (void)loaded->commit({}, world.environment(), world.random).ok();
    }
    SecretBytes newer = blob;
    newer.mutable_view()[1] = 2;
    CHECK(rule_of(Group::load(newer.view()).error()) == Rule::state_version);
}

TEST_CASE("proposals by reference are committed together, those that do not fit are left out") {
    MlsWorld world(7);
    world.found_with(5);
    const OwnKeyPackage newcomer = world.key_package("newcomer");
    world.propose(1, test::removing({4}));
    world.propose_update(2);
    world.propose_update(4);                // its leaf is to be removed
    world.propose(3, test::removing({0}));  // the committer
    world.propose(1, test::adding(newcomer), in_the_open());
    CHECK(world.members[0].group.waiting_proposals() == 5);
    CHECK(rule_of(world.members[0].group.protect({}, {}, world.random).error()) == Rule::proposals_waiting);
    world.commit(0, {}, {{"newcomer", newcomer}});
    CHECK(world.members.size() == 5);
    CHECK(world.members.back().group.self() == LeafIndex{4});
    CHECK(world.all_read_all());
    CHECK(world.members[2].group.waiting_proposals() == 0);
}

TEST_CASE("a committed update carries a new signature key on") {
    MlsWorld world(8);
    world.found_with(3);
    LeafChange change;
    change.signer = suite_3().draw_signer(world.random);
    change.credential = Credential::basic(bytes_of("renamed"));
    world.propose_update(1, change);
    world.commit(0, {});
    CHECK(world.all_read_all());
    CHECK(world.members[0].group.tree().leaf({1})->credential == *change.credential);
}

TEST_CASE("strangers join by external commit, and come back for a leaf of their own only") {
    MlsWorld world(9);
    world.found_with(3);
    world.join_external("stranger");
    CHECK(world.members.size() == 4);
    CHECK(world.all_read_all());
    const LeafIndex old = world.members[3].group.self();
    world.join_external("stranger", old);
    CHECK(world.members.size() == 4);
    CHECK(world.removed.size() == 1);
    CHECK(world.all_read_all());

    const Bytes info = world.members[0].group.group_info(true);
    ExternalJoinRequest thief;
    thief.group_info = info;
    thief.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("somebody else")));
    thief.signer = suite_3().draw_signer(world.random);
    thief.replaces = LeafIndex{1};
    const auto joined = Group::join_external(thief, {}, world.environment(), world.random).value();
    CHECK(refusal(world.members[0].group, joined.commit, world.environment()) ==
          Rule::external_commit_identity);
}

TEST_CASE("external senders that the group lists may propose, others not, and only some types") {
    MlsWorld world(10);
    const SharedSigner service = suite_3().draw_signer(world.random);
    ExtensionList extensions;
    extensions.set(
        extension_type::external_senders,
        encode_external_senders({{Bytes(32), Credential::basic(bytes_of("other"))},
                                 {to_bytes(service->public_key()), Credential::basic(bytes_of("service"))}}));
    world.found("founder", extensions);
    world.add(0, {"a", "b"});
    const auto proposal = [&](std::uint32_t index, Proposal content) {
        return external_proposal(suite_3(), *service, index, world.members[0].group.group_id(),
                                 world.members[0].group.epoch(), std::move(content));
    };
    const Group& group = world.members[0].group;
    CHECK(refusal(group, proposal(0, test::removing({1})), world.environment()) == Rule::message_signature);
    CHECK(refusal(group, proposal(2, test::removing({1})), world.environment()) == Rule::external_sender);
    CHECK(refusal(group, proposal(1, {ExternalInit{}}), world.environment()) == Rule::external_proposal_type);
    world.receive_all(proposal(1, test::removing({1})), world.members.size());
    world.commit(0, {});
    CHECK(world.members.size() == 2);
    CHECK(world.all_read_all());
}

TEST_CASE("a newcomer asks to be added, and is, by whoever commits") {
    MlsWorld world(11);
    world.found_with(3);
    const OwnKeyPackage own = world.key_package("asks");
    const Group before = world.members[0].group;
    world.receive_all(proposal_to_join(suite_3(), own, before.group_id(), before.epoch()),
                      world.members.size());
    world.commit(2, {}, {{"asks", own}});
    CHECK(world.all_read_all());

    struct Closed final : Policy {
        bool may_ask_to_join(const KeyPackage&) const override { return false; }
    } const closed;
    const Bytes asks = proposal_to_join(suite_3(), world.key_package("x"), before.group_id(),
                                        world.members[0].group.epoch());
    CHECK(refusal(world.members[0].group, asks, {closed, no_psks(), std::nullopt}) == Rule::leaf_refused);
}

TEST_CASE("pre-shared keys, external and of a past epoch, enter the next epoch") {
    MlsWorld world(12);
    world.psks.add(bytes_of("shared"), SecretBytes::copy_of(bytes_of("secret")));
    world.found_with(3);
    world.update(1);
    PreSharedKeyID external;
    external.psk_id = to_bytes(bytes_of("shared"));
    external.psk_nonce = Bytes(32, 1);
    PreSharedKeyID resumption;
    resumption.psktype = PSKType::resumption;
    resumption.psk_group_id = to_bytes(world.members[0].group.group_id());
    resumption.psk_epoch = world.members[0].group.epoch() - 1;
    resumption.psk_nonce = Bytes(32, 2);
    CommitRequest request;
    request.proposals = {{PreSharedKey{external}}, {PreSharedKey{resumption}}};
    request.with_path = false;
    const Committed made = world.members[0].group.commit(request, world.environment(), world.random).value();
    CHECK(refusal(world.members[1].group, made.commit, {}) == Rule::psk_missing);
    world.commit(0, request);
    CHECK(world.all_read_all());
}

TEST_CASE("a re-initialised group closes, and its successor takes over") {
    MlsWorld world(13);
    world.found_with(3);
    CommitRequest request;
    request.proposals = {
        {ReInit{to_bytes(bytes_of("second life")), version_mls10, suite_x25519_chacha20, {}}}};
    world.commit(1, request);
    const Group& old = world.members[0].group;
    CHECK(old.standing() == Standing::closed);
    CHECK(rule_of(old.protect({}, {}, world.random).error()) == Rule::group_closed);

    std::vector<OwnKeyPackage> fresh;
    std::vector<KeyPackage> packages;
    for (const auto& member : world.members) fresh.push_back(world.key_package(member.name));
    for (std::size_t i = 1; i < fresh.size(); ++i) packages.push_back(fresh[i].key_package);
    const Committed made =
        old.reinitialised(fresh[0], packages, {}, world.environment(), world.random).value();
    const Group founder = made.next.merge().value();
    CHECK(same_bytes(founder.group_id(), bytes_of("second life")));
    for (std::size_t i = 1; i < fresh.size(); ++i) {
        const Group joined = Group::join(fresh[i], *made.welcome, std::nullopt, &world.members[i].group, {},
                                         world.environment())
                                 .value();
        CHECK(joined.epoch_authenticator() == founder.epoch_authenticator());
    }
    CHECK(rule_of(
              Group::join(fresh[1], *made.welcome, std::nullopt, nullptr, {}, world.environment()).error()) ==
          Rule::psk_missing);
    // Not everybody came along.
    const Committed fewer =
        old.reinitialised(fresh[0], {packages[0]}, {}, world.environment(), world.random).value();
    CHECK(rule_of(Group::join(fresh[1], *fewer.welcome, std::nullopt, &world.members[1].group, {},
                              world.environment())
                      .error()) == Rule::resume_members);
}

TEST_CASE("a branch holds some of the members and nobody else") {
    MlsWorld world(14);
    world.found_with(4);
    const Group& origin = world.members[0].group;
    const OwnKeyPackage founder = world.key_package(world.members[0].name);
    const OwnKeyPackage friend_of = world.key_package(world.members[2].name);
    const Committed made = origin
                               .branched(founder, to_bytes(bytes_of("branch")), {friend_of.key_package}, {},
                                         world.environment(), world.random)
                               .value();
    const Group joined =
        Group::join(friend_of, *made.welcome, std::nullopt, &world.members[2].group, {}, world.environment())
            .value();
    CHECK(joined.epoch_authenticator() == made.next.merge().value().epoch_authenticator());

    const OwnKeyPackage stranger = world.key_package("stranger");
    const Committed wider =
        origin
            .branched(founder, to_bytes(bytes_of("branch")), {friend_of.key_package, stranger.key_package},
                      {}, world.environment(), world.random)
            .value();
    CHECK(rule_of(Group::join(friend_of, *wider.welcome, std::nullopt, &world.members[2].group, {},
                              world.environment())
                      .error()) == Rule::resume_members);
}

TEST_CASE("the tree may travel beside the Welcome, and must be the right one") {
    MlsWorld world(15);
    world.found_with(3);
    const OwnKeyPackage own = world.key_package("beside");
    CommitRequest request;
    request.proposals = {test::adding(own)};
    request.tree_in_welcome = false;
    const Committed made = world.members[0].group.commit(request, world.environment(), world.random).value();
    const auto join = [&](std::optional<BytesView> tree) {
        const auto joined = Group::join(own, *made.welcome, tree, nullptr, {}, world.environment());
        return joined ? std::nullopt : rule_of(joined.error());
    };
    CHECK(join(made.ratchet_tree) == std::nullopt);
    CHECK(join(std::nullopt) == Rule::tree_missing);
    CHECK(join(world.members[0].group.ratchet_tree()) == Rule::tree_hash);
    CHECK(rule_of(Group::join(world.key_package("other"), *made.welcome, made.ratchet_tree, nullptr, {},
                              world.environment())
                      .error()) == Rule::welcome_not_for_us);
}

TEST_CASE("exported secrets are the same for all members and differ by label, context and epoch") {
    MlsWorld world(16);
    world.found_with(3);
    const auto secret = [&](std::size_t who, std::string_view label, BytesView context) {
        return world.members[who].group.export_secret(label, context, 40);
    };
    const SecretBytes first = secret(0, "label", Bytes{1});
    CHECK(first == secret(2, "label", Bytes{1}));
    CHECK_FALSE(first == secret(0, "other", Bytes{1}));
    CHECK_FALSE(first == secret(0, "label", Bytes{2}));
    world.update(0);
    CHECK_FALSE(first == secret(0, "label", Bytes{1}));
}

TEST_CASE("as many proposals wait as the limit and no more") {
    MlsWorld world(17);
    world.found_with(2);
    Group group = world.members[0].group;
    PreSharedKeyID id;
    for (std::size_t i = 0; i < limits::mls_waiting_proposals_max; ++i) {
        id.psk_nonce = Bytes(32, static_cast<std::uint8_t>(i));
        id.psk_id = {static_cast<std::uint8_t>(i >> 8)};
        group = group.propose({PreSharedKey{id}}, {}, world.environment(), world.random).value().next;
    }
    CHECK(rule_of(group.propose({PreSharedKey{id}}, {}, world.environment(), world.random).error()) ==
          Rule::proposals_too_many);
}

TEST_CASE("proposals that no valid list can hold are left out, and do not stop the others' commits") {
    MlsWorld world(18);
    world.found_with(4);
    const OwnKeyPackage wanted = world.key_package("wanted");
    // A client that is in the group already, with fresh encryption keys.
    const OwnKeyPackage twice = OwnKeyPackage::make(
        suite_3(), ClientProfile::of(suite_3(), world.members[2].own.key_package.leaf_node.credential),
        world.members[2].own.signer, world.random);
    PreSharedKeyID unknown;
    unknown.psk_nonce = Bytes(32);
    ExtensionList required;
    required.set(extension_type::required_capabilities, encoded(RequiredCapabilities{{0xf00d}, {}, {}}));
    world.propose(1, {PreSharedKey{unknown}});
    world.propose_update(3);
    world.propose(2, test::adding(twice));
    world.propose(1, test::adding(wanted), in_the_open());
    world.propose(1, {GroupContextExtensions{required}});
    CHECK(world.members[0].group.waiting_proposals() == 5);
    const LeafNode before = *world.members[0].group.tree().leaf({3});
    world.commit(0, {}, {{"wanted", wanted}});
    CHECK(world.members.size() == 5);
    CHECK(*world.members[0].group.tree().leaf({3}) != before);
    CHECK(world.all_read_all());

    // With a list by value they are weighed against it, which itself must stand.
    world.propose(2, test::adding(twice));
    CommitRequest request;
    request.proposals = {test::removing({3})};
    world.commit(0, request);
    CHECK(world.members.size() == 4);
    world.propose(1, {PreSharedKey{unknown}});
    request.proposals = {test::removing({3})};
    CHECK(rule_of(world.members[0].group.commit(request, world.environment(), world.random).error()) ==
          Rule::remove_blank);
    // A re-initialisation by value stands alone, whatever waits.
    request.proposals = {{ReInit{{2}, version_mls10, suite_x25519_chacha20, {}}}};
    world.commit(0, request);
    CHECK(world.members[1].group.standing() == Standing::closed);
}

TEST_CASE("a thousand proposals that fit nowhere are given up on, and the commit is made") {
    MlsWorld world(19);
    world.found_with(3);
    Group group = world.members[0].group;
    PreSharedKeyID unknown;
    unknown.psk_nonce = Bytes(32);
    for (std::size_t i = 0; i < limits::mls_waiting_proposals_max; ++i) {
        unknown.psk_id = {static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)};
        group = group.propose({PreSharedKey{unknown}}, {}, world.environment(), world.random).value().next;
    }
    const Committed made = group.commit({}, world.environment(), world.random).value();
    CHECK(world.members[1].group.receive(made.commit, world.environment()).ok());
}

TEST_CASE("who was removed still reads what was said before, sends nothing and follows no further") {
    MlsWorld world(20);
    world.found_with(3);
    const Sent late = world.members[1].group.protect(bytes_of("late"), {}, world.random).value();
    const Committed removal = world.remove(0, {2});
    const Group& gone = world.removed.front().group;
    CHECK(gone.standing() == Standing::removed);
    const Received received = gone.receive(late.message, world.environment()).value();
    CHECK(std::get<ApplicationMessage>(received.event).data == to_bytes(bytes_of("late")));
    CHECK(refusal(received.next, late.message, world.environment()) == Rule::generation_used);
    CHECK(rule_of(gone.protect({}, {}, world.random).error()) == Rule::group_left);
    CHECK(rule_of(gone.commit({}, world.environment(), world.random).error()) == Rule::group_left);
    CHECK(refusal(gone, removal.commit, world.environment()).has_value());
    const Sent later = world.members[1].group.protect(bytes_of("later"), {}, world.random).value();
    CHECK(refusal(gone, later.message, world.environment()) == Rule::message_epoch);
}

TEST_CASE("messages of several at once arrive in any order within the window, and no key serves twice") {
    MlsWorld world(21);
    world.options.ratchets = {8, 4};
    world.found_with(3);
    std::vector<Bytes> sent;
    for (int i = 0; i < 10; ++i) {
        Sent one = world.members[1].group.protect(bytes_of("in order"), {}, world.random).value();
        world.members[1].group = std::move(one.next);
        sent.push_back(std::move(one.message));
    }
    Group reader = world.members[0].group;
    const auto read = [&](std::size_t which) {
        auto received = reader.receive(sent[which], world.environment());
        if (!received) return rule_of(received.error());
        reader = std::move(received.value().next);
        return std::optional<Rule>();
    };
    CHECK(read(9) == Rule::generation_too_far);  // 9 ahead of 0, one more than allowed
    CHECK(read(8) == std::nullopt);
    CHECK(read(3) == Rule::generation_used);  // outside the window of four
    for (const std::size_t which : {4U, 7U, 5U, 6U, 9U}) CHECK(read(which) == std::nullopt);
    for (std::size_t which = 0; which < 10; ++which) CHECK(read(which) == Rule::generation_used);
}
