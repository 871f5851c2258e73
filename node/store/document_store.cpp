#include "node/store/document_store.h"

#include "node/store/id_range.h"
#include "node/store/interned.h"

// Every query for revisions gives these columns, in this order.
#define LIAISE_SELECT_REVISION                                                                        \
    "SELECT r.revision, logs.id, r.document, channels.id, r.log, r.sequence, r.number, r.title,"      \
    " r.language, r.kind, r.file_name, r.media_type, r.bytes, members.id, r.time, r.state, r.wanted," \
    " r.complete, r.details FROM revisions AS r JOIN channels USING (channel)"                        \
    " JOIN logs ON logs.log = r.log JOIN members ON members.member = r.author "

namespace liaise::node::store {
namespace {

Result<StoredRevision> stored_revision(const Query& query) {
    StoredRevision revision;
    revision.row = RevisionRow{query.number(0)};
    revision.log_id = LIAISE_TRY(query.fixed<LogId>(1));
    RevisionFields& fields = revision.fields;
    fields.document = LIAISE_TRY(query.fixed<DocumentId>(2));
    fields.channel = LIAISE_TRY(query.fixed<ChannelId>(3));
    fields.place = {LogRow{query.number(4)}, static_cast<std::uint64_t>(query.number(5))};
    fields.number = static_cast<std::uint32_t>(query.number(6));
    fields.title = query.text(7);
    fields.language = query.text(8);
    fields.kind = query.text(9);
    fields.file_name = query.text(10);
    fields.media_type = query.text(11);
    fields.bytes = static_cast<std::uint64_t>(query.number(12));
    fields.author = LIAISE_TRY(query.fixed<MemberId>(13));
    fields.time = time_from_milliseconds(query.number(14));
    fields.state = static_cast<std::uint8_t>(query.number(15));
    fields.wanted = query.number(16) != 0;
    fields.complete = query.number(17) != 0;
    fields.details = to_bytes(query.bytes(18));
    return revision;
}

Result<std::optional<StoredRevision>> maybe_revision(Query query) {
    if (!LIAISE_TRY(query.next())) return std::optional<StoredRevision>();
    return std::optional(LIAISE_TRY(stored_revision(query)));
}

Result<std::vector<RevisionRow>> revision_rows(Query query) {
    std::vector<RevisionRow> rows;
    while (LIAISE_TRY(query.next())) rows.push_back(RevisionRow{query.number(0)});
    return rows;
}

template <class Id>
Result<std::vector<Id>> ids(Query query) {
    std::vector<Id> found;
    while (LIAISE_TRY(query.next())) found.push_back(LIAISE_TRY(query.fixed<Id>(0)));
    return found;
}

Result<std::uint64_t> count_of(Query query) {
    if (!LIAISE_TRY(query.next())) return std::uint64_t{0};
    return static_cast<std::uint64_t>(query.number(0));
}

}  // namespace

struct DocumentStore::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    ChannelNumbers channels{database};
    MemberNumbers members{database};
    Statement insert{database,
                     "INSERT INTO revisions (document, channel, log, sequence, number, title, language, kind,"
                     " file_name, media_type, bytes, author, time, state, wanted, complete, details)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING revision"};
    Statement by_row{database, LIAISE_SELECT_REVISION "WHERE r.revision = ?"};
    Statement by_place{database, LIAISE_SELECT_REVISION "WHERE r.log = ? AND r.sequence = ?"};
    Statement by_document{database, LIAISE_SELECT_REVISION
                          "WHERE r.document = ?"
                          " ORDER BY r.number, r.language, r.log, r.sequence"};
    Statement all_documents{database,
                            "SELECT document FROM revisions GROUP BY document"
                            " ORDER BY max(time) DESC, document LIMIT ?"};
    Statement documents_in{database,
                           "SELECT document FROM revisions WHERE channel = ? GROUP BY document"
                           " ORDER BY max(time) DESC, document LIMIT ?"};
    Statement documents_named{database,
                              "SELECT DISTINCT document FROM revisions WHERE document BETWEEN ? AND ?"
                              " ORDER BY document LIMIT ?"};
    Statement count{database, "SELECT count(DISTINCT document) FROM revisions WHERE channel = ?"};

    Statement set_state{database, "UPDATE revisions SET state = ? WHERE revision = ?"};
    Statement set_wanted{database, "UPDATE revisions SET wanted = ? WHERE revision = ?"};
    Statement set_complete{database, "UPDATE revisions SET complete = ? WHERE revision = ?"};
    Statement set_details{database, "UPDATE revisions SET details = ? WHERE revision = ?"};
    Statement set_media_type{database, "UPDATE revisions SET media_type = ? WHERE revision = ?"};
    Statement to_fetch{database,
                       "SELECT revision FROM revisions WHERE wanted = 1 AND complete = 0"
                       " ORDER BY time DESC LIMIT ?"};
    Statement remove{database, "DELETE FROM revisions WHERE revision = ?"};
    Statement forget{
        database,
        "UPDATE revisions SET title = '', file_name = '', media_type = '', bytes = 0, wanted = 0,"
        " complete = 0, state = ?2, details = ?3 WHERE revision = ?1"};

    Statement clear_chunks{database, "DELETE FROM chunk_uses WHERE revision = ?"};
    Statement add_chunk{database,
                        "INSERT OR IGNORE INTO chunk_uses (revision, chunk, bytes) VALUES (?, ?, ?)"};
    Statement chunks{
        database,
        "SELECT uses.chunk, uses.bytes, chunks.at IS NOT NULL FROM chunk_uses AS uses"
        " LEFT JOIN chunks ON chunks.id = uses.chunk WHERE uses.revision = ? ORDER BY uses.chunk"};
    Statement missing{database,
                      "SELECT chunk FROM chunk_uses WHERE revision = ?"
                      " AND NOT EXISTS (SELECT 1 FROM chunks WHERE id = chunk) ORDER BY chunk LIMIT ?"};
    Statement bytes_here{database,
                         "SELECT coalesce(sum(uses.bytes), 0) FROM chunk_uses AS uses"
                         " JOIN chunks ON chunks.id = uses.chunk WHERE uses.revision = ?"};
    Statement users{database, "SELECT revision FROM chunk_uses WHERE chunk = ? ORDER BY revision LIMIT ?"};
};

DocumentStore::DocumentStore(Database& database) : sql_(std::make_unique<Statements>(database)) {}
DocumentStore::~DocumentStore() = default;

Result<RevisionRow> DocumentStore::add(const RevisionFields& revision) {
    LIAISE_TRY(sql_->database.may_write());
    const std::int64_t channel = LIAISE_TRY(sql_->channels.ensure(revision.channel.view()));
    const std::int64_t author = LIAISE_TRY(sql_->members.ensure(revision.author.view()));
    Query query = sql_->insert.query(revision.document, channel, revision.place.log, revision.place.sequence,
                                     revision.number, revision.title, revision.language, revision.kind,
                                     revision.file_name, revision.media_type, revision.bytes, author,
                                     to_milliseconds(revision.time), revision.state, revision.wanted,
                                     revision.complete, revision.details);
    if (!LIAISE_TRY(query.next())) return Error{ErrorCode::unavailable, "store gave no row number"};
    const RevisionRow row{query.number(0)};
    LIAISE_TRY(query.next());
    return row;
}

Result<std::optional<StoredRevision>> DocumentStore::get(RevisionRow row) {
    return maybe_revision(sql_->by_row.query(row));
}

Result<std::optional<StoredRevision>> DocumentStore::find(EntryPlace place) {
    return maybe_revision(sql_->by_place.query(place.log, place.sequence));
}

Result<std::vector<StoredRevision>> DocumentStore::revisions(const DocumentId& document) {
    std::vector<StoredRevision> found;
    Query query = sql_->by_document.query(document);
    while (LIAISE_TRY(query.next())) found.push_back(LIAISE_TRY(stored_revision(query)));
    return found;
}

Result<std::vector<DocumentId>> DocumentStore::documents(const std::optional<ChannelId>& channel,
                                                         std::size_t limit) {
    if (!channel) return ids<DocumentId>(sql_->all_documents.query(limit));
    const auto number = LIAISE_TRY(sql_->channels.find(channel->view()));
    if (!number) return std::vector<DocumentId>();
    return ids<DocumentId>(sql_->documents_in.query(*number, limit));
}

Result<std::vector<DocumentId>> DocumentStore::documents_named(std::string_view beginning,
                                                               std::size_t count_max) {
    const IdRange<DocumentId> range = LIAISE_TRY(ids_named<DocumentId>(beginning));
    return ids<DocumentId>(sql_->documents_named.query(range.first, range.last, count_max));
}

Result<std::uint64_t> DocumentStore::count(const ChannelId& channel) {
    const auto number = LIAISE_TRY(sql_->channels.find(channel.view()));
    if (!number) return std::uint64_t{0};
    return count_of(sql_->count.query(*number));
}

Result<void> DocumentStore::set_state(RevisionRow row, std::uint8_t state) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_state.run(state, row);
}

Result<void> DocumentStore::set_wanted(RevisionRow row, bool wanted) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_wanted.run(wanted, row);
}

Result<void> DocumentStore::set_media_type(RevisionRow row, std::string_view media_type) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_media_type.run(media_type, row);
}

Result<void> DocumentStore::set_complete(RevisionRow row, bool complete) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_complete.run(complete, row);
}

Result<void> DocumentStore::set_details(RevisionRow row, BytesView details) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->set_details.run(details, row);
}

Result<std::vector<RevisionRow>> DocumentStore::wanted_and_incomplete(std::size_t limit) {
    return revision_rows(sql_->to_fetch.query(limit));
}

Result<void> DocumentStore::remove(RevisionRow row) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->remove.run(row);
}

Result<void> DocumentStore::forget(RevisionRow row, std::uint8_t state, BytesView details) {
    LIAISE_TRY(sql_->database.may_write());
    LIAISE_TRY(sql_->clear_chunks.run(row));
    return sql_->forget.run(row, state, details);
}

// --- chunks

Result<void> DocumentStore::set_chunks(RevisionRow row, std::span<const ChunkPresence> chunks) {
    LIAISE_TRY(sql_->database.may_write());
    LIAISE_TRY(sql_->clear_chunks.run(row));
    for (const ChunkPresence& chunk : chunks) LIAISE_TRY(sql_->add_chunk.run(row, chunk.id, chunk.bytes));
    return {};
}

Result<std::vector<ChunkPresence>> DocumentStore::chunks(RevisionRow row) {
    std::vector<ChunkPresence> found;
    Query query = sql_->chunks.query(row);
    while (LIAISE_TRY(query.next()))
        found.push_back({LIAISE_TRY(query.fixed<ChunkId>(0)), static_cast<std::uint32_t>(query.number(1)),
                         query.number(2) != 0});
    return found;
}

Result<std::vector<ChunkId>> DocumentStore::missing_chunks(RevisionRow row, std::size_t limit) {
    return ids<ChunkId>(sql_->missing.query(row, limit));
}

Result<std::uint64_t> DocumentStore::bytes_here(RevisionRow row) {
    return count_of(sql_->bytes_here.query(row));
}

Result<std::vector<RevisionRow>> DocumentStore::users_of(const ChunkId& chunk, std::size_t limit) {
    return revision_rows(sql_->users.query(chunk, limit));
}

}  // namespace liaise::node::store
