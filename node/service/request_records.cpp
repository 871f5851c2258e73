#include "node/service/request_records.h"

#include "protocol/base/entering_limits.h"

namespace liaise::node::service {
namespace {

constexpr std::uint8_t version = 3;
constexpr std::size_t text_bytes_max = 4096;

void write_time(Writer& writer, Time time) {
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(time)));
}

Result<Time> read_time(Reader& reader) {
    return time_from_milliseconds(static_cast<std::int64_t>(LIAISE_TRY(reader.u64())));
}

void write_times(Writer& writer, const std::vector<Time>& times) {
    writer.u8(static_cast<std::uint8_t>(times.size()));
    for (const Time time : times) write_time(writer, time);
}

Result<std::vector<Time>> read_times(Reader& reader) {
    std::vector<Time> times(LIAISE_TRY(reader.u8()));
    for (Time& time : times) time = LIAISE_TRY(read_time(reader));
    return times;
}

Result<std::string> read_text(Reader& reader) {
    const BytesView bytes = LIAISE_TRY(reader.sized16(text_bytes_max));
    return std::string(text_of(bytes));
}

template <class Id>
void write_ids(Writer& writer, const std::set<Id>& ids) {
    writer.u16(static_cast<std::uint16_t>(ids.size()));
    for (const Id& id : ids) writer.fixed(id);
}

template <class Id>
Result<std::set<Id>> read_ids(Reader& reader) {
    std::set<Id> ids;
    for (std::uint16_t left = LIAISE_TRY(reader.u16()); left > 0; --left)
        ids.insert(LIAISE_TRY(reader.fixed<Id>()));
    return ids;
}

// Version 1 is from before aliases, version 2 from before they were handed to other devices.
Result<std::uint8_t> read_version(Reader& reader) {
    const std::uint8_t read = LIAISE_TRY(reader.u8());
    if (read == 0 || read > version)
        return Error{ErrorCode::unsupported, "request record of a newer version"};
    return read;
}

Bytes encode(const channel::Charter& card) {
    return channel::encode(channel::validate({{}, channel::Handling::clear, {}, card}).value());
}

Result<channel::Charter> read_card(Reader& reader) {
    const auto content =
        LIAISE_TRY(channel::decode(LIAISE_TRY(reader.sized16(limits::payload_bytes_max - 1))));
    const auto* const card = content.as<channel::Charter>();
    if (card == nullptr) return Error{ErrorCode::not_authentic, "damaged request record"};
    return *card;
}

}  // namespace

Bytes encode(const Requests::Asked& asked) {
    Writer writer;
    writer.u8(version).u8(static_cast<std::uint8_t>(asked.state)).u64(asked.number);
    write_time(writer, asked.time);
    write_times(writer, asked.askings);
    writer.sized16(encode(asked.card));
    for (const std::string* text : {&asked.note, &asked.reason}) writer.sized16(bytes_of(*text));
    writer.fixed(asked.answered_by);
    write_ids(writer, asked.conveners);
    write_ids(writer, asked.sent);
    writer.u8(asked.alias ? 1 : 0);
    if (asked.alias) {
        writer.fixed(*asked.alias).sized16(bytes_of(asked.alias_name));
        write_time(writer, asked.not_before);
    }
    return std::move(writer).take();
}

Result<Requests::Asked> parse_asked(BytesView bytes) {
    Reader reader(bytes);
    const std::uint8_t read = LIAISE_TRY(read_version(reader));
    Requests::Asked asked;
    const std::uint8_t state = LIAISE_TRY(reader.u8());
    if (state > static_cast<std::uint8_t>(Requests::Asked::State::entered))
        return Error{ErrorCode::not_authentic, "damaged request record", state};
    asked.state = static_cast<Requests::Asked::State>(state);
    asked.number = LIAISE_TRY(reader.u64());
    asked.time = LIAISE_TRY(read_time(reader));
    asked.askings = LIAISE_TRY(read_times(reader));
    asked.card = LIAISE_TRY(read_card(reader));
    for (std::string* text : {&asked.note, &asked.reason}) *text = LIAISE_TRY(read_text(reader));
    asked.answered_by = LIAISE_TRY(reader.fixed<MemberId>());
    asked.conveners = LIAISE_TRY(read_ids<MemberId>(reader));
    asked.sent = LIAISE_TRY(read_ids<DeviceId>(reader));
    if (read > 1 && LIAISE_TRY(reader.u8()) == 1) {
        asked.alias = LIAISE_TRY(reader.fixed<MemberId>());
        asked.alias_name = LIAISE_TRY(read_text(reader));
        if (read > 2) asked.not_before = LIAISE_TRY(read_time(reader));
    }
    LIAISE_TRY(reader.end());
    return asked;
}

Bytes encode(const Request& request) {
    Writer writer;
    writer.u8(version).u8(request.open ? 1 : 0).u64(request.number);
    write_time(writer, request.asked);
    write_time(writer, request.taken);
    write_times(writer, request.takings);
    writer.sized16(bytes_of(request.note)).u8(request.alias ? 1 : 0);
    if (request.alias)
        writer.sized16(bytes_of(request.alias->name))
            .fixed(request.alias->alias)
            .fixed(request.alias->device)
            .fixed(request.alias->seated.id)
            .fixed(request.alias->seated.inbox)
            .sized16(request.alias->key_package);
    return std::move(writer).take();
}

Result<Request> parse_request(BytesView bytes) {
    Reader reader(bytes);
    const std::uint8_t read = LIAISE_TRY(read_version(reader));
    Request request;
    request.open = LIAISE_TRY(reader.u8()) == 1;
    request.number = LIAISE_TRY(reader.u64());
    request.asked = LIAISE_TRY(read_time(reader));
    request.taken = LIAISE_TRY(read_time(reader));
    request.takings = LIAISE_TRY(read_times(reader));
    request.note = LIAISE_TRY(read_text(reader));
    if (read > 1 && LIAISE_TRY(reader.u8()) == 1) {
        AskedAlias alias;
        alias.name = LIAISE_TRY(read_text(reader));
        alias.alias = LIAISE_TRY(reader.fixed<MemberId>());
        alias.device = LIAISE_TRY(reader.fixed<DeviceId>());
        alias.seated.id = LIAISE_TRY(reader.fixed<DeviceId>());
        alias.seated.inbox = LIAISE_TRY(reader.fixed<DhPublicKey>());
        alias.key_package = to_bytes(LIAISE_TRY(reader.sized16(limits::alias_package_bytes_max)));
        request.alias = std::move(alias);
    }
    LIAISE_TRY(reader.end());
    return request;
}

Bytes encode(const Requests::Offered& offered) {
    Writer writer;
    writer.u8(version).fixed(offered.by);
    write_time(writer, offered.time);
    writer.sized16(encode(offered.card));
    return std::move(writer).take();
}

Result<Requests::Offered> parse_offered(BytesView bytes) {
    Reader reader(bytes);
    LIAISE_TRY(read_version(reader));
    Requests::Offered offered;
    offered.by = LIAISE_TRY(reader.fixed<MemberId>());
    offered.time = LIAISE_TRY(read_time(reader));
    offered.card = LIAISE_TRY(read_card(reader));
    LIAISE_TRY(reader.end());
    return offered;
}

}  // namespace liaise::node::service
