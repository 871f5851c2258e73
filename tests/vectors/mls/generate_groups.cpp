#include "tests/vectors/mls/generate.h"

namespace liaise::test::mls_vectors {

using namespace liaise::mls;

namespace {

// A group that has seen updates, removals and additions without a path: blanks and unmerged leaves.
MlsWorld lived_in(std::uint64_t seed) {
    MlsWorld world(seed);
    world.found_with(6);
    for (const std::size_t who : {1U, 4U, 5U}) world.update(who);
    world.remove(0, {2});
    world.update(2);
    world.add(1, {"late", "later"}, false);
    return world;
}

}  // namespace

Json Maker::tree_operations() {
    Json cases = Json::array();
    MlsWorld world = lived_in(random.number());
    const RatchetTree before = world.members[0].group.tree();
    const OwnKeyPackage own = world.key_package("added");
    LeafNode updated = *before.leaf({1});
    updated.encryption_key = bytes();
    updated.leaf_node_source = LeafNodeSource::update;
    updated.parent_hash.clear();
    for (const Proposal& proposal : {adding(own), Proposal{Update{updated}}, removing({6})}) {
        RatchetTree after = before;
        if (proposal.as<Add>()) (void)after.add(own.key_package.leaf_node).value();
        if (proposal.as<Update>()) {
            after.blank_direct_path({1});
            after.replace({1}, updated);
        }
        if (const auto* remove = proposal.as<Remove>()) {
            after.remove(remove->removed);
            after.truncate();
        }
        Json one = empty_case();
        one.update({{"proposal", text(encoded(proposal))},
                    {"proposal_sender", 1},
                    {"tree_before", text(encoded(before))},
                    {"tree_after", text(encoded(after))},
                    {"tree_hash_before", text(before.tree_hash(suite).view())},
                    {"tree_hash_after", text(after.tree_hash(suite).view())}});
        cases.push_back(std::move(one));
    }
    return cases;
}

Json Maker::tree_validation() {
    MlsWorld world = lived_in(random.number());
    const RatchetTree& tree = world.members[0].group.tree();
    Json one = empty_case();
    one.update({{"tree", text(encoded(tree))}, {"group_id", text(world.members[0].group.group_id())}});
    one["tree_hashes"] = Json::array();
    one["resolutions"] = Json::array();
    for (std::uint32_t i = 0; i < tree.size().nodes(); ++i) {
        one["tree_hashes"].push_back(text(tree.tree_hash(suite, {i}).view()));
        Json nodes = Json::array();
        for (const NodeIndex node : tree.resolution({i})) nodes.push_back(node.value);
        one["resolutions"].push_back(std::move(nodes));
    }
    return Json::array({one});
}

// Four members whose first one has made a path; then a path of the third.
Json Maker::treekem() {
    Json one = empty_case();
    GroupContext context;
    context.group_id = bytes(16);
    context.epoch = random.below(1000000);
    context.confirmed_transcript_hash = bytes();
    MlsWorld world(random.number());
    std::vector<OwnKeyPackage> members;
    RatchetTree tree;
    for (std::uint32_t i = 0; i < 4; ++i) {
        members.push_back(world.key_package("member " + std::to_string(i)));
        (void)tree.add(members.back().key_package.leaf_node).value();
    }
    const auto path_of = [&](std::uint32_t leaf) {
        return make_path(suite, tree, *tree.leaf({leaf}), {context.group_id, {leaf}}, *members[leaf].signer,
                         random);
    };
    const FreshPath first = path_of(0);
    members[0].encryption_private = first.leaf_key.private_key;
    one["ratchet_tree"] = text(encoded(tree));
    one["leaves_private"] = Json::array();
    for (std::uint32_t i = 0; i < 4; ++i) {
        Json secrets = Json::array();
        for (std::size_t step = 0; step < first.secrets.steps.size(); ++step)
            if (first.secrets.steps[step].node.covers(LeafIndex{i}))
                secrets.push_back({{"node", first.secrets.steps[step].node.value},
                                   {"path_secret", text(first.secrets.path_secrets[step])}});
        one["leaves_private"].push_back({{"index", i},
                                         {"encryption_priv", text(members[i].encryption_private)},
                                         {"signature_priv", text(members[i].signer->private_key())},
                                         {"path_secrets", std::move(secrets)}});
    }
    const LeafIndex sender{2};
    const FreshPath path = path_of(sender.value);
    context.tree_hash = to_bytes(tree.tree_hash(suite).view());
    const UpdatePath sealed = encrypt_path(suite, tree, path, sender, encoded(context), {}, random).value();
    Json received = Json::array();
    for (std::uint32_t i = 0; i < 4; ++i) {
        Json secret_of = nullptr;
        for (std::size_t step = 0; step < path.secrets.steps.size(); ++step)
            if (i != sender.value && path.secrets.steps[step].node == common_ancestor({i}, sender))
                secret_of = text(path.secrets.path_secrets[step]);
        received.push_back(std::move(secret_of));
    }
    one["update_paths"] = Json::array({{{"sender", sender.value},
                                        {"update_path", text(encoded(sealed))},
                                        {"path_secrets", std::move(received)},
                                        {"commit_secret", text(path.secrets.commit_secret)},
                                        {"tree_hash_after", text(context.tree_hash)}}});
    one.update({{"group_id", text(context.group_id)},
                {"epoch", context.epoch},
                {"confirmed_transcript_hash", text(context.confirmed_transcript_hash)}});
    return Json::array({one});
}

// A member that only listens, from its Welcome through epochs of all sorts.
Json Maker::passive_clients() {
    Json cases = Json::array();
    for (const bool tree_inside : {true, false}) {
        MlsWorld world(random.number());
        const SecretBytes psk = secret();
        world.psks.add(bytes_of("psk"), psk);
        world.found_with(4);
        world.update(2);
        const OwnKeyPackage own = world.key_package("passive", true);
        CommitRequest joining;
        joining.proposals = {adding(own)};
        joining.tree_in_welcome = tree_inside;
        const Committed joined = world.commit(1, joining, {{"passive", own}});
        Json one = empty_case();
        one.update({{"external_psks", Json::array({{{"psk_id", text(bytes_of("psk"))}, {"psk", text(psk)}}})},
                    {"key_package", text(encoded_message(own.key_package))},
                    {"init_priv", text(own.init_private)},
                    {"encryption_priv", text(own.encryption_private)},
                    {"signature_priv", text(own.signer->private_key())},
                    {"welcome", text(*joined.welcome)},
                    {"ratchet_tree", tree_inside ? Json() : Json(text(joined.ratchet_tree))},
                    {"initial_epoch_authenticator", text(world.members[0].group.epoch_authenticator())}});
        one["epochs"] = Json::array();
        const auto epoch = [&](const std::vector<Bytes>& proposals, const Bytes& commit) {
            Json listed = Json::array();
            for (const Bytes& proposal : proposals) listed.push_back(text(proposal));
            one["epochs"].push_back(
                {{"proposals", std::move(listed)},
                 {"commit", text(commit)},
                 {"epoch_authenticator", text(world.members[0].group.epoch_authenticator())}});
        };
        MessageOptions open;
        open.wire_format = WireFormat::public_message;
        CommitRequest request;
        epoch({}, world.commit(0, request).commit);
        const Bytes update = world.propose_update(3);
        const Bytes removal = world.propose(0, removing({2}), open);
        request.message = open;
        epoch({update, removal}, world.commit(1, request).commit);
        PreSharedKeyID id;
        id.psk_id = to_bytes(bytes_of("psk"));
        id.psk_nonce = bytes();
        const OwnKeyPackage next = world.key_package("next");
        request.proposals = {{PreSharedKey{id}}, adding(next)};
        request.with_path = false;
        epoch({}, world.commit(0, request, {{"next", next}}).commit);
        epoch({}, world.join_external("outsider"));
        epoch({}, world.remove(1, {0}).commit);
        cases.push_back(std::move(one));
    }
    return cases;
}

Json Maker::messages() {
    MlsWorld world = lived_in(random.number());
    const Group& group = world.members[0].group;
    const OwnKeyPackage own = world.key_package("added");
    MessageOptions open;
    open.wire_format = WireFormat::public_message;
    CommitRequest request;
    request.message = open;
    request.proposals = {adding(own)};
    const Committed made = group.commit(request, world.environment(), world.random).value();
    const Bytes proposed =
        group.propose(removing({1}), open, world.environment(), world.random).value().message;
    PublicMessage application = parse_message<PublicMessage>(proposed).value();
    application.content.content = ApplicationData{bytes(20)};
    const Commit commit = std::get<Commit>(parse_message<PublicMessage>(made.commit).value().content.content);
    LeafNode leaf = *group.tree().leaf({1});
    PreSharedKeyID psk;
    psk.psk_id = bytes(5);
    psk.psk_nonce = bytes();
    ExtensionList extensions;
    extensions.set(extension_type::required_capabilities, encoded(RequiredCapabilities{}));
    const auto without_type = [](const Proposal& proposal) {
        const Bytes whole = encoded(proposal);
        return text(BytesView(whole).subspan(2));
    };
    GroupSecrets secrets{secret(), secret(), {psk}};
    return Json::array(
        {{{"mls_welcome", text(*made.welcome)},
          {"mls_group_info", text(group.group_info(true))},
          {"mls_key_package", text(encoded_message(own.key_package))},
          {"ratchet_tree", text(group.ratchet_tree())},
          {"group_secrets", text(secrets.encode())},
          {"add_proposal", without_type(adding(own))},
          {"update_proposal", without_type({Update{leaf}})},
          {"remove_proposal", without_type(removing({1}))},
          {"pre_shared_key_proposal", without_type({PreSharedKey{psk}})},
          {"re_init_proposal",
           without_type({ReInit{bytes(9), version_mls10, suite_x25519_chacha20, extensions}})},
          {"external_init_proposal", without_type({ExternalInit{bytes()}})},
          {"group_context_extensions_proposal", without_type({GroupContextExtensions{extensions}})},
          {"commit", text(encoded(commit))},
          {"public_message_application", text(encoded_message(application))},
          {"public_message_proposal", text(proposed)},
          {"public_message_commit", text(made.commit)},
          {"private_message", text(group.protect(bytes(9), {}, world.random).value().message)}}});
}

}  // namespace liaise::test::mls_vectors
