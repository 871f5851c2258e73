// Sealing and opening an entry as its channel has it: policy under the key that an epoch exports; contents
// likewise, or, where history begins with joining, each under a key of its own.
//
// - A content under the epoch's key is refused where contents have keys of their own: whoever holds that key
//   would read it for ever.
// - `message_key` is the only way back into such an entry: keep it beside the entry, in the same transaction,
//   and erase it with the payload.
#pragma once

#include "protocol/channel/convening.h"
#include "protocol/channel/open.h"

namespace liaise::channel {

struct SealedEntry {
    EpochId epoch;
    Bytes payload;
    std::optional<MessageKeys::Taken> message_key;  // use() it when the entry counts
};
// not_known: there is no key to seal this under now. `messages` may be null where there is no group.
Result<SealedEntry> seal_entry(const ValidatedContent& content, const Place& place, const ChannelState& state,
                               const Keyring& keyring, const MessageKeys* messages, RandomSource& random);

struct OpenedEntry {
    EpochId epoch;
    ValidatedContent content;
    std::optional<MessageKeys::Taken> message_key;  // likewise
};
// not_known: the key has not come yet, or the author's introduction: then `Error::at` is waits_for_writer.
inline constexpr std::uint64_t waits_for_writer = 1;
Result<OpenedEntry> open_entry(BytesView payload, const Place& place, const ChannelState& state,
                               const Keyring& keyring, const MessageKeys* messages);

}  // namespace liaise::channel
