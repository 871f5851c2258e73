#include "cli/table.h"

#include <algorithm>
#include <numeric>

#include "cli/text.h"

namespace liaise::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t flexible_least = 8;

}  // namespace

void Table::add(std::vector<std::string> row) {
    row.resize(columns_.size());
    for (std::string& cell : row) cell = safe_line(cell);
    rows_.push_back(std::move(row));
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = cells(columns_[i].heading);
        for (const auto& row : rows_) width = std::max(width, cells(row[i]));
        widths.push_back(width);
    }
    return widths;
}

// Takes from the widest flexible column, cell by cell, until the row fits; false when it cannot.
bool Table::shrink(std::vector<std::size_t>& widths, std::size_t cells_max) const {
    std::size_t sum = std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
    while (sum > cells_max) {
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i < widths.size(); ++i)
            if (columns_[i].flexible && widths[i] > flexible_least &&
                (widest == nullptr || widths[i] > *widest))
                widest = &widths[i];
        if (widest == nullptr) return false;
        --*widest;
        --sum;
    }
    return true;
}

std::string Table::line(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) const {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string cell = fit(row[i], widths[i]);
        const std::string space(widths[i] - cells(cell), ' ');
        line += columns_[i].number ? space + cell : cell + space;
        line += std::string(gap, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::vector<std::string> Table::blocks(std::size_t cells_max) const {
    std::vector<std::string> lines;
    for (const auto& row : rows_) {
        if (!lines.empty()) lines.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i)
            if (!row[i].empty())
                for (std::string& part : wrap(columns_[i].heading + ": " + row[i], cells_max))
                    lines.push_back(std::move(part));
    }
    return lines;
}

std::vector<std::string> Table::lines(std::size_t cells_max) const {
    if (rows_.empty()) return {};
    auto fitted = widths();
    if (cells_max != 0 && !shrink(fitted, cells_max)) return blocks(cells_max);
    std::vector<std::string> headings;
    for (const Column& column : columns_) headings.push_back(column.heading);
    std::vector<std::string> lines{line(headings, fitted)};
    for (const auto& row : rows_) lines.push_back(line(row, fitted));
    return lines;
}

}  // namespace liaise::cli
