#include "protocol/channel/entry_sealing.h"

namespace liaise::channel {

Result<SealedEntry> seal_entry(const ValidatedContent& content, const Place& place, const ChannelState& state,
                               const Keyring& keyring, const MessageKeys* messages, RandomSource& random) {
    constexpr Error no_key{ErrorCode::not_known, "no key to seal under"};
    const bool policy = place.kind == log::EntryKind::policy;
    // Speech goes only under an epoch of which this device saw who can read it.
    auto epoch = keyring.current();
    if (policy) {
        const EpochId under = epoch_for(state, keyring, content->body);
        const crypto::Key* const key = keyring.find(under);
        epoch = key == nullptr ? std::nullopt : std::optional(EpochKey{under, key});
    }
    if (!epoch) return no_key;
    if (policy || !state.has_message_keys())
        return SealedEntry{epoch->id, LIAISE_TRY(seal(content, place, *epoch, random)), std::nullopt};
    if (messages == nullptr) return no_key;
    MessageKeys::Taken taken = LIAISE_TRY(messages->next(epoch->id, place));
    Bytes payload = LIAISE_TRY(seal(content, place, epoch->id, taken.generation, taken.key, random));
    return SealedEntry{epoch->id, std::move(payload), std::move(taken)};
}

Result<OpenedEntry> open_entry(BytesView payload, const Place& place, const ChannelState& state,
                               const Keyring& keyring, const MessageKeys* messages) {
    const PayloadHead head = LIAISE_TRY(head_of(payload));
    const LogId log = log::log_id_of(place.channel, place.writer);
    const bool handed_over = keyring.find_entry({place.sequence, log}) != nullptr;
    if (head.format == PayloadFormat::epoch_key) {
        if (place.kind == log::EntryKind::content && state.has_message_keys())
            return Error{ErrorCode::not_permitted, "content under its epoch's key"};
        return OpenedEntry{head.epoch, LIAISE_TRY(open(payload, place, keyring)), std::nullopt};
    }
    if (place.kind == log::EntryKind::policy)
        return Error{ErrorCode::not_permitted, "policy under a key of its own"};
    if (handed_over) return OpenedEntry{head.epoch, LIAISE_TRY(open(payload, place, keyring)), std::nullopt};
    if (messages == nullptr || !messages->holds(head.epoch))
        return Error{ErrorCode::not_known, "message keys of this epoch have not come yet"};
    const WriterFact* const author = state.writer(log);
    if (author == nullptr) return Error{ErrorCode::not_known, "log is not introduced yet", waits_for_writer};
    MessageKeys::Taken taken = LIAISE_TRY(messages->find(head.epoch, author->device, place, head.generation));
    ValidatedContent content = LIAISE_TRY(open(payload, place, taken.key));
    return OpenedEntry{head.epoch, std::move(content), std::move(taken)};
}

}  // namespace liaise::channel
