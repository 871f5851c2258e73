#include "protocol/channel/handed_keys.h"

#include "protocol/base/limits.h"
#include "protocol/channel/wire.h"
#include "protocol/crypto/hpke.h"

namespace liaise::channel {

using namespace std::string_view_literals;

namespace {

constexpr std::uint8_t body_version = 1;
constexpr auto info = "liaise/1 handed keys\0"sv;
constexpr std::size_t encapsulation_bytes = 32;

}  // namespace

Result<Bytes> seal_handed_keys(const HandedKeys& handed, const Device& device, RandomSource& random) {
    if (handed.keys.empty() || handed.keys.size() > limits::wanted_messages_max)
        return Error{ErrorCode::too_large, "wrong number of keys to hand over", handed.keys.size()};
    Writer body;
    body.u8(body_version).fixed(handed.channel).u16(static_cast<std::uint16_t>(handed.keys.size()));
    for (const auto& [entry, key] : handed.keys) {
        write_ref(body, entry);
        body.raw(key.view());
    }
    const auto secret = crypto::SecretBytes::take(std::move(body).take());
    const auto sealed =
        LIAISE_TRY(crypto::hpke::seal(crypto::dhkem_x25519(), device.inbox.view(), bytes_of(info),
                                      device.id.view(), secret.view(), random));
    return to_bytes(Writer().u8(handed_keys_version).raw(sealed.encapsulation).raw(sealed.ciphertext).view());
}

Result<HandedKeys> decode_handed_keys(BytesView body) {
    Reader reader(body);
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != body_version)
        return Error{ErrorCode::unsupported, "handed keys of another version", version};
    HandedKeys handed;
    handed.channel = LIAISE_TRY(reader.fixed<ChannelId>());
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    if (count == 0 || count > limits::wanted_messages_max)
        return Error{ErrorCode::malformed, "wrong number of handed keys", count};
    for (std::uint16_t i = 0; i < count; ++i) {
        const EntryRef entry = LIAISE_TRY(read_ref(reader));
        const BytesView key = LIAISE_TRY(reader.raw(crypto::Key::size_bytes));
        handed.keys.emplace_back(entry, crypto::Key::copy_of(key).value());
    }
    LIAISE_TRY(reader.end());
    return handed;
}

Result<HandedKeys> open_handed_keys(BytesView parcel, const DeviceId& device, const crypto::DhKey& inbox) {
    if (parcel.size() > limits::invitation_bytes_max)
        return Error{ErrorCode::too_large, "parcel over its limit", parcel.size()};
    Reader outer(parcel);
    const std::uint8_t version = LIAISE_TRY(outer.u8());
    if (version != handed_keys_version)
        return Error{ErrorCode::unsupported, "parcel of another version", version};
    const BytesView encapsulation = LIAISE_TRY(outer.raw(encapsulation_bytes));
    const BytesView ciphertext = LIAISE_TRY(outer.raw(outer.left()));
    const auto body = crypto::SecretBytes::take(
        LIAISE_TRY(crypto::hpke::open(crypto::dhkem_x25519(), encapsulation, ciphertext,
                                      crypto::SecretBytes::copy_of(inbox.private_key().view()),
                                      inbox.public_key().view(), bytes_of(info), device.view())));
    return decode_handed_keys(body.view());
}

}  // namespace liaise::channel
