// A state at rest, without secrets (docs/protocol/channel.md, "State"):
//
//     version 1 | channel 16 | founding ref 16 | member 32 | device 32 | writer 32 | term u32 |
//     start epoch 8 | shut out u32, (device 32)* | facts u32, (ref 16 | sealed under 8 | fact u32 + bytes)*
//     fact:  1 | writer 32 | member 32 | device 32 | term u32
//     or     2 | content, as content.h encodes it
//
// The view is not stored: it follows.
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/channel/channel_state.h"
#include "protocol/channel/wire.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t state_version = 1;
constexpr std::uint8_t writer_tag = 1;
constexpr std::uint8_t content_tag = 2;

Body body_of(const Fact& fact) {
    if (const auto* charter = std::get_if<Charter>(&fact.what)) return *charter;
    if (const auto* added = std::get_if<MemberAdded>(&fact.what)) return *added;
    if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) return *removed;
    if (const auto* left = std::get_if<Left>(&fact.what)) return *left;
    if (const auto* known = std::get_if<CharterAcknowledged>(&fact.what)) return *known;
    const auto& epoch = std::get<EpochFact>(fact.what);
    return Epoch{epoch.charter, epoch.id, epoch.number, epoch.parent, epoch.covers, epoch.withheld, {}};
}

Bytes encode_fact(const Fact& fact) {
    Writer writer;
    if (const auto* author = std::get_if<WriterFact>(&fact.what)) {
        writer.u8(writer_tag)
            .fixed(author->writer)
            .fixed(author->member)
            .fixed(author->device)
            .u32(author->term);
    } else {
        // It was validated when it came.
        writer.u8(content_tag).raw(encode(validate({{}, Handling::clear, {}, body_of(fact)}).value()));
    }
    return std::move(writer).take();
}

Result<WriterFact> read_writer(Reader& reader) {
    WriterFact author;
    author.writer = LIAISE_TRY(reader.fixed<WriterKey>());
    author.member = LIAISE_TRY(reader.fixed<MemberId>());
    author.device = LIAISE_TRY(reader.fixed<DeviceId>());
    author.term = LIAISE_TRY(reader.u32());
    LIAISE_TRY(reader.end());
    return author;
}

Result<Fact> read_fact(const EpochId& sealed_under, BytesView bytes) {
    Reader reader(bytes);
    const std::uint8_t tag = LIAISE_TRY(reader.u8());
    if (tag == writer_tag) return Fact{sealed_under, LIAISE_TRY(read_writer(reader))};
    if (tag != content_tag) return Error{ErrorCode::unsupported, "fact of an unknown kind", tag};
    const ValidatedContent content = LIAISE_TRY(decode(bytes.subspan(1)));
    if (const auto* charter = content.as<Charter>()) return Fact{sealed_under, *charter};
    if (const auto* added = content.as<MemberAdded>()) return Fact{sealed_under, *added};
    if (const auto* removed = content.as<MemberRemoved>()) return Fact{sealed_under, *removed};
    if (const auto* left = content.as<Left>()) return Fact{sealed_under, *left};
    if (const auto* known = content.as<CharterAcknowledged>()) return Fact{sealed_under, *known};
    if (const auto* epoch = content.as<Epoch>())
        return Fact{sealed_under, EpochFact{epoch->charter, epoch->id, epoch->number, epoch->parent,
                                            epoch->covers, epoch->withheld}};
    return Error{ErrorCode::malformed, "content that is no fact"};
}

}  // namespace

Bytes ChannelState::encode() const {
    Writer writer;
    writer.u8(state_version).fixed(channel_);
    write_ref(writer, founding_);
    writer.fixed(own_.member).fixed(own_.device).fixed(own_.writer).u32(own_.term).fixed(start_);
    writer.u32(static_cast<std::uint32_t>(shut_out_.size()));
    for (const DeviceId& device : shut_out_) writer.fixed(device);
    writer.u32(static_cast<std::uint32_t>(facts_.size()));
    for (const auto& [at, fact] : facts_) {
        write_ref(writer, at);
        writer.fixed(fact.sealed_under).sized32(encode_fact(fact));
    }
    return std::move(writer).take();
}

Result<ChannelState> ChannelState::load(BytesView bytes) {
    Reader reader(bytes);
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != state_version) return Error{ErrorCode::unsupported, "state of another version", version};
    const auto channel = LIAISE_TRY(reader.fixed<ChannelId>());
    const EntryRef founding = LIAISE_TRY(read_ref(reader));
    OwnPlace own;
    own.member = LIAISE_TRY(reader.fixed<MemberId>());
    own.device = LIAISE_TRY(reader.fixed<DeviceId>());
    own.writer = LIAISE_TRY(reader.fixed<WriterKey>());
    own.term = LIAISE_TRY(reader.u32());
    ChannelState state(channel, founding, own, LIAISE_TRY(reader.fixed<EpochId>()));

    for (std::uint32_t left = LIAISE_TRY(reader.u32()); left > 0; --left)
        state.shut_out_.insert(LIAISE_TRY(reader.fixed<DeviceId>()));
    const std::uint32_t facts = LIAISE_TRY(reader.u32());
    if (facts > limits::channel_facts_max) return Error{ErrorCode::too_large, "too many facts", facts};
    for (std::uint32_t i = 0; i < facts; ++i) {
        const EntryRef at = LIAISE_TRY(read_ref(reader));
        const auto sealed_under = LIAISE_TRY(reader.fixed<EpochId>());
        Fact fact =
            LIAISE_TRY(read_fact(sealed_under, LIAISE_TRY(reader.sized32(limits::payload_bytes_max))));
        if ((at.sequence == 1) != std::holds_alternative<WriterFact>(fact.what))
            return Error{ErrorCode::malformed, "fact at the wrong place", at.sequence};
        if (!state.facts_.emplace(at, std::move(fact)).second)
            return Error{ErrorCode::malformed, "the same fact twice", at.sequence};
    }
    LIAISE_TRY(reader.end());
    state.index_writers();
    LIAISE_TRY(state.check_epoch_numbers());
    state.view_ = resolve(state.facts_, state.founding_, state.shut_out_);
    return state;
}

// Without it a walk from child to parent might not end.
Result<void> ChannelState::check_epoch_numbers() const {
    const EpochTree tree(facts_);
    for (const auto& [at, fact] : facts_) {
        const auto* epoch = std::get_if<EpochFact>(&fact.what);
        if (epoch == nullptr || epoch->number == 1) continue;
        const EpochFact* const parent = tree.find(epoch->parent);
        if (parent == nullptr || parent->number >= epoch->number)
            return Error{ErrorCode::malformed, "epoch without its parent", at.sequence};
    }
    return {};
}

}  // namespace liaise::channel
