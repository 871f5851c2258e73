// Hashes under a label of their own kind: BLAKE2b-256(label 0x00 parts). Ids of 16 bytes are its first half.
#pragma once

#include "protocol/crypto/hash.h"

namespace liaise::identity {

template <class Id>
Id labelled_hash(std::string_view label, std::initializer_list<BytesView> parts) {
    crypto::Blake2b hash;
    hash.update(bytes_of(label)).update(std::array<std::uint8_t, 1>{0});
    for (const BytesView part : parts) hash.update(part);
    return Id::from(hash.finish().view().first(Id::size_bytes)).value();
}

}  // namespace liaise::identity
