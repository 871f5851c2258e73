#include "tests/vectors/mls/kinds.h"

#include <algorithm>

namespace liaise::test::mls_vectors {
namespace {

const Kind table[] = {
    {"deserialization", {"vlbytes_header"}, false, run_deserialization},
    {"tree-math", {"n_leaves", "n_nodes", "sibling"}, false, run_tree_math},
    {"messages", {"mls_welcome", "private_message"}, false, run_messages},
    {"crypto-basics", {"ref_hash", "expand_with_label"}, false, run_crypto_basics},
    {"key-schedule", {"initial_init_secret", "epochs"}, false, run_key_schedule},
    {"psk_secret", {"psks", "psk_secret"}, false, run_psk_secret},
    {"transcript-hashes", {"authenticated_content"}, false, run_transcript_hashes},
    {"secret-tree", {"sender_data", "leaves"}, false, run_secret_tree},
    {"message-protection", {"proposal_priv", "commit_pub"}, true, run_message_protection},
    {"tree-operations", {"tree_before", "proposal_sender"}, false, run_tree_operations},
    {"tree-validation", {"tree", "resolutions"}, false, run_tree_validation},
    {"treekem", {"leaves_private", "update_paths"}, true, run_treekem},
    {"welcome", {"welcome", "signer_pub"}, true, run_welcome},
    {"passive-client", {"welcome", "initial_epoch_authenticator"}, true, run_passive_client},
};

}  // namespace

Bytes hex(const Json& object, const char* field) {
    return from_hex(object.at(field).get<std::string>()).value();
}

SecretBytes secret_hex(const Json& object, const char* field) {
    return SecretBytes::take(hex(object, field));
}

std::span<const Kind> kinds() {
    return table;
}

const Kind* kind_of(const Json& vector) {
    for (const Kind& kind : table)
        if (std::all_of(kind.fields.begin(), kind.fields.end(),
                        [&](const char* field) { return vector.contains(field); }))
            return &kind;
    return nullptr;
}

bool is_for_us(const Kind& kind, const Json& vector) {
    if (!vector.contains("cipher_suite")) return true;
    const auto suite = vector.at("cipher_suite").get<unsigned>();
    return suite == mls::suite_x25519_chacha20 || (suite == mls::suite_x25519_aes128 && !kind.needs_aead);
}

const mls::CipherSuite& suite_of(const Json& vector) {
    return *take(mls::find_suite(vector.at("cipher_suite").get<std::uint16_t>()), "cipher suite");
}

}  // namespace liaise::test::mls_vectors
