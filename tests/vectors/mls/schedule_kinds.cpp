// crypto-basics, key-schedule, psk_secret, transcript-hashes, secret-tree, message-protection.
#include "protocol/mls/key_schedule.h"
#include "protocol/mls/message_protection.h"
#include "protocol/mls/transcript.h"
#include "tests/support/seeded_random.h"
#include "tests/vectors/mls/kinds.h"

namespace liaise::test::mls_vectors {

using namespace liaise::mls;

namespace {

std::string text(const Json& object, const char* field) {
    return object.at(field).get<std::string>();
}

void require_secret(const SecretBytes& value, const Json& object, const char* field) {
    require(same_bytes(value.view(), hex(object, field)), field);
}

void check_encryption(const CipherSuite& suite, const Json& part) {
    const SecretBytes private_key = secret_hex(part, "priv");
    const Bytes public_key = hex(part, "pub");
    const LabeledHpke hpke(suite, text(part, "label"), hex(part, "context"));
    const HPKECiphertext sealed{hex(part, "kem_output"), hex(part, "ciphertext")};
    require_secret(take(hpke.open(sealed, private_key, public_key), "DecryptWithLabel"), part, "plaintext");
    SeededRandom random(1);
    const auto ours = take(hpke.seal(public_key, hex(part, "plaintext"), random), "EncryptWithLabel");
    require_secret(take(hpke.open(ours, private_key, public_key), "open what we sealed"), part, "plaintext");
}

}  // namespace

void run_crypto_basics(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    const Json& ref = vector.at("ref_hash");
    require(same_bytes(suite.ref_hash(text(ref, "label"), hex(ref, "value")).view(), hex(ref, "out")),
            "RefHash");
    const Json& expand = vector.at("expand_with_label");
    require_secret(suite.expand_with_label(hex(expand, "secret"), text(expand, "label"),
                                           hex(expand, "context"), expand.at("length").get<std::size_t>()),
                   expand, "out");
    const Json& derive = vector.at("derive_secret");
    require_secret(suite.derive_secret(hex(derive, "secret"), text(derive, "label")), derive, "out");
    const Json& tree = vector.at("derive_tree_secret");
    SecretBytes out(tree.at("length").get<std::size_t>());
    suite.derive_tree_secret(hex(tree, "secret"), text(tree, "label"),
                             tree.at("generation").get<std::uint32_t>(), out.mutable_view());
    require_secret(out, tree, "out");

    const Json& sign = vector.at("sign_with_label");
    const Bytes content = hex(sign, "content");
    const Bytes public_key = hex(sign, "pub");
    const SharedSigner signer = take(suite.signer_of(secret_hex(sign, "priv")), "signature key");
    require(same_bytes(signer->public_key(), public_key), "signature public key");
    require(suite.verify_with_label(public_key, text(sign, "label"), content, hex(sign, "signature")),
            "VerifyWithLabel");
    const Bytes ours = suite.sign_with_label(*signer, text(sign, "label"), content);
    require(suite.verify_with_label(public_key, text(sign, "label"), content, ours), "SignWithLabel");
    if (suite.has_aead()) check_encryption(suite, vector.at("encrypt_with_label"));
}

void run_key_schedule(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    SecretBytes init_secret = secret_hex(vector, "initial_init_secret");
    std::uint64_t number = 0;
    for (const Json& epoch : vector.at("epochs")) {
        GroupContext context;
        context.cipher_suite = suite.id();
        context.group_id = hex(vector, "group_id");
        context.epoch = number++;
        context.tree_hash = hex(epoch, "tree_hash");
        context.confirmed_transcript_hash = hex(epoch, "confirmed_transcript_hash");
        const Bytes context_bytes = encoded(context);
        require(context_bytes == hex(epoch, "group_context"), "group_context");

        const SecretBytes joiner =
            joiner_secret(suite, init_secret, secret_hex(epoch, "commit_secret"), context_bytes);
        require_secret(joiner, epoch, "joiner_secret");
        const MemberSecret member = MemberSecret::from(suite, joiner, secret_hex(epoch, "psk_secret"));
        require_secret(member.welcome_secret(suite), epoch, "welcome_secret");
        const EpochSecrets secrets = member.epoch_secrets(suite, context_bytes);
        require_secret(secrets.init_secret, epoch, "init_secret");
        require_secret(secrets.sender_data_secret, epoch, "sender_data_secret");
        require_secret(secrets.encryption_secret, epoch, "encryption_secret");
        require_secret(secrets.exporter_secret, epoch, "exporter_secret");
        require_secret(secrets.epoch_authenticator, epoch, "epoch_authenticator");
        require_secret(secrets.external_secret, epoch, "external_secret");
        require_secret(secrets.confirmation_key, epoch, "confirmation_key");
        require_secret(secrets.membership_key, epoch, "membership_key");
        require_secret(secrets.resumption_psk, epoch, "resumption_psk");
        require(
            suite.derive_key_pair(secrets.external_secret.view()).public_key == hex(epoch, "external_pub"),
            "external_pub");
        const Json& exporter = epoch.at("exporter");
        require_secret(export_secret(suite, secrets.exporter_secret, text(exporter, "label"),
                                     hex(exporter, "context"), exporter.at("length").get<std::size_t>()),
                       exporter, "secret");
        init_secret = secrets.init_secret;
    }
}

void run_psk_secret(const Json& vector) {
    std::vector<PskValue> psks;
    for (const Json& psk : vector.at("psks")) {
        PreSharedKeyID id;
        id.psk_id = hex(psk, "psk_id");
        id.psk_nonce = hex(psk, "psk_nonce");
        psks.push_back({std::move(id), secret_hex(psk, "psk")});
    }
    require_secret(psk_secret(suite_of(vector), psks), vector, "psk_secret");
}

void run_transcript_hashes(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    const auto commit =
        take(decoded<AuthenticatedContent>(hex(vector, "authenticated_content")), "authenticated_content");
    require(commit.auth.confirmation_tag.has_value(), "the content is a commit");
    const Digest confirmed =
        confirmed_transcript_hash(suite, hex(vector, "interim_transcript_hash_before"), commit);
    require(same_bytes(confirmed.view(), hex(vector, "confirmed_transcript_hash_after")),
            "confirmed_transcript_hash_after");
    const Digest tag = suite.mac(hex(vector, "confirmation_key"), {confirmed.view()});
    require(same_bytes(tag.view(), *commit.auth.confirmation_tag), "confirmation tag");
    require(same_bytes(interim_transcript_hash(suite, confirmed.view(), tag.view()).view(),
                       hex(vector, "interim_transcript_hash_after")),
            "interim_transcript_hash_after");
}

void run_secret_tree(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    const Json& sender_data = vector.at("sender_data");
    const SenderDataKey outer =
        sender_data_key(suite, hex(sender_data, "sender_data_secret"), hex(sender_data, "ciphertext"));
    require_secret(outer.key, sender_data, "key");
    require_secret(outer.nonce, sender_data, "nonce");

    const Json& leaves = vector.at("leaves");
    const auto count = static_cast<std::uint32_t>(leaves.size());
    SecretTree tree(secret_hex(vector, "encryption_secret"), TreeSize::for_leaves(count));
    const SecretTreeLimits limits{UINT32_MAX, 0};
    for (std::uint32_t leaf = 0; leaf < count; ++leaf) {
        for (const Json& step : leaves[leaf]) {
            const auto generation = step.at("generation").get<std::uint32_t>();
            const auto check = [&](RatchetType type, const char* key, const char* nonce) {
                auto taken = take(tree.take(suite, {leaf}, type, generation, limits), "take a key");
                require_secret(taken.key.key, step, key);
                require_secret(taken.key.nonce, step, nonce);
                tree = std::move(taken.next);
            };
            check(RatchetType::handshake, "handshake_key", "handshake_nonce");
            check(RatchetType::application, "application_key", "application_nonce");
        }
    }
}

namespace {

// The group of two of message-protection; the other member is leaf 1.
struct Protection {
    explicit Protection(const Json& vector)
        : suite(suite_of(vector)),
          signer(take(suite.signer_of(secret_hex(vector, "signature_priv")), "signature_priv")),
          public_key(hex(vector, "signature_pub")),
          sender_data_secret(secret_hex(vector, "sender_data_secret")),
          membership_key(secret_hex(vector, "membership_key")),
          tree(secret_hex(vector, "encryption_secret"), TreeSize{2}) {
        GroupContext group;
        group.cipher_suite = suite.id();
        group_id = group.group_id = hex(vector, "group_id");
        epoch = group.epoch = vector.at("epoch").get<std::uint64_t>();
        group.tree_hash = hex(vector, "tree_hash");
        group.confirmed_transcript_hash = hex(vector, "confirmed_transcript_hash");
        context = encoded(group);
    }

    Content open_private(const Bytes& bytes) const {
        const auto message = take(parse_message<PrivateMessage>(bytes), "decode PrivateMessage");
        const auto sender = take(open_sender_data(suite, sender_data_secret.view(), message), "sender data");
        require(sender.leaf_index == LeafIndex{1}, "the sender is leaf 1");
        const auto type = message.content_type == ContentType::application ? RatchetType::application
                                                                           : RatchetType::handshake;
        const auto taken = take(
            tree.take(suite, sender.leaf_index, type, sender.generation, SecretTreeLimits{}), "message key");
        auto opened = take(mls::open_private(suite, taken.key, sender, message), "open PrivateMessage");
        require(signature_fits(suite, public_key, opened, context), "signature of PrivateMessage");
        return opened.content.content;
    }
    Content open_public(const Bytes& bytes) const {
        auto message = take(parse_message<PublicMessage>(bytes), "decode PublicMessage");
        require(membership_tag_fits(suite, membership_key.view(), message, context), "membership tag");
        const AuthenticatedContent opened = authenticated(std::move(message));
        require(signature_fits(suite, public_key, opened, context), "signature of PublicMessage");
        return opened.content.content;
    }
    AuthenticatedContent sign(Content content, WireFormat format) const {
        FramedContent framed{group_id, epoch, Sender::member({1}), {}, std::move(content)};
        AuthenticatedContent message = sign_content(suite, *signer, format, std::move(framed), context);
        if (message.content.content_type() == ContentType::commit)
            message.auth.confirmation_tag = Bytes(suite.hash_bytes());
        return message;
    }
    void round_trips(const Content& content) const {
        SeededRandom random(2);
        const auto type = std::holds_alternative<ApplicationData>(content) ? RatchetType::application
                                                                           : RatchetType::handshake;
        const auto taken = take(tree.take_next(suite, {1}, type), "key for sending");
        const PrivateMessage sealed = protect_private(suite, sender_data_secret.view(), taken.key,
                                                      sign(content, WireFormat::private_message), 7, random);
        require(open_private(encoded_message(sealed)) == content, "private round trip");
        if (type == RatchetType::application) return;
        const PublicMessage open =
            protect_public(suite, membership_key.view(), sign(content, WireFormat::public_message), context);
        require(open_public(encoded_message(open)) == content, "public round trip");
    }

    const CipherSuite& suite;
    SharedSigner signer;
    Bytes public_key;
    SecretBytes sender_data_secret;
    SecretBytes membership_key;
    SecretTree tree;
    Bytes group_id;
    std::uint64_t epoch = 0;
    Bytes context;
};

}  // namespace

void run_message_protection(const Json& vector) {
    const Protection group(vector);
    const auto check = [&](Content expected, const char* private_field, const char* public_field) {
        require(group.open_private(hex(vector, private_field)) == expected, private_field);
        if (public_field) require(group.open_public(hex(vector, public_field)) == expected, public_field);
        group.round_trips(expected);
    };
    check(take(decoded<Proposal>(hex(vector, "proposal")), "proposal"), "proposal_priv", "proposal_pub");
    check(take(decoded<Commit>(hex(vector, "commit")), "commit"), "commit_priv", "commit_pub");
    check(ApplicationData{hex(vector, "application")}, "application_priv", nullptr);
}

}  // namespace liaise::test::mls_vectors
