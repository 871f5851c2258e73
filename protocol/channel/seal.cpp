#include "protocol/channel/seal.h"

#include "protocol/channel/padding.h"
#include "protocol/channel/payload.h"

namespace liaise::channel {

Result<Bytes> seal(const ValidatedContent& content, const Place& place, const EpochKey& epoch,
                   RandomSource& random) {
    LIAISE_CHECK(place.kind == content.kind());
    const crypto::Key key = entry_key(*epoch.key, place.channel, place.writer, place.sequence);
    Bytes plain = pad(encode(content));
    if (payload_overhead_bytes + plain.size() > limits::payload_bytes_max)
        return Error{ErrorCode::too_large, "content too large for one entry", plain.size()};

    std::array<std::uint8_t, payload::random_bytes> drawn{};
    random.fill(drawn);
    const crypto::Nonce24 nonce = payload::nonce_of(key, drawn);
    std::array<std::uint8_t, crypto::tag_bytes> tag{};
    crypto::xchacha_seal_in_place(key, nonce, payload::associated(place, epoch.id), plain, tag);

    Bytes sealed;
    sealed.reserve(payload_overhead_bytes + plain.size());
    sealed.push_back(payload_format);
    append(sealed, epoch.id.view());
    append(sealed, nonce.view());
    append(sealed, plain);
    append(sealed, tag);
    return sealed;
}

}  // namespace liaise::channel
