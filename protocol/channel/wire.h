// Small pieces of the fixed-layout formats of this folder.
#pragma once

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/channel/entry_ref.h"

namespace liaise::channel {

// sequence u64 | log 8
inline void write_ref(Writer& writer, const EntryRef& ref) {
    writer.u64(ref.sequence).fixed(ref.log);
}

inline Result<EntryRef> read_ref(Reader& reader) {
    EntryRef ref;
    ref.sequence = LIAISE_TRY(reader.u64());
    ref.log = LIAISE_TRY(reader.fixed<LogId>());
    return ref;
}

}  // namespace liaise::channel
