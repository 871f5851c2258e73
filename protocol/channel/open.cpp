#include "protocol/channel/open.h"

#include "protocol/base/reader.h"
#include "protocol/channel/padding.h"
#include "protocol/channel/payload.h"

namespace liaise::channel {

namespace {

Result<crypto::Key> key_for(const PayloadHead& head, const Place& place, const EpochKeys& keys) {
    const crypto::Key* const of_epoch =
        head.format == PayloadFormat::epoch_key ? keys.find(head.epoch) : nullptr;
    if (of_epoch != nullptr) return entry_key(*of_epoch, place.channel, place.writer, place.sequence);
    const EntryRef entry{place.sequence, log::log_id_of(place.channel, place.writer)};
    if (const crypto::Key* const key = keys.find_entry(entry)) return *key;
    return Error{ErrorCode::not_known, "key of this entry has not come yet"};
}

}  // namespace

Result<PayloadHead> head_of(BytesView payload) {
    if (payload.empty()) return Error{ErrorCode::malformed, "payload is empty"};
    const auto format = static_cast<PayloadFormat>(payload[0]);
    if (format != PayloadFormat::epoch_key && format != PayloadFormat::message_key)
        return Error{ErrorCode::unsupported, "payload of another format", payload[0]};
    if (payload.size() < payload::overhead_bytes(format) + padded_bytes_least)
        return Error{ErrorCode::malformed, "payload cut short", payload.size()};
    if (payload.size() > limits::payload_bytes_max)
        return Error{ErrorCode::too_large, "payload over its limit", payload.size()};
    Reader reader(payload.subspan(payload::epoch_at));
    PayloadHead head{format, LIAISE_TRY(reader.fixed<EpochId>())};
    if (format == PayloadFormat::message_key) head.generation = LIAISE_TRY(reader.u32());
    return head;
}

Result<EpochId> epoch_of(BytesView payload) {
    return LIAISE_TRY(head_of(payload)).epoch;
}

Result<ValidatedContent> open(BytesView payload, const Place& place, const crypto::Key& key) {
    const PayloadHead head = LIAISE_TRY(head_of(payload));
    const std::size_t nonce_at = payload::nonce_at(head.format);
    const crypto::Nonce24 nonce =
        crypto::Nonce24::from(payload.subspan(nonce_at, crypto::Nonce24::size_bytes)).value();
    const crypto::Nonce24 due = payload::nonce_of(key, nonce.view().first(payload::random_bytes));
    if (!crypto::equal(nonce.view(), due.view()))
        return Error{ErrorCode::not_authentic, "payload does not open with its key"};
    const Result<Bytes> opened =
        crypto::xchacha_open(key, nonce, payload::associated(place, head.epoch),
                             payload.subspan(nonce_at + crypto::Nonce24::size_bytes));
    if (!opened) return Error{ErrorCode::not_authentic, "payload does not open with its key"};

    const BytesView plain = *opened;
    const ValidatedContent content = LIAISE_TRY(decode(plain.first(LIAISE_TRY(unpadded_size(plain)))));
    if (content.kind() != place.kind) return Error{ErrorCode::malformed, "entry's kind is not its content's"};
    return content;
}

Result<ValidatedContent> open(BytesView payload, const Place& place, const EpochKeys& keys) {
    const PayloadHead head = LIAISE_TRY(head_of(payload));
    return open(payload, place, LIAISE_TRY(key_for(head, place, keys)));
}

}  // namespace liaise::channel
