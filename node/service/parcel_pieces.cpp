#include "node/service/parcel_pieces.h"

#include <algorithm>

#include "node/service/kinds.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t at_once = 16;  // records that are read at a time: each may have 240 KiB

// A record's value: when its set began u64 ms | pieces of the whole u16 | the piece's bytes.
constexpr std::size_t before_bytes = 10;

}  // namespace

Bytes ParcelPieces::key_of(const Name& name, std::uint16_t index) {
    return to_bytes(Writer().fixed(name.first).fixed(name.second).u16(index).view());
}

std::size_t ParcelPieces::Set::bytes() const {
    std::size_t sum = 0;
    for (const auto& [index, size] : sizes) sum += size;
    return sum;
}

std::size_t ParcelPieces::bytes() const {
    std::size_t sum = 0;
    for (const auto& [name, set] : sets_) sum += set.bytes();
    return sum;
}

Result<void> ParcelPieces::load() {
    sets_.clear();
    Bytes after;
    for (bool more = true; more;) {
        const auto page = LIAISE_TRY(records_.list(record::parcel_piece, at_once, after));
        for (const store::Record& kept : page) {
            Reader key(kept.key), value(kept.value);
            const auto from = LIAISE_TRY(key.fixed<DeviceId>());
            const auto id = LIAISE_TRY(key.fixed<channel::PieceSetId>());
            const std::uint16_t index = LIAISE_TRY(key.u16());
            Set& set = sets_[{from, id}];
            set.since = time_from_milliseconds(static_cast<std::int64_t>(LIAISE_TRY(value.u64())));
            set.count = LIAISE_TRY(value.u16());
            set.sizes[index] = value.left();
        }
        more = page.size() == at_once;
        if (more) after = page.back().key;
    }
    return {};
}

Result<std::optional<Bytes>> ParcelPieces::take(const DeviceId& from, const channel::ParcelPiece& piece,
                                                Time now) {
    const Name name{from, piece.set};
    LIAISE_TRY(make_room(name, now));
    const auto [found, is_new] = sets_.try_emplace(name, Set{piece.count, now});
    Set& set = found->second;
    if (set.count != piece.count) {
        LIAISE_TRY(let_go(name));
        return Error{ErrorCode::malformed, "pieces of one parcel that differ in their number", piece.count};
    }
    if (set.sizes.contains(piece.index)) return std::optional<Bytes>();
    if (set.bytes() + piece.bytes.size() > limits::whole_parcel_bytes_max) {
        LIAISE_TRY(let_go(name));
        return Error{ErrorCode::too_large, "pieces of a parcel over its limit", piece.count};
    }
    Writer value;
    value.u64(static_cast<std::uint64_t>(to_milliseconds(set.since))).u16(set.count).raw(piece.bytes);
    LIAISE_TRY(records_.put(record::parcel_piece, key_of(name, piece.index), value.view()));
    set.sizes.emplace(piece.index, piece.bytes.size());
    if (set.sizes.size() < set.count) return std::optional<Bytes>();
    Bytes whole = LIAISE_TRY(joined(name));
    LIAISE_TRY(let_go(name));
    return std::optional(std::move(whole));
}

// For one piece more of a set, which does not itself go: what is too old, what one device begun too many of,
// and what is more than all may take.
Result<void> ParcelPieces::make_room(const Name& for_set, Time now) {
    std::vector<Name> old;
    for (const auto& [name, set] : sets_)
        if (name != for_set && set.since + std::chrono::days(limits::piece_set_days) < now)
            old.push_back(name);
    for (const Name& name : old) LIAISE_TRY(let_go(name));
    const auto older = [](const auto& a, const auto& b) { return a.second.since < b.second.since; };
    const auto of = [this, &for_set](const DeviceId& device) {
        std::vector<std::pair<Name, Set>> all;
        for (const auto& [name, set] : sets_)
            if (name.first == device && name != for_set) all.emplace_back(name, set);
        return all;
    };
    auto own = of(for_set.first);
    if (own.size() >= limits::piece_sets_of_one_max)
        LIAISE_TRY(let_go(std::min_element(own.begin(), own.end(), older)->first));
    while (bytes() + limits::piece_bytes_max > limits::piece_store_bytes_max) {
        std::map<DeviceId, std::size_t> held;
        for (const auto& [name, set] : sets_)
            if (name != for_set) held[name.first] += set.bytes();
        const auto most = std::max_element(held.begin(), held.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        const auto theirs = of(most->first);
        LIAISE_TRY(let_go(std::min_element(theirs.begin(), theirs.end(), older)->first));
    }
    return {};
}

Result<void> ParcelPieces::let_go(const Name& name) {
    const auto found = sets_.find(name);
    if (found == sets_.end()) return {};
    for (const auto& [index, size] : found->second.sizes)
        LIAISE_TRY(records_.remove(record::parcel_piece, key_of(name, index)));
    sets_.erase(found);
    return {};
}

Result<Bytes> ParcelPieces::joined(const Name& name) {
    Bytes whole;
    whole.reserve(sets_.at(name).bytes());
    for (const auto& [index, size] : sets_.at(name).sizes) {
        const auto kept = LIAISE_TRY(records_.get(record::parcel_piece, key_of(name, index)));
        if (!kept || kept->size() != before_bytes + size)
            return Error{ErrorCode::unavailable, "a piece of a parcel is gone", index};
        append(whole, BytesView(*kept).subspan(before_bytes));
    }
    return whole;
}

}  // namespace liaise::node::service
