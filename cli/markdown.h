// Markdown in a terminal: CommonMark, read by libcmark, written as wrapped lines with a few styles.
//
// - Every text of the document is neutralised (cli/text.h); HTML is shown as the text that it is; links show
//   where they lead, pictures what they are said to show. Nothing is fetched.
// - Above markdown_bytes_max the text is shown as it stands: parsing hostile markup can take more than linear
//   time, and at that size nobody reads it in a terminal.
#pragma once

#include <string>
#include <string_view>

#include "cli/output.h"

namespace liaise::cli {

inline constexpr std::size_t markdown_bytes_max = 1024 * 1024;

// Safe text with line breaks, styled where `out` has colour.
std::string render_markdown(std::string_view markdown, const Output& out, std::size_t columns);

}  // namespace liaise::cli
