#include "protocol/identity/join_reply.h"

#include "protocol/base/limits.h"

namespace liaise::identity {
namespace {

constexpr crypto::Purpose purpose = crypto::Purpose::join_reply;
constexpr std::uint8_t welcome_outcome = 0;
constexpr std::array<std::string_view, 8> refusals{
    "used", "expired", "revoked", "other-network", "not-permitted", "name-refused", "unknown", "malformed"};

}  // namespace

std::string_view text_of(Refusal refusal) {
    return refusals[static_cast<std::size_t>(refusal) - 1];
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
    Bytes bytes = signed_reply(std::move(writer).take(), purpose, device);
    if (bytes.size() > limits::join_reply_bytes_max)
        return Error{ErrorCode::too_large, "too much for one join reply", bytes.size()};
    return bytes;
}

Result<JoinReply> open_join_reply(BytesView bytes, const Ticket& ticket, const Hash& request,
                                  const VerifyKey& own_identity, Time now) {
    const SignedReply reply = LIAISE_TRY(open_signed_reply(bytes, purpose, ticket.inviter));
    Reader reader(reply.body);
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
    LIAISE_TRY(reader.end());
    LIAISE_TRY(check_welcome(welcome, ticket.network, own_identity, now));
    return JoinReply(std::move(welcome));
}

}  // namespace liaise::identity
