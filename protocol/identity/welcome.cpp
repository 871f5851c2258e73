#include "protocol/identity/welcome.h"

#include "protocol/base/limits.h"

namespace liaise::identity {
namespace {

constexpr std::size_t tail_bytes = VerifyKey::size_bytes + Signature::size_bytes;

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

Result<CharterInForce> follow(const Charter& charter, const std::vector<Amendment>& amendments) {
    CharterInForce now = in_force(charter);
    for (const Amendment& amendment : amendments) now = LIAISE_TRY(amended(now, amendment));
    return now;
}

}  // namespace

CharterInForce Welcome::in_force() const {
    return follow(charter, amendments).value();
}

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

Result<Welcome> read_welcome(Reader& reader) {
    auto charter = LIAISE_TRY(Charter::parse(LIAISE_TRY(reader.sized16(limits::directory_object_bytes_max))));
    auto amendments = LIAISE_TRY(read_amendments(reader));
    auto chain = LIAISE_TRY(AccreditationChain::parse(
        LIAISE_TRY(reader.sized16(limits::accreditation_chain_max * limits::directory_object_bytes_max))));
    auto objects = LIAISE_TRY(read_objects(reader));
    Bytes channel = to_bytes(LIAISE_TRY(reader.sized32(limits::join_reply_bytes_max)));
    return Welcome{std::move(charter), std::move(amendments), std::move(chain), std::move(objects),
                   std::move(channel)};
}

Result<void> check_welcome(const Welcome& welcome, const NetworkTag& network, const VerifyKey& identity,
                           Time now) {
    if (tag_of(welcome.charter.network()) != network)
        return Error{ErrorCode::conflict, "the charter is not that of the ticket's network"};
    const CharterInForce charter = LIAISE_TRY(follow(welcome.charter, welcome.amendments));
    if (welcome.chain.own().fields().identity != identity)
        return Error{ErrorCode::conflict, "an accreditation for someone else"};
    return verify_chain(charter, welcome.chain, now);
}

Bytes signed_reply(Bytes body, crypto::Purpose purpose, const crypto::SigningKey& device) {
    const Signature signature = device.sign(purpose, body);
    append(body, device.public_key().view());
    append(body, signature.view());
    return body;
}

Result<SignedReply> open_signed_reply(BytesView bytes, crypto::Purpose purpose, const DeviceTag& expected) {
    if (bytes.size() > limits::join_reply_bytes_max)
        return Error{ErrorCode::too_large, "reply too large", bytes.size()};
    if (bytes.size() < tail_bytes) return Error{ErrorCode::malformed, "reply cut short", bytes.size()};
    const BytesView body = bytes.first(bytes.size() - tail_bytes);
    Reader tail(bytes.last(tail_bytes));
    const auto key = LIAISE_TRY(tail.fixed<VerifyKey>());
    const auto signature = LIAISE_TRY(tail.fixed<Signature>());
    if (tag_of(device_id_of(key)) != expected)
        return Error{ErrorCode::not_authentic, "a reply from another device than the ticket's"};
    LIAISE_TRY(crypto::verify(key, purpose, body, signature));
    return SignedReply{body, key};
}

}  // namespace liaise::identity
