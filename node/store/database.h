// The store: one encrypted SQLite file, open for this process alone, with its schema at today's version.
//
// - Write-ahead log, synchronous=EXTRA (FULL and more): what a committed transaction wrote survives a power
// cut. Exclusive lock:
//   no shared memory file. Temporary data stays in memory; removed content is overwritten (secure_delete).
// - No ATTACH, no extensions, no URI names, no untrusted functions in the schema.
// - Errors: exhausted (disk or memory full), not_authentic (damaged, altered, wrong key, or cut short),
//   conflict (open in another process, or a row is already there), unsupported (made by a newer Liaise),
//   unavailable (the disk failed us). After any of them the open transaction is to be given up.
// - One thread at a time; repositories and statements end before their Database does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "node/store/encrypted_vfs.h"

struct sqlite3;

namespace liaise::node::store {

enum class Existing : std::uint8_t {
    required,   // the home has a vault, so the store must be there: an absent or empty file was tampered with
    forbidden,  // a home is being made: a file left over from a broken attempt is removed first
    optional,   // tests
};

struct DatabaseOptions {
    Existing existing = Existing::required;
    std::size_t cache_bytes = 8 * 1024 * 1024;  // decrypted pages kept in memory
    std::uint32_t checkpoint_pages = 1000;      // the log is folded back when it is this long
    std::string vfs_beneath;                    // tests put faults there
};

class Transaction;

class Database {
  public:
    // `path` is absolute. The key belongs to this file alone.
    static Result<std::unique_ptr<Database>> open(const std::string& path, const crypto::Key& key,
                                                  RandomSource& random, const DatabaseOptions& options = {});
    ~Database();  // folds the log back and closes
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    bool in_transaction() const;
    // What every write asks first: a Transaction is open, or that is a defect of ours; and SQLite has not
    // given it up by itself, as it does after a full disk or a page that cannot be read.
    Result<void> may_write() const;
    Result<void> execute(const char* sql);
    // The first column of the first row of a query without parameters.
    Result<std::int64_t> number(const char* sql);

    // Folds the write-ahead log back into the database file: for idle moments, so that no commit has to.
    Result<void> checkpoint();
    // Reads everything: every page's seal, every tree and index. For `liaise doctor` and tests.
    Result<void> check_integrity();
    // Gives memory of the page cache back to the system.
    void release_memory();

    const EncryptedVfs& vfs() const { return *vfs_; }
    sqlite3* handle() { return handle_; }
    // The error for a result code of SQLite's.
    static Error error_of(int result_code);

  private:
    friend class Transaction;
    explicit Database(std::unique_ptr<EncryptedVfs> vfs) : vfs_(std::move(vfs)) {}
    Result<void> configure(const DatabaseOptions& options);

    std::unique_ptr<EncryptedVfs> vfs_;
    sqlite3* handle_ = nullptr;
    bool transaction_open_ = false;  // whatever SQLite has made of it
};

}  // namespace liaise::node::store
