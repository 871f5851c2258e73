#include "protocol/channel/request.h"

#include "protocol/base/request_limits.h"
#include "protocol/base/text.h"
#include "protocol/channel/padding.h"
#include "protocol/channel/wire.h"
#include "protocol/crypto/hpke.h"

namespace liaise::channel {
namespace {

using namespace std::string_view_literals;
using Act = RequestLetter::Act;

constexpr std::uint8_t parcel_kind = 2;
constexpr std::uint8_t body_version = 1;
constexpr auto info = "liaise/1 channel-request\0"sv;
constexpr std::size_t encapsulation_bytes = 32;
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
    writer.u8(body_version).u8(static_cast<std::uint8_t>(letter.act)).fixed(letter.channel).fixed(to);
    writer.fixed(letter.asker).u64(letter.number);
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(letter.time)));
    writer.sized16(bytes_of(letter.text));
    return std::move(writer).take();
}

Result<RequestLetter> decode_body(BytesView bytes, const DeviceId& device) {
    Reader reader(bytes);
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != body_version) return Error{ErrorCode::unsupported, "letter of another version", version};
    RequestLetter letter;
    letter.act = static_cast<Act>(LIAISE_TRY(reader.u8()));
    letter.channel = LIAISE_TRY(reader.fixed<ChannelId>());
    if (LIAISE_TRY(reader.fixed<DeviceId>()) != device)
        return Error{ErrorCode::not_authentic, "letter was written for another device"};
    letter.asker = LIAISE_TRY(reader.fixed<MemberId>());
    letter.number = LIAISE_TRY(reader.u64());
    const std::uint64_t time = LIAISE_TRY(reader.u64());
    if (time > limits::sequence_max) return Error{ErrorCode::malformed, "time out of range", time};
    letter.time = time_from_milliseconds(static_cast<std::int64_t>(time));
    const BytesView text = LIAISE_TRY(reader.sized16(limits::request_text_bytes_max));
    letter.text.assign(text.begin(), text.end());
    LIAISE_TRY(reader.end());
    return letter;
}

}  // namespace

bool is_request(BytesView parcel) {
    return !parcel.empty() && parcel[0] == parcel_kind;
}

Result<Bytes> seal_request(const RequestLetter& letter, const Device& to, const MemberId& sender,
                           BytesView credential, const crypto::SigningKey& device_key, RandomSource& random) {
    LIAISE_TRY(check(letter, sender));
    const Bytes body = encode_body(letter, to.id);
    Writer writer;
    writer.sized16(body).sized16(credential);
    writer.fixed(device_key.sign(crypto::Purpose::channel_request, body));
    const auto sealed = LIAISE_TRY(crypto::hpke::seal(crypto::dhkem_x25519(), to.inbox.view(), bytes_of(info),
                                                      to.id.view(), pad(writer.view()), random));
    Writer parcel;
    parcel.u8(parcel_kind).raw(sealed.encapsulation).raw(sealed.ciphertext);
    return std::move(parcel).take();
}

Result<OpenedRequest> open_request(BytesView parcel, const DeviceId& device, const crypto::DhKey& inbox,
                                   const Accreditations& accreditations) {
    if (parcel.size() > limits::request_parcel_bytes_max)
        return Error{ErrorCode::too_large, "letter over its limit", parcel.size()};
    if (!is_request(parcel)) return Error{ErrorCode::unsupported, "parcel of another kind"};
    Reader outer(parcel.subspan(1));
    const BytesView encapsulation = LIAISE_TRY(outer.raw(encapsulation_bytes));
    const BytesView ciphertext = LIAISE_TRY(outer.raw(outer.left()));
    const Bytes padded =
        LIAISE_TRY(crypto::hpke::open(crypto::dhkem_x25519(), encapsulation, ciphertext,
                                      crypto::SecretBytes::copy_of(inbox.private_key().view()),
                                      inbox.public_key().view(), bytes_of(info), device.view()));
    Reader reader(BytesView(padded).first(LIAISE_TRY(unpadded_size(padded))));
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
