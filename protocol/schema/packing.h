// Cap'n Proto's packing: words of 8 bytes, each as a byte that says which of them are not zero, and those
// (docs: capnproto.org, "Encoding", "Packing"). What we send is one segment, packed, without a segment table:
// what the capnp tool calls flat-packed.
//
// Written here because what a stranger packed may unfold to a thousand times its size: unpack() is told where
// to stop before it allocates, and accepts no left-overs.
#pragma once

#include <vector>

#include "protocol/base/bytes.h"

namespace liaise::schema {

using Words = std::vector<std::uint64_t>;  // in memory order, as capnp::word

Bytes pack(std::span<const std::uint64_t> words);

// malformed when the bytes end inside a word or hold none; too_large beyond `words_max`.
Result<Words> unpack(BytesView packed, std::size_t words_max);

}  // namespace liaise::schema
