#include "protocol/identity/join_reply.h"

#include "protocol/base/limits.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::join_reply;
constexpr std::size_t tail_bytes = VerifyKey::size_bytes + Signature::size_bytes;
constexpr std::uint8_t welcome_outcome = 0;
constexpr std::array<std::string_view, 8> refusals{
    "used", "expired", "revoked", "other-network", "not-permitted", "name-refused", "unknown", "malformed"};

Result<void> write_welcome(Writer& writer, const Welcome& welcome) {
    const bool countable =
        welcome.amendments.size() <= limits::amendments_max && welcome.objects.size() <= 0xffff;
    if (!countable) return Error{ErrorCode::too_large, "too much for one join reply"};
    writer.sized16(welcome.charter.encode());
    writer.u16(static_cast<std::uint16_t>(welcome.amendments.size()));
    for (const Amendment& amendment : welcome.amendments) writer.sized16(amendment.encode());
    writer.sized16(welcome.chain.encode());
    writer.u16(static_cast<std::uint16_t>(welcome.objects.size()));
    for (const DirectoryObject& object : welcome.objects) writer.sized16(encode_object(object));
    if (welcome.channel.size() > limits::join_reply_bytes_max)
        return Error{ErrorCode::too_large, "too much for one join reply", welcome.channel.size()};
    writer.sized32(welcome.channel);
    return {};
}

Result<std::vector<Amendment>> read_amendments(Reader& reader) {
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    if (count > limits::amendments_max) return Error{ErrorCode::too_large, "too many amendments", count};
    std::vector<Amendment> amendments;
    for (std::size_t i = 0; i < count; ++i)
        amendments.push_back(
            LIAISE_TRY(Amendment::parse(LIAISE_TRY(reader.sized16(limits::directory_object_bytes_max)))));
    return amendments;
}

Result<std::vector<DirectoryObject>> read_objects(Reader& reader) {
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    std::vector<DirectoryObject> objects;
    for (std::size_t i = 0; i < count; ++i) {
        auto object = parse_object(LIAISE_TRY(reader.sized16(limits::directory_object_bytes_max)));
        if (object)
            objects.push_back(std::move(*object));
        else if (object.error().code != ErrorCode::unsupported)  // a newer inviter may know more kinds
            return object.error();
    }
    return objects;
}

Result<Welcome> read_welcome(Reader& reader) {
    auto charter = LIAISE_TRY(Charter::parse(LIAISE_TRY(reader.sized16(limits::directory_object_bytes_max))));
    auto amendments = LIAISE_TRY(read_amendments(reader));
    auto chain = LIAISE_TRY(AccreditationChain::parse(
        LIAISE_TRY(reader.sized16(limits::accreditation_chain_max * limits::directory_object_bytes_max))));
    auto objects = LIAISE_TRY(read_objects(reader));
    Bytes channel = to_bytes(LIAISE_TRY(reader.sized32(limits::join_reply_bytes_max)));
    LIAISE_TRY(reader.end());
    return Welcome{std::move(charter), std::move(amendments), std::move(chain), std::move(objects),
                   std::move(channel)};
}

Result<CharterInForce> follow(const Charter& charter, const std::vector<Amendment>& amendments) {
    CharterInForce now = in_force(charter);
    for (const Amendment& amendment : amendments) now = LIAISE_TRY(amended(now, amendment));
    return now;
}

Result<void> check_welcome(const Welcome& welcome, const Ticket& ticket, const VerifyKey& own_identity,
                           Time now) {
    if (tag_of(welcome.charter.network()) != ticket.network)
        return Error{ErrorCode::conflict, "the charter is not that of the ticket's network"};
    const CharterInForce charter = LIAISE_TRY(follow(welcome.charter, welcome.amendments));
    if (welcome.chain.own().fields().identity != own_identity)
        return Error{ErrorCode::conflict, "an accreditation for someone else"};
    return verify_chain(charter, welcome.chain, now);
}

}  // namespace

std::string_view text_of(Refusal refusal) {
    return refusals[static_cast<std::size_t>(refusal) - 1];
}

CharterInForce Welcome::in_force() const {
    return follow(charter, amendments).value();
}

Result<Bytes> make_join_reply(const JoinReply& reply, const Hash& request, const crypto::SigningKey& device) {
    Writer writer;
    writer.u8(format_version).fixed(request);
    if (const auto* const refusal = std::get_if<Refusal>(&reply)) {
        writer.u8(static_cast<std::uint8_t>(*refusal));
    } else {
        writer.u8(welcome_outcome);
        LIAISE_TRY(write_welcome(writer, std::get<Welcome>(reply)));
    }
    if (writer.view().size() + tail_bytes > limits::join_reply_bytes_max)
        return Error{ErrorCode::too_large, "too much for one join reply", writer.view().size()};
    const Signature signature = device.sign(purpose, writer.view());
    writer.fixed(device.public_key()).fixed(signature);
    return std::move(writer).take();
}

Result<JoinReply> open_join_reply(BytesView bytes, const Ticket& ticket, const Hash& request,
                                  const VerifyKey& own_identity, Time now) {
    if (bytes.size() > limits::join_reply_bytes_max)
        return Error{ErrorCode::too_large, "join reply too large", bytes.size()};
    if (bytes.size() < tail_bytes) return Error{ErrorCode::malformed, "join reply cut short", bytes.size()};
    const BytesView body = bytes.first(bytes.size() - tail_bytes);
    Reader tail(bytes.last(tail_bytes));
    const auto key = LIAISE_TRY(tail.fixed<VerifyKey>());
    const auto signature = LIAISE_TRY(tail.fixed<Signature>());
    if (tag_of(device_id_of(key)) != ticket.inviter)
        return Error{ErrorCode::not_authentic, "a reply from another device than the ticket's"};
    LIAISE_TRY(crypto::verify(key, purpose, body, signature));

    Reader reader(body);
    LIAISE_TRY(read_version(reader));
    if (LIAISE_TRY(reader.fixed<Hash>()) != request)
        return Error{ErrorCode::not_authentic, "a reply to another request"};
    const std::uint8_t outcome = LIAISE_TRY(reader.u8());
    if (outcome > refusals.size())
        return Error{ErrorCode::unsupported, "a refusal for a reason we do not know", outcome};
    if (outcome != welcome_outcome) {
        LIAISE_TRY(reader.end());
        return JoinReply(static_cast<Refusal>(outcome));
    }
    Welcome welcome = LIAISE_TRY(read_welcome(reader));
    LIAISE_TRY(check_welcome(welcome, ticket, own_identity, now));
    return JoinReply(std::move(welcome));
}

}  // namespace liaise::identity
