// Welcomes and group infos of somebody who makes them up, secrets, signatures and all (RFC 9420 sections
// 11.2, 11.3, 12.4.3): each is refused for the rule that it breaks.
#include <doctest/doctest.h>

#include "tests/support/mls/forge.h"

using namespace liaise;
using namespace liaise::mls;
using test::Invitation;
using test::MlsWorld;

namespace {

// Five members in a tree with parents, and an invitation of a sixth to their next epoch by member 0.
struct Scene {
    Scene() : world(1) {
        world.found_with(5);
        for (std::size_t i = 0; i < 5; ++i) world.update(i);
        own = world.key_package("invited");
        CommitRequest request;
        request.proposals = {test::adding(own)};
        request.with_path = false;
        next = world.members[0].group.commit(request, world.environment(), world.random).value().next.merge();
    }
    Invitation invitation() const { return Invitation::to(next->value(), world.members[0].own.signer); }
    std::optional<Rule> refusal(BytesView welcome, const Group* origin = nullptr,
                                const Environment& environment = {}) const {
        const auto joined = Group::join(own, welcome, std::nullopt, origin, {}, environment);
        return joined ? std::nullopt : rule_of(joined.error());
    }
    std::optional<Rule> by(const std::function<void(Invitation&)>& change) {
        Invitation changed = invitation();
        change(changed);
        return refusal(changed.welcome(own, world.random));
    }
    // With another tree.
    std::optional<Rule> tree(const std::function<void(RatchetTree&)>& change) {
        return by([&](Invitation& invitation) {
            RatchetTree tree = invitation.tree;
            change(tree);
            invitation.take_tree(std::move(tree));
        });
    }

    MlsWorld world;
    OwnKeyPackage own;
    std::optional<Result<Group>> next;
};

PreSharedKeyID resumption_of(const Group& group, ResumptionPSKUsage usage, std::uint8_t nonce = 0) {
    PreSharedKeyID id;
    id.psktype = PSKType::resumption;
    id.usage = usage;
    id.psk_group_id = to_bytes(group.group_id());
    id.psk_epoch = group.epoch();
    id.psk_nonce = Bytes(32, nonce);
    return id;
}

}  // namespace

TEST_CASE("a Welcome to a group that fits its description is taken, whoever made it up") {
    Scene scene;
    CHECK(scene.by([](Invitation&) {}) == std::nullopt);
}

TEST_CASE("group secrets that do not open, do not parse or do not fit are refused") {
    Scene scene;
    const Invitation invitation = scene.invitation();
    Welcome flipped = parse_message<Welcome>(invitation.welcome(scene.own, scene.world.random)).value();
    flipped.secrets[0].encrypted_group_secrets.ciphertext[3] ^= 1;
    CHECK(scene.refusal(encoded_message(flipped)) == Rule::welcome_secrets);
    flipped.cipher_suite = suite_x25519_aes128;
    CHECK(scene.refusal(encoded_message(flipped)) == Rule::welcome_suite);
    CHECK(scene.by([](Invitation& made) { made.secrets.joiner_secret = SecretBytes(31); }) ==
          Rule::welcome_secrets);
    const Bytes junk(50, 0xc0);
    CHECK(scene.refusal(invitation.welcome(scene.own, junk, invitation.info(), scene.world.random)) ==
          Rule::vector_length);
    GroupSecrets others = invitation.secrets;
    others.joiner_secret = SecretBytes(32);
    CHECK(scene.refusal(invitation.welcome(scene.own, others.encode().view(), invitation.info(),
                                           scene.world.random)) == Rule::group_info_open);
    // A path secret that is not the one of the tree, or where the tree has no path.
    CHECK(scene.by([](Invitation& made) { made.secrets.path_secret = SecretBytes(32); }) ==
          Rule::welcome_path_secret);
    CHECK(scene.by([](Invitation& made) { made.secrets.path_secret = SecretBytes(31); }) ==
          Rule::welcome_path_secret);
    CHECK(scene.by([](Invitation& made) {
        PreSharedKeyID unknown;
        unknown.psk_nonce = Bytes(32);
        made.secrets.psks = {unknown};
    }) == Rule::psk_missing);
}

TEST_CASE("a group info that is not signed by the member it names is refused") {
    Scene scene;
    CHECK(scene.by([&](Invitation& made) { made.key = scene.own.signer; }) == Rule::group_info_signature);
    CHECK(scene.by([](Invitation& made) { made.signer = {3}; }) == Rule::group_info_signature);
    CHECK(scene.by([](Invitation& made) { made.signer = {7}; }) == Rule::group_info_signer);
    CHECK(scene.by([](Invitation& made) { made.signer = {UINT32_MAX}; }) == Rule::group_info_signer);
    const auto info = [&](const std::function<void(GroupInfo&)>& change) {
        const Invitation invitation = scene.invitation();
        GroupInfo made = invitation.info();
        change(made);
        made.sign(suite_3(), *invitation.key);
        return scene.refusal(
            invitation.welcome(scene.own, invitation.secrets.encode().view(), made, scene.world.random));
    };
    CHECK(info([](GroupInfo& made) { made.confirmation_tag[0] ^= 1; }) == Rule::confirmation_tag);
    CHECK(info([](GroupInfo& made) { made.group_context.cipher_suite = suite_x25519_aes128; }) ==
          Rule::welcome_suite);
    CHECK(info([](GroupInfo& made) { made.extensions.items.clear(); }) == Rule::tree_missing);
    // The context is under the tag, too.
    CHECK(info([](GroupInfo& made) { ++made.group_context.epoch; }) == Rule::confirmation_tag);
}

TEST_CASE("a tree that breaks a rule is refused, though its hash is right and signed") {
    Scene scene;
    const RatchetTree& honest = scene.invitation().tree;
    const NodeIndex root = honest.size().root();
    const auto parent = [&](NodeIndex at, const std::function<void(ParentNode&)>& change) {
        return scene.tree([&](RatchetTree& tree) {
            ParentNode node = *tree.parent(at);
            change(node);
            tree.set_parent(at, node);
        });
    };
    REQUIRE(honest.parent(root) != nullptr);
    CHECK(scene.by([](Invitation& made) { made.context.tree_hash[0] ^= 1; }) == Rule::tree_hash);
    CHECK(parent({3}, [](ParentNode& node) { node.parent_hash = Bytes(32); }) == Rule::parent_hash);
    CHECK(parent(root, [](ParentNode& node) { node.encryption_key = Bytes(32, 0x71); }) == Rule::parent_hash);
    CHECK(parent(root, [](ParentNode& node) { node.encryption_key = Bytes(32); }) == Rule::small_order_key);
    CHECK(parent(root, [](ParentNode& node) { node.unmerged_leaves = {5, 4}; }) == Rule::unmerged_leaves);
    CHECK(parent(root, [&](ParentNode& node) { node.encryption_key = honest.leaf({2})->encryption_key; }) ==
          Rule::encryption_key_twice);
    CHECK(scene.tree([](RatchetTree& tree) {
        LeafNode copy = *tree.leaf({2});
        copy.encryption_key = Bytes(32, 0x71);
        tree.replace({3}, copy);
    }) == Rule::signature_key_twice);
    // The chain of parent hashes does not notice a leaf under a blank parent; its signature does.
    CHECK(scene.tree([](RatchetTree& tree) {
        tree.remove({4});
        LeafNode moved = *tree.leaf({5});
        moved.lifetime.not_before = 1;
        tree.replace({5}, moved);
    }) == Rule::leaf_signature);
    CHECK(scene.tree([](RatchetTree& tree) { tree.remove({5}); }) == Rule::welcome_leaf);
    const OwnKeyPackage other = scene.world.key_package("somebody else");
    CHECK(rule_of(Group::join(other, scene.invitation().welcome(other, scene.world.random), std::nullopt,
                              nullptr, {}, {})
                      .error()) == Rule::welcome_leaf);
}

TEST_CASE("a group that we are in already, and one that claims to succeed another, are refused") {
    struct InIt final : Policy {
        bool already_in(BytesView) const override { return true; }
    } const in_it;
    Scene scene;
    const Bytes honest = scene.invitation().welcome(scene.own, scene.world.random);
    CHECK(scene.refusal(honest, nullptr, {in_it, no_psks(), std::nullopt}) == Rule::group_known);

    const Group& origin = scene.world.members[0].group;
    const auto successor = [&](std::vector<PreSharedKeyID> ids, std::uint64_t epoch) {
        Invitation made = scene.invitation();
        made.context.epoch = epoch;
        std::vector<PskValue> values;
        values.reserve(ids.size());
        for (const PreSharedKeyID& id : ids) values.push_back({id, *origin.resumption_psk(id.psk_epoch)});
        made.psk_secret = psk_secret(suite_3(), values);
        made.secrets.psks = std::move(ids);
        return scene.refusal(made.welcome(scene.own, scene.world.random), &origin);
    };
    const auto branch = resumption_of(origin, ResumptionPSKUsage::branch);
    const auto reinit = resumption_of(origin, ResumptionPSKUsage::reinit);
    CHECK(successor({resumption_of(origin, ResumptionPSKUsage::application)}, 9) == std::nullopt);
    CHECK(successor({branch}, 2) == Rule::resume_epoch);
    CHECK(successor({branch}, 1) == Rule::resume_members);     // the invited one was no member
    CHECK(successor({reinit}, 1) == Rule::resume_parameters);  // the origin was not re-initialised
    CHECK(successor({branch, reinit}, 1) == Rule::welcome_psks);
    CHECK(successor({branch, resumption_of(origin, ResumptionPSKUsage::branch, 1)}, 1) == Rule::welcome_psks);
}

TEST_CASE("a group that is over its limits is not joined") {
    Scene scene;
    const OwnKeyPackage founder = scene.world.key_package("founder");
    const auto founded = [&](std::size_t id_bytes) {
        return Group::create(suite_3(), founder, Bytes(id_bytes), {}, {}, {}, scene.world.random).ok();
    };
    CHECK(founded(limits::mls_group_id_bytes_max - 1));
    CHECK(founded(limits::mls_group_id_bytes_max));
    CHECK_FALSE(founded(limits::mls_group_id_bytes_max + 1));
    CHECK(scene.by([](Invitation& made) {
        made.context.group_id.resize(limits::mls_group_id_bytes_max + 1);
    }) == Rule::group_id_too_long);
    CHECK(scene.by([](Invitation& made) {
        made.context.extensions.set(extension_type::external_senders,
                                    Bytes(limits::mls_context_extensions_bytes_max));
    }) == Rule::extensions_too_large);
}

TEST_CASE("the last epoch is the last") {
    Scene scene;
    const auto at_epoch = [&](std::uint64_t epoch, const OwnKeyPackage& who) {
        Invitation made = scene.invitation();
        made.context.epoch = epoch;
        return Group::join(who, made.welcome(who, scene.world.random), std::nullopt, nullptr, {}, {}).value();
    };
    const auto commit = [&](const Group& group) {
        return group.commit({}, scene.world.environment(), scene.world.random);
    };
    const Group before = at_epoch(UINT64_MAX - 1, scene.own);
    const Group last = commit(before).value().next.merge().value();
    CHECK(last.epoch() == UINT64_MAX);
    CHECK(rule_of(commit(last).error()) == Rule::epoch_last);
    CHECK(last.protect(bytes_of("still"), {}, scene.world.random).ok());

    // A member who commits nevertheless: in its name a proposal becomes a commit.
    const Group reader = at_epoch(UINT64_MAX, scene.own);
    MessageOptions open;
    open.wire_format = WireFormat::public_message;
    const Bytes proposal =
        reader.propose(test::removing({3}), open, scene.world.environment(), scene.world.random)
            .value()
            .message;
    const Bytes commit_after =
        test::forged(reader, *scene.world.members[2].own.signer, proposal, [](PublicMessage& message) {
            message.content.sender = Sender::member({2});
            message.content.content = Commit{};
            message.auth.confirmation_tag = Bytes(32);
        });
    CHECK(rule_of(reader.receive(commit_after, {}).error()) == Rule::epoch_last);

    // Nor does anybody join it from outside.
    GroupInfo info = parse_message<GroupInfo>(scene.world.members[0].group.group_info(true)).value();
    ExternalJoinRequest request;
    request.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("stranger")));
    request.signer = suite_3().draw_signer(scene.world.random);
    const auto join = [&] {
        info.sign(suite_3(), *scene.world.members[0].own.signer);
        const Bytes bytes = encoded_message(info);
        request.group_info = bytes;
        const auto joined = Group::join_external(request, {}, scene.world.environment(), scene.world.random);
        return joined ? std::nullopt : rule_of(joined.error());
    };
    CHECK(join() == std::nullopt);
    info.group_context.epoch = UINT64_MAX;
    CHECK(join() == Rule::epoch_last);
    std::erase_if(info.extensions.items, [](const Extension& extension) {
        return extension.extension_type == extension_type::external_pub;
    });
    CHECK(join() == Rule::group_info_external);
}
