#include "protocol/sync/wire.h"

#include <limits>

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/log/equivocation.h"
#include "protocol/schema/codec.h"
#include "protocol/schema/peer.capnp.h"

namespace liaise::sync {
namespace {

namespace peer = schema::peer;

enum class Type : std::uint8_t {
    hello = 1,
    proof = 2,
    offer = 3,
    withdraw = 4,
    summaries = 5,
    heads = 6,
    trail = 7,
    claim = 8,
    fork = 9,
    want_chunks = 10,
    chunks_missing = 11,
    parcels_stored = 12,
    goodbye = 13,
    mark = 14,
    marked = 15,
    run = 32,
    chunk = 33,
    parcel = 34,
    credit = 35,
};

static_assert(limits::session_tags_max <= 0x10000, "a handle fits into 16 bits");

constexpr schema::ReadLimits message_limits{limits::frame_bytes_max / 8, 4};

template <class Id>
Result<std::vector<Id>> ids_of(BytesView bytes, std::size_t count_max) {
    if (bytes.size() % Id::size_bytes != 0) return Error{ErrorCode::malformed, "list of ids cut short"};
    if (bytes.size() / Id::size_bytes > count_max)
        return Error{ErrorCode::too_large, "too many ids", count_max};
    std::vector<Id> ids(bytes.size() / Id::size_bytes);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = Id::from(bytes.subspan(i * Id::size_bytes, Id::size_bytes)).value();
    return ids;
}

template <class Id>
Bytes bytes_of_ids(const std::vector<Id>& ids) {
    Bytes bytes;
    bytes.reserve(ids.size() * Id::size_bytes);
    for (const Id& id : ids) append(bytes, id.view());
    return bytes;
}

template <class Number, class List>
Result<std::vector<Number>> numbers_of(List list, std::size_t count_max) {
    if (list.size() > count_max) return Error{ErrorCode::too_large, "too many numbers", count_max};
    std::vector<Number> numbers;
    for (const auto number : list) numbers.push_back(number);
    return numbers;
}

Result<Frame> read_message(peer::Hello::Reader hello) {
    HelloFrame frame;
    frame.version_min = hello.getVersionMin();
    frame.version_max = hello.getVersionMax();
    frame.features = hello.getFeatures();
    frame.device = LIAISE_TRY(schema::fixed<DeviceId>(hello.getDevice()));
    frame.nonce = LIAISE_TRY(schema::fixed<Nonce>(hello.getNonce()));
    // A number that no clock shows is taken as the latest time there is: never a reason to refuse a peer.
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    frame.clock = time_from_milliseconds(static_cast<std::int64_t>(std::min(hello.getClock(), most)));
    if (frame.version_min > frame.version_max) return Error{ErrorCode::malformed, "versions out of order"};
    return Frame(frame);
}

Result<Frame> read_message(peer::Proof::Reader proof) {
    return Frame(ProofFrame{LIAISE_TRY(schema::fixed<Signature>(proof.getSignature()))});
}

Result<Frame> read_message(peer::Offer::Reader offer) {
    const BytesView tags = schema::view_of(offer.getTags());
    return Frame(OfferFrame{LIAISE_TRY(ids_of<Tag>(tags, limits::offer_tags_max))});
}

Result<Frame> read_message(peer::Withdraw::Reader withdraw) {
    return Frame(
        WithdrawFrame{LIAISE_TRY(numbers_of<Handle>(withdraw.getHandles(), limits::offer_tags_max))});
}

constexpr std::size_t summary_bytes = 2 + ShortFingerprint::size_bytes;

Result<Frame> read_message(peer::Summaries::Reader summaries) {
    SummariesFrame frame;
    Reader reader(schema::view_of(summaries.getSummaries()));
    if (reader.left() > limits::offer_tags_max * summary_bytes)
        return Error{ErrorCode::too_large, "too many summaries", limits::offer_tags_max};
    while (!reader.done()) {
        Summary summary;
        summary.handle = LIAISE_TRY(reader.u16());
        summary.fingerprint = LIAISE_TRY(reader.fixed<ShortFingerprint>());
        frame.summaries.push_back(summary);
    }
    return Frame(std::move(frame));
}

Result<Frame> read_message(peer::Heads::Reader heads) {
    HeadsFrame frame;
    frame.handle = heads.getHandle();
    frame.logs = LIAISE_TRY(log::parse_frontier(schema::view_of(heads.getLogs()), limits::heads_logs_max));
    frame.frontier = heads.getFrontier();
    frame.more = heads.getMore();
    frame.ask = heads.getAsk();
    frame.lazy = heads.getLazy();
    if (frame.more && (!frame.frontier || frame.logs.empty()))
        return Error{ErrorCode::malformed, "more of what is no frontier"};
    return Frame(std::move(frame));
}

constexpr std::size_t point_bytes = 8 + EntryId::size_bytes;

Result<Frame> read_message(peer::Trail::Reader trail) {
    TrailFrame frame;
    frame.handle = trail.getHandle();
    frame.writer = LIAISE_TRY(schema::fixed<WriterKey>(trail.getWriter()));
    Reader points(schema::view_of(trail.getPoints()));
    if (points.left() > limits::trail_points_max * point_bytes)
        return Error{ErrorCode::too_large, "too many points", limits::trail_points_max};
    while (!points.done()) {
        log::LogHead point;
        point.sequence = LIAISE_TRY(points.u64());
        point.id = LIAISE_TRY(points.fixed<EntryId>());
        const std::uint64_t before = frame.points.empty() ? 0 : frame.points.back().sequence;
        if (point.sequence <= before || point.sequence > limits::sequence_max)
            return Error{ErrorCode::malformed, "points out of order", point.sequence};
        frame.points.push_back(point);
    }
    if (frame.points.empty()) return Error{ErrorCode::malformed, "trail without a point"};
    return Frame(std::move(frame));
}

Result<Frame> read_message(peer::Claim::Reader claim) {
    const BytesView entry = schema::view_of(claim.getEntry());
    return Frame(ClaimFrame{claim.getHandle(), LIAISE_TRY(log::parse_signed_header(entry))});
}

Result<Frame> read_message(peer::Fork::Reader fork) {
    const BytesView proof = schema::view_of(fork.getProof());
    if (proof.size() != log::EquivocationProof::size_bytes)
        return Error{ErrorCode::malformed, "proof of equivocation of the wrong size", proof.size()};
    return Frame(ForkFrame{fork.getHandle(), to_bytes(proof)});
}

template <class Out, class Message>
Result<Frame> read_chunks(Message message) {
    const BytesView ids = schema::view_of(message.getChunks());
    Out frame{message.getHandle(), LIAISE_TRY(ids_of<ChunkId>(ids, limits::chunks_wanted_max))};
    if (frame.chunks.empty()) return Error{ErrorCode::malformed, "list of no chunks"};
    return Frame(std::move(frame));
}
Result<Frame> read_message(peer::WantChunks::Reader want) {
    return read_chunks<WantChunksFrame>(want);
}
Result<Frame> read_message(peer::ChunksMissing::Reader missing) {
    return read_chunks<ChunksMissingFrame>(missing);
}

Result<Frame> read_message(peer::ParcelsStored::Reader stored) {
    return Frame(ParcelsStoredFrame{
        LIAISE_TRY(numbers_of<std::uint64_t>(stored.getNumbers(), limits::parcels_queued_max))});
}

Result<Frame> read_message(peer::Goodbye::Reader goodbye) {
    const auto reason = static_cast<std::uint16_t>(goodbye.getReason());
    // A reason from a later version says no more than that it is over.
    const bool known = reason <= static_cast<std::uint16_t>(CloseReason::stalled);
    return Frame(GoodbyeFrame{known ? static_cast<CloseReason>(reason) : CloseReason::done});
}

Result<Frame> read_message(peer::Mark::Reader mark) {
    return Frame(MarkFrame{mark.getNumber()});
}
Result<Frame> read_message(peer::Marked::Reader marked) {
    return Frame(MarkedFrame{marked.getNumber()});
}

template <class Message>
Result<Frame> read_body(BytesView body) {
    return schema::read_packed<Message>(
        body, message_limits, [](typename Message::Reader message) { return read_message(message); });
}

Result<Handle> take_handle(Reader& reader) {
    const std::uint64_t handle = LIAISE_TRY(reader.varint());
    if (handle >= limits::session_tags_max)
        return Error{ErrorCode::too_large, "handle over its limit", handle};
    return static_cast<Handle>(handle);
}

Result<Frame> read_run(BytesView body) {
    Reader reader(body);
    RunFrame frame;
    frame.handle = LIAISE_TRY(take_handle(reader));
    frame.run = LIAISE_TRY(reader.raw(reader.left()));
    return Frame(frame);
}

Result<Frame> read_chunk(BytesView body) {
    Reader reader(body);
    ChunkFrame frame;
    frame.handle = LIAISE_TRY(take_handle(reader));
    frame.chunk = LIAISE_TRY(reader.fixed<ChunkId>());
    frame.sealed = LIAISE_TRY(reader.raw(reader.left()));
    if (frame.sealed.size() > limits::chunk_bytes_max)
        return Error{ErrorCode::too_large, "chunk over its limit", frame.sealed.size()};
    return Frame(frame);
}

Result<Frame> read_parcel(BytesView body) {
    Reader reader(body);
    ParcelFrame frame;
    frame.number = LIAISE_TRY(reader.varint());
    frame.sealed = LIAISE_TRY(reader.raw(reader.left()));
    if (frame.sealed.size() > limits::parcel_bytes_max)
        return Error{ErrorCode::too_large, "parcel over its limit", frame.sealed.size()};
    return Frame(frame);
}

Result<Frame> read_credit(BytesView body) {
    Reader reader(body);
    const CreditFrame frame{LIAISE_TRY(reader.u64())};
    LIAISE_TRY(reader.end());
    return Frame(frame);
}

// The frame of a message whose fields `fill` sets.
template <class Message, class Fill>
Bytes write(Type type, Fill&& fill) {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<Message>();
    fill(root);
    Bytes frame{static_cast<std::uint8_t>(type)};
    append(frame, schema::write_packed(root));
    return frame;
}

template <class List, class Number>
void set_numbers(List list, const std::vector<Number>& numbers) {
    for (unsigned i = 0; i < numbers.size(); ++i) list.set(i, numbers[i]);
}

}  // namespace

const char* name_of(CloseReason reason) {
    switch (reason) {
        case CloseReason::done:
            return "done";
        case CloseReason::too_old:
            return "too_old";
        case CloseReason::too_new:
            return "too_new";
        case CloseReason::refused:
            return "refused";
        case CloseReason::misbehaved:
            return "misbehaved";
        case CloseReason::overloaded:
            return "overloaded";
        case CloseReason::stalled:
            return "stalled";
    }
    return "unknown";
}

Result<Frame> parse_frame(BytesView frame) {
    if (frame.empty()) return Error{ErrorCode::malformed, "empty frame"};
    if (frame.size() > limits::frame_bytes_max)
        return Error{ErrorCode::too_large, "frame over its limit", frame.size()};
    const BytesView body = frame.subspan(1);
    switch (Type{frame[0]}) {
        case Type::hello:
            return read_body<peer::Hello>(body);
        case Type::proof:
            return read_body<peer::Proof>(body);
        case Type::offer:
            return read_body<peer::Offer>(body);
        case Type::withdraw:
            return read_body<peer::Withdraw>(body);
        case Type::summaries:
            return read_body<peer::Summaries>(body);
        case Type::heads:
            return read_body<peer::Heads>(body);
        case Type::trail:
            return read_body<peer::Trail>(body);
        case Type::claim:
            return read_body<peer::Claim>(body);
        case Type::fork:
            return read_body<peer::Fork>(body);
        case Type::want_chunks:
            return read_body<peer::WantChunks>(body);
        case Type::chunks_missing:
            return read_body<peer::ChunksMissing>(body);
        case Type::parcels_stored:
            return read_body<peer::ParcelsStored>(body);
        case Type::goodbye:
            return read_body<peer::Goodbye>(body);
        case Type::mark:
            return read_body<peer::Mark>(body);
        case Type::marked:
            return read_body<peer::Marked>(body);
        case Type::run:
            return read_run(body);
        case Type::chunk:
            return read_chunk(body);
        case Type::parcel:
            return read_parcel(body);
        case Type::credit:
            return read_credit(body);
    }
    return Error{ErrorCode::malformed, "frame of an unknown type", frame[0]};
}

Bytes encode(const HelloFrame& frame) {
    return write<peer::Hello>(Type::hello, [&](peer::Hello::Builder& hello) {
        hello.setVersionMin(frame.version_min);
        hello.setVersionMax(frame.version_max);
        hello.setFeatures(frame.features);
        hello.setDevice(schema::data_of(frame.device.view()));
        hello.setNonce(schema::data_of(frame.nonce.view()));
        hello.setClock(static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_milliseconds(frame.clock))));
    });
}

Bytes encode(const ProofFrame& frame) {
    return write<peer::Proof>(Type::proof, [&](peer::Proof::Builder& proof) {
        proof.setSignature(schema::data_of(frame.signature.view()));
    });
}

Bytes encode(const OfferFrame& frame) {
    return write<peer::Offer>(Type::offer, [&](peer::Offer::Builder& offer) {
        offer.setTags(schema::data_of(bytes_of_ids(frame.tags)));
    });
}

Bytes encode(const WithdrawFrame& frame) {
    return write<peer::Withdraw>(Type::withdraw, [&](peer::Withdraw::Builder& withdraw) {
        set_numbers(withdraw.initHandles(static_cast<unsigned>(frame.handles.size())), frame.handles);
    });
}

Bytes encode(const SummariesFrame& frame) {
    Writer writer;
    for (const Summary& summary : frame.summaries)
        writer.u16(static_cast<std::uint16_t>(summary.handle)).fixed(summary.fingerprint);
    return write<peer::Summaries>(Type::summaries, [&](peer::Summaries::Builder& summaries) {
        summaries.setSummaries(schema::data_of(writer.view()));
    });
}

Bytes encode(const HeadsFrame& frame) {
    LIAISE_CHECK(frame.logs.size() <= limits::heads_logs_max);
    return write<peer::Heads>(Type::heads, [&](peer::Heads::Builder& heads) {
        heads.setHandle(frame.handle);
        heads.setLogs(schema::data_of(log::encode(frame.logs)));
        heads.setFrontier(frame.frontier);
        heads.setMore(frame.more);
        heads.setAsk(frame.ask);
        heads.setLazy(frame.lazy);
    });
}

Bytes encode(const TrailFrame& frame) {
    Writer points;
    for (const log::LogHead& point : frame.points) points.u64(point.sequence).fixed(point.id);
    return write<peer::Trail>(Type::trail, [&](peer::Trail::Builder& trail) {
        trail.setHandle(frame.handle);
        trail.setWriter(schema::data_of(frame.writer.view()));
        trail.setPoints(schema::data_of(points.view()));
    });
}

Bytes encode(const ClaimFrame& frame) {
    return write<peer::Claim>(Type::claim, [&](peer::Claim::Builder& claim) {
        claim.setHandle(frame.handle);
        claim.setEntry(schema::data_of(log::encode(frame.entry)));
    });
}

Bytes encode(const ForkFrame& frame) {
    return write<peer::Fork>(Type::fork, [&](peer::Fork::Builder& fork) {
        fork.setHandle(frame.handle);
        fork.setProof(schema::data_of(frame.proof));
    });
}

Bytes encode(const WantChunksFrame& frame) {
    return write<peer::WantChunks>(Type::want_chunks, [&](peer::WantChunks::Builder& want) {
        want.setHandle(frame.handle);
        want.setChunks(schema::data_of(bytes_of_ids(frame.chunks)));
    });
}

Bytes encode(const ChunksMissingFrame& frame) {
    return write<peer::ChunksMissing>(Type::chunks_missing, [&](peer::ChunksMissing::Builder& missing) {
        missing.setHandle(frame.handle);
        missing.setChunks(schema::data_of(bytes_of_ids(frame.chunks)));
    });
}

Bytes encode(const ParcelsStoredFrame& frame) {
    return write<peer::ParcelsStored>(Type::parcels_stored, [&](peer::ParcelsStored::Builder& stored) {
        set_numbers(stored.initNumbers(static_cast<unsigned>(frame.numbers.size())), frame.numbers);
    });
}

Bytes encode(const GoodbyeFrame& frame) {
    return write<peer::Goodbye>(Type::goodbye, [&](peer::Goodbye::Builder& goodbye) {
        goodbye.setReason(static_cast<peer::Goodbye::Reason>(frame.reason));
    });
}

Bytes encode(const MarkFrame& frame) {
    return write<peer::Mark>(Type::mark, [&](peer::Mark::Builder& mark) { mark.setNumber(frame.number); });
}

Bytes encode(const MarkedFrame& frame) {
    return write<peer::Marked>(Type::marked,
                               [&](peer::Marked::Builder& marked) { marked.setNumber(frame.number); });
}

Bytes encode(const ChunkFrame& frame) {
    Writer before;
    before.u8(static_cast<std::uint8_t>(Type::chunk)).varint(frame.handle).fixed(frame.chunk);
    Bytes bytes;
    bytes.reserve(before.view().size() + frame.sealed.size());
    append(bytes, before.view());
    append(bytes, frame.sealed);
    return bytes;
}

Bytes encode(const ParcelFrame& frame) {
    Writer writer;
    writer.u8(static_cast<std::uint8_t>(Type::parcel)).varint(frame.number).raw(frame.sealed);
    return std::move(writer).take();
}

Bytes encode(const CreditFrame& frame) {
    Writer writer;
    return std::move(writer.u8(static_cast<std::uint8_t>(Type::credit)).u64(frame.released)).take();
}

Bytes run_frame_beginning(Handle handle) {
    Writer writer;
    return std::move(writer.u8(static_cast<std::uint8_t>(Type::run)).varint(handle)).take();
}

}  // namespace liaise::sync
