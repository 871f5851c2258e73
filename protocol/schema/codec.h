// Cap'n Proto messages to bytes and back, for the protocol's codec files: the one place that turns what the
// library throws into an Error (docs/protocol/peer.md, "Messages").
//
// - A message is one segment, canonical, packed, without a segment table (packing.h).
// - Reading has limits on words and nesting. Readers are lazy: a bad pointer throws where it is followed, so
//   the whole use of a message happens inside the function that is handed to read_packed().
// - Text from a message is not checked to be UTF-8: that is the user's of it.
//
//     return schema::read_packed<Hello>(bytes, limits, [](Hello::Reader hello) -> Result<HelloFrame> {
//         return HelloFrame{hello.getVersion(), LIAISE_TRY(schema::fixed<Hash>(hello.getNonce()))};
//     });
#pragma once

#include <capnp/message.h>
#include <kj/exception.h>

#include <optional>
#include <type_traits>

#include "protocol/base/ids.h"
#include "protocol/schema/packing.h"

namespace liaise::schema {

struct ReadLimits {
    std::size_t words_max;  // of the unpacked message; what is visited in it is at most four times that
    int nesting_max = 8;    // pointers behind pointers
};

inline constexpr std::size_t visits_per_word = 4;

template <class Root, class Use>
auto read_packed(BytesView packed, const ReadLimits& limits, Use&& use)
    -> std::invoke_result_t<Use&, typename Root::Reader> {
    const Words words = LIAISE_TRY(unpack(packed, limits.words_max));
    std::optional<std::invoke_result_t<Use&, typename Root::Reader>> result;
    try {
        const kj::ArrayPtr<const capnp::word> segment(reinterpret_cast<const capnp::word*>(words.data()),
                                                      words.size());
        capnp::ReaderOptions options;
        options.traversalLimitInWords = visits_per_word * limits.words_max + visits_per_word;
        options.nestingLimit = limits.nesting_max;
        capnp::SegmentArrayMessageReader reader(kj::arrayPtr(&segment, 1), options);
        result.emplace(use(reader.getRoot<Root>()));
    } catch (const kj::Exception&) {
        return Error{ErrorCode::malformed, "message that cannot be read"};
    }
    return *std::move(result);
}

// The bytes of a message, by its root: equal for equal contents.
template <class Builder>
Bytes write_packed(Builder&& root) {
    const kj::Array<capnp::word> words = capnp::canonicalize(root.asReader());
    return pack({reinterpret_cast<const std::uint64_t*>(words.begin()), words.size()});
}

inline BytesView view_of(capnp::Data::Reader data) {
    return {data.begin(), data.size()};
}
inline std::string_view view_of(capnp::Text::Reader text) {
    return {text.begin(), text.size()};
}
inline kj::ArrayPtr<const kj::byte> data_of(BytesView bytes) {
    return {bytes.data(), bytes.size()};
}
template <class Id>
Result<Id> fixed(capnp::Data::Reader data) {
    return Id::from(view_of(data));
}

}  // namespace liaise::schema
