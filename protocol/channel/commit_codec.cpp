#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/channel/commit_fact.h"
#include "protocol/channel/commit_wire.h"

namespace liaise::channel {

namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t fresh_flag = 1;

Result<void> check_version(Reader& reader) {
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "group entry of another version"};
    return {};
}

// A list whose items stand in increasing order, each once: one way to write a set.
template <class Item, class Read>
Result<std::vector<Item>> read_increasing(Reader& reader, Read&& read) {
    const std::uint16_t count = LIAISE_TRY(reader.u16());
    if (count > limits::commit_seats_max)
        return Error{ErrorCode::too_large, "too many seats in a commit", count};
    std::vector<Item> items;
    items.reserve(count);
    for (std::uint16_t i = 0; i < count; ++i) {
        const Item item = LIAISE_TRY(read(reader));
        if (!items.empty() && !(items.back() < item))
            return Error{ErrorCode::malformed, "seats out of order", i};
        items.push_back(item);
    }
    return items;
}

Result<Seating> read_seating(Reader& reader) {
    const Seat seat = LIAISE_TRY(read_seat(reader));
    const EntryRef offer = LIAISE_TRY(read_ref(reader));
    return Seating{seat, offer};
}

// What holds of every commit, whoever wrote it.
Result<void> check(const CommitFact& fact) {
    const bool first = is_none(fact.parent);
    const bool names_fit = first ? fact.from == EpochName{} && fact.to.number == 0
                                 : fact.from.number < UINT64_MAX && fact.to.number == fact.from.number + 1;
    if (!names_fit) return Error{ErrorCode::malformed, "commit with the wrong number", fact.to.number};
    if (first && !fact.fresh) return Error{ErrorCode::malformed, "commit without a parent"};
    if (fact.fresh && (fact.added.size() != 1 || !fact.removed.empty() || fact.parts > 0))
        return Error{ErrorCode::malformed, "a fresh group has its author alone"};
    if (fact.parts > limits::commit_parts_max)
        return Error{ErrorCode::too_large, "commit in too many parts", fact.parts};
    for (std::size_t i = 1; i < fact.added.size(); ++i)
        if (fact.added[i].seat == fact.added[i - 1].seat)
            return Error{ErrorCode::malformed, "seat added twice", i};
    return {};
}

}  // namespace

CommitClass CommitFact::commit_class() const {
    if (fresh) return CommitClass::fresh;
    const auto is_added = [this](const Seat& seat) {
        return std::any_of(added.begin(), added.end(),
                           [&seat](const Seating& seating) { return seating.seat == seat; });
    };
    if (!std::all_of(removed.begin(), removed.end(), is_added)) return CommitClass::remove;
    return added.size() > removed.size() ? CommitClass::add : CommitClass::update;
}

Bytes encode(const CommitEntry& entry) {
    const CommitFact& fact = entry.fact;
    Writer writer;
    writer.u8(version).u8(fact.fresh ? fresh_flag : 0);
    write_ref(writer, fact.charter);
    write_ref(writer, fact.parent);
    write_name(writer, fact.from);
    write_name(writer, fact.to);
    writer.fixed(fact.key).u32(fact.leaf).u16(fact.parts);
    writer.u16(static_cast<std::uint16_t>(fact.removed.size()));
    for (const Seat& seat : fact.removed) write_seat(writer, seat);
    writer.u16(static_cast<std::uint16_t>(fact.added.size()));
    for (const Seating& seating : fact.added) {
        write_seat(writer, seating.seat);
        write_ref(writer, seating.offer);
    }
    writer.sized32(entry.message);
    return std::move(writer).take();
}

namespace {

Result<CommitEntry> read_commit(BytesView bytes) {
    Reader reader(bytes);
    LIAISE_TRY(check_version(reader));
    CommitEntry entry;
    CommitFact& fact = entry.fact;
    const std::uint8_t flags = LIAISE_TRY(reader.u8());
    if (flags > fresh_flag) return Error{ErrorCode::malformed, "unknown flags of a commit", flags};
    fact.fresh = flags == fresh_flag;
    fact.charter = LIAISE_TRY(read_ref(reader));
    fact.parent = LIAISE_TRY(read_ref(reader));
    fact.from = LIAISE_TRY(read_name(reader));
    fact.to = LIAISE_TRY(read_name(reader));
    fact.key = LIAISE_TRY(reader.fixed<EpochId>());
    fact.leaf = LIAISE_TRY(reader.u32());
    fact.parts = LIAISE_TRY(reader.u16());
    fact.removed = LIAISE_TRY(read_increasing<Seat>(reader, read_seat));
    fact.added = LIAISE_TRY(read_increasing<Seating>(reader, read_seating));
    entry.message = to_bytes(LIAISE_TRY(reader.sized32(limits::commit_message_bytes_max)));
    LIAISE_TRY(reader.end());
    LIAISE_TRY(check(fact));
    return entry;
}

}  // namespace

Result<CommitEntry> decode_commit(BytesView bytes) {
    CommitEntry entry = LIAISE_TRY(read_commit(bytes));
    if (entry.fact.fresh != entry.message.empty())
        return Error{ErrorCode::malformed, "a commit has a message, but for a fresh group"};
    return entry;
}

Result<CommitFact> decode_fact(BytesView bytes) {
    CommitEntry entry = LIAISE_TRY(read_commit(bytes));
    if (!entry.message.empty()) return Error{ErrorCode::malformed, "fact of a commit with a message"};
    return std::move(entry.fact);
}

}  // namespace liaise::channel
