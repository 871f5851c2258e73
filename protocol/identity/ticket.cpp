#include "protocol/identity/ticket.h"

#include <algorithm>
#include <charconv>

#include "protocol/base/limits.h"
#include "protocol/crypto/kdf.h"
#include "protocol/identity/clock.h"
#include "protocol/identity/labels.h"
#include "protocol/identity/ticket_address.h"

namespace liaise::identity {
namespace {

constexpr std::string_view prefix = "liaise1-";
constexpr std::string_view prefix_without_version = "11a1se";  // as forgiven() leaves it
using Checksum = FixedBytes<struct ChecksumMeaning, 4>;

constexpr Error no_ticket{ErrorCode::malformed, "this is not a ticket"};
constexpr Error mistyped{ErrorCode::not_authentic, "the ticket is mistyped or cut short"};

Checksum checksum_of(BytesView bytes) {
    return labelled_hash<Checksum>("liaise/1 ticket-checksum", {bytes});
}

crypto::Key derive(const TicketSecret& secret, std::string_view label) {
    const crypto::Key root = crypto::hkdf_extract(bytes_of("liaise/1 ticket"), {secret.view()});
    crypto::Key key;
    crypto::hkdf_expand(root.view(), {bytes_of(label)}, key.mutable_view());
    return key;
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

// What is behind the prefix; its version must be ours.
Result<std::string> strip_prefix(std::string_view plain) {
    if (!plain.starts_with(prefix_without_version)) return no_ticket;
    plain.remove_prefix(prefix_without_version.size());
    std::uint32_t version = 0;
    const auto [end, fault] = std::from_chars(plain.data(), plain.data() + plain.size(), version);
    if (fault != std::errc{} || end == plain.data() + plain.size() || *end != '-') return no_ticket;
    if (version != 1) return Error{ErrorCode::unsupported, "a ticket of a newer version", version};
    std::string rest(plain.substr(static_cast<std::size_t>(end - plain.data()) + 1));
    std::erase(rest, '-');
    return rest;
}

Result<std::vector<std::string>> read_addresses(Reader& reader) {
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count > limits::ticket_addresses_max)
        return Error{ErrorCode::too_large, "a ticket with too many addresses", count};
    std::vector<std::string> addresses;
    for (std::size_t i = 0; i < count; ++i) addresses.push_back(LIAISE_TRY(read_address(reader)));
    return addresses;
}

Result<Ticket> read_ticket(Reader& reader) {
    const auto network = LIAISE_TRY(reader.fixed<NetworkTag>());
    const auto inviter = LIAISE_TRY(reader.fixed<DeviceTag>());
    const auto transport = LIAISE_TRY(read_dh_key(reader));
    auto secret = LIAISE_TRY(TicketSecret::copy_of(LIAISE_TRY(reader.raw(TicketSecret::size_bytes))));
    const Role role = LIAISE_TRY(read_role(reader));
    const Country country = LIAISE_TRY(read_country(reader));
    const Time expires{std::chrono::seconds{LIAISE_TRY(reader.u32())}};
    auto addresses = LIAISE_TRY(read_addresses(reader));
    LIAISE_TRY(reader.end());
    return Ticket{network, inviter, transport, std::move(secret),
                  role,    country, expires,   std::move(addresses)};
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

crypto::DhKey guest_key_of(const TicketSecret& secret) {
    return crypto::DhKey::from_private(derive(secret, "liaise/1 ticket-guest"));
}

crypto::Key join_mac_key_of(const TicketSecret& secret) {
    return derive(secret, "liaise/1 ticket-mac");
}

Result<std::string> Ticket::encode() const {
    if (addresses.size() > limits::ticket_addresses_max)
        return Error{ErrorCode::too_large, "too many addresses", addresses.size()};
    for (const std::string& address : addresses) LIAISE_TRY(check_address(address));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(expires.time_since_epoch()).count();
    if (seconds < 0 || seconds > 0xffff'ffff) return Error{ErrorCode::malformed, "an expiry out of range"};
    Writer writer;
    writer.fixed(network).fixed(inviter).fixed(transport).raw(secret.view());
    write_role(writer, role);
    write_country(writer, country);
    writer.u32(static_cast<std::uint32_t>(seconds));
    writer.u8(static_cast<std::uint8_t>(addresses.size()));
    for (const std::string& address : addresses) write_address(writer, address);
    const Checksum checksum = checksum_of(writer.view());
    writer.fixed(checksum);
    return std::string(prefix) + to_base32(writer.view());
}

Result<Ticket> Ticket::parse(std::string_view text) {
    if (text.size() > limits::ticket_text_bytes_max) return no_ticket;
    const std::string digits = LIAISE_TRY(strip_prefix(forgiven(text)));
    const auto bytes = from_base32(digits);
    if (!bytes || bytes->size() < Checksum::size_bytes) return mistyped;
    const BytesView body = BytesView(*bytes).first(bytes->size() - Checksum::size_bytes);
    if (!same_bytes(checksum_of(body).view(), BytesView(*bytes).last(Checksum::size_bytes))) return mistyped;
    Reader reader(body);
    return read_ticket(reader);
}

Result<void> Ticket::check_time(Time now) const {
    if (too_late(expires, now))
        return Error{ErrorCode::expired, "the ticket has expired",
                     static_cast<std::uint64_t>(to_milliseconds(expires))};
    return {};
}

}  // namespace liaise::identity
