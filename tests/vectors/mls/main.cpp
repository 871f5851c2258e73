// mls-vectors FILE...            runs every case that is for us; one line per file: "name: passed/total"
// mls-vectors --official         the same over mls/*.json of $LIAISE_VECTORS or ../shared/vectors
// mls-vectors --generate DIR     writes vectors of our own
//
// The kind of a file is seen in its cases. A failing case is named with the step that failed. Exit code 1
// when a case failed or a file could not be read, 2 for wrong usage.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "protocol/crypto/init.h"
#include "tests/vectors/mls/kinds.h"

namespace {

namespace fs = std::filesystem;
using namespace liaise::test::mls_vectors;

std::string failure_of(const Kind& kind, const Json& vector) {
    try {
        kind.run(vector);
        return {};
    } catch (const StepFailed& failed) {
        return failed.step;
    } catch (const Json::exception& wrong) {
        return std::string("the case is not in its format: ") + wrong.what();
    }
}

std::string name_of_case(const Json& vector, std::size_t position) {
    std::string name = "case " + std::to_string(position);
    if (vector.contains("source_index")) name += " (source_index " + vector.at("source_index").dump() + ")";
    return name;
}

bool run_file(const fs::path& path) {
    std::ifstream file(path);
    const Json cases = Json::parse(file, nullptr, false);
    const std::string name = path.stem().string();
    if (!cases.is_array()) {
        std::cout << name << ": not a list of test vectors\n";
        return false;
    }
    std::size_t total = 0;
    std::size_t passed = 0;
    std::string failures;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Kind* const kind = kind_of(cases[i]);
        if (kind != nullptr && !is_for_us(*kind, cases[i])) continue;
        ++total;
        const std::string failure = kind ? failure_of(*kind, cases[i]) : "no kind of vector that is known";
        if (failure.empty()) ++passed;
        if (!failure.empty()) failures += "  " + name_of_case(cases[i], i) + ": " + failure + "\n";
    }
    std::cout << name << ": " << passed << "/" << total << "\n" << failures;
    return passed == total;
}

int generate_into(const fs::path& folder) {
    fs::create_directories(folder);
    for (const auto& [name, text] : generate(20260101)) std::ofstream(folder / name) << text;
    return 0;
}

std::vector<fs::path> json_files(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<fs::path> official_files() {
    const char* const chosen = std::getenv("LIAISE_VECTORS");
    const fs::path folder = fs::path(chosen ? chosen : LIAISE_SOURCE_DIR "/../shared/vectors");
    if (!fs::exists(folder)) {
        std::cout << "not run: mls (no test vectors; set LIAISE_VECTORS)\n";
        return {};
    }
    return json_files(folder / "mls");
}

int run(const std::vector<std::string>& words) {
    if (words.size() == 2 && words[0] == "--generate") return generate_into(words[1]);
    const bool official = words.size() == 1 && words[0] == "--official";
    if (words.empty() || (!official && words[0].starts_with("--"))) {
        std::cerr << "usage: mls-vectors FILE... | --official | --generate DIR\n";
        return 2;
    }
    bool all = true;
    const std::vector<fs::path> files =
        official ? official_files() : std::vector<fs::path>(words.begin(), words.end());
    for (const fs::path& path : files) all = run_file(path) && all;
    return all ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        liaise::crypto::initialise();
        return run({arguments + 1, arguments + count});
    } catch (const std::exception& failure) {
        std::cerr << "mls-vectors: " << failure.what() << "\n";
        return 1;
    }
}
