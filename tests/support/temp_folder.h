// A folder of its own for a test, gone with it.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "protocol/base/bytes.h"

namespace liaise::test {

class TempFolder {
  public:
    TempFolder() : TempFolder(std::filesystem::temp_directory_path().string()) {}
    // In `preferred`, where one may write there.
    explicit TempFolder(const std::string& preferred) {
        for (const std::string& within : {preferred, std::filesystem::temp_directory_path().string()}) {
            std::string pattern = within + "/liaise-XXXXXX";
            if (::mkdtemp(pattern.data()) == nullptr) continue;
            path_ = pattern;
            return;
        }
        LIAISE_CHECK(!path_.empty());
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const { return path_; }
    std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  private:
    std::string path_;
};

inline Bytes file_content(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    Bytes content(file ? static_cast<std::size_t>(file.tellg()) : 0);
    file.seekg(0);
    file.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
    return content;
}

inline void write_content(const std::string& path, BytesView content) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

// Whether some bytes stand anywhere in any file below a folder.
inline bool folder_holds(const std::string& folder, std::string_view marker) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const Bytes content = file_content(entry.path().string());
        if (text_of(content).find(marker) != std::string_view::npos) return true;
    }
    return false;
}

}  // namespace liaise::test
