// A document on its way into a file: attack class 20 of docs/threat-model.md.
//
// - Bytes go to a new file beside the target (O_CREAT | O_EXCL | O_NOFOLLOW, inside the folder's descriptor),
//   readable by its owner alone, and take the target's name only when they are whole and on disk. A broken
//   download, a full disk or an interrupt leaves the target as it was.
// - An existing target is refused unless `force`; the check holds at the moment of renaming too. A symbolic
//   link in the target's place is replaced, never followed.
// - safe_file_name(): a name that came from others is used only where it is a plain name. The daemon has made
//   it safe already; a client does not lean on that.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace liaise::cli {

class OutFile {
  public:
    OutFile(const std::filesystem::path& target, bool force);
    ~OutFile();  // without commit(): nothing is left
    OutFile(const OutFile&) = delete;
    OutFile& operator=(const OutFile&) = delete;

    void write(std::string_view bytes);
    void commit();

  private:
    void refuse_existing() const;
    void close();

    std::filesystem::path target_;
    std::string name_, temporary_;
    bool force_;
    int folder_ = -1;
    int file_ = -1;
};

// `name` where it is safe to create in the current folder, else `otherwise`.
std::string safe_file_name(const std::string& name, const std::string& otherwise);

}  // namespace liaise::cli
