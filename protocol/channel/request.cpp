#include "protocol/channel/request.h"

#include "protocol/base/entering_limits.h"
#include "protocol/base/text.h"
#include "protocol/channel/padding.h"
#include "protocol/channel/sealed_letter.h"

namespace liaise::channel {
namespace {

using namespace std::string_view_literals;
using Act = RequestLetter::Act;

constexpr LetterKind kind{2, "liaise/1 channel-request\0"sv};
constexpr std::size_t body_bytes_max = 1024;

static_assert(limits::request_text_bytes_max + 128 <= body_bytes_max);
static_assert((limits::credential_bytes_max + body_bytes_max + 256) * 112 / 100 <=
              limits::request_parcel_bytes_max);

Result<void> check(const RequestLetter& letter, const MemberId& sender) {
    if (letter.act < Act::ask || letter.act > Act::deny)
        return Error{ErrorCode::unsupported, "letter of a newer version"};
    if (letter.number == 0 || letter.number > limits::sequence_max)
        return Error{ErrorCode::malformed, "number of a request out of range", letter.number};
    if (letter.act != Act::deny && letter.asker != sender)
        return Error{ErrorCode::not_permitted, "a request in another's name"};
    if (letter.act == Act::withdraw && !letter.text.empty())
        return Error{ErrorCode::malformed, "taken back with a text"};
    if (letter.text.empty()) return {};
    return check_name(letter.text, limits::request_text_bytes_max);
}

Bytes encode_body(const RequestLetter& letter, const DeviceId& to) {
    Writer writer;
    write_head(writer,
               {static_cast<std::uint8_t>(letter.act), letter.channel, letter.asker, letter.number,
                letter.time, letter.text},
               to);
    return std::move(writer).take();
}

Result<RequestLetter> decode_body(BytesView bytes, const DeviceId& device) {
    Reader reader(bytes);
    LetterHead head = LIAISE_TRY(read_head(reader, device, limits::request_text_bytes_max));
    LIAISE_TRY(reader.end());
    return RequestLetter{static_cast<Act>(head.act), head.channel, head.asker, head.number, head.time,
                         std::move(head.text)};
}

}  // namespace

bool is_request(BytesView parcel) {
    return !parcel.empty() && parcel[0] == kind.kind;
}

Result<Bytes> seal_request(const RequestLetter& letter, const Device& to, const MemberId& sender,
                           BytesView credential, const crypto::SigningKey& device_key, RandomSource& random) {
    LIAISE_TRY(check(letter, sender));
    const Bytes body = encode_body(letter, to.id);
    Writer writer;
    writer.sized16(body).sized16(credential);
    writer.fixed(device_key.sign(crypto::Purpose::channel_request, body));
    return seal_letter(kind, pad(writer.view()), to, random);
}

Result<OpenedRequest> open_request(BytesView parcel, const DeviceId& device, const crypto::DhKey& inbox,
                                   const Accreditations& accreditations) {
    if (parcel.size() > limits::request_parcel_bytes_max)
        return Error{ErrorCode::too_large, "letter over its limit", parcel.size()};
    const auto padded = LIAISE_TRY(open_letter(kind, parcel, device, inbox));
    Reader reader(padded.view().first(LIAISE_TRY(unpadded_size(padded.view()))));
    const BytesView body = LIAISE_TRY(reader.sized16(body_bytes_max));
    const BytesView credential = LIAISE_TRY(reader.sized16(limits::credential_bytes_max));
    const auto signature = LIAISE_TRY(reader.fixed<Signature>());
    LIAISE_TRY(reader.end());
    const ProvenDevice sender = LIAISE_TRY(accreditations.prove(credential));
    LIAISE_TRY(crypto::verify(sender.signing_key, crypto::Purpose::channel_request, body, signature));
    RequestLetter letter = LIAISE_TRY(decode_body(body, device));
    LIAISE_TRY(check(letter, sender.member));
    return OpenedRequest{std::move(letter), sender};
}

}  // namespace liaise::channel
