#include "protocol/channel/seal.h"

#include "protocol/channel/padding.h"
#include "protocol/channel/payload.h"

namespace liaise::channel {

namespace {

// `head`: what stands before the nonce.
Result<Bytes> sealed_after(Bytes head, const ValidatedContent& content, const Place& place,
                           const EpochId& epoch, const crypto::Key& key, RandomSource& random) {
    LIAISE_CHECK(place.kind == content.kind());
    Bytes plain = pad(encode(content));
    const std::size_t whole = head.size() + crypto::Nonce24::size_bytes + plain.size() + crypto::tag_bytes;
    if (whole > limits::payload_bytes_max)
        return Error{ErrorCode::too_large, "content too large for one entry", plain.size()};

    std::array<std::uint8_t, payload::random_bytes> drawn{};
    random.fill(drawn);
    const crypto::Nonce24 nonce = payload::nonce_of(key, drawn);
    std::array<std::uint8_t, crypto::tag_bytes> tag{};
    crypto::xchacha_seal_in_place(key, nonce, payload::associated(place, epoch), plain, tag);

    head.reserve(whole);
    append(head, nonce.view());
    append(head, plain);
    append(head, tag);
    return head;
}

Bytes head_of(PayloadFormat format, const EpochId& epoch) {
    Bytes head{static_cast<std::uint8_t>(format)};
    append(head, epoch.view());
    return head;
}

}  // namespace

Result<Bytes> seal(const ValidatedContent& content, const Place& place, const EpochKey& epoch,
                   RandomSource& random) {
    const crypto::Key key = entry_key(*epoch.key, place.channel, place.writer, place.sequence);
    return sealed_after(head_of(PayloadFormat::epoch_key, epoch.id), content, place, epoch.id, key, random);
}

Result<Bytes> seal(const ValidatedContent& content, const Place& place, const EpochId& epoch,
                   std::uint32_t generation, const crypto::Key& key, RandomSource& random) {
    Bytes head = head_of(PayloadFormat::message_key, epoch);
    append(head, Writer().u32(generation).view());
    return sealed_after(std::move(head), content, place, epoch, key, random);
}

}  // namespace liaise::channel
