#include "protocol/log/entry.h"

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/hash.h"

namespace liaise::log {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::string_view log_id_domain{"liaise/1 log-id\0", 16};

VerifyKey verify_key_of(const WriterKey& writer) {
    return VerifyKey{writer.bytes};
}

void put(std::uint8_t*& at, BytesView bytes) {
    at = std::copy(bytes.begin(), bytes.end(), at);
}

template <class Number>
void put_number(std::uint8_t*& at, Number value) {
    for (std::size_t shift = sizeof(Number); shift-- > 0;)
        *at++ = static_cast<std::uint8_t>(value >> (shift * 8));
}

Result<void> check_bounds(const EntryHeader& header) {
    if (header.sequence == 0) return Error{ErrorCode::malformed, "an entry's sequence starts at 1"};
    if (header.sequence > limits::sequence_max)
        return Error{ErrorCode::too_large, "sequence beyond the end of a log", header.sequence};
    if ((header.sequence == 1) != header.previous.is_zero())
        return Error{ErrorCode::malformed, "only entry 1 has no predecessor", header.sequence};
    if (header.payload_bytes > limits::payload_bytes_max)
        return Error{ErrorCode::too_large, "payload over its limit", header.payload_bytes};
    return {};
}

}  // namespace

HeaderBytes encode(const EntryHeader& header) {
    HeaderBytes bytes;
    std::uint8_t* at = bytes.data();
    put_number(at, version);
    put_number(at, static_cast<std::uint8_t>(header.kind));
    put(at, header.channel.view());
    put(at, header.writer.view());
    put_number(at, header.sequence);
    put(at, header.previous.view());
    put_number(at, header.payload_bytes);
    put(at, header.payload_hash.view());
    LIAISE_CHECK(at == bytes.data() + bytes.size());
    return bytes;
}

Result<EntryHeader> parse_header(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "entry of another version", bytes[0]};
    EntryHeader header;
    const std::uint8_t kind = LIAISE_TRY(reader.u8());
    if (kind > static_cast<std::uint8_t>(EntryKind::policy))
        return Error{ErrorCode::unsupported, "entry of an unknown kind", kind};
    header.kind = EntryKind{kind};
    header.channel = LIAISE_TRY(reader.fixed<ChannelId>());
    header.writer = LIAISE_TRY(reader.fixed<WriterKey>());
    header.sequence = LIAISE_TRY(reader.u64());
    header.previous = LIAISE_TRY(reader.fixed<EntryId>());
    header.payload_bytes = LIAISE_TRY(reader.u32());
    header.payload_hash = LIAISE_TRY(reader.fixed<Hash>());
    LIAISE_TRY(reader.end());
    LIAISE_TRY(check_bounds(header));
    return header;
}

Bytes encode(const SignedHeader& entry) {
    Bytes bytes;
    bytes.reserve(signed_header_bytes);
    append(bytes, encode(entry.header));
    append(bytes, entry.signature.view());
    return bytes;
}

Result<SignedHeader> parse_signed_header(BytesView bytes) {
    if (bytes.size() != signed_header_bytes)
        return Error{ErrorCode::malformed, "signed header of the wrong size", bytes.size()};
    SignedHeader entry;
    entry.header = LIAISE_TRY(parse_header(bytes.first(header_bytes)));
    entry.signature = LIAISE_TRY(Signature::from(bytes.subspan(header_bytes)));
    return entry;
}

EntryId id_of(const SignedHeader& entry) {
    return EntryId{crypto::blake2b({encode(entry.header), entry.signature.view()}).bytes};
}

Result<void> verify(const SignedHeader& entry) {
    return crypto::verify(verify_key_of(entry.header.writer), crypto::Purpose::entry, encode(entry.header),
                          entry.signature);
}

LogId log_id_of(const ChannelId& channel, const WriterKey& writer) {
    const Hash hash = crypto::blake2b({bytes_of(log_id_domain), channel.view(), writer.view()});
    LogId id;
    std::copy_n(hash.bytes.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

Result<Entry> sign_entry(const crypto::SigningKey& writer, const ChannelId& channel, const LogHead& head,
                         EntryKind kind, BytesView payload) {
    if (payload.size() > limits::payload_bytes_max)
        return Error{ErrorCode::too_large, "payload over its limit", payload.size()};
    if (head.sequence >= limits::sequence_max)
        return Error{ErrorCode::too_large, "the log is full", head.sequence};
    LIAISE_CHECK(head.empty() == head.id.is_zero());
    Entry entry;
    entry.header = {kind,
                    channel,
                    writer_key_of(writer),
                    head.sequence + 1,
                    head.id,
                    static_cast<std::uint32_t>(payload.size()),
                    crypto::blake2b({payload})};
    entry.signature = writer.sign(crypto::Purpose::entry, encode(entry.header));
    entry.id = id_of(entry.signed_header());
    entry.payload = to_bytes(payload);
    return entry;
}

Result<void> verify(const Entry& entry) {
    if (entry.id != id_of(entry.signed_header()))
        return Error{ErrorCode::not_authentic, "entry under another id", entry.header.sequence};
    LIAISE_TRY(check_bounds(entry.header));
    if (entry.payload && (entry.payload->size() != entry.header.payload_bytes ||
                          crypto::blake2b({*entry.payload}) != entry.header.payload_hash))
        return Error{ErrorCode::not_authentic, "payload does not fit its header", entry.header.sequence};
    return verify(entry.signed_header());
}

}  // namespace liaise::log
