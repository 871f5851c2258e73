// SQLite's view of an encrypted disk: a VFS over the system's (or over one named by a test), made for one
// open database and gone with it (docs/storage.md, "Pages").
//
// In:  a key that belongs to this database alone, a source of nonces, and the VFS beneath.
// Out: a VFS name to open exactly that database with.
//
// - The database, its write-ahead log and its rollback journal are encrypted; nothing else can be opened:
//   temporary files, statement journals and sorters must stay in memory, and fail where they would not.
// - No memory map and no shared memory: the file methods are of version 1, so SQLite cannot ask for either,
//   and a write-ahead log works only under an exclusive lock.
// - After a sync has failed once, every write and sync fails: what the system dropped is not known, so
//   nothing may be called durable any more. Reading goes on; closing and opening again finds the last durable
//   state.
// - Promises of the disk beneath about atomic writes are not passed on, since ours differ; that neighbours
//   survive a torn write is.
#pragma once

#include <memory>
#include <string>

#include "protocol/crypto/secret.h"

namespace liaise::node::store {

class EncryptedVfs {
  public:
    // `beneath`: a registered VFS, or empty for the system's. unavailable when there is none of that name.
    static Result<std::unique_ptr<EncryptedVfs>> create(const crypto::Key& key, RandomSource& random,
                                                        const std::string& beneath = {});
    ~EncryptedVfs();  // every file opened through it is closed before
    EncryptedVfs(const EncryptedVfs&) = delete;
    EncryptedVfs& operator=(const EncryptedVfs&) = delete;

    const std::string& name() const;
    bool sync_has_failed() const;
    // How often SQLite asked for a file that must not exist (temporary files and the like).
    std::uint64_t refused_files() const;

    struct State;

  private:
    explicit EncryptedVfs(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace liaise::node::store
