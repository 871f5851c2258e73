#include "tests/support/fault_vfs.h"

#include <sqlite3.h>

#include <atomic>

namespace liaise::test {

namespace {
constexpr std::size_t sector_bytes = 512;
}

// A file's content, and what would be lost.
struct FaultVfs::Inode {
    struct Change {
        std::uint64_t at = 0;  // a write's place, or the size of a truncation
        std::optional<Bytes> written;
    };
    Bytes now;
    Bytes durable;
    std::vector<Change> unsynced;

    static void apply(Bytes& content, const Change& change) {
        if (!change.written) {
            content.resize(change.at);
            return;
        }
        if (content.size() < change.at + change.written->size())
            content.resize(change.at + change.written->size());
        std::copy(change.written->begin(), change.written->end(),
                  content.begin() + static_cast<std::ptrdiff_t>(change.at));
    }
    void change(Change change) {
        apply(now, change);
        unsynced.push_back(std::move(change));
    }
    void sync() {
        for (const Change& change : unsynced) apply(durable, change);
        unsynced.clear();
    }
    void lose_power(SeededRandom& random) {
        const unsigned kept_percent = static_cast<unsigned>(random.below(101));
        for (const Change& change : unsynced) {
            if (!change.written) {
                if (random.chance(kept_percent)) apply(durable, change);
                continue;
            }
            for (std::size_t done = 0; done < change.written->size();) {
                const std::size_t in_sector = sector_bytes - (change.at + done) % sector_bytes;
                const std::size_t step = std::min(in_sector, change.written->size() - done);
                const auto begin = change.written->begin() + static_cast<std::ptrdiff_t>(done);
                if (random.chance(kept_percent))
                    apply(durable,
                          {change.at + done, Bytes(begin, begin + static_cast<std::ptrdiff_t>(step))});
                done += step;
            }
        }
        unsynced.clear();
        now = durable;
    }
};

struct FaultVfs::Disk {
    explicit Disk(FaultVfs& owning) : owner(owning) {}

    FaultVfs& owner;
    sqlite3_vfs vfs{};
    std::uint64_t life = 0;  // counts power cuts
    std::map<std::string, std::shared_ptr<Inode>> now;
    std::map<std::string, std::shared_ptr<Inode>> durable;
};

namespace {

using Disk = FaultVfs::Disk;
using Inode = FaultVfs::Inode;

struct OpenFile {
    sqlite3_file base;
    Disk* disk;
    std::uint64_t life;
    std::shared_ptr<Inode>* inode;
    std::string* path;

    bool dead() const { return life != disk->life; }
};

OpenFile& opened(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file);
}
Disk& disk_of(sqlite3_vfs* vfs) {
    return *static_cast<Disk*>(vfs->pAppData);
}

int close_file(sqlite3_file* file) {
    delete opened(file).inode;
    delete opened(file).path;
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int count, sqlite3_int64 from) {
    if (opened(file).dead()) return SQLITE_IOERR_READ;
    const Bytes& content = (*opened(file).inode)->now;
    const auto at = std::min(static_cast<std::size_t>(from), content.size());
    const std::size_t got = std::min(static_cast<std::size_t>(count), content.size() - at);
    if (got > 0) std::memcpy(to, content.data() + at, got);
    std::memset(static_cast<char*>(to) + got, 0, static_cast<std::size_t>(count) - got);
    return got == static_cast<std::size_t>(count) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int code_of(Fault fault, int otherwise) {
    if (fault == Fault::disk_full) return SQLITE_FULL;
    return fault == Fault::none ? SQLITE_OK : otherwise;
}

int write_file(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    if (opened(file).dead()) return SQLITE_IOERR_WRITE;
    const auto* const bytes = static_cast<const std::uint8_t*>(from);
    const Fault fault = opened(file).disk->owner.next_change(false);
    // A full disk takes what still fits.
    const int taken = fault == Fault::none ? count : fault == Fault::disk_full ? count / 2 : 0;
    if (taken > 0)
        (*opened(file).inode)->change({static_cast<std::uint64_t>(at), Bytes(bytes, bytes + taken)});
    return code_of(fault, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (opened(file).dead()) return SQLITE_IOERR_TRUNCATE;
    const Fault fault = opened(file).disk->owner.next_change(false);
    if (fault != Fault::none) return SQLITE_IOERR_TRUNCATE;
    (*opened(file).inode)->change({static_cast<std::uint64_t>(size), std::nullopt});
    return SQLITE_OK;
}

int sync_file(sqlite3_file* file, int /*flags*/) {
    OpenFile& open = opened(file);
    if (open.dead()) return SQLITE_IOERR_FSYNC;
    if (open.disk->owner.next_change(true) != Fault::none) {
        // What the system could not write it forgets, and calls clean.
        (*open.inode)->unsynced.clear();
        return SQLITE_IOERR_FSYNC;
    }
    (*open.inode)->sync();
    open.disk->durable[*open.path] = *open.inode;
    return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    if (opened(file).dead()) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>((*opened(file).inode)->now.size());
    return SQLITE_OK;
}

int lock_file(sqlite3_file* /*file*/, int /*level*/) {
    return SQLITE_OK;
}
int check_lock(sqlite3_file* /*file*/, int* held) {
    *held = 0;
    return SQLITE_OK;
}
int control_file(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
    return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file* /*file*/) {
    return sector_bytes;
}
int characteristics(sqlite3_file* /*file*/) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
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
    table.xUnlock = lock_file;
    table.xCheckReservedLock = check_lock;
    table.xFileControl = control_file;
    table.xSectorSize = sector_size;
    table.xDeviceCharacteristics = characteristics;
    return table;
}();

int open_file(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) {
    Disk& disk = disk_of(vfs);
    const auto found = disk.now.find(path);
    if (found == disk.now.end() && (flags & SQLITE_OPEN_CREATE) == 0) {
        file->pMethods = nullptr;
        return SQLITE_CANTOPEN;
    }
    std::shared_ptr<Inode>& inode = disk.now[path];
    if (!inode) inode = std::make_shared<Inode>();
    opened(file) = {{&methods}, &disk, disk.life, new std::shared_ptr<Inode>(inode), new std::string(path)};
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    Disk& disk = disk_of(vfs);
    if (disk.owner.next_change(false) != Fault::none) return SQLITE_IOERR_DELETE;
    disk.now.erase(path);
    if (sync_folder != 0) disk.durable.erase(path);
    return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* path, int /*flags*/, int* answer) {
    *answer = disk_of(vfs).now.count(path) > 0 ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs* /*vfs*/, const char* path, int count, char* out) {
    sqlite3_snprintf(count, out, "%s", path);
    return SQLITE_OK;
}
int randomness(sqlite3_vfs* /*vfs*/, int count, char* out) {
    std::memset(out, 7, static_cast<std::size_t>(count));
    return count;
}
int sleep(sqlite3_vfs* /*vfs*/, int /*microseconds*/) {
    return 0;
}
int current_time(sqlite3_vfs* /*vfs*/, double* days) {
    *days = 2460000.5;
    return SQLITE_OK;
}

std::string next_name() {
    static std::atomic<int> count = 0;
    return "fault-" + std::to_string(++count);
}

}  // namespace

FaultVfs::FaultVfs(std::uint64_t seed)
    : name_(next_name()), random_(seed), disk_(std::make_unique<Disk>(*this)) {
    sqlite3_vfs& vfs = disk_->vfs;
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(OpenFile);
    vfs.mxPathname = 512;
    vfs.zName = name_.c_str();
    vfs.pAppData = disk_.get();
    vfs.xOpen = open_file;
    vfs.xDelete = delete_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_path;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep;
    vfs.xCurrentTime = current_time;
    LIAISE_CHECK(sqlite3_vfs_register(&vfs, 0) == SQLITE_OK);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&disk_->vfs);
}

void FaultVfs::fail_at(std::uint64_t change, Fault fault, bool lasting) {
    fail_at_ = changes_ + change;
    fault_ = fault;
    lasting_ = lasting;
    fault_was_hit_ = false;
}

Fault FaultVfs::next_change(bool is_sync) {
    ++changes_;
    if (fault_ == Fault::none || changes_ < fail_at_) return Fault::none;
    if (fault_ == Fault::sync_error && !is_sync) return Fault::none;  // the first sync from there on
    const Fault fault = fault_;
    if (!lasting_) fault_ = Fault::none;
    fault_was_hit_ = true;
    return fault;
}

void FaultVfs::cut_power() {
    ++disk_->life;
    std::map<std::string, std::shared_ptr<Inode>> left;
    for (const auto& [path, inode] : disk_->durable)
        if (disk_->now.count(path) > 0 || random_.chance(50)) left[path] = inode;
    for (const auto& [path, inode] : disk_->now)
        if (left.count(path) == 0 && random_.chance(50)) left[path] = inode;
    for (const auto& [path, inode] : left) inode->lose_power(random_);
    disk_->now = disk_->durable = left;
}

std::vector<std::string> FaultVfs::files() const {
    std::vector<std::string> paths;
    for (const auto& [path, inode] : disk_->now) paths.push_back(path);
    return paths;
}

Bytes& FaultVfs::content(const std::string& path) {
    return disk_->now.at(path)->now;
}

void FaultVfs::set_content(const std::string& path, Bytes content) {
    const auto inode = std::make_shared<Inode>();
    inode->now = inode->durable = std::move(content);
    disk_->now[path] = disk_->durable[path] = inode;
}

void FaultVfs::remove(const std::string& path) {
    disk_->now.erase(path);
    disk_->durable.erase(path);
}

}  // namespace liaise::test
