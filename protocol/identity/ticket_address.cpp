#include "protocol/identity/ticket_address.h"

#include <algorithm>
#include <charconv>

#include "protocol/base/limits.h"

namespace liaise::identity {
namespace {

enum class Packed : std::uint8_t { ipv4 = 1, onion = 2 };

constexpr std::string_view onion_digits = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648, as Tor writes it
constexpr std::string_view onion_end = ".onion:";
constexpr std::size_t onion_characters = 56;
constexpr std::size_t onion_bytes = 35;

// The number at the front of `text`, which is cut off; nothing for none or one over `most`.
std::optional<std::uint16_t> take_number(std::string_view& text, std::uint32_t most) {
    std::uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || number > most) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return static_cast<std::uint16_t>(number);
}

std::string ipv4_text(BytesView bytes) {
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) text += std::to_string(bytes[i]) + (i < 3 ? "." : ":");
    return text + std::to_string(bytes[4] << 8 | bytes[5]);
}

std::optional<Bytes> pack_ipv4(std::string_view address) {
    Bytes bytes;
    std::string_view rest = address;
    for (const char after : {'.', '.', '.', ':'}) {
        const auto number = take_number(rest, 255);
        if (!number || rest.empty() || rest.front() != after) return std::nullopt;
        rest.remove_prefix(1);
        bytes.push_back(static_cast<std::uint8_t>(*number));
    }
    const auto port = take_number(rest, 65535);
    if (!port || !rest.empty()) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*port >> 8));
    bytes.push_back(static_cast<std::uint8_t>(*port & 255));
    if (ipv4_text(bytes) != address) return std::nullopt;  // leading zeros
    return bytes;
}

std::string onion_text(BytesView bytes) {
    std::string text;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const std::uint8_t byte : bytes.first(onion_bytes)) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 5;) {
            count -= 5;
            text += onion_digits[bits >> count & 31];
        }
    }
    text += onion_end;
    return text + std::to_string(bytes[onion_bytes] << 8 | bytes[onion_bytes + 1]);
}

std::optional<Bytes> pack_onion(std::string_view address) {
    if (address.size() < onion_characters || !address.substr(onion_characters).starts_with(onion_end))
        return std::nullopt;
    Bytes bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char digit : address.substr(0, onion_characters)) {
        const auto value = onion_digits.find(digit);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 5 | static_cast<std::uint32_t>(value);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> count & 255));
    }
    std::string_view rest = address.substr(onion_characters + onion_end.size());
    const auto port = take_number(rest, 65535);
    if (!port || !rest.empty()) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*port >> 8));
    bytes.push_back(static_cast<std::uint8_t>(*port & 255));
    if (onion_text(bytes) != address) return std::nullopt;
    return bytes;
}

}  // namespace

Result<void> check_address(std::string_view address) {
    if (address.empty()) return Error{ErrorCode::malformed, "an empty address"};
    if (address.size() > limits::address_bytes_max)
        return Error{ErrorCode::too_large, "an address that is too long", address.size()};
    const bool printable =
        std::all_of(address.begin(), address.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!printable) return Error{ErrorCode::malformed, "an address with a space or a control character"};
    return {};
}

void write_address(Writer& writer, std::string_view address) {
    if (const auto ipv4 = pack_ipv4(address)) {
        writer.u8(0).u8(static_cast<std::uint8_t>(Packed::ipv4)).raw(*ipv4);
    } else if (const auto onion = pack_onion(address)) {
        writer.u8(0).u8(static_cast<std::uint8_t>(Packed::onion)).raw(*onion);
    } else {
        writer.u8(static_cast<std::uint8_t>(address.size())).raw(bytes_of(address));
    }
}

Result<std::string> read_address(Reader& reader) {
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count > 0) {
        std::string address(liaise::text_of(LIAISE_TRY(reader.raw(count))));
        LIAISE_TRY(check_address(address));
        return address;
    }
    const std::uint8_t kind = LIAISE_TRY(reader.u8());
    switch (static_cast<Packed>(kind)) {
        case Packed::ipv4:
            return ipv4_text(LIAISE_TRY(reader.raw(6)));
        case Packed::onion:
            return onion_text(LIAISE_TRY(reader.raw(onion_bytes + 2)));
    }
    return Error{ErrorCode::unsupported, "an address of a kind we do not know", kind};
}

}  // namespace liaise::identity
