// Vectors of our own, one file for each kind, small: the formats are those of the official ones, so that any
// implementation can check ours. Same seed, same files.
#include "protocol/mls/message_protection.h"
#include "protocol/mls/transcript.h"
#include "tests/support/mls/world.h"
#include "tests/vectors/mls/kinds.h"

namespace liaise::test::mls_vectors {

using namespace liaise::mls;

namespace {

constexpr std::uint16_t suite_number = suite_x25519_chacha20;

Json empty_case() {
    return {{"cipher_suite", suite_number}};
}

std::string text(BytesView bytes) {
    return to_hex(bytes);
}
std::string text(const SecretBytes& secret) {
    return to_hex(secret.view());
}

struct Maker {
    explicit Maker(std::uint64_t seed) : random(seed) {}
    SeededRandom random;
    const CipherSuite& suite = suite_3();

    Bytes bytes(std::size_t count = 32) {
        Bytes out(count);
        random.fill(out);
        return out;
    }
    SecretBytes secret() { return SecretBytes::take(bytes()); }

    Json deserialization();
    Json tree_math();
    Json crypto_basics();
    Json key_schedule();
    Json psk_secrets();
    Json transcript_hashes();
    Json secret_tree();
    Json message_protection();
    Json tree_operations();
    Json tree_validation();
    Json treekem();
    Json passive_clients();
    Json messages();
};

Json Maker::deserialization() {
    Json cases = Json::array();
    for (const std::size_t length : {0, 1, 63, 64, 100, 16383, 16384, 1073741823})
        cases.push_back({{"vlbytes_header", text(LengthHeader(length).view())}, {"length", length}});
    return cases;
}

Json Maker::tree_math() {
    Json cases = Json::array();
    for (const std::uint32_t leaves : {1U, 2U, 8U, 32U}) {
        const TreeSize size{leaves};
        Json one{{"n_leaves", leaves}, {"n_nodes", size.nodes()}, {"root", size.root().value}};
        const auto column = [&](const char* name, auto function) {
            Json values = Json::array();
            for (std::uint32_t i = 0; i < size.nodes(); ++i) {
                const std::optional<NodeIndex> node = function(NodeIndex{i});
                values.push_back(node ? Json(node->value) : Json());
            }
            one[name] = std::move(values);
        };
        column("left", [](NodeIndex node) { return left_of(node); });
        column("right", [](NodeIndex node) { return right_of(node); });
        column("parent", [&](NodeIndex node) { return parent_of(node, size); });
        column("sibling", [&](NodeIndex node) { return sibling_of(node, size); });
        cases.push_back(std::move(one));
    }
    return cases;
}

Json Maker::crypto_basics() {
    Json one = empty_case();
    const Bytes value = bytes();
    one["ref_hash"] = {
        {"label", "RefHash"}, {"value", text(value)}, {"out", text(suite.ref_hash("RefHash", value).view())}};
    const SecretBytes key = secret();
    const Bytes context = bytes();
    one["expand_with_label"] = {
        {"secret", text(key)},
        {"label", "ExpandWithLabel"},
        {"context", text(context)},
        {"length", 16},
        {"out", text(suite.expand_with_label(key.view(), "ExpandWithLabel", context, 16))}};
    one["derive_secret"] = {{"secret", text(key)},
                            {"label", "DeriveSecret"},
                            {"out", text(suite.derive_secret(key.view(), "DeriveSecret"))}};
    SecretBytes tree(32);
    suite.derive_tree_secret(key.view(), "DeriveTreeSecret", 0xdeadbeef, tree.mutable_view());
    one["derive_tree_secret"] = {{"secret", text(key)},
                                 {"label", "DeriveTreeSecret"},
                                 {"generation", 0xdeadbeef},
                                 {"length", 32},
                                 {"out", text(tree)}};
    const SharedSigner signer = suite.draw_signer(random);
    one["sign_with_label"] = {{"priv", text(signer->private_key())},
                              {"pub", text(signer->public_key())},
                              {"label", "SignWithLabel"},
                              {"content", text(value)},
                              {"signature", text(suite.sign_with_label(*signer, "SignWithLabel", value))}};
    const HpkeKeyPair pair = suite.derive_key_pair(secret().view());
    const auto sealed =
        LabeledHpke(suite, "EncryptWithLabel", context).seal(pair.public_key, value, random).value();
    one["encrypt_with_label"] = {{"priv", text(pair.private_key)},
                                 {"pub", text(pair.public_key)},
                                 {"label", "EncryptWithLabel"},
                                 {"context", text(context)},
                                 {"plaintext", text(value)},
                                 {"kem_output", text(sealed.kem_output)},
                                 {"ciphertext", text(sealed.ciphertext)}};
    return Json::array({one});
}

Json Maker::key_schedule() {
    Json one = empty_case();
    GroupContext context;
    context.group_id = bytes(16);
    SecretBytes init = secret();
    one["group_id"] = text(context.group_id);
    one["initial_init_secret"] = text(init);
    one["epochs"] = Json::array();
    for (; context.epoch < 3; ++context.epoch) {
        context.tree_hash = bytes();
        context.confirmed_transcript_hash = bytes();
        const SecretBytes commit = secret();
        const SecretBytes psk = secret();
        const Bytes context_bytes = encoded(context);
        const SecretBytes joiner = joiner_secret(suite, init, commit, context_bytes);
        const MemberSecret member = MemberSecret::from(suite, joiner, psk);
        const EpochSecrets secrets = member.epoch_secrets(suite, context_bytes);
        const Bytes label = bytes();
        one["epochs"].push_back(
            {{"commit_secret", text(commit)},
             {"psk_secret", text(psk)},
             {"tree_hash", text(context.tree_hash)},
             {"confirmed_transcript_hash", text(context.confirmed_transcript_hash)},
             {"group_context", text(context_bytes)},
             {"joiner_secret", text(joiner)},
             {"welcome_secret", text(member.welcome_secret(suite))},
             {"init_secret", text(secrets.init_secret)},
             {"sender_data_secret", text(secrets.sender_data_secret)},
             {"encryption_secret", text(secrets.encryption_secret)},
             {"exporter_secret", text(secrets.exporter_secret)},
             {"epoch_authenticator", text(secrets.epoch_authenticator)},
             {"external_secret", text(secrets.external_secret)},
             {"confirmation_key", text(secrets.confirmation_key)},
             {"membership_key", text(secrets.membership_key)},
             {"resumption_psk", text(secrets.resumption_psk)},
             {"external_pub", text(suite.derive_key_pair(secrets.external_secret.view()).public_key)},
             {"exporter",
              {{"label", text(label)},
               {"context", text(label)},
               {"length", 48},
               {"secret", text(export_secret(suite, secrets.exporter_secret, text(label), label, 48))}}}});
        init = secrets.init_secret;
    }
    return Json::array({one});
}

Json Maker::psk_secrets() {
    Json cases = Json::array();
    for (std::size_t count = 0; count < 4; ++count) {
        Json one = empty_case();
        one["psks"] = Json::array();
        std::vector<PskValue> psks;
        for (std::size_t i = 0; i < count; ++i) {
            PreSharedKeyID id;
            id.psk_id = bytes(8);
            id.psk_nonce = bytes();
            psks.push_back({id, secret()});
            one["psks"].push_back({{"psk_id", text(id.psk_id)},
                                   {"psk_nonce", text(id.psk_nonce)},
                                   {"psk", text(psks.back().psk)}});
        }
        one["psk_secret"] = text(psk_secret(suite, psks));
        cases.push_back(std::move(one));
    }
    return cases;
}

Json Maker::transcript_hashes() {
    Json one = empty_case();
    MlsWorld world(random.number());
    world.found_with(2);
    const Group& group = world.members[0].group;
    CommitRequest request;
    request.message.wire_format = WireFormat::public_message;
    const auto made = group.commit(request, world.environment(), world.random).value();
    AuthenticatedContent content = authenticated(parse_message<PublicMessage>(made.commit).value());
    const SecretBytes key = secret();
    const Bytes before = bytes();
    const Digest confirmed = confirmed_transcript_hash(suite, before, content);
    const Digest tag = suite.mac(key.view(), {confirmed.view()});
    content.auth.confirmation_tag = to_bytes(tag.view());
    one["authenticated_content"] = text(encoded(content));
    one["confirmation_key"] = text(key);
    one["interim_transcript_hash_before"] = text(before);
    one["confirmed_transcript_hash_after"] = text(confirmed.view());
    one["interim_transcript_hash_after"] =
        text(interim_transcript_hash(suite, confirmed.view(), tag.view()).view());
    return Json::array({one});
}

Json Maker::secret_tree() {
    Json one = empty_case();
    const SecretBytes root = secret();
    const SecretBytes sender_data_secret = secret();
    const Bytes ciphertext = bytes(50);
    const SenderDataKey outer = sender_data_key(suite, sender_data_secret.view(), ciphertext);
    one["encryption_secret"] = text(root);
    one["sender_data"] = {{"sender_data_secret", text(sender_data_secret)},
                          {"ciphertext", text(ciphertext)},
                          {"key", text(outer.key)},
                          {"nonce", text(outer.nonce)}};
    one["leaves"] = Json::array();
    SecretTree tree(root, TreeSize{4});
    const SecretTreeLimits limits;
    for (std::uint32_t leaf = 0; leaf < 4; ++leaf) {
        Json steps = Json::array();
        for (const std::uint32_t generation : {0U, 7U}) {
            auto handshake = tree.take(suite, {leaf}, RatchetType::handshake, generation, limits).value();
            auto application =
                handshake.next.take(suite, {leaf}, RatchetType::application, generation, limits).value();
            tree = std::move(application.next);
            steps.push_back({{"generation", generation},
                             {"handshake_key", text(handshake.key.key)},
                             {"handshake_nonce", text(handshake.key.nonce)},
                             {"application_key", text(application.key.key)},
                             {"application_nonce", text(application.key.nonce)}});
        }
        one["leaves"].push_back(std::move(steps));
    }
    return Json::array({one});
}

Json Maker::message_protection() {
    Json one = empty_case();
    GroupContext context;
    context.group_id = bytes(16);
    context.epoch = random.below(1000000);
    context.tree_hash = bytes();
    context.confirmed_transcript_hash = bytes();
    const Bytes context_bytes = encoded(context);
    const SharedSigner signer = suite.draw_signer(random);
    const SecretBytes encryption = secret();
    const SecretBytes sender_data = secret();
    const SecretBytes membership = secret();
    SecretTree tree(encryption, TreeSize{2});
    const auto sign = [&](const Content& content, WireFormat format) {
        FramedContent framed{context.group_id, context.epoch, Sender::member({1}), bytes(5), content};
        AuthenticatedContent message = sign_content(suite, *signer, format, std::move(framed), context_bytes);
        if (std::holds_alternative<Commit>(content)) message.auth.confirmation_tag = bytes();
        return message;
    };
    const auto seal = [&](const Content& content) {
        const auto type = std::holds_alternative<ApplicationData>(content) ? RatchetType::application
                                                                           : RatchetType::handshake;
        auto taken = tree.take_next(suite, {1}, type).value();
        tree = std::move(taken.next);
        return text(encoded_message(protect_private(suite, sender_data.view(), taken.key,
                                                    sign(content, WireFormat::private_message), 3, random)));
    };
    const auto show = [&](const Content& content) {
        return text(encoded_message(protect_public(
            suite, membership.view(), sign(content, WireFormat::public_message), context_bytes)));
    };
    const Proposal proposal = removing({0});
    const Commit commit{{{proposal}, {ProposalRef{bytes()}}}, std::nullopt};
    const Bytes data = bytes(30);
    one.update({{"group_id", text(context.group_id)},
                {"epoch", context.epoch},
                {"tree_hash", text(context.tree_hash)},
                {"confirmed_transcript_hash", text(context.confirmed_transcript_hash)},
                {"signature_priv", text(signer->private_key())},
                {"signature_pub", text(signer->public_key())},
                {"encryption_secret", text(encryption)},
                {"sender_data_secret", text(sender_data)},
                {"membership_key", text(membership)},
                {"proposal", text(encoded(proposal))},
                {"proposal_priv", seal(proposal)},
                {"proposal_pub", show(proposal)},
                {"commit", text(encoded(commit))},
                {"commit_priv", seal(commit)},
                {"commit_pub", show(commit)},
                {"application", text(data)},
                {"application_priv", seal(ApplicationData{data})}});
    return Json::array({one});
}

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

Json Maker::tree_operations() {
    Json cases = Json::array();
    MlsWorld world = lived_in(random.number());
    const RatchetTree before = world.members[0].group.tree();
    const OwnKeyPackage own = world.key_package("added");
    LeafNode updated = *before.leaf({1});
    updated.encryption_key = bytes();
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
          {"re_init_proposal", without_type({ReInit{bytes(9), version_mls10, suite_number, extensions}})},
          {"external_init_proposal", without_type({ExternalInit{bytes()}})},
          {"group_context_extensions_proposal", without_type({GroupContextExtensions{extensions}})},
          {"commit", text(encoded(commit))},
          {"public_message_application", text(encoded_message(application))},
          {"public_message_proposal", text(proposed)},
          {"public_message_commit", text(made.commit)},
          {"private_message", text(group.protect(bytes(9), {}, world.random).value().message)}}});
}

}  // namespace

std::vector<std::pair<std::string, std::string>> generate(std::uint64_t seed) {
    Maker maker(seed);
    std::vector<std::pair<std::string, std::string>> files;
    const auto add = [&](const char* name, const Json& cases) {
        files.emplace_back(std::string(name) + ".json", cases.dump(1) + "\n");
    };
    add("deserialization", maker.deserialization());
    add("tree-math", maker.tree_math());
    add("crypto-basics", maker.crypto_basics());
    add("key-schedule", maker.key_schedule());
    add("psk_secret", maker.psk_secrets());
    add("transcript-hashes", maker.transcript_hashes());
    add("secret-tree", maker.secret_tree());
    add("message-protection", maker.message_protection());
    add("tree-operations", maker.tree_operations());
    add("tree-validation", maker.tree_validation());
    add("treekem", maker.treekem());
    add("passive-client", maker.passive_clients());
    add("messages", maker.messages());
    return files;
}

}  // namespace liaise::test::mls_vectors
