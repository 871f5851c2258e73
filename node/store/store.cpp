#include "node/store/store.h"

#include <unistd.h>

namespace liaise::node::store {

Store::Store(std::unique_ptr<Database> database, const Vault& vault, RandomSource& random)
    : database_(std::move(database)),
      entries_(*database_),
      messages_(*database_),
      marks_(*database_),
      search_(*database_),
      documents_(*database_),
      records_(*database_),
      secrets_(*database_, vault.subkey(VaultUse::secrets), random) {}

Result<std::unique_ptr<Store>> Store::create(const StorePaths& paths, const Vault& vault,
                                             RandomSource& random, DatabaseOptions options) {
    options.existing = Existing::forbidden;
    ::unlink(paths.chunks.c_str());
    return with(paths, vault, random, options);
}

Result<std::unique_ptr<Store>> Store::open(const StorePaths& paths, const Vault& vault, RandomSource& random,
                                           DatabaseOptions options) {
    options.existing = Existing::required;
    return with(paths, vault, random, options);
}

Result<std::unique_ptr<Store>> Store::with(const StorePaths& paths, const Vault& vault, RandomSource& random,
                                           const DatabaseOptions& options) {
    auto database =
        LIAISE_TRY(Database::open(paths.database, vault.subkey(VaultUse::pages), random, options));
    std::unique_ptr<Store> store(new Store(std::move(database), vault, random));
    store->chunks_ =
        LIAISE_TRY(ChunkFile::open(paths.chunks, *store->database_, vault.subkey(VaultUse::chunks), random));
    return store;
}

}  // namespace liaise::node::store
