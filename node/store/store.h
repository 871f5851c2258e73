// Everything a node keeps: the home's database with its repositories, and the chunk file beside it.
//
//     Home (lock) -> Vault (passphrase) -> Store
//
// A home is made in this order: Store::create, what must stand in it, then Vault::save. Until the vault
// stands, the home counts as empty, and a broken attempt is thrown away by the next.
#pragma once

#include "node/store/chunk_file.h"
#include "node/store/document_store.h"
#include "node/store/entry_store.h"
#include "node/store/home.h"
#include "node/store/mark_store.h"
#include "node/store/message_store.h"
#include "node/store/record_store.h"
#include "node/store/search_index.h"
#include "node/store/secret_store.h"
#include "node/store/transaction.h"
#include "node/store/vault.h"

namespace liaise::node::store {

struct StorePaths {
    std::string database;
    std::string chunks;
};

class Store {
  public:
    // The paths are a Home's; `random` outlives the store. Errors as in database.h.
    static Result<std::unique_ptr<Store>> create(const StorePaths& paths, const Vault& vault,
                                                 RandomSource& random, DatabaseOptions options = {});
    static Result<std::unique_ptr<Store>> open(const StorePaths& paths, const Vault& vault,
                                               RandomSource& random, DatabaseOptions options = {});

    Database& database() { return *database_; }
    EntryStore& entries() { return entries_; }
    MessageStore& messages() { return messages_; }
    MarkStore& marks() { return marks_; }
    SearchIndex& search() { return search_; }
    DocumentStore& documents() { return documents_; }
    RecordStore& records() { return records_; }
    SecretStore& secrets() { return secrets_; }
    ChunkFile& chunks() { return *chunks_; }

    // The disk refused to make something durable: nothing is written any more until the store is opened anew.
    bool needs_restart() const { return database_->vfs().sync_has_failed(); }

    Result<Transaction> begin() { return Transaction::begin(*database_); }

  private:
    Store(std::unique_ptr<Database> database, const Vault& vault, RandomSource& random);
    static Result<std::unique_ptr<Store>> with(const StorePaths& paths, const Vault& vault,
                                               RandomSource& random, const DatabaseOptions& options);

    std::unique_ptr<Database> database_;  // first in, last out
    EntryStore entries_;
    MessageStore messages_;
    MarkStore marks_;
    SearchIndex search_;
    DocumentStore documents_;
    RecordStore records_;
    SecretStore secrets_;
    std::unique_ptr<ChunkFile> chunks_;
};

inline StorePaths paths_of(const Home& home) {
    return {home.database(), home.chunks()};
}

}  // namespace liaise::node::store
