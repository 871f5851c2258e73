#include "tests/bench/mls/table.h"

#include <cstdio>

namespace liaise::bench {
namespace {

// Cisco's mlspp (C++ over OpenSSL) on the same work and suite, release build, on two shared cores like the
// ones this was written on; milliseconds in groups of 100 and of 1,000.
struct Other {
    const char* what;
    double ms_100;
    double ms_1000;
};
constexpr Other mlspp[] = {
    {"key package", 1e3 / 2070, 1e3 / 3150},
    {"create: one commit adding all", 76, 1200},
    {"join from that welcome", 18, 130},
    {"empty commit, blank tree: make", 18, 134},
    {"empty commit, blank tree: process", 3.1, 25},
    {"empty commit, warm tree: make", 3.2, 16},
    {"empty commit, warm tree: process", 2.1, 15},
    {"add one (path): make", 13, 130},
    {"add one (path): process", 2.4, 15},
    {"add one: join", 13, 126},
    {"remove one: make", 13, 118},
    {"remove one: process", 2.1, 17},
    {"protect 1 KiB", 1e3 / 9100, 1e3 / 9100},
    {"open 1 KiB", 1e3 / 3500, 1e3 / 3900},
};

}  // namespace

void Table::start(std::size_t group_size) {
    groups_.push_back({group_size, {}});
    std::printf("\ngroup of %zu\n", group_size);
}

void Table::add(Row row) {
    std::printf("  %-36s %10.3f ms   bare %10.3f ms   %5.2f", row.what.c_str(), row.ours / 1e3,
                row.bare / 1e3, row.ours / row.bare);
    if (row.bytes > 0) std::printf("   %9.1f KB", row.bytes / 1e3);
    std::printf("\n");
    groups_.back().rows.push_back(std::move(row));
}

const Row* Table::find(std::size_t size, const std::string& what) const {
    for (const Group& group : groups_)
        for (const Row& row : group.rows)
            if (row.what == what && (group.size == size || group.size == 0)) return &row;
    return nullptr;
}

void Table::print_side_by_side() const {
    std::printf("\n%-36s", "ms (times bare)");
    for (std::size_t i = 1; i < groups_.size(); ++i) std::printf("  %10zu members", groups_[i].size);
    std::printf("\n");
    for (const Row& first : groups_.back().rows) {
        std::printf("%-36s", first.what.c_str());
        for (std::size_t i = 1; i < groups_.size(); ++i)
            if (const Row* const row = find(groups_[i].size, first.what))
                std::printf("  %10.3f (%4.2f)", row->ours / 1e3, row->ours / row->bare);
        std::printf("\n");
    }
}

void Table::print_beside_mlspp() const {
    std::printf("\n%-36s  %26s  %26s\n", "times as fast as mlspp (the most libsodium allows)", "100 members",
                "1,000 members");
    const auto print = [&](const char* what, std::size_t size, double theirs) {
        const Row* const row = find(size, what);
        if (row == nullptr) return std::printf("  %26s", "-");
        return std::printf("  %17.1f (%6.1f)", theirs * 1e3 / row->ours, theirs * 1e3 / row->bare);
    };
    for (const Other& other : mlspp) {
        std::printf("%-50s", other.what);
        print(other.what, 100, other.ms_100);
        print(other.what, 1000, other.ms_1000);
        std::printf("\n");
    }
}

}  // namespace liaise::bench
