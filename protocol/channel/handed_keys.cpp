#include "protocol/channel/handed_keys.h"

#include "protocol/base/limits.h"
#include "protocol/channel/sealed_letter.h"
#include "protocol/channel/wire.h"

namespace liaise::channel {

using namespace std::string_view_literals;

namespace {

constexpr std::uint8_t body_version = 1;
constexpr LetterKind kind{handed_keys_version, "liaise/1 handed keys\0"sv};

}  // namespace

Result<Bytes> seal_handed_keys(const HandedKeys& handed, const Device& device, RandomSource& random) {
    if (handed.keys.empty() || handed.keys.size() > limits::wanted_entries_max)
        return Error{ErrorCode::too_large, "wrong number of keys to hand over", handed.keys.size()};
    Writer body;
    body.u8(body_version).fixed(handed.channel).u16(static_cast<std::uint16_t>(handed.keys.size()));
    for (const auto& [entry, key] : handed.keys) {
        write_ref(body, entry);
        body.raw(key.view());
    }
    const auto secret = crypto::SecretBytes::take(std::move(body).take());
    return seal_letter(kind, secret.view(), device, random);
}

Result<HandedKeys> decode_handed_keys(BytesView body) {
    Reader reader(body);
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != body_version)
        return Error{ErrorCode::unsupported, "handed keys of another version", version};
    HandedKeys handed;
    handed.channel = LIAISE_TRY(reader.fixed<ChannelId>());
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    if (count == 0 || count > limits::wanted_entries_max)
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
    const auto body = LIAISE_TRY(open_letter(kind, parcel, device, inbox));
    return decode_handed_keys(body.view());
}

}  // namespace liaise::channel
