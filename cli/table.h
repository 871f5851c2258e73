// Rows under headings, for people. Columns are as wide as they need to be; where the terminal is narrower,
// the flexible columns give way, and where even that is not enough each row becomes a block of its own with a
// line a column, which also reads well aloud.
//
// Cells are text from anyone: they are neutralised here. Without a terminal nothing is cut.
#pragma once

#include <string>
#include <vector>

namespace liaise::cli {

class Table {
  public:
    struct Column {
        std::string heading;
        bool flexible = false;  // may be cut
        bool number = false;    // stands to the right
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> row);
    bool empty() const { return rows_.empty(); }

    // cells_max 0: as wide as needed.
    std::vector<std::string> lines(std::size_t cells_max) const;

  private:
    std::vector<std::size_t> widths() const;
    bool shrink(std::vector<std::size_t>& widths, std::size_t cells_max) const;
    std::string line(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) const;
    std::vector<std::string> blocks(std::size_t cells_max) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace liaise::cli
