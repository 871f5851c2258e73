// A state at rest, without secrets (docs/protocol/channel.md, "State"):
//
//     version 2 | channel 16 | founding ref 16 | member 32 | device 32 | writer 32 | term u32 |
//     start epoch 8 | shut out u32, (device 32)* | facts u32, (ref 16 | sealed under 8 | fact u32 + bytes)*
//
// In parts: the same with version 3 and the number of facts alone; each fact by itself as sealed under 8 |
// fact.
//
//     fact:  1 | writer 32 | member 32 | device 32 | term u32
//     or     2 | content, as content.h encodes it
//     or     3 | commit, as commit_fact.h encodes it, without its message
//     or     4 | seat 68 | lost u8 | key package u16 + bytes (empty when it was replaced)
//
// View and choice are not stored: they follow.
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/channel/channel_state.h"
#include "protocol/channel/commit_wire.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t whole_version = 2;  // 1: before channels stood on MLS
constexpr std::uint8_t head_version = 3;
enum Tag : std::uint8_t { writer_tag = 1, content_tag = 2, commit_tag = 3, offer_tag = 4 };

Body body_of(const Fact& fact) {
    if (const auto* charter = std::get_if<Charter>(&fact.what)) return *charter;
    if (const auto* added = std::get_if<MemberAdded>(&fact.what)) return *added;
    if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) return *removed;
    if (const auto* left = std::get_if<Left>(&fact.what)) return *left;
    if (const auto* known = std::get_if<CharterAcknowledged>(&fact.what)) return *known;
    if (const auto* said = std::get_if<Acknowledgement>(&fact.what)) return *said;
    if (const auto* wanted = std::get_if<KeysWanted>(&fact.what)) return *wanted;
    if (const auto* out = std::get_if<DeviceRemoved>(&fact.what)) return *out;
    const auto& epoch = std::get<EpochFact>(fact.what);
    return Epoch{epoch.charter, epoch.id, epoch.number, epoch.parent, {}};
}

// `package`: of an offer, as long as it is needed.
Bytes encode_fact(const Fact& fact, BytesView package) {
    Writer writer;
    if (const auto* author = std::get_if<WriterFact>(&fact.what)) {
        writer.u8(writer_tag)
            .fixed(author->writer)
            .fixed(author->member)
            .fixed(author->device)
            .u32(author->term);
    } else if (const auto* commit = std::get_if<CommitFact>(&fact.what)) {
        writer.u8(commit_tag).raw(encode(CommitEntry{*commit, {}}));
    } else if (const auto* offer = std::get_if<Offer>(&fact.what)) {
        writer.u8(offer_tag);
        write_seat(writer, offer->seat);
        writer.u8(offer->lost ? 1 : 0).sized16(package);
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
    if (tag == commit_tag) return Fact{sealed_under, LIAISE_TRY(decode_fact(bytes.subspan(1)))};
    if (tag == offer_tag) {
        const Seat seat = LIAISE_TRY(read_seat(reader));
        const bool lost = LIAISE_TRY(reader.u8()) != 0;
        const BytesView package = LIAISE_TRY(reader.sized16(limits::key_package_bytes_max));
        LIAISE_TRY(reader.end());
        return Fact{sealed_under, Offer{seat, lost, to_bytes(package)}};
    }
    if (tag != content_tag) return Error{ErrorCode::unsupported, "fact of an unknown kind", tag};
    const ValidatedContent content = LIAISE_TRY(decode(bytes.subspan(1)));
    if (const auto* charter = content.as<Charter>()) return Fact{sealed_under, *charter};
    if (const auto* added = content.as<MemberAdded>()) return Fact{sealed_under, *added};
    if (const auto* removed = content.as<MemberRemoved>()) return Fact{sealed_under, *removed};
    if (const auto* left = content.as<Left>()) return Fact{sealed_under, *left};
    if (const auto* known = content.as<CharterAcknowledged>()) return Fact{sealed_under, *known};
    if (const auto* epoch = content.as<Epoch>())
        return Fact{sealed_under, EpochFact{epoch->charter, epoch->id, epoch->number, epoch->parent}};
    if (const auto* said = content.as<Acknowledgement>()) return Fact{sealed_under, *said};
    if (const auto* wanted = content.as<KeysWanted>()) return Fact{sealed_under, *wanted};
    if (const auto* out = content.as<DeviceRemoved>()) return Fact{sealed_under, *out};
    return Error{ErrorCode::malformed, "content that is no fact"};
}

}  // namespace

void ChannelState::write_head(Writer& writer, std::uint8_t version, std::size_t facts) const {
    writer.u8(version).fixed(channel_);
    write_ref(writer, founding_);
    writer.fixed(own_.member).fixed(own_.device).fixed(own_.writer).u32(own_.term).fixed(start_);
    writer.u32(static_cast<std::uint32_t>(shut_out_.size()));
    for (const DeviceId& device : shut_out_) writer.fixed(device);
    writer.u32(static_cast<std::uint32_t>(facts));
}

Bytes ChannelState::encode_fact_at(const EntryRef& at) const {
    const Fact& fact = facts_.at(at);
    const auto offer = group_.offers.find(at);
    const BytesView package =
        offer == group_.offers.end() ? BytesView() : BytesView(offer->second.key_package);
    return to_bytes(Writer().fixed(fact.sealed_under).raw(encode_fact(fact, package)).view());
}

Bytes ChannelState::encode() const {
    Writer writer;
    write_head(writer, whole_version, facts_.size());
    for (const auto& [at, fact] : facts_) {
        write_ref(writer, at);
        const Bytes bytes = encode_fact_at(at);
        writer.raw(BytesView(bytes).first(EpochId::size_bytes))
            .sized32(BytesView(bytes).subspan(EpochId::size_bytes));
    }
    return std::move(writer).take();
}

Bytes ChannelState::encode_head() const {
    Writer writer;
    write_head(writer, head_version, facts_.size());
    return std::move(writer).take();
}

std::vector<ChannelState::StoredFact> ChannelState::take_unsaved() {
    std::vector<StoredFact> changed;
    for (const EntryRef& at : std::exchange(unsaved_, {})) changed.push_back({at, encode_fact_at(at)});
    return changed;
}

Result<ChannelState> ChannelState::read_head(Reader& reader) {
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
    return state;
}

Result<void> ChannelState::load_fact(const EntryRef& at, const EpochId& sealed_under, BytesView bytes) {
    Fact fact = LIAISE_TRY(read_fact(sealed_under, bytes));
    if ((at.sequence == 1) != std::holds_alternative<WriterFact>(fact.what))
        return Error{ErrorCode::malformed, "fact at the wrong place", at.sequence};
    if (facts_.contains(at)) return Error{ErrorCode::malformed, "the same fact twice", at.sequence};
    add(at, std::move(fact));
    return {};
}

Result<ChannelState> ChannelState::load(BytesView bytes, const std::vector<StoredFact>& stored) {
    Reader reader(bytes);
    const std::uint8_t version = LIAISE_TRY(reader.u8());
    if (version != whole_version && version != head_version)
        return Error{ErrorCode::unsupported, "state of another version", version};
    ChannelState state = LIAISE_TRY(read_head(reader));
    const std::uint32_t facts = LIAISE_TRY(reader.u32());
    if (facts > limits::channel_facts_max) return Error{ErrorCode::too_large, "too many facts", facts};
    const bool in_parts = version == head_version;
    for (std::uint32_t i = 0; !in_parts && i < facts; ++i) {
        const EntryRef at = LIAISE_TRY(read_ref(reader));
        const auto sealed_under = LIAISE_TRY(reader.fixed<EpochId>());
        LIAISE_TRY(state.load_fact(at, sealed_under, LIAISE_TRY(reader.sized32(limits::payload_bytes_max))));
    }
    LIAISE_TRY(reader.end());
    for (const StoredFact& fact : stored) {
        Reader part(fact.bytes);
        const auto sealed_under = LIAISE_TRY(part.fixed<EpochId>());
        LIAISE_TRY(state.load_fact(fact.at, sealed_under, LIAISE_TRY(part.raw(part.left()))));
    }
    if (state.facts_.size() != facts) return Error{ErrorCode::malformed, "state with too few facts", facts};
    if (in_parts) state.unsaved_.clear();
    LIAISE_TRY(state.check_loaded());
    // They came in the order of their places, not in that in which they were said.
    state.touched_ = {};
    for (const auto& [at, fact] : state.facts_) state.touched_.note(state.facts_, at);
    std::erase_if(state.tally_.awaited,
                  [&state](const EntryRef& at) { return state.group_.commits.contains(at); });
    state.view_ = resolve(state.facts_, state.founding_);
    return state;
}

// Without it a walk from child to parent might not end.
Result<void> ChannelState::check_loaded() const {
    for (const auto& [at, commit] : group_.commits) LIAISE_TRY(check_commit(commit, facts_, group_.commits));
    return {};
}

}  // namespace liaise::channel
