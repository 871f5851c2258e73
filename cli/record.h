// One object of a `--json` answer: named values in the order in which they are added. Names are snake_case
// and stable (docs/control-api.md lists them).
//
// As JSON it is one line of UTF-8. Characters that could drive a terminal are escaped even though JSON allows
// them, and so are combining marks beyond cli/text.h's limit: people look at JSON in terminals.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace liaise::cli {

class Record {
  public:
    using Value =
        std::variant<std::string, std::int64_t, bool, std::vector<std::string>, std::vector<Record>>;

    Record& add(const char* name, std::string value) { return put(name, std::move(value)); }
    Record& add(const char* name, const char* value) { return put(name, std::string(value)); }
    Record& add(const char* name, bool value) { return put(name, value); }
    Record& add(const char* name, std::int64_t value) { return put(name, value); }
    Record& add(const char* name, std::uint64_t value) { return put(name, static_cast<std::int64_t>(value)); }
    Record& add(const char* name, std::uint32_t value) { return put(name, static_cast<std::int64_t>(value)); }
    Record& add(const char* name, std::vector<std::string> value) { return put(name, std::move(value)); }
    Record& add(const char* name, std::vector<Record> value) { return put(name, std::move(value)); }
    Record& add_all(const Record& more) {
        values_.insert(values_.end(), more.values_.begin(), more.values_.end());
        return *this;
    }

    std::string json() const;
    const std::vector<std::pair<std::string, Value>>& values() const { return values_; }

  private:
    Record& put(const char* name, Value value) {
        values_.emplace_back(name, std::move(value));
        return *this;
    }
    std::vector<std::pair<std::string, Value>> values_;
};

}  // namespace liaise::cli
