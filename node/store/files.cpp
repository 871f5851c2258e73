#include "node/store/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace liaise::node::store {
namespace {

Result<Descriptor> open_file(const std::string& path, int flags) {
    const int number = ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (number >= 0) return Descriptor(number);
    if (errno == ENOENT) return Error{ErrorCode::not_known, "file is not there"};
    return system_error("file cannot be opened");
}

Result<void> sync_file(const Descriptor& file) {
    if (::fsync(file.number()) != 0) return system_error("file cannot be made durable");
    return {};
}

Result<void> write_beside(const std::string& path, BytesView content) {
    const Descriptor file = LIAISE_TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC));
    LIAISE_TRY(write_all(file, content, 0));
    return sync_file(file);
}

}  // namespace

Descriptor::~Descriptor() {
    if (valid()) ::close(number_);
}

Error system_error(const char* phrase) {
    const auto number = static_cast<std::uint64_t>(errno);
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return {ErrorCode::exhausted, "the disk is full", number};
    return {ErrorCode::unavailable, phrase, number};
}

Result<void> write_all(const Descriptor& file, BytesView content, std::uint64_t at) {
    while (!content.empty()) {
        const ssize_t written =
            ::pwrite(file.number(), content.data(), content.size(), static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("file cannot be written");
        content = content.subspan(static_cast<std::size_t>(written));
        at += static_cast<std::uint64_t>(written);
    }
    return {};
}

Result<void> read_all(const Descriptor& file, MutableBytes into, std::uint64_t at) {
    while (!into.empty()) {
        const ssize_t got = ::pread(file.number(), into.data(), into.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("file cannot be read");
        if (got == 0) return Error{ErrorCode::malformed, "file ends too early", at};
        into = into.subspan(static_cast<std::size_t>(got));
        at += static_cast<std::uint64_t>(got);
    }
    return {};
}

Result<Bytes> read_file(const std::string& path, std::size_t bytes_max) {
    const Descriptor file = LIAISE_TRY(open_file(path, O_RDONLY));
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return system_error("file cannot be read");
    if (!S_ISREG(status.st_mode)) return Error{ErrorCode::malformed, "not an ordinary file"};
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > bytes_max) return Error{ErrorCode::too_large, "file is longer than it may be", size};
    Bytes content(size);
    LIAISE_TRY(read_all(file, content, 0));
    return content;
}

Result<void> replace_file(const std::string& path, BytesView content) {
    const std::string beside = path + ".new";
    const Result<void> written = write_beside(beside, content);
    if (!written) {
        ::unlink(beside.c_str());
        return written.error();
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        const Error error = system_error("file cannot be replaced");
        ::unlink(beside.c_str());
        return error;
    }
    return sync_folder(folder_of(path));
}

bool file_exists(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

Result<void> sync_folder(const std::string& folder) {
    return sync_file(LIAISE_TRY(open_file(folder, O_RDONLY | O_DIRECTORY)));
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace liaise::node::store
