#include "node/store/search_index.h"

#include "node/store/search_text.h"
#include "protocol/base/limits.h"

namespace liaise::node::store {
namespace {

Result<std::vector<MessageKey>> keys(Query query) {
    std::vector<MessageKey> found;
    while (LIAISE_TRY(query.next())) found.push_back(MessageKey{query.number(0)});
    return found;
}

}  // namespace

struct SearchIndex::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    Statement add{database, "INSERT INTO search (rowid, text) VALUES (?, ?)"};
    Statement remove{database, "INSERT INTO search (search, rowid, text) VALUES ('delete', ?, ?)"};
    Statement find{database,
                   "SELECT rowid FROM search WHERE search MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"};
    Statement find_in{database,
                      "SELECT search.rowid FROM search CROSS JOIN messages ON messages.message = search.rowid"
                      " WHERE search MATCH ? AND search.rowid < ?"
                      " AND messages.channel = (SELECT channel FROM channels WHERE id = ?)"
                      " ORDER BY search.rowid DESC LIMIT ?"};
};

SearchIndex::SearchIndex(Database& database) : sql_(std::make_unique<Statements>(database)) {}
SearchIndex::~SearchIndex() = default;

Result<void> SearchIndex::add(MessageKey key, std::string_view text) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->add.run(key, index_text(text));
}

Result<void> SearchIndex::remove(MessageKey key, std::string_view text_as_added) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->remove.run(key, index_text(text_as_added));
}

Result<std::vector<MessageKey>> SearchIndex::search(std::string_view typed,
                                                    const std::optional<ChannelId>& channel,
                                                    std::size_t limit, std::optional<MessageKey> before) {
    if (typed.size() > limits::search_bytes_max)
        return Error{ErrorCode::too_large, "search is longer than it may be", typed.size()};
    const std::string match = match_query(typed);
    if (match.empty()) return std::vector<MessageKey>();
    const MessageKey older_than = before.value_or(MessageKey{INT64_MAX});
    if (channel) return keys(sql_->find_in.query(match, older_than, *channel, limit));
    return keys(sql_->find.query(match, older_than, limit));
}

}  // namespace liaise::node::store
