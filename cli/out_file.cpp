#include "cli/out_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "cli/exit.h"
#include "cli/words.h"
#include "protocol/base/text.h"

namespace liaise::cli {
namespace {

Failure cannot_write(const std::filesystem::path& path, int fault) {
    return {Exit::failed,
            say("Cannot write {0}: {1}. The file is as it was.", path.string(), std::strerror(fault))};
}

Failure already_there(const std::filesystem::path& path) {
    return {Exit::failed,
            say("There is a file {0} already. Choose another name with --out, or replace it with --force.",
                path.string())};
}

}  // namespace

OutFile::OutFile(const std::filesystem::path& target, bool force)
    : target_(target), name_(target.filename().string()), force_(force) {
    if (name_.empty() || name_ == "." || name_ == "..")
        throw Failure{Exit::usage, say("{0} names no file.", target.string())};
    const auto parent = target.parent_path();
    folder_ = ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder_ < 0) throw cannot_write(target_, errno);
    try {
        refuse_existing();
        // Another number where a file of that name was left behind.
        for (unsigned i = 0; i < 100 && (file_ < 0 && (i == 0 || errno == EEXIST)); ++i) {
            temporary_ = ".liaise-" + std::to_string(::getpid()) + "-" + std::to_string(i) + ".part";
            file_ = ::openat(folder_, temporary_.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        }
        if (file_ < 0) throw cannot_write(target_, errno);
    } catch (...) {
        close();
        throw;
    }
}

OutFile::~OutFile() {
    if (file_ >= 0) ::unlinkat(folder_, temporary_.c_str(), 0);
    close();
}

void OutFile::close() {
    if (file_ >= 0) ::close(file_);
    if (folder_ >= 0) ::close(folder_);
    file_ = folder_ = -1;
}

void OutFile::refuse_existing() const {
    struct stat info {};
    if (::fstatat(folder_, name_.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISDIR(info.st_mode)) throw Failure{Exit::usage, say("{0} is a folder.", target_.string())};
    if (!force_) throw already_there(target_);
}

void OutFile::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw cannot_write(target_, errno);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void OutFile::commit() {
    if (::fsync(file_) != 0) throw cannot_write(target_, errno);
    const unsigned flags = force_ ? 0 : RENAME_NOREPLACE;
    int renamed = ::renameat2(folder_, temporary_.c_str(), folder_, name_.c_str(), flags);
    if (renamed != 0 && !force_ && errno == EINVAL) {
        // A file system without the flag: a hard link refuses an existing name just as well.
        renamed = ::linkat(folder_, temporary_.c_str(), folder_, name_.c_str(), 0);
        if (renamed == 0) ::unlinkat(folder_, temporary_.c_str(), 0);
    }
    if (renamed != 0) throw errno == EEXIST ? already_there(target_) : cannot_write(target_, errno);
    close();
}

std::string safe_file_name(const std::string& name, const std::string& otherwise) {
    constexpr std::size_t name_bytes_max = 200;  // leaves room for what a file system or a person adds
    const bool plain = !name.empty() && name.size() <= name_bytes_max && is_utf8(name) &&
                       name.find_first_of("/\\:*?\"<>|") == std::string::npos && name.front() != '.' &&
                       name.front() != '-' && name.front() != ' ' && name.back() != '.' && name.back() != ' ';
    if (!plain) return otherwise;
    for (std::size_t at = 0; at < name.size();)
        if (is_unsafe_in_name(next_code_point(name, at))) return otherwise;
    // Names that are devices on other systems: files are carried on.
    std::string stem = name.substr(0, name.find('.'));
    std::transform(stem.begin(), stem.end(), stem.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    constexpr std::array devices{"CON", "PRN", "AUX", "NUL"};
    if (std::find(devices.begin(), devices.end(), stem) != devices.end()) return otherwise;
    const bool numbered = stem.size() == 4 && (stem.rfind("COM", 0) == 0 || stem.rfind("LPT", 0) == 0);
    if (numbered && stem[3] >= '0' && stem[3] <= '9') return otherwise;
    return name;
}

}  // namespace liaise::cli
