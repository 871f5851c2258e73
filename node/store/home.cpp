#include "node/store/home.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace liaise::node::store {
namespace {

Result<void> make_private(const std::string& folder) {
    if (::mkdir(folder.c_str(), 0700) == 0) return sync_folder(folder_of(folder));
    if (errno != EEXIST) return system_error("home folder cannot be made");
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return system_error("home folder cannot be looked at");
    if (!S_ISDIR(status.st_mode)) return Error{ErrorCode::conflict, "home is not a folder"};
    if (status.st_uid != ::geteuid())
        return Error{ErrorCode::not_permitted, "home folder belongs to another user", status.st_uid};
    if ((status.st_mode & 07777) != 0700 && ::chmod(folder.c_str(), 0700) != 0)
        return system_error("home folder cannot be closed to others");
    return {};
}

std::uint64_t holder_of(const Descriptor& lock) {
    std::array<char, 20> text{};
    const ssize_t got = ::pread(lock.number(), text.data(), text.size(), 0);
    std::uint64_t process = 0;
    if (got > 0) std::from_chars(text.data(), text.data() + got, process);
    return process;
}

Result<Descriptor> take_lock(const std::string& path) {
    Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock.valid()) return system_error("lock file cannot be opened");
    if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return system_error("home cannot be locked");
        return Error{ErrorCode::conflict, "another daemon works in this home", holder_of(lock)};
    }
    const std::string process = std::to_string(::getpid()) + "\n";
    if (::ftruncate(lock.number(), 0) != 0) return system_error("lock file cannot be written");
    LIAISE_TRY(write_all(lock, bytes_of(process), 0));
    return lock;
}

}  // namespace

Result<Home> Home::open(const std::string& folder) {
    LIAISE_TRY(make_private(folder));
    std::array<char, 4096> absolute{};
    if (::realpath(folder.c_str(), absolute.data()) == nullptr)
        return system_error("home folder cannot be looked at");
    std::string path = absolute.data();
    Descriptor lock = LIAISE_TRY(take_lock(path + "/lock"));
    return Home(std::move(path), std::move(lock));
}

}  // namespace liaise::node::store
