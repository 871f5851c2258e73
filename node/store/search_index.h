// Full-text search over messages and documents (SQLite's FTS5, without a copy of the text).
//
// - Found newest first: ranking a common word over 100,000 messages costs a hundred times more.
// - Case and accents do not matter; scripts without spaces are searched too (search_text.h).
// - Taking a text out needs the text that was put in, since the index keeps none. Its words leave the index's
//   pages when those are next merged; like everything else those pages are encrypted.
//
// Writes need an open Transaction. Adding goes fastest from old to new.
#pragma once

#include "node/store/rows.h"
#include "node/store/statement.h"

namespace liaise::node::store {

class SearchIndex {
  public:
    explicit SearchIndex(Database& database);
    ~SearchIndex();

    // Once for each key.
    Result<void> add(MessageKey key, std::string_view text);
    Result<void> remove(MessageKey key, std::string_view text_as_added);
    // The newest that hold everything asked for, in one channel or in all; `before` continues an earlier
    // answer. What was typed may be anything; with nothing to search for the answer is empty.
    Result<std::vector<MessageKey>> search(std::string_view typed, const std::optional<ChannelId>& channel,
                                           std::size_t limit,
                                           std::optional<MessageKey> before = std::nullopt);

  private:
    struct Statements;
    std::unique_ptr<Statements> sql_;
};

}  // namespace liaise::node::store
