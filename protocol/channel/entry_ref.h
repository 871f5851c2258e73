// How content refers to an entry: the log and the place in it. Sequence 0 with a zero log: no entry.
#pragma once

#include "protocol/log/message_ref.h"

namespace liaise::channel {

using EntryRef = log::MessageRef;

inline bool is_none(const EntryRef& ref) {
    return ref.sequence == 0 && ref.log.is_zero();
}

}  // namespace liaise::channel
