#include "cli/qr.h"

#include <qrencode.h>

#include <memory>

#include "cli/exit.h"
#include "cli/words.h"

namespace liaise::cli {

std::vector<std::string> qr_lines(const std::string& text, bool colour) {
    const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
        ::QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_L), ::QRcode_free);
    if (!code) throw Failure{Exit::failed, tr("This text is too long for a QR code. Hand it over as text.")};
    constexpr int quiet = 4;
    const int width = code->width;
    const auto dark = [&](int row, int column) {
        const bool inside = row >= 0 && row < width && column >= 0 && column < width;
        return inside && (code->data[row * width + column] & 1) != 0;
    };
    std::vector<std::string> lines;
    for (int row = -quiet; row < width + quiet; row += 2) {
        std::string line = colour ? "\x1b[30;47m" : "";
        for (int column = -quiet; column < width + quiet; ++column) {
            // Without colour the terminal's own light letters on dark draw the light squares.
            const bool upper = dark(row, column) == colour, lower = dark(row + 1, column) == colour;
            line += upper && lower ? "\u2588" : upper ? "\u2580" : lower ? "\u2584" : " ";
        }
        lines.push_back(line + (colour ? "\x1b[0m" : ""));
    }
    return lines;
}

}  // namespace liaise::cli
