// Handshakes of a malicious member, rightly signed and tagged (RFC 9420 sections 7.5, 12.2, 12.4): each is
// refused by the receiver for the rule that it breaks, and the state stays.
#include <doctest/doctest.h>

#include "protocol/mls/proposal_list.h"
#include "tests/support/mls/forge.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

MessageOptions in_the_open() {
    MessageOptions options;
    options.wire_format = WireFormat::public_message;
    return options;
}

Proposal psk(std::uint8_t nonce, std::size_t nonce_bytes = 32) {
    PreSharedKeyID key;
    key.psk_id = {1};
    key.psk_nonce = Bytes(nonce_bytes, nonce);
    return {PreSharedKey{key}};
}

// Four members whose tree has no blank; member 1 is the malicious one, members 0 and 3 are asked.
struct Scene {
    Scene() : world(1) {
        world.found_with(4);
        for (std::size_t i = 0; i < 4; ++i) world.update(i);
        world.psks.add(Bytes{1}, SecretBytes(32));
        CommitRequest request;
        request.message = in_the_open();
        made = author().commit(request, world.environment(), world.random).value();
    }
    const Group& author() const { return world.members[1].group; }
    const Signer& signer() const { return *world.members[1].own.signer; }

    std::optional<Rule> refusal(const Bytes& message, std::size_t reader = 0) const {
        const Group& group = world.members[reader].group;
        const SecretBytes before = group.save();
        const auto received = group.receive(message, world.environment());
        CHECK(group.save() == before);
        return received ? std::nullopt : rule_of(received.error());
    }
    std::optional<Rule> commit(const test::ChangeCommit& change, std::size_t reader = 0) const {
        return refusal(test::forged_commit(author(), signer(), made->commit, change), reader);
    }
    std::optional<Rule> path(const std::function<void(UpdatePath&)>& change, std::size_t reader = 0) const {
        return commit([&](Commit& commit) { change(*commit.path); }, reader);
    }
    std::optional<Rule> leaf(const std::function<void(LeafNode&)>& change) const {
        return path([&](UpdatePath& path) {
            change(path.leaf_node);
            path.leaf_node.sign(suite_3(), signer(), {author().group_id(), author().self()});
        });
    }
    std::optional<Rule> list(const std::vector<Proposal>& proposals) const {
        return commit([&](Commit& commit) {
            for (const Proposal& proposal : proposals) commit.proposals.push_back({proposal});
        });
    }

    MlsWorld world;
    std::optional<Committed> made;
};

}  // namespace

TEST_CASE("an honest commit, signed again, is taken by everybody") {
    const Scene scene;
    for (const std::size_t reader : {0U, 2U, 3U}) CHECK(scene.commit([](Commit&) {}, reader) == std::nullopt);
}

TEST_CASE("an update path of the wrong shape is refused by everybody") {
    const Scene scene;
    for (const std::size_t reader : {0U, 3U}) {
        CHECK(scene.commit([](Commit& commit) { commit.path.reset(); }, reader) == Rule::path_missing);
        CHECK(scene.path([](UpdatePath& path) { path.nodes.pop_back(); }, reader) == Rule::path_length);
        CHECK(scene.path(
                  [](UpdatePath& path) {
                      path.nodes.push_back({Bytes(32, 0x71), {}});
                  },
                  reader) == Rule::path_length);
        CHECK(scene.path([](UpdatePath& path) { path.nodes[1].encrypted_path_secret.pop_back(); }, reader) ==
              Rule::path_ciphertexts);
        CHECK(scene.path([](UpdatePath& path) { path.nodes[0].encrypted_path_secret.emplace_back(); },
                         reader) == Rule::path_ciphertexts);
        CHECK(scene.path([](UpdatePath& path) { path.nodes[0].encryption_key = Bytes(32, 0x71); }, reader) ==
              Rule::path_parent_hash);
    }
}

TEST_CASE("keys of a path that are in the tree, or none, are refused") {
    const Scene scene;
    const RatchetTree& tree = scene.author().tree();
    for (const Bytes& used : {tree.leaf({3})->encryption_key, tree.leaf({1})->encryption_key,
                              tree.parent(NodeIndex{5})->encryption_key})
        CHECK(scene.path([&](UpdatePath& path) { path.nodes[1].encryption_key = used; }) ==
              Rule::encryption_key_twice);
    CHECK(scene.path([](UpdatePath& path) { path.nodes[0].encryption_key = path.nodes[1].encryption_key; }) ==
          Rule::encryption_key_twice);
    CHECK(scene.path([](UpdatePath& path) { path.nodes[1].encryption_key = Bytes(32); }) ==
          Rule::small_order_key);
    CHECK(scene.path([](UpdatePath& path) { path.nodes[1].encryption_key.pop_back(); }) == Rule::public_key);
}

TEST_CASE("a path secret that does not open, or is not the one of the path's keys, is refused") {
    const Scene scene;
    CHECK(scene.path([](UpdatePath& path) { path.nodes[0].encrypted_path_secret[0].ciphertext[5] ^= 1; }) ==
          Rule::decryption);
    CHECK(scene.path([](UpdatePath& path) {
        path.nodes[0].encrypted_path_secret[0].kem_output = Bytes(32);
    }) == Rule::decryption);
    GroupContext provisional = scene.made->next.merge().value().context();
    provisional.confirmed_transcript_hash = scene.author().context().confirmed_transcript_hash;
    const auto sealed = [&](std::size_t secret_bytes) {
        test::SeededRandom random(5);
        return LabeledHpke(suite_3(), "UpdatePathNode", encoded(provisional))
            .seal(scene.author().tree().leaf({0})->encryption_key, Bytes(secret_bytes, 9), random)
            .value();
    };
    CHECK(scene.path([&](UpdatePath& path) { path.nodes[0].encrypted_path_secret = {sealed(32)}; }) ==
          Rule::path_public_key);
    CHECK(scene.path([&](UpdatePath& path) { path.nodes[0].encrypted_path_secret = {sealed(31)}; }) ==
          Rule::decryption);
}

TEST_CASE("the leaf of a path is held to section 7.3") {
    const Scene scene;
    const LeafNode& old = *scene.author().tree().leaf({1});
    CHECK(scene.leaf([](LeafNode&) {}) == std::nullopt);
    CHECK(scene.leaf([&](LeafNode& leaf) { leaf.encryption_key = old.encryption_key; }) ==
          Rule::leaf_same_key);
    CHECK(scene.leaf([](LeafNode& leaf) { leaf.encryption_key = Bytes(32); }) == Rule::small_order_key);
    CHECK(scene.leaf([](LeafNode& leaf) { leaf.leaf_node_source = LeafNodeSource::update; }) ==
          Rule::leaf_source);
    CHECK(scene.leaf([](LeafNode& leaf) { leaf.capabilities.credentials = {7}; }) == Rule::leaf_credential);
    CHECK(scene.leaf([](LeafNode& leaf) { leaf.capabilities.versions = {7}; }) == Rule::leaf_version);
    CHECK(scene.leaf([](LeafNode& leaf) { leaf.parent_hash[0] ^= 1; }) == Rule::path_parent_hash);
    CHECK(scene.path([](UpdatePath& path) { path.leaf_node.signature[0] ^= 1; }) == Rule::leaf_signature);
    // Signed for another place in the tree.
    CHECK(scene.path([&](UpdatePath& path) {
        path.leaf_node.sign(suite_3(), scene.signer(), {scene.author().group_id(), {2}});
    }) == Rule::leaf_signature);
}

TEST_CASE("lists of proposals that section 12.2 forbids are refused by the receiver too") {
    Scene scene;
    const Proposal add = test::adding(scene.world.key_package("new"));
    const Proposal extensions{GroupContextExtensions{}};
    const Proposal reinit{ReInit{{1}, version_mls10, suite_x25519_chacha20, {}}};
    CHECK(scene.list({test::removing({1})}) == Rule::proposal_by_committer);
    CHECK(scene.list({{Update{*scene.author().tree().leaf({1})}}}) == Rule::proposal_by_committer);
    CHECK(scene.list({test::removing({2}), test::removing({2})}) == Rule::proposal_same_leaf);
    CHECK(scene.list({test::removing({7})}) == Rule::remove_blank);
    CHECK(scene.list({add, add}) == Rule::encryption_key_twice);
    CHECK(scene.list({test::adding(scene.world.members[2].own)}) == Rule::signature_key_twice);
    CHECK(scene.list({extensions, extensions}) == Rule::proposal_extensions_twice);
    CHECK(scene.list({reinit, add}) == Rule::proposal_reinit_alone);
    CHECK(scene.list({{ReInit{{1}, 0, suite_x25519_chacha20, {}}}}) == Rule::reinit_version);
    CHECK(scene.list({{ExternalInit{Bytes(32)}}}) == Rule::proposal_external_init);
    CHECK(scene.list({psk(1, 31)}) == Rule::psk_nonce);
    CHECK(scene.list({psk(1), psk(1)}) == Rule::psk_twice);
    for (const ResumptionPSKUsage usage : {ResumptionPSKUsage::branch, ResumptionPSKUsage::reinit}) {
        Proposal outside = psk(1);
        std::get<PreSharedKey>(outside.content).psk.psktype = PSKType::resumption;
        std::get<PreSharedKey>(outside.content).psk.usage = usage;
        CHECK(scene.list({outside}) == Rule::psk_usage);
    }
    std::vector<Proposal> psks;
    for (std::size_t i = 0; i <= limits::mls_psks_max; ++i) psks.push_back(psk(static_cast<std::uint8_t>(i)));
    CHECK(scene.list(psks) == Rule::list_too_long);
    CHECK(scene.commit([](Commit& commit) { commit.proposals.push_back({ProposalRef{Bytes(32)}}); }) ==
          Rule::proposal_unknown);
}

TEST_CASE("what is not confirmed or not signed by its sender is refused") {
    const Scene scene;
    const auto message = [&](const Signer& signer, const test::ChangeMessage& change) {
        return scene.refusal(test::forged(scene.author(), signer, scene.made->commit, change));
    };
    CHECK(message(scene.signer(), [](PublicMessage& m) { m.auth.confirmation_tag->front() ^= 1; }) ==
          Rule::confirmation_tag);
    CHECK(message(scene.signer(), [](PublicMessage& m) { m.auth.confirmation_tag->pop_back(); }) ==
          Rule::confirmation_tag);
    // A new PSK that the tag does not cover.
    CHECK(scene.list({psk(1)}) == Rule::confirmation_tag);
    CHECK(message(*scene.world.members[2].own.signer, [](PublicMessage&) {}) == Rule::message_signature);
    CHECK(message(scene.signer(), [](PublicMessage& m) { m.content.sender = Sender::member({2}); }) ==
          Rule::message_signature);
    CHECK(message(scene.signer(), [](PublicMessage& m) { m.content.sender = Sender::member({0}); }) ==
          Rule::message_signature);
}

TEST_CASE("proposals of a malicious member are refused when they arrive") {
    Scene scene;
    const Environment environment = scene.world.environment();
    const Bytes update =
        scene.author().propose_update({}, in_the_open(), environment, scene.world.random).value().message;
    const auto changed = [&](const std::function<void(LeafNode&)>& change) {
        return scene.refusal(test::forged(scene.author(), scene.signer(), update, [&](PublicMessage& m) {
            LeafNode& leaf = std::get<Update>(std::get<Proposal>(m.content.content).content).leaf_node;
            change(leaf);
            leaf.sign(suite_3(), scene.signer(), {scene.author().group_id(), scene.author().self()});
        }));
    };
    const LeafNode& old = *scene.author().tree().leaf({1});
    CHECK(changed([](LeafNode&) {}) == std::nullopt);
    CHECK(changed([&](LeafNode& leaf) { leaf.encryption_key = old.encryption_key; }) == Rule::leaf_same_key);
    CHECK(changed([](LeafNode& leaf) { leaf.encryption_key = Bytes(32); }) == Rule::small_order_key);
    CHECK(changed([](LeafNode& leaf) { leaf.leaf_node_source = LeafNodeSource::key_package; }) ==
          Rule::leaf_source);
    CHECK(scene.refusal(test::forged(scene.author(), scene.signer(), update, [](PublicMessage& m) {
        m.content.content = Proposal{ExternalInit{Bytes(32)}};
    })) == Rule::proposal_external_init);

    CHECK(scene.refusal(update, 1) == Rule::own_message);
    const Group after = scene.world.members[0].group.receive(update, environment).value().next;
    CHECK(rule_of(after.receive(update, environment).error()) == Rule::proposal_replayed);

    // An Update by somebody who has no leaf; no frame carries one, so the rule is asked itself.
    const Proposal proposal{Update{old}};
    const Sender outside{SenderType::external, 0};
    const Group& group = scene.author();
    const ListRules rules{suite_3(), group.context(), group.tree(), environment, outside};
    CHECK(rule_of(check_proposal(rules, {&proposal, outside}).error()) == Rule::proposal_update_sender);
}

TEST_CASE("external commits hold what section 12.2 lets them and no more") {
    Scene scene;
    const Group& group = scene.world.members[0].group;
    const Bytes info = group.group_info(true);
    ExternalJoinRequest request;
    request.group_info = info;
    request.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("stranger")));
    request.signer = suite_3().draw_signer(scene.world.random);
    const ExternalJoin joined =
        Group::join_external(request, {}, scene.world.environment(), scene.world.random).value();
    const auto by = [&](const test::ChangeCommit& change) {
        return scene.refusal(test::forged_commit(group, *request.signer, joined.commit, change));
    };
    const auto with = [&](const Proposal& proposal) {
        return by([&](Commit& commit) { commit.proposals.push_back({proposal}); });
    };
    CHECK(by([](Commit&) {}) == std::nullopt);
    CHECK(with(test::adding(scene.world.key_package("friend"))) == Rule::external_commit_list);
    CHECK(with({GroupContextExtensions{}}) == Rule::external_commit_list);
    CHECK(with({ReInit{}}) == Rule::external_commit_list);
    CHECK(with({Update{*group.tree().leaf({1})}}) == Rule::external_commit_list);
    CHECK(with({ExternalInit{Bytes(32)}}) == Rule::external_commit_list);
    CHECK(by([](Commit& commit) { commit.proposals.clear(); }) == Rule::external_commit_list);
    CHECK(by([](Commit& commit) {
              commit.proposals.push_back({test::removing({1})});
              commit.proposals.push_back({test::removing({2})});
          }) == Rule::external_commit_list);
    CHECK(with(test::removing({1})) == Rule::external_commit_identity);
    CHECK(with(psk(1)) == Rule::confirmation_tag);  // a PSK is let in; the tag did not cover it
    CHECK(by([](Commit& commit) { commit.proposals.push_back({ProposalRef{Bytes(32)}}); }) ==
          Rule::external_commit_reference);
    CHECK(by([](Commit& commit) { commit.path.reset(); }) == Rule::external_commit_path);
    CHECK(by([](Commit& commit) { commit.proposals[0] = {Proposal{ExternalInit{Bytes(31, 1)}}}; }) ==
          Rule::decryption);
    CHECK(by([](Commit& commit) { commit.proposals[0] = {Proposal{ExternalInit{Bytes(32, 9)}}}; }) ==
          Rule::confirmation_tag);
    // Signed by a key that is not the leaf's.
    CHECK(scene.refusal(test::forged_commit(group, scene.signer(), joined.commit, [](Commit&) {})) ==
          Rule::message_signature);
}
