// Small files of the home folder, read and replaced whole.
//
// A file is replaced so that after a crash or a power cut either the old or the new content is there, never a
// mixture: write beside it, sync, rename, sync the folder. Files are made for their owner alone (0600), and
// symbolic links are not followed.
#pragma once

#include <string>

#include "protocol/base/bytes.h"

namespace liaise::node::store {

// not_known when absent, too_large above the limit, unavailable when the system refuses.
Result<Bytes> read_file(const std::string& path, std::size_t bytes_max);
// exhausted when the disk is full, unavailable otherwise; then the old file is untouched.
Result<void> replace_file(const std::string& path, BytesView content);

bool file_exists(const std::string& path);
// Makes the entries of a folder durable: a new, renamed or removed name.
Result<void> sync_folder(const std::string& folder);
std::string folder_of(const std::string& path);

// A system call's errno as our Error: ENOSPC and EDQUOT are exhausted, the rest unavailable.
Error system_error(const char* phrase);

// Owns a file descriptor.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor();

    int number() const { return number_; }
    bool valid() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

// All of it, through short writes and interruptions.
Result<void> write_all(const Descriptor& file, BytesView content, std::uint64_t at);
// Exactly into.size() bytes; malformed when the file ends before.
Result<void> read_all(const Descriptor& file, MutableBytes into, std::uint64_t at);

}  // namespace liaise::node::store
