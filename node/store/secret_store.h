// Small secrets by kind and name: identity seed, device keys, epoch keys. Each is sealed once more under the
// vault's key for secrets, inside the encrypted database.
//
// Why: decrypted database pages pass through ordinary memory, caches and maybe a core dump; a secret shows
// there only sealed, and in the clear only in locked memory.
//
// - Kind and name are associated data: a sealed secret cannot be moved to another name.
// - Writes need an open Transaction.
#pragma once

#include "node/store/statement.h"
#include "protocol/crypto/secret.h"

namespace liaise::node::store {

inline constexpr std::size_t secret_bytes_max = 8 * 1024 * 1024;

class SecretStore {
  public:
    SecretStore(Database& database, const crypto::Key& key, RandomSource& random);
    ~SecretStore();

    // Replaces what is there. too_large over secret_bytes_max.
    Result<void> put(std::uint16_t kind, BytesView name, BytesView secret);
    // nothing when absent; not_authentic when it does not open.
    Result<std::optional<crypto::SecretBytes>> get(std::uint16_t kind, BytesView name);
    Result<void> remove(std::uint16_t kind, BytesView name);
    Result<void> remove_all(std::uint16_t kind);
    // In order; those that begin so, all of them for an empty prefix.
    Result<std::vector<Bytes>> names(std::uint16_t kind, BytesView prefix = {});

  private:
    struct Statements;
    std::unique_ptr<Statements> sql_;
    crypto::Key key_;
    RandomSource& random_;
};

}  // namespace liaise::node::store
