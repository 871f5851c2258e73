// The figures of one run, printed as they come, then side by side, then beside mlspp's.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace liaise::bench {

struct Row {
    std::string what;
    double ours = 0;   // microseconds
    double bare = 0;   // what libsodium alone takes for it
    double bytes = 0;  // of the message, where there is one
};

class Table {
  public:
    void start(std::size_t group_size);  // the rows that follow belong to it; before the first, to all sizes
    void add(Row row);
    // Milliseconds and times bare, a column for each size.
    void print_side_by_side() const;
    // How many times as fast as mlspp, and how many times libsodium alone would be.
    void print_beside_mlspp() const;

  private:
    struct Group {
        std::size_t size = 0;
        std::vector<Row> rows;
    };
    const Row* find(std::size_t size, const std::string& what) const;

    std::vector<Group> groups_{{}};
};

}  // namespace liaise::bench
