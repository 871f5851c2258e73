// Runs the client as a user would, on homes in a folder of its own, with the fake daemon behind it.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace liaise::test {

struct Ran {
    int exit = -1;
    std::string out, err;
};

class Liaise {
  public:
    Liaise();
    ~Liaise();  // stops every daemon that it started
    Liaise(const Liaise&) = delete;
    Liaise& operator=(const Liaise&) = delete;

    // Paths in arguments are relative to folder().
    Ran run(const std::vector<std::string>& arguments, const std::string& standard_input = {});
    // The same in a pseudo-terminal of so many columns; out holds everything that the terminal was sent.
    // `typed` is handed over when each of its questions has been asked.
    Ran run_in_terminal(const std::vector<std::string>& arguments, unsigned columns = 80,
                        const std::vector<std::pair<std::string, std::string>>& typed = {});

    // A home `name`, made and up.
    void node(const std::string& name, const std::string& person = "Asha Wanjiru",
              const std::string& country = "KE");

    const std::filesystem::path& folder() const { return folder_; }
    void write(const std::string& file, const std::string& content) const;
    std::string contents(const std::string& file) const;
    std::map<std::string, std::string> environment;

  private:
    std::vector<std::string> environment_list() const;
    std::filesystem::path folder_;
};

// The lines of a --json answer.
std::vector<nlohmann::ordered_json> json_lines(const std::string& text);
// The names of an object, in order.
std::vector<std::string> names(const nlohmann::ordered_json& object);
std::string line(const std::string& text);  // without its line break

}  // namespace liaise::test
