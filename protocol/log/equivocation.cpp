#include "protocol/log/equivocation.h"

#include <utility>

namespace liaise::log {

Result<EquivocationProof> EquivocationProof::make(const SignedHeader& one, const SignedHeader& other) {
    const bool one_place = one.header.channel == other.header.channel &&
                           one.header.writer == other.header.writer &&
                           one.header.sequence == other.header.sequence;
    const EntryId one_id = id_of(one);
    const EntryId other_id = id_of(other);
    if (!one_place || one_id == other_id)
        return Error{ErrorCode::not_permitted, "entries that do not contradict each other"};
    LIAISE_TRY(verify(one));
    LIAISE_TRY(verify(other));
    return one_id < other_id ? EquivocationProof(one, other) : EquivocationProof(other, one);
}

Result<EquivocationProof> EquivocationProof::parse(BytesView bytes) {
    if (bytes.size() != size_bytes)
        return Error{ErrorCode::malformed, "proof of equivocation of the wrong size", bytes.size()};
    const SignedHeader first = LIAISE_TRY(parse_signed_header(bytes.first(signed_header_bytes)));
    const SignedHeader second = LIAISE_TRY(parse_signed_header(bytes.subspan(signed_header_bytes)));
    EquivocationProof proof = LIAISE_TRY(make(first, second));
    if (proof.first_ != first) return Error{ErrorCode::malformed, "proof of equivocation in the wrong order"};
    return proof;
}

Bytes EquivocationProof::encode() const {
    Bytes bytes = log::encode(first_);
    append(bytes, log::encode(second_));
    return bytes;
}

}  // namespace liaise::log
