#include "node/store/encrypted_vfs.h"

#include <sqlite3.h>

#include <atomic>
#include <new>

#include "node/store/encrypted_file.h"

namespace liaise::node::store {

struct EncryptedVfs::State {
    State(const crypto::Key& key, RandomSource& random, sqlite3_vfs& vfs_beneath)
        : beneath(vfs_beneath), cipher(key, random) {}

    sqlite3_vfs& beneath;
    PageCipher cipher;
    std::string name;
    sqlite3_vfs vfs{};
    bool sync_failed = false;
    std::uint64_t refused = 0;
};

namespace {

using State = EncryptedVfs::State;

// What SQLite allocates for an open file of ours; the file beneath follows it in the same memory.
struct OpenFile {
    sqlite3_file base;  // first: SQLite sees only this
    State* state;
    EncryptedFile* content;
};

OpenFile& open_file(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file);
}
sqlite3_file& beneath(sqlite3_file* file) {
    return *reinterpret_cast<sqlite3_file*>(reinterpret_cast<OpenFile*>(file) + 1);
}
State& state_of(sqlite3_vfs* vfs) {
    return *static_cast<State*>(vfs->pAppData);
}

// --- an open file

int close_file(sqlite3_file* file) {
    delete std::exchange(open_file(file).content, nullptr);
    return beneath(file).pMethods->xClose(&beneath(file));
}

int read_file(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
    return open_file(file).content->read({static_cast<std::uint8_t*>(to), static_cast<std::size_t>(count)},
                                         at);
}

int write_file(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    if (open_file(file).state->sync_failed) return SQLITE_IOERR_WRITE;
    return open_file(file).content->write(
        {static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(count)}, at);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (open_file(file).state->sync_failed) return SQLITE_IOERR_TRUNCATE;
    const int result = beneath(file).pMethods->xTruncate(&beneath(file), size);
    if (result == SQLITE_OK) open_file(file).content->truncated(size);
    return result;
}

int sync_file(sqlite3_file* file, int flags) {
    State& state = *open_file(file).state;
    if (state.sync_failed) return SQLITE_IOERR_FSYNC;
    const int result = beneath(file).pMethods->xSync(&beneath(file), flags);
    state.sync_failed = result != SQLITE_OK;
    return result;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return beneath(file).pMethods->xFileSize(&beneath(file), size);
}
int lock_file(sqlite3_file* file, int level) {
    return beneath(file).pMethods->xLock(&beneath(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
    return beneath(file).pMethods->xUnlock(&beneath(file), level);
}
int check_reserved_lock(sqlite3_file* file, int* held) {
    return beneath(file).pMethods->xCheckReservedLock(&beneath(file), held);
}

int control_file(sqlite3_file* file, int operation, void* argument) {
    if (operation == SQLITE_FCNTL_MMAP_SIZE) return *static_cast<sqlite3_int64*>(argument) = 0, SQLITE_OK;
    // Both would make the file longer by unsealed zeros.
    if (operation == SQLITE_FCNTL_CHUNK_SIZE || operation == SQLITE_FCNTL_SIZE_HINT) return SQLITE_OK;
    return beneath(file).pMethods->xFileControl(&beneath(file), operation, argument);
}

int sector_size(sqlite3_file* file) {
    return beneath(file).pMethods->xSectorSize(&beneath(file));
}
int device_characteristics(sqlite3_file* file) {
    return beneath(file).pMethods->xDeviceCharacteristics(&beneath(file)) &
           (SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN);
}

const sqlite3_io_methods methods = [] {
    sqlite3_io_methods table{};
    table.iVersion = 1;
    table.xClose = close_file;
    table.xRead = read_file;
    table.xWrite = write_file;
    table.xTruncate = truncate_file;
    table.xSync = sync_file;
    table.xFileSize = file_size;
    table.xLock = lock_file;
    table.xUnlock = unlock_file;
    table.xCheckReservedLock = check_reserved_lock;
    table.xFileControl = control_file;
    table.xSectorSize = sector_size;
    table.xDeviceCharacteristics = device_characteristics;
    return table;
}();

// --- the file system

EncryptedFile* content_for(int flags, sqlite3_file& file_beneath, PageCipher& cipher) {
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return new (std::nothrow) MainFile(file_beneath, cipher);
    if ((flags & SQLITE_OPEN_WAL) != 0) return new (std::nothrow) LogFile(file_beneath, cipher);
    return new (std::nothrow) JournalFile(file_beneath, cipher);
}

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) {
    State& state = state_of(vfs);
    file->pMethods = nullptr;
    constexpr int known = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    if ((flags & known) == 0 || path == nullptr) return ++state.refused, SQLITE_CANTOPEN;
    sqlite3_file& file_beneath = beneath(file);
    file_beneath.pMethods = nullptr;
    const int result = state.beneath.xOpen(&state.beneath, path, &file_beneath, flags, flags_out);
    if (result != SQLITE_OK) {
        if (file_beneath.pMethods != nullptr) file_beneath.pMethods->xClose(&file_beneath);
        return result;
    }
    EncryptedFile* const content = content_for(flags, file_beneath, state.cipher);
    if (content == nullptr) {
        file_beneath.pMethods->xClose(&file_beneath);
        return SQLITE_NOMEM;
    }
    open_file(file) = {{&methods}, &state, content};
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    sqlite3_vfs& below = state_of(vfs).beneath;
    return below.xDelete(&below, path, sync_folder);
}
int access(sqlite3_vfs* vfs, const char* path, int flags, int* answer) {
    sqlite3_vfs& below = state_of(vfs).beneath;
    return below.xAccess(&below, path, flags, answer);
}
int full_path(sqlite3_vfs* vfs, const char* path, int count, char* out) {
    sqlite3_vfs& below = state_of(vfs).beneath;
    return below.xFullPathname(&below, path, count, out);
}
int randomness(sqlite3_vfs* vfs, int count, char* out) {
    sqlite3_vfs& below = state_of(vfs).beneath;
    return below.xRandomness(&below, count, out);
}
int sleep(sqlite3_vfs* vfs, int microseconds) {
    sqlite3_vfs& below = state_of(vfs).beneath;
    return below.xSleep(&below, microseconds);
}
int current_time(sqlite3_vfs* vfs, double* days) {
    sqlite3_vfs& below = state_of(vfs).beneath;
    return below.xCurrentTime(&below, days);
}
int last_error(sqlite3_vfs* vfs, int count, char* out) {
    sqlite3_vfs& below = state_of(vfs).beneath;
    return below.xGetLastError == nullptr ? 0 : below.xGetLastError(&below, count, out);
}

// No extension can be loaded through this file system.
void* no_library(sqlite3_vfs* /*vfs*/, const char* /*path*/) {
    return nullptr;
}
void no_library_error(sqlite3_vfs* /*vfs*/, int count, char* out) {
    sqlite3_snprintf(count, out, "extensions are not loaded");
}
using Symbol = void (*)();
Symbol no_symbol(sqlite3_vfs* /*vfs*/, void* /*library*/, const char* /*name*/) {
    return nullptr;
}
void no_close(sqlite3_vfs* /*vfs*/, void* /*library*/) {}

void fill_in(State& state) {
    sqlite3_vfs& vfs = state.vfs;
    vfs.iVersion = 1;
    vfs.szOsFile = static_cast<int>(sizeof(OpenFile)) + state.beneath.szOsFile;
    vfs.mxPathname = state.beneath.mxPathname;
    vfs.zName = state.name.c_str();
    vfs.pAppData = &state;
    vfs.xOpen = open;
    vfs.xDelete = delete_file;
    vfs.xAccess = access;
    vfs.xFullPathname = full_path;
    vfs.xDlOpen = no_library;
    vfs.xDlError = no_library_error;
    vfs.xDlSym = no_symbol;
    vfs.xDlClose = no_close;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
}

// Names must differ while they live; two databases may be opened by two threads.
std::string next_name() {
    static std::atomic<std::uint64_t> count = 0;
    return "liaise-" + std::to_string(++count);
}

}  // namespace

Result<std::unique_ptr<EncryptedVfs>> EncryptedVfs::create(const crypto::Key& key, RandomSource& random,
                                                           const std::string& beneath) {
    sqlite3_vfs* const below = sqlite3_vfs_find(beneath.empty() ? nullptr : beneath.c_str());
    if (below == nullptr) return Error{ErrorCode::unavailable, "no file system of that name"};
    auto state = std::make_unique<State>(key, random, *below);
    state->name = next_name();
    fill_in(*state);
    if (sqlite3_vfs_register(&state->vfs, 0) != SQLITE_OK)
        return Error{ErrorCode::exhausted, "no memory for the store"};
    return std::unique_ptr<EncryptedVfs>(new EncryptedVfs(std::move(state)));
}

EncryptedVfs::EncryptedVfs(std::unique_ptr<State> state) : state_(std::move(state)) {}
EncryptedVfs::~EncryptedVfs() {
    sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& EncryptedVfs::name() const {
    return state_->name;
}
bool EncryptedVfs::sync_has_failed() const {
    return state_->sync_failed;
}
std::uint64_t EncryptedVfs::refused_files() const {
    return state_->refused;
}

}  // namespace liaise::node::store
