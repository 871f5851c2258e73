#include "tests/vectors/mls/generate.h"

#include "protocol/mls/message_protection.h"
#include "protocol/mls/transcript.h"

namespace liaise::test::mls_vectors {

using namespace liaise::mls;

Json Maker::deserialization() {
    Json cases = Json::array();
    for (const std::size_t length : {0U, 1U, 63U, 64U, 100U, 16383U, 16384U, 1073741823U})
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
