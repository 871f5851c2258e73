// What others got wrong about RFC 9420, a test for each (docs/mls.md, "What others got wrong").
#include <doctest/doctest.h>

#include "protocol/mls/message_protection.h"
#include "tests/support/mls/world.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

MessageOptions in_the_open() {
    MessageOptions options;
    options.wire_format = WireFormat::public_message;
    return options;
}

CommitRequest open_commit(std::vector<Proposal> proposals = {}) {
    CommitRequest request;
    request.proposals = std::move(proposals);
    request.with_waiting = false;
    request.message = in_the_open();
    return request;
}

Commit commit_in(BytesView message) {
    return std::get<Commit>(parse_message<PublicMessage>(message).value().content.content);
}

std::size_t ciphertexts_in(const Commit& commit) {
    std::size_t count = 0;
    for (const UpdatePathNode& node : commit.path->nodes) count += node.encrypted_path_secret.size();
    return count;
}

LeafNode leaf_named(std::uint8_t name) {
    LeafNode leaf;
    leaf.encryption_key = Bytes(32, name);
    leaf.signature_key = Bytes(32, name);
    return leaf;
}

RatchetTree tree_of(std::uint8_t leaves) {
    RatchetTree tree;
    for (std::uint8_t i = 0; i < leaves; ++i)
        (void)tree.add(leaf_named(static_cast<std::uint8_t>(i + 1))).value();
    return tree;
}

std::optional<Rule> unmerged_refusal(const RatchetTree& tree) {
    const auto checked = check_unmerged_leaves(tree);
    return checked ? std::nullopt : rule_of(checked.error());
}

}  // namespace

TEST_CASE("the commit secret is one derivation past the root's path secret") {
    const SecretBytes first = SecretBytes::copy_of(Bytes(32, 7));
    const PathSecrets path =
        PathSecrets::from(suite_3(), {{NodeIndex{1}, NodeIndex{2}}, {NodeIndex{3}, NodeIndex{5}}}, first);
    CHECK(path.path_secrets[0] == first);
    CHECK(path.path_secrets[1] == suite_3().derive_secret(first.view(), "path"));
    CHECK(path.commit_secret == suite_3().derive_secret(path.path_secrets[1].view(), "path"));
}

TEST_CASE("a path is sealed under the new extensions when the same commit changes them") {
    MlsWorld world(1);
    world.found_with(4);
    ExtensionList extensions;
    extensions.set(extension_type::external_senders, encode_external_senders({}));
    CommitRequest request;
    request.proposals = {{GroupContextExtensions{extensions}}};
    world.commit(1, request);
    CHECK(world.members[3].group.context().extensions == extensions);
    CHECK(world.all_read_all());
}

TEST_CASE("a commit is signed in the epoch that it is sent in, with the old context") {
    MlsWorld world(2);
    world.found_with(3);
    const Group& before = world.members[0].group;
    const Committed made = before.commit(open_commit(), world.environment(), world.random).value();
    const AuthenticatedContent message = authenticated(parse_message<PublicMessage>(made.commit).value());
    CHECK(message.content.epoch == before.epoch());
    const Bytes key = before.tree().leaf({0})->signature_key;
    CHECK(signature_fits(suite_3(), key, message, encoded(before.context())));
    CHECK_FALSE(signature_fits(suite_3(), key, message, encoded(made.next.merge().value().context())));
}

TEST_CASE("leaves added by a commit are left out of its path, in sealing and in counting") {
    MlsWorld world(3);
    world.found_with(3);
    const OwnKeyPackage a = world.key_package("a");
    const OwnKeyPackage b = world.key_package("b");
    const CommitRequest request = open_commit({test::adding(a), test::adding(b)});
    const Committed made = world.commit(0, request, {{"a", a}, {"b", b}});
    CHECK(ciphertexts_in(commit_in(made.commit)) == 2);  // the two others that were there before
    CHECK(world.all_read_all());
}

TEST_CASE("an unmerged leaf opens the path with its own key") {
    MlsWorld world(4);
    world.found_with(4);
    for (const std::size_t who : {0U, 3U}) world.update(who);
    world.remove(0, {2});
    world.update(1);
    world.add(0, {"unmerged"}, false);  // lands under parents that it has no keys of
    CHECK(world.members.back().group.self() == LeafIndex{2});
    const auto* const root =
        world.members[0].group.tree().parent(world.members[0].group.tree().size().root());
    REQUIRE(root != nullptr);
    CHECK(root->unmerged_leaves == std::vector<std::uint32_t>{2});
    world.update(1);
    CHECK(world.all_read_all());
}

TEST_CASE("parent hashes cover the sibling's tree from before the path, and hold for whoever joins later") {
    MlsWorld world(5);
    world.found_with(7);
    for (int round = 0; round < 12; ++round) {
        world.update(world.random.below(world.members.size()));
        world.remove(0, world.members[1 + world.random.below(world.members.size() - 1)].group.self());
        // Blank ancestors and unmerged leaves; each newcomer checks every chain.
        world.add(world.random.below(world.members.size()), {world.next_name()}, round % 2 == 0);
        const RatchetTree& tree = world.members[0].group.tree();
        CHECK(check_parent_hashes(suite_3(), tree).ok());
    }
    CHECK(world.all_read_all());
}

TEST_CASE("unmerged leaves are sorted, below, not blank, and listed at every node in between") {
    const ParentNode plain{Bytes(32, 0xa0), {}, {}};
    const auto with = [&](NodeIndex node, std::vector<std::uint32_t> unmerged, RatchetTree tree) {
        ParentNode parent = plain;
        parent.unmerged_leaves = std::move(unmerged);
        tree.set_parent(node, parent);
        return tree;
    };
    const RatchetTree tree = tree_of(4);
    CHECK(unmerged_refusal(with({3}, {1, 3}, tree)) == std::nullopt);
    CHECK(unmerged_refusal(with({3}, {3, 1}, tree)) == Rule::unmerged_leaves);
    CHECK(unmerged_refusal(with({3}, {1, 1}, tree)) == Rule::unmerged_leaves);
    CHECK(unmerged_refusal(with({1}, {2}, tree)) == Rule::unmerged_leaves);
    CHECK(unmerged_refusal(with({3}, {4000000000}, tree)) == Rule::unmerged_leaves);
    RatchetTree blank = tree;
    blank.remove({1});
    CHECK(unmerged_refusal(with({3}, {1}, blank)) == Rule::unmerged_leaves);
    const RatchetTree between = with({1}, {}, tree);
    CHECK(unmerged_refusal(with({3}, {1}, between)) == Rule::unmerged_leaves);
    CHECK(unmerged_refusal(with({3}, {1}, with({1}, {1}, tree))) == std::nullopt);
}

TEST_CASE("a tree is halved again and again while its right half is empty") {
    RatchetTree tree = tree_of(9);
    CHECK(tree.size().leaves == 16);
    for (const std::uint32_t leaf : {2U, 3U, 4U, 5U, 6U, 7U}) tree.remove({leaf});
    tree.truncate();
    CHECK(tree.size().leaves == 16);
    tree.remove({8});
    tree.truncate();
    CHECK(tree.size().leaves == 2);
    CHECK(encoded(decoded<RatchetTree>(encoded(tree)).value()) == encoded(tree));
    CHECK(tree.resolution({2}) == std::vector<NodeIndex>{{2}});
    tree.remove({1});
    CHECK(tree.resolution({2}).empty());
}

TEST_CASE("a path is made where one is required, asked for or not") {
    MlsWorld world(6);
    world.found_with(4);
    const auto has_path = [&](std::vector<Proposal> proposals) {
        CommitRequest request = open_commit(std::move(proposals));
        request.with_path = false;
        const auto made = world.members[0].group.commit(request, world.environment(), world.random).value();
        return commit_in(made.commit).path.has_value();
    };
    CHECK(has_path({}));
    CHECK(has_path({test::removing({2})}));
    CHECK(has_path({{GroupContextExtensions{}}}));
    CHECK_FALSE(has_path({test::adding(world.key_package("x"))}));
    CHECK_FALSE(has_path({{ReInit{{1}, version_mls10, suite_x25519_chacha20, {}}}}));
    CHECK(Proposal{Update{}}.requires_path());
    CHECK(Proposal{ExternalInit{}}.requires_path());
    CHECK_FALSE(Proposal{PreSharedKey{}}.requires_path());
}

TEST_CASE("removals come before additions, which fill the leftmost blanks in their order") {
    MlsWorld world(7);
    world.found_with(5);
    const OwnKeyPackage a = world.key_package("a");
    const OwnKeyPackage b = world.key_package("b");
    CommitRequest request;
    request.proposals = {test::adding(a), test::removing({3}), test::adding(b), test::removing({1})};
    world.commit(0, request, {{"a", a}, {"b", b}});
    CHECK(world.members[3].group.self() == LeafIndex{1});
    CHECK(world.members[4].group.self() == LeafIndex{3});
}

TEST_CASE("the sender data key comes from the first bytes of the ciphertext, or all of a short one") {
    const Bytes secret(32, 1);
    Bytes ciphertext(40, 2);
    const auto key = sender_data_key(suite_3(), secret, ciphertext);
    ciphertext[33] ^= 1;
    CHECK(sender_data_key(suite_3(), secret, ciphertext).key == key.key);
    ciphertext[31] ^= 1;
    CHECK_FALSE(sender_data_key(suite_3(), secret, ciphertext).key == key.key);
    const auto whole = sender_data_key(suite_3(), secret, Bytes(20, 2));
    CHECK(whole.key == suite_3().expand_with_label(secret, "key", Bytes(20, 2), 32));
}

TEST_CASE("both layers of a private message are bound to group, epoch and type, and padding is zero") {
    test::SeededRandom random(8);
    const MessageKey key{3, SecretBytes::copy_of(Bytes(32, 5)), SecretBytes::copy_of(Bytes(12, 6))};
    AuthenticatedContent content{WireFormat::private_message,
                                 {Bytes{1}, 5, Sender::member({2}), Bytes{9}, ApplicationData{Bytes{4}}},
                                 {Bytes(64), std::nullopt}};
    const PrivateMessage sealed = protect_private(suite_3(), Bytes(32, 1), key, content, 10, random);
    const SenderData sender = open_sender_data(suite_3(), Bytes(32, 1), sealed).value();
    CHECK(sender.generation == 3);
    CHECK(open_private(suite_3(), key, sender, sealed).ok());
    PrivateMessage moved = sealed;
    moved.epoch = 6;
    CHECK(rule_of(open_sender_data(suite_3(), Bytes(32, 1), moved).error()) == Rule::sender_data);
    CHECK(rule_of(open_private(suite_3(), key, sender, moved).error()) == Rule::private_message);
    moved = sealed;
    moved.authenticated_data = Bytes{8};
    CHECK(open_sender_data(suite_3(), Bytes(32, 1), moved).ok());
    CHECK(rule_of(open_private(suite_3(), key, sender, moved).error()) == Rule::private_message);

    // The same with a byte that is not zero behind the content, sealed with the right key.
    Encoder plain;
    plain.opaque(Bytes{4}).opaque(Bytes(64)).u8(0).u8(1);
    Encoder associated;
    associated.opaque(Bytes{1}).u64(5).u8(1).opaque(Bytes{9});
    Bytes nonce(12, 6);
    for (std::size_t i = 0; i < 4; ++i) nonce[i] ^= sender.reuse_guard[i];
    PrivateMessage padded = sealed;
    padded.ciphertext = suite_3().seal(key.key.view(), nonce, associated.view(), plain.view());
    CHECK(rule_of(open_private(suite_3(), key, sender, padded).error()) == Rule::padding);
}

TEST_CASE("clients with GREASE everywhere join, commit and are read, and list what they carry") {
    MlsWorld world(9);
    world.found_with(2);
    for (int i = 0; i < 5; ++i) {
        const OwnKeyPackage own = world.key_package("greased", true);
        const Capabilities& listed = own.key_package.leaf_node.capabilities;
        for (const auto* const list : {&own.key_package.extensions, &own.key_package.leaf_node.extensions}) {
            CHECK(list->items.size() == 1);
            CHECK(listed.supports_extension(list->items[0].extension_type));
        }
        CommitRequest request;
        request.proposals = {test::adding(own)};
        request.group_info_extensions.set(0x2a2a, {1, 2, 3});
        world.commit(0, request, {{"greased", own}});
        world.update(world.members.size() - 1);
    }
    CHECK(world.all_read_all());
}

TEST_CASE("keys of a path, its leaf included, appear nowhere else in the tree") {
    RatchetTree tree = tree_of(4);
    tree.set_parent({3}, {Bytes(32, 0xa0), {}, {}});
    UpdatePath path;
    path.leaf_node = leaf_named(0x50);
    path.nodes = {{Bytes(32, 0x51), {}}, {Bytes(32, 0x52), {}}};
    const auto refusal = [&](const UpdatePath& with, std::vector<LeafIndex> changed = {}) {
        const auto checked = check_new_keys(tree, tree, changed, &with, {1});
        return checked ? std::nullopt : rule_of(checked.error());
    };
    CHECK(refusal(path) == std::nullopt);
    UpdatePath same_signature_key = path;
    same_signature_key.leaf_node.signature_key = Bytes(32, 2);  // its own, of before
    CHECK(refusal(same_signature_key) == std::nullopt);
    same_signature_key.leaf_node.signature_key = Bytes(32, 3);
    CHECK(refusal(same_signature_key) == Rule::signature_key_twice);
    for (const int used : {1, 2, 4, 0xa0, 0x50, 0x52}) {
        UpdatePath reused = path;
        reused.nodes[0].encryption_key = Bytes(32, static_cast<std::uint8_t>(used));
        CHECK(refusal(reused) == Rule::encryption_key_twice);
    }
    UpdatePath reused_leaf = path;
    reused_leaf.leaf_node.encryption_key = Bytes(32, 3);
    CHECK(refusal(reused_leaf) == Rule::encryption_key_twice);
}

TEST_CASE("after a change of signature key, group info and Welcome are signed with the new one") {
    MlsWorld world(10);
    world.found_with(2);
    const OwnKeyPackage own = world.key_package("joins");
    CommitRequest request;
    request.proposals = {test::adding(own)};
    request.leaf.signer = suite_3().draw_signer(world.random);
    world.commit(0, request, {{"joins", own}});
    CHECK(world.members[1].group.tree().leaf({0})->signature_key ==
          to_bytes(request.leaf.signer->public_key()));
    world.join_external("also joins");
    CHECK(world.all_read_all());
}

TEST_CASE("a key that opened a message stays gone after storing and loading") {
    MlsWorld world(11);
    world.found_with(2);
    const Sent sent = world.members[0].group.protect(bytes_of("once"), {}, world.random).value();
    const Received received = world.members[1].group.receive(sent.message, world.environment()).value();
    const Group loaded = Group::load(received.next.save().view()).value();
    CHECK(rule_of(loaded.receive(sent.message, world.environment()).error()) == Rule::generation_used);
    const Group sender = Group::load(sent.next.save().view()).value();
    CHECK(sender.protect(bytes_of("once"), {}, world.random).value().message != sent.message);
}

TEST_CASE("who sent a message is the leaf that was authenticated") {
    MlsWorld world(12);
    world.found_with(3);
    const Sent sent = world.members[2].group.protect(bytes_of("me"), {}, world.random).value();
    const Received received = world.members[0].group.receive(sent.message, world.environment()).value();
    CHECK(std::get<ApplicationMessage>(received.event).sender == world.members[2].group.self());
}

TEST_CASE("a refused message leaves the state as it was") {
    MlsWorld world(13);
    world.found_with(3);
    const Committed made = world.members[0].group.commit({}, world.environment(), world.random).value();
    Bytes damaged = made.commit;
    damaged.back() ^= 1;
    const SecretBytes before = world.members[1].group.save();
    CHECK_FALSE(world.members[1].group.receive(damaged, world.environment()).ok());
    CHECK(world.members[1].group.save() == before);
    CHECK(world.members[1].group.receive(made.commit, world.environment()).ok());
}
