// Vectors of our own, one file for each kind, small: the formats are those of the official ones, so that any
// implementation can check ours. Same seed, same files.
#pragma once

#include "tests/support/mls/world.h"
#include "tests/vectors/mls/kinds.h"

namespace liaise::test::mls_vectors {

inline Json empty_case() {
    return {{"cipher_suite", mls::suite_x25519_chacha20}};
}

inline std::string text(BytesView bytes) {
    return to_hex(bytes);
}
inline std::string text(const mls::SecretBytes& secret) {
    return to_hex(secret.view());
}

struct Maker {
    explicit Maker(std::uint64_t seed) : random(seed) {}
    SeededRandom random;
    const mls::CipherSuite& suite = mls::suite_3();

    Bytes bytes(std::size_t count = 32) {
        Bytes out(count);
        random.fill(out);
        return out;
    }
    mls::SecretBytes secret() { return mls::SecretBytes::take(bytes()); }

    // generate.cpp: what one function computes
    Json deserialization();
    Json tree_math();
    Json crypto_basics();
    Json key_schedule();
    Json psk_secrets();
    Json transcript_hashes();
    Json secret_tree();
    Json message_protection();
    // generate_groups.cpp: what groups do
    Json tree_operations();
    Json tree_validation();
    Json treekem();
    Json passive_clients();
    Json messages();
};

}  // namespace liaise::test::mls_vectors
