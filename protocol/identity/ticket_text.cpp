#include "protocol/identity/ticket_text.h"

#include <algorithm>
#include <charconv>

#include "protocol/base/limits.h"
#include "protocol/crypto/kdf.h"
#include "protocol/identity/clock.h"
#include "protocol/identity/labels.h"
#include "protocol/identity/ticket_address.h"

namespace liaise::identity {
namespace {

using Checksum = FixedBytes<struct ChecksumMeaning, 4>;

struct Prefix {
    std::string_view written;
    std::string_view forgiven;  // as forgiven() leaves it, without the version
};
constexpr Prefix member_prefix{"liaise1-", "11a1se"};
constexpr Prefix device_prefix{"liaise-device1-", "11a1se-dev1ce"};

const Prefix& prefix_of(TicketKind kind) {
    return kind == TicketKind::device ? device_prefix : member_prefix;
}

constexpr Error no_ticket{ErrorCode::malformed, "this is not a ticket"};
constexpr Error mistyped{ErrorCode::not_authentic, "the ticket is mistyped or cut short"};

Checksum checksum_of(BytesView bytes) {
    return labelled_hash<Checksum>("liaise/1 ticket-checksum", {bytes});
}

// Without white space, in lower case, the letters that are read as digits made digits.
std::string forgiven(std::string_view text) {
    std::string plain;
    for (char c : text) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == 'o') c = '0';
        if (c == 'i' || c == 'l') c = '1';
        plain += c;
    }
    return plain;
}

struct Stripped {
    std::uint32_t version = 0;
    std::string_view rest;
};

std::optional<Stripped> strip_prefix(const Prefix& prefix, std::string_view plain) {
    if (!plain.starts_with(prefix.forgiven)) return std::nullopt;
    plain.remove_prefix(prefix.forgiven.size());
    Stripped stripped;
    const auto [end, fault] = std::from_chars(plain.data(), plain.data() + plain.size(), stripped.version);
    if (fault != std::errc{} || end == plain.data() + plain.size() || *end != '-') return std::nullopt;
    stripped.rest = plain.substr(static_cast<std::size_t>(end - plain.data()) + 1);
    return stripped;
}

}  // namespace

NetworkTag tag_of(const NetworkId& network) {
    return NetworkTag::from(network.view().first(NetworkTag::size_bytes)).value();
}

DeviceTag tag_of(const DeviceId& device) {
    return DeviceTag::from(device.view().first(DeviceTag::size_bytes)).value();
}

TicketId ticket_id_of(const TicketSecret& secret) {
    return labelled_hash<TicketId>("liaise/1 ticket-id", {secret.view()});
}

crypto::Key ticket_key_of(const TicketSecret& secret, std::string_view label) {
    const crypto::Key root = crypto::hkdf_extract(bytes_of("liaise/1 ticket"), {secret.view()});
    crypto::Key key;
    crypto::hkdf_expand(root.view(), {bytes_of(label)}, key.mutable_view());
    return key;
}

crypto::DhKey guest_key_of(const TicketSecret& secret) {
    return crypto::DhKey::from_private(ticket_key_of(secret, "liaise/1 ticket-guest"));
}

std::optional<TicketKind> kind_of_ticket(std::string_view text) {
    if (text.size() > limits::ticket_text_bytes_max) return std::nullopt;
    const std::string plain = forgiven(text);
    for (const TicketKind kind : {TicketKind::member, TicketKind::device})
        if (strip_prefix(prefix_of(kind), plain)) return kind;
    return std::nullopt;
}

std::string ticket_text(TicketKind kind, BytesView body) {
    Bytes bytes = to_bytes(body);
    append(bytes, checksum_of(body).view());
    return std::string(prefix_of(kind).written) + to_base32(bytes);
}

Result<Bytes> ticket_body(TicketKind kind, std::string_view text) {
    if (text.size() > limits::ticket_text_bytes_max) return no_ticket;
    const std::string plain = forgiven(text);
    const auto stripped = strip_prefix(prefix_of(kind), plain);
    if (!stripped) return no_ticket;
    if (stripped->version != 1)
        return Error{ErrorCode::unsupported, "a ticket of a newer version", stripped->version};
    std::string digits(stripped->rest);
    std::erase(digits, '-');
    auto bytes = from_base32(digits);
    if (!bytes || bytes->size() < Checksum::size_bytes) return mistyped;
    const BytesView body = BytesView(*bytes).first(bytes->size() - Checksum::size_bytes);
    if (!same_bytes(checksum_of(body).view(), BytesView(*bytes).last(Checksum::size_bytes))) return mistyped;
    bytes->resize(body.size());
    return *std::move(bytes);
}

Result<void> write_ticket_addresses(Writer& writer, const std::vector<std::string>& addresses) {
    if (addresses.size() > limits::ticket_addresses_max)
        return Error{ErrorCode::too_large, "too many addresses", addresses.size()};
    for (const std::string& address : addresses) LIAISE_TRY(check_address(address));
    writer.u8(static_cast<std::uint8_t>(addresses.size()));
    for (const std::string& address : addresses) write_address(writer, address);
    return {};
}

Result<std::vector<std::string>> read_ticket_addresses(Reader& reader) {
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count > limits::ticket_addresses_max)
        return Error{ErrorCode::too_large, "a ticket with too many addresses", count};
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < count; ++i) addresses.push_back(LIAISE_TRY(read_address(reader)));
    return addresses;
}

Result<void> write_ticket_time(Writer& writer, Time expires) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(expires.time_since_epoch()).count();
    if (seconds < 0 || seconds > 0xffff'ffff) return Error{ErrorCode::malformed, "an expiry out of range"};
    writer.u32(static_cast<std::uint32_t>(seconds));
    return {};
}

Result<Time> read_ticket_time(Reader& reader) {
    return Time{std::chrono::seconds{LIAISE_TRY(reader.u32())}};
}

Result<void> check_ticket_time(Time expires, Time now) {
    if (too_late(expires, now))
        return Error{ErrorCode::expired, "the ticket has expired",
                     static_cast<std::uint64_t>(to_milliseconds(expires))};
    return {};
}

}  // namespace liaise::identity
