// The vault: what the passphrase opens. A file of 98 bytes in the home (docs/storage.md, "The vault").
//
//     version u8 = 1 | derivation u8 = 1 (Argon2id) | passes u32 | memory in KiB u32 | salt 16 |
//     nonce 24 | master key, sealed with XChaCha20-Poly1305, 32 + 16
//
// - The master key is random and never changes; the passphrase only wraps it. So a change of passphrase
//   rewrites 98 bytes, not the store. It does not help against someone who kept a copy of the old vault file
//   and learnt the old passphrase.
// - Everything before the sealed key is its associated data: cost and salt cannot be lowered unnoticed.
// - A wrong passphrase and an altered file give one answer after the same work (attack class 33).
// - Each use has its own subkey (HKDF-SHA256 over the master key); nothing is sealed under the master key.
#pragma once

#include <string>

#include "protocol/crypto/password.h"

namespace liaise::node::store {

inline constexpr std::size_t vault_bytes = 98;

// The vault file as fields; what stands in it is not secret.
struct VaultFile {
    crypto::PasswordCost cost;
    crypto::PasswordSalt salt;
    FixedBytes<struct VaultNonceMeaning, 24> nonce;
    FixedBytes<struct SealedMasterKeyMeaning, 48> sealed_key;

    // malformed unless it is exactly one vault; unsupported for another version or derivation; malformed or
    // too_large for a cost out of bounds, before any work is done.
    static Result<VaultFile> parse(BytesView bytes);
    Bytes bytes() const;
};

enum class VaultUse : std::uint8_t {
    pages,    // store.db and its log
    chunks,   // chunks.pack
    secrets,  // the secret store's second seal
};

class Vault {
  public:
    // A new vault in memory; save() makes the home one that can be opened.
    static Result<Vault> draw(const crypto::SecretBytes& passphrase, crypto::PasswordCost cost,
                              RandomSource& random);
    // Takes as long as the cost says: call it on the worker pool.
    static Result<Vault> open(const std::string& path, const crypto::SecretBytes& passphrase);

    Result<void> save(const std::string& path) const;
    // Wraps the same master key under another passphrase with fresh salt and nonce, in memory; save() makes
    // it so on disk. Unchanged after a refusal.
    Result<void> change_passphrase(const crypto::SecretBytes& passphrase, crypto::PasswordCost cost,
                                   RandomSource& random);

    crypto::Key subkey(VaultUse use) const;
    crypto::PasswordCost cost() const { return file_.cost; }

  private:
    Vault(crypto::Key master_key, VaultFile file) : master_key_(std::move(master_key)), file_(file) {}
    crypto::Key master_key_;
    VaultFile file_;
};

}  // namespace liaise::node::store
