// A text as a QR code of half blocks, for a telephone's camera: dark on light, with the quiet zone around it
// that readers need.
#pragma once

#include <string>
#include <vector>

namespace liaise::cli {

// Lines to print; with `colour` painted black on white, so that a dark terminal does not invert it. Throws
// Failure where the text does not fit into a code.
std::vector<std::string> qr_lines(const std::string& text, bool colour);

}  // namespace liaise::cli
