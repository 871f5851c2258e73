#include "protocol/sync/wire.h"

#include <doctest/doctest.h>

#include "protocol/log/equivocation.h"
#include "tests/support/log_builder.h"

using namespace liaise;
using namespace liaise::sync;

namespace {

test::SeededRandom random_source(1);

template <class Id>
std::vector<Id> draw(std::size_t count) {
    std::vector<Id> ids(count);
    for (Id& id : ids) id = random_source.draw<Id>();
    return ids;
}

template <class Out>
Out reread(const Bytes& frame) {
    return std::get<Out>(parse_frame(frame).value());
}

bool reads(const Bytes& frame) {
    return parse_frame(frame).ok();
}

}  // namespace

TEST_CASE("every frame reads back") {
    const HelloFrame hello{1,
                           3,
                           5,
                           random_source.draw<DeviceId>(),
                           random_source.draw<Nonce>(),
                           time_from_milliseconds(1'795'424'000'000)};
    CHECK(reread<HelloFrame>(encode(hello)) == hello);
    const auto signature = random_source.draw<Signature>();
    CHECK(reread<ProofFrame>(encode(ProofFrame{signature})).signature == signature);
    const auto tags = draw<Tag>(8);
    CHECK(reread<OfferFrame>(encode(OfferFrame{tags})).tags == tags);
    CHECK(reread<WithdrawFrame>(encode(WithdrawFrame{{1, 5}})).handles == std::vector<Handle>{1, 5});
    const std::vector<Summary> summaries{{3, random_source.draw<ShortFingerprint>()},
                                         {4095, random_source.draw<ShortFingerprint>()}};
    CHECK(reread<SummariesFrame>(encode(SummariesFrame{summaries})).summaries == summaries);
    const log::Frontier logs{{random_source.draw<WriterKey>(), {7, random_source.draw<EntryId>()}, 9}};
    const auto heads = reread<HeadsFrame>(encode(HeadsFrame{4, logs, true, true, false, true}));
    CHECK(heads.logs == logs);
    CHECK((heads.handle == 4 && heads.frontier && heads.more && !heads.ask && heads.lazy));
    const auto writer = random_source.draw<WriterKey>();
    const std::vector<log::LogHead> points{{1, random_source.draw<EntryId>()},
                                           {9, random_source.draw<EntryId>()}};
    const auto trail = reread<TrailFrame>(encode(TrailFrame{4, writer, points}));
    CHECK(trail.writer == writer);
    CHECK(trail.points == points);
    test::LogBuilder log(random_source, random_source.draw<ChannelId>());
    log.add("one");
    CHECK(reread<ClaimFrame>(encode(ClaimFrame{1, log.at(1).signed_header()})).entry ==
          log.at(1).signed_header());
    const Bytes proof(log::EquivocationProof::size_bytes, 7);
    CHECK(reread<ForkFrame>(encode(ForkFrame{1, proof})).proof == proof);
    const auto chunks = draw<ChunkId>(3);
    CHECK(reread<WantChunksFrame>(encode(WantChunksFrame{1, chunks})).chunks == chunks);
    CHECK(reread<ChunksMissingFrame>(encode(ChunksMissingFrame{1, chunks})).chunks == chunks);
    CHECK(reread<ParcelsStoredFrame>(encode(ParcelsStoredFrame{{1, 1000}})).numbers ==
          std::vector<std::uint64_t>{1, 1000});
    for (const CloseReason reason : {CloseReason::done, CloseReason::stalled})
        CHECK(reread<GoodbyeFrame>(encode(GoodbyeFrame{reason})).reason == reason);
    CHECK(reread<MarkFrame>(encode(MarkFrame{7})).number == 7);
    CHECK(reread<MarkedFrame>(encode(MarkedFrame{7})).number == 7);
    const Bytes chunk = encode(ChunkFrame{300, chunks[0], bytes_of("sealed")});
    CHECK(reread<ChunkFrame>(chunk).handle == 300);
    CHECK(reread<ChunkFrame>(chunk).chunk == chunks[0]);
    CHECK(text_of(reread<ChunkFrame>(chunk).sealed) == "sealed");
    CHECK(text_of(reread<ParcelFrame>(encode(ParcelFrame{9, bytes_of("sealed")})).sealed) == "sealed");
    CHECK(reread<CreditFrame>(encode(CreditFrame{1U << 30})).released == 1U << 30);
    Bytes run = run_frame_beginning(5);
    append(run, bytes_of("run"));
    CHECK(reread<RunFrame>(run).handle == 5);
    CHECK(text_of(reread<RunFrame>(run).run) == "run");
}

TEST_CASE("empty frames, unknown types and frames over the limit are refused") {
    CHECK(parse_frame({}).error().code == ErrorCode::malformed);
    for (const std::uint8_t type : Bytes{0, 16, 31, 36, 255})
        CHECK(parse_frame(Bytes{type, 0, 0}).error().code == ErrorCode::malformed);
    Bytes frame = encode(ParcelFrame{1, {}});
    frame.resize(limits::frame_bytes_max + 1);
    CHECK(parse_frame(frame).error().code == ErrorCode::too_large);
}

TEST_CASE("each list is read at its limit and refused one above") {
    for (const std::size_t offset : {0U, 1U, 2U}) {
        const bool good = offset < 2;
        CHECK(reads(encode(OfferFrame{draw<Tag>(limits::offer_tags_max - 1 + offset)})) == good);
        CHECK(reads(encode(WithdrawFrame{std::vector<Handle>(limits::offer_tags_max - 1 + offset, 1)})) ==
              good);
        CHECK(reads(encode(SummariesFrame{std::vector<Summary>(limits::offer_tags_max - 1 + offset)})) ==
              good);
        CHECK(reads(encode(WantChunksFrame{0, draw<ChunkId>(limits::chunks_wanted_max - 1 + offset)})) ==
              good);
        CHECK(reads(encode(ChunksMissingFrame{0, draw<ChunkId>(limits::chunks_wanted_max - 1 + offset)})) ==
              good);
        CHECK(reads(encode(ParcelsStoredFrame{
                  std::vector<std::uint64_t>(limits::parcels_queued_max - 1 + offset, 1)})) == good);
        CHECK(reads(encode(ChunkFrame{0, {}, Bytes(limits::chunk_bytes_max - 1 + offset)})) == good);
        CHECK(reads(encode(ParcelFrame{0, Bytes(limits::parcel_bytes_max - 1 + offset)})) == good);
        Bytes run = run_frame_beginning(static_cast<Handle>(limits::session_tags_max - 2 + offset));
        CHECK(reads(run) == good);
        TrailFrame trail{0, {}, {}};
        for (std::size_t i = 1; i < limits::trail_points_max + offset; ++i) trail.points.push_back({i, {}});
        CHECK(reads(encode(trail)) == good);
    }
    log::Frontier logs(limits::heads_logs_max);
    for (std::size_t i = 0; i < logs.size(); ++i) {
        logs[i].writer.bytes[0] = static_cast<std::uint8_t>(i >> 8);
        logs[i].writer.bytes[1] = static_cast<std::uint8_t>(i);
        logs[i].head = {limits::sequence_max - 1, random_source.draw<EntryId>()};
        logs[i].forked_at = limits::sequence_max;
    }
    const Bytes most = encode(HeadsFrame{0, logs});
    CHECK(most.size() <= limits::frame_bytes_max);
    CHECK(reads(most));
}

TEST_CASE("what makes no sense is refused") {
    CHECK_FALSE(reads(encode(HelloFrame{2, 1, 0, {}, {}, {}})));
    CHECK_FALSE(reads(encode(WantChunksFrame{0, {}})));
    CHECK_FALSE(reads(encode(TrailFrame{0, {}, {}})));
    CHECK_FALSE(reads(encode(TrailFrame{0, {}, {{5, {}}, {5, {}}}})));
    CHECK_FALSE(reads(encode(TrailFrame{0, {}, {{0, {}}}})));
    CHECK_FALSE(reads(encode(ForkFrame{0, Bytes(379)})));
    HeadsFrame more{0, {}};
    more.more = true;
    CHECK_FALSE(reads(encode(more)));
    more.frontier = true;
    CHECK_FALSE(reads(encode(more)));
    Bytes credit = encode(CreditFrame{1});
    credit.push_back(0);
    CHECK_FALSE(reads(credit));
}
