// What entries say about other entries (edits, reactions, pins and their like), by the entry that they are
// about; and who holds and has read our own logs.
//
// In:  a row for each mark, whether its target is here or not; kinds and texts are the caller's.
// Out: all marks on one entry.
//
// - Of one log the marks of a kind on one entry are kept up to a number, those with the least sequences: the
//   same ones in whatever order they come.
//   Attack: a hundred thousand reactions to one message; each look at it stays bounded.
// - A row stays when its entry is erased, without its text: so it goes on counting against that number.
// - What others hold and have read is one row for each of our logs and their device or member.
//
// Writes need an open Transaction.
#pragma once

#include <optional>

#include "node/store/rows.h"
#include "node/store/statement.h"
#include "protocol/log/message_ref.h"

namespace liaise::node::store {

struct MarkRow {
    EntryPlace place;  // of the entry that says it
    LogId log_id;
    std::uint8_t kind = 0;
    log::MessageRef target;
    MemberId author;
    std::uint32_t number = 0;
    Time time;
    std::string text;
};

struct HeldRow {
    DeviceId device;
    std::uint64_t head = 0;
};
struct SeenRow {
    MemberId member;
    std::uint64_t last = 0;
};

class MarkStore {
  public:
    explicit MarkStore(Database& database);
    ~MarkStore();

    // Harmless when repeated; `log_id` is not looked at.
    Result<void> add(const MarkRow& mark, std::size_t each_max);
    // In order of kind, log and sequence.
    Result<std::vector<MarkRow>> on(const log::MessageRef& target);
    Result<std::vector<MarkRow>> said_by(EntryPlace place);
    Result<void> clear_text(EntryPlace place);
    Result<void> remove_from(LogRow log, std::uint64_t first);
    // The entries that have a mark of this kind (pins).
    Result<std::vector<log::MessageRef>> pinned(std::size_t limit);

    Result<void> set_held(LogRow log, const DeviceId& device, std::uint64_t head);  // never less than before
    Result<std::vector<HeldRow>> held(LogRow log);
    Result<void> set_seen(LogRow log, const MemberId& member, std::uint64_t last);
    Result<std::vector<SeenRow>> seen(LogRow log);

  private:
    struct Statements;
    std::unique_ptr<Statements> sql_;
};

}  // namespace liaise::node::store
