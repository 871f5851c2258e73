#include "protocol/channel/open.h"

#include "protocol/channel/padding.h"
#include "protocol/channel/payload.h"

namespace liaise::channel {

namespace {

Result<crypto::Key> key_for(const EpochId& epoch, const Place& place, const EpochKeys& keys) {
    if (const crypto::Key* const key = keys.find(epoch))
        return entry_key(*key, place.channel, place.writer, place.sequence);
    const EntryRef entry{place.sequence, log::log_id_of(place.channel, place.writer)};
    if (const crypto::Key* const key = keys.find_entry(entry)) return *key;
    return Error{ErrorCode::not_known, "key of this epoch has not come yet"};
}

}  // namespace

Result<EpochId> epoch_of(BytesView payload) {
    if (payload.empty()) return Error{ErrorCode::malformed, "payload is empty"};
    if (payload[0] != payload_format)
        return Error{ErrorCode::unsupported, "payload of another format", payload[0]};
    if (payload.size() < payload_overhead_bytes + padded_bytes_least)
        return Error{ErrorCode::malformed, "payload cut short", payload.size()};
    if (payload.size() > limits::payload_bytes_max)
        return Error{ErrorCode::too_large, "payload over its limit", payload.size()};
    return EpochId::from(payload.subspan(payload::epoch_at, EpochId::size_bytes));
}

Result<ValidatedContent> open(BytesView payload, const Place& place, const EpochKeys& keys) {
    const EpochId epoch = LIAISE_TRY(epoch_of(payload));
    const crypto::Key key = LIAISE_TRY(key_for(epoch, place, keys));

    const crypto::Nonce24 nonce =
        crypto::Nonce24::from(payload.subspan(payload::nonce_at, crypto::Nonce24::size_bytes)).value();
    const crypto::Nonce24 due = payload::nonce_of(key, nonce.view().first(payload::random_bytes));
    if (!crypto::equal(nonce.view(), due.view()))
        return Error{ErrorCode::not_authentic, "payload does not open with its key"};
    const Result<Bytes> opened = crypto::xchacha_open(key, nonce, payload::associated(place, epoch),
                                                      payload.subspan(payload::cipher_at));
    if (!opened) return Error{ErrorCode::not_authentic, "payload does not open with its key"};

    const BytesView plain = *opened;
    const ValidatedContent content = LIAISE_TRY(decode(plain.first(LIAISE_TRY(unpadded_size(plain)))));
    if (content.kind() != place.kind) return Error{ErrorCode::malformed, "entry's kind is not its content's"};
    return content;
}

}  // namespace liaise::channel
