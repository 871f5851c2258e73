#include "protocol/log/run.h"

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/hash.h"

namespace liaise::log {
namespace {

constexpr std::uint8_t expired_flag = 0x80;
constexpr std::size_t entry_overhead_bytes = 68;  // kind, size and signature, as the limit counts them

static_assert(limits::run_entries_max <= 0xffff);
static_assert(limits::payload_bytes_max + entry_overhead_bytes <= limits::run_bytes_max,
              "every entry fits into a run");

}  // namespace

Result<RunView> parse_run(BytesView run) {
    Reader reader(run);
    RunView view;
    view.writer = LIAISE_TRY(reader.fixed<WriterKey>());
    view.first = LIAISE_TRY(reader.varint());
    view.count = LIAISE_TRY(reader.u16());
    view.entries = LIAISE_TRY(reader.raw(reader.left()));
    if (view.first == 0 || view.count == 0) return Error{ErrorCode::malformed, "run without a first entry"};
    if (view.count > limits::run_entries_max)
        return Error{ErrorCode::too_large, "run of too many entries", view.count};
    if (view.first > limits::sequence_max || view.last() > limits::sequence_max)
        return Error{ErrorCode::too_large, "sequence beyond the end of a log", view.first};
    return view;
}

// Rebuilds a run's headers one after the other, from the head that it must extend.
struct RunVerifier {
    RunVerifier(const ChannelId& channel_, const RunView& run_, const LogHead& known)
        : channel(channel_), run(run_), previous(known.id) {
        out.bytes_ = to_bytes(run.entries);
        out.entries_.reserve(run.count);
    }

    std::vector<RunEntry>& entries() { return out.entries_; }

    Result<void> rebuild() {
        Reader reader(out.bytes_);
        for (std::uint16_t i = 0; i < run.count; ++i) LIAISE_TRY(rebuild_one(reader, run.first + i));
        return reader.end();
    }

    Result<void> rebuild_one(Reader& reader, std::uint64_t sequence) {
        const std::uint8_t kind = LIAISE_TRY(reader.u8());
        const auto plain_kind = static_cast<std::uint8_t>(kind & ~expired_flag);
        if (plain_kind > static_cast<std::uint8_t>(EntryKind::policy))
            return Error{ErrorCode::unsupported, "entry of an unknown kind", sequence};
        const std::uint64_t payload_bytes = LIAISE_TRY(reader.varint());
        if (payload_bytes > limits::payload_bytes_max)
            return Error{ErrorCode::too_large, "payload over its limit", sequence};
        counted += entry_overhead_bytes + payload_bytes;
        if (counted > limits::run_bytes_max)
            return Error{ErrorCode::too_large, "run over its limit", sequence};

        RunEntry entry;
        entry.signature = LIAISE_TRY(reader.fixed<Signature>());
        entry.has_payload = (kind & expired_flag) == 0;
        Hash payload_hash;
        if (entry.has_payload) {
            entry.payload = LIAISE_TRY(reader.raw(payload_bytes));
            payload_hash = crypto::blake2b({entry.payload});
        } else {
            payload_hash = LIAISE_TRY(reader.fixed<Hash>());
        }
        entry.header = {EntryKind{plain_kind},
                        channel,
                        run.writer,
                        sequence,
                        previous,
                        static_cast<std::uint32_t>(payload_bytes),
                        payload_hash};
        entry.id = id_of(entry.signed_header());
        previous = entry.id;
        out.entries_.push_back(std::move(entry));
        return {};
    }

    Result<void> check(RunEntry& entry) {
        LIAISE_TRY(verify(entry.signed_header()));
        entry.verified = true;
        return {};
    }

    const ChannelId& channel;
    const RunView& run;
    EntryId previous;
    std::size_t counted = 0;
    VerifiedRun out;
};

namespace {

Result<void> check_place(const RunView& run, const LogHead& known) {
    if (run.first > known.sequence + 1)
        return Error{ErrorCode::not_known, "run leaves a gap before it", run.first};
    if (run.first <= known.sequence)
        return Error{ErrorCode::conflict, "run begins before the end of the log", run.first};
    return {};
}

}  // namespace

Result<VerifiedRun> verify_run(const ChannelId& channel, const RunView& run, const LogHead& known,
                               bool doubted) {
    LIAISE_TRY(check_place(run, known));
    RunVerifier verifier(channel, run, known);
    LIAISE_TRY(verifier.rebuild());
    // The last one first: it decides, and a stranger's bytes cost one check.
    auto& entries = verifier.entries();
    LIAISE_TRY(verifier.check(entries.back()));
    for (RunEntry& entry : entries) {
        const bool alone = doubted || entry.header.kind == EntryKind::policy;
        if (alone && !entry.verified) LIAISE_TRY(verifier.check(entry));
    }
    return std::move(verifier.out);
}

Result<VerifiedRun> verify_beginning(const ChannelId& channel, const RunView& run, const LogHead& known) {
    LIAISE_TRY(check_place(run, known));
    RunVerifier verifier(channel, run, known);
    LIAISE_TRY(verifier.rebuild());
    auto& entries = verifier.entries();
    std::size_t good = 0;
    while (good < entries.size() && verifier.check(entries[good])) ++good;
    if (good == 0) return Error{ErrorCode::not_authentic, "signature does not verify", run.first};
    entries.resize(good);
    return std::move(verifier.out);
}

VerifiedRun run_of(const Entry& own) {
    VerifiedRun run;
    run.bytes_ = own.payload.value_or(Bytes{});
    RunEntry entry{own.header, own.signature, own.id, {}, own.payload.has_value(), true};
    entry.payload = run.bytes_;
    run.entries_.push_back(std::move(entry));
    return run;
}

void VerifiedRun::drop_through(std::uint64_t sequence) {
    if (sequence >= head().sequence || sequence < entries_.front().header.sequence) return;
    const auto known = static_cast<std::ptrdiff_t>(sequence - entries_.front().header.sequence + 1);
    entries_.erase(entries_.begin(), entries_.begin() + known);
}

RunBuilder::RunBuilder(BytesView before, const WriterKey& writer, std::uint64_t first,
                       std::size_t bytes_wanted, std::uint64_t last)
    : writer_(writer),
      first_(first),
      last_wanted_(last),
      bytes_wanted_(bytes_wanted),
      before_bytes_(before.size()) {
    Writer writing;
    writing.raw(before).fixed(writer).varint(first);
    count_at_ = writing.view().size();
    bytes_ = std::move(writing.u16(0)).take();
    finished_bytes_ = bytes_.size();
}

bool RunBuilder::begin(EntryKind kind, bool expired, std::size_t payload_bytes, const Signature& signature) {
    const std::size_t more = entry_overhead_bytes + payload_bytes;
    closed_ = closed_ || added_ >= limits::run_entries_max || counted_ + more > limits::run_bytes_max ||
              first_ + added_ > last_wanted_;
    if (closed_) return false;
    counted_ += more;
    ++added_;
    Writer small;
    small.u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(kind) | (expired ? expired_flag : 0)));
    append(bytes_, small.varint(payload_bytes).view());
    append(bytes_, signature.view());
    return true;
}

bool RunBuilder::end(bool verified) {
    if (verified) {
        count_ = added_;
        finished_bytes_ = bytes_.size();
        closed_ = counted_ >= bytes_wanted_;
    }
    closed_ = closed_ || first_ + added_ > last_wanted_;
    return !closed_;
}

bool RunBuilder::add(EntryKind kind, const Signature& signature, BytesView payload, bool verified) {
    if (!begin(kind, false, payload.size(), signature)) return false;
    append(bytes_, payload);
    return end(verified);
}

bool RunBuilder::add_expired(EntryKind kind, const Signature& signature, std::uint32_t payload_bytes,
                             const Hash& payload_hash, bool verified) {
    if (!begin(kind, true, payload_bytes, signature)) return false;
    append(bytes_, payload_hash.view());
    return end(verified);
}

Bytes RunBuilder::finish() && {
    if (count_ == 0) finished_bytes_ = before_bytes_;
    bytes_.resize(finished_bytes_);
    if (count_ == 0) return std::move(bytes_);
    bytes_[count_at_] = static_cast<std::uint8_t>(count_ >> 8);
    bytes_[count_at_ + 1] = static_cast<std::uint8_t>(count_ & 0xff);
    return std::move(bytes_);
}

}  // namespace liaise::log
