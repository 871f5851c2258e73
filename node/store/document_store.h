// Documents and their revisions as shown in lists, and which chunks each revision consists of.
//
// In:  a revision for each entry that published one; the list of its chunks once its manifest is open.
// Out: lists, histories, and which chunks are still missing.
//
// - A revision is named by the entry that published it. Which of several is the latest is for
// protocol/document
//   to say; rows here come in the order of number, language and entry.
// - Chunks are counted by the revisions that list them: one that no revision lists can be dropped
//   (ChunkFile::drop_unused). Nothing else keeps a count, so none can drift.
// - Writes need an open Transaction.
#pragma once

#include <optional>
#include <span>

#include "node/store/rows.h"
#include "node/store/statement.h"

namespace liaise::node::store {

enum class RevisionRow : std::int64_t {};

struct RevisionFields {
    DocumentId document;
    ChannelId channel;
    EntryPlace place;
    std::uint32_t number = 1;
    std::string title, language, kind, file_name, media_type;
    std::uint64_t bytes = 0;
    MemberId author;
    Time time;
    std::uint8_t state = 0;  // the caller's
    bool wanted = false;     // its chunks are to be fetched
    bool complete = false;   // all of its chunks are here
    Bytes details;           // the caller's: whatever else the revision says
};

struct StoredRevision {
    RevisionRow row{};
    LogId log_id;
    RevisionFields fields;
};

struct ChunkPresence {
    ChunkId id;
    std::uint32_t bytes = 0;  // as listed
    bool here = false;
};

class DocumentStore {
  public:
    explicit DocumentStore(Database& database);
    ~DocumentStore();

    // conflict when this entry published one already.
    Result<RevisionRow> add(const RevisionFields& revision);
    Result<std::optional<StoredRevision>> get(RevisionRow row);
    Result<std::optional<StoredRevision>> find(EntryPlace place);
    Result<std::vector<StoredRevision>> revisions(const DocumentId& document);
    // Every revision in a channel, or in all; the documents newest first by their newest revision.
    Result<std::vector<DocumentId>> documents(const std::optional<ChannelId>& channel, std::size_t limit);
    // Documents whose id begins so (base32), at most `count_max`.
    Result<std::vector<DocumentId>> documents_named(std::string_view beginning, std::size_t count_max);
    Result<std::uint64_t> count(const ChannelId& channel);  // documents, not revisions

    Result<void> set_state(RevisionRow row, std::uint8_t state);
    Result<void> set_wanted(RevisionRow row, bool wanted);
    Result<void> set_complete(RevisionRow row, bool complete);
    Result<void> set_details(RevisionRow row, BytesView details);
    Result<void> set_media_type(RevisionRow row, std::string_view media_type);
    Result<std::vector<RevisionRow>> wanted_and_incomplete(std::size_t limit);
    Result<void> remove(RevisionRow row);
    // Everything that its author wrote goes, and its list of chunks; what is left says where it stood.
    Result<void> forget(RevisionRow row, std::uint8_t state, BytesView details);

    // The pieces and chunks that the revision needs, in any order; replaces what was listed before.
    Result<void> set_chunks(RevisionRow row, std::span<const ChunkPresence> chunks);
    Result<std::vector<ChunkPresence>> chunks(RevisionRow row);
    Result<std::vector<ChunkId>> missing_chunks(RevisionRow row, std::size_t limit);
    Result<std::uint64_t> bytes_here(RevisionRow row);
    // The revisions that list a chunk: who may be given it, and what is complete with it.
    Result<std::vector<RevisionRow>> users_of(const ChunkId& chunk, std::size_t limit);

  private:
    struct Statements;
    std::unique_ptr<Statements> sql_;
};

}  // namespace liaise::node::store
