#include "protocol/channel/sealed_letter.h"

#include "protocol/base/limits.h"
#include "protocol/crypto/hpke.h"

namespace liaise::channel {
namespace {

constexpr std::uint8_t head_version = 1;
constexpr std::size_t encapsulation_bytes = 32;

}  // namespace

Result<Bytes> seal_letter(const LetterKind& kind, BytesView letter, const Device& to, RandomSource& random) {
    const auto sealed = LIAISE_TRY(crypto::hpke::seal(crypto::dhkem_x25519(), to.inbox.view(),
                                                      bytes_of(kind.info), to.id.view(), letter, random));
    Writer parcel;
    parcel.u8(kind.kind).raw(sealed.encapsulation).raw(sealed.ciphertext);
    return std::move(parcel).take();
}

Result<crypto::SecretBytes> open_letter(const LetterKind& kind, BytesView parcel, const DeviceId& device,
                                        const crypto::DhKey& inbox) {
    Reader outer(parcel);
    const std::uint8_t read = LIAISE_TRY(outer.u8());
    if (read != kind.kind) return Error{ErrorCode::unsupported, "parcel of another kind", read};
    const BytesView encapsulation = LIAISE_TRY(outer.raw(encapsulation_bytes));
    const BytesView ciphertext = LIAISE_TRY(outer.raw(outer.left()));
    return crypto::SecretBytes::take(
        LIAISE_TRY(crypto::hpke::open(crypto::dhkem_x25519(), encapsulation, ciphertext,
                                      crypto::SecretBytes::copy_of(inbox.private_key().view()),
                                      inbox.public_key().view(), bytes_of(kind.info), device.view())));
}

void write_head(Writer& writer, const LetterHead& head, const DeviceId& to) {
    writer.u8(head_version).u8(head.act).fixed(head.channel).fixed(to).fixed(head.asker).u64(head.number);
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(head.time))).sized16(bytes_of(head.text));
}

Result<LetterHead> read_head(Reader& reader, const DeviceId& device, std::size_t text_bytes_max) {
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != head_version) return Error{ErrorCode::unsupported, "letter of another version", version};
    LetterHead head;
    head.act = LIAISE_TRY(reader.u8());
    head.channel = LIAISE_TRY(reader.fixed<ChannelId>());
    if (LIAISE_TRY(reader.fixed<DeviceId>()) != device)
        return Error{ErrorCode::not_authentic, "letter was written for another device"};
    head.asker = LIAISE_TRY(reader.fixed<MemberId>());
    head.number = LIAISE_TRY(reader.u64());
    const std::uint64_t time = LIAISE_TRY(reader.u64());
    if (time > limits::sequence_max) return Error{ErrorCode::malformed, "time out of range", time};
    head.time = time_from_milliseconds(static_cast<std::int64_t>(time));
    head.text = std::string(text_of(LIAISE_TRY(reader.sized16(text_bytes_max))));
    return head;
}

}  // namespace liaise::channel
