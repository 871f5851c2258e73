#include "node/service/finder.h"

#include "protocol/base/text.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t index_at_once = 2000;
constexpr std::size_t texts_bytes_most = 1024 * 1024;  // read before they are indexed
constexpr std::size_t hits_most = 1000;
constexpr std::size_t snippet_before = 40;
constexpr std::size_t snippet_bytes = 160;

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

// The neighbourhood of the first word that was searched for, cut between characters.
std::string snippet_of(const std::string& text, const std::string& query) {
    const auto lower = [](std::string_view from) {
        std::string to(from);
        for (char& c : to)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return to;
    };
    const std::string first_word = lower(query).substr(0, query.find(' '));
    const std::size_t found = lower(text).find(first_word);
    std::size_t start = found == std::string::npos || found < snippet_before ? 0 : found - snippet_before;
    while (start < text.size() && !begins_character(text[start])) ++start;
    std::size_t end = std::min(text.size(), start + snippet_bytes);
    while (end < text.size() && !begins_character(text[end])) ++end;
    std::string snippet = text.substr(start, end - start);
    for (char& c : snippet)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    return (start > 0 ? "…" : "") + snippet + (end < text.size() ? "…" : "");
}

}  // namespace

std::string Finder::text_of(const store::MessageRow& row) {
    if (row.kind == static_cast<std::uint8_t>(MessageKind::document))
        return library_.searchable_text(row.place);
    if (row.kind == static_cast<std::uint8_t>(MessageKind::notice)) return {};
    return messages_.indexed_text(row);
}

Result<bool> Finder::index_some(std::size_t count_max) {
    auto rows = LIAISE_TRY(core_.store.messages().unindexed(count_max));
    if (rows.empty()) return maybe_waiting_ = false;
    // Read first: a text that cannot be read is left out, and must not end the transaction of the others.
    std::vector<std::string> texts;
    std::size_t bytes = 0;
    for (const store::MessageRow& row : rows) {
        if (bytes > texts_bytes_most) break;
        bytes += texts.emplace_back(text_of(row)).size();
    }
    const bool more = rows.size() == count_max || texts.size() < rows.size();
    rows.resize(texts.size());
    LIAISE_TRY(core_.batch.write());
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        const std::string& text = texts[static_cast<std::size_t>(rows.rend() - row) - 1];
        if (!text.empty()) LIAISE_TRY(core_.store.search().add(row->key, text));
        LIAISE_TRY(core_.store.messages().mark_indexed(row->key));
        if (row->kind == static_cast<std::uint8_t>(MessageKind::document))
            LIAISE_TRY(library_.note_indexed(row->place));
    }
    LIAISE_TRY(core_.batch.commit());
    return maybe_waiting_ = more;
}

Outcome<SearchAnswer> Finder::search(const std::string& query, const std::string& channel,
                                     std::size_t limit) {
    if (!is_utf8(query)) return refusals::bad_text("search");
    std::optional<ChannelId> within;
    if (!channel.empty()) within = LIAISE_TRY(channels_.named(channel))->id();
    // The newest are indexed first: what a person looks for who just got it is there. All of a long history
    // would keep everybody waiting.
    if (maybe_waiting_) LIAISE_TRY(or_refusal(index_some(index_at_once)));

    SearchAnswer answer;
    answer.incomplete = maybe_waiting_;
    const auto keys =
        LIAISE_TRY(or_refusal(core_.store.search().search(query, within, std::min(limit, hits_most))));
    for (const store::MessageKey key : keys) {
        const auto row = LIAISE_TRY(or_refusal(core_.store.messages().get(key)));
        if (!row) continue;
        auto message = messages_.view(*row);
        if (!message) continue;
        SearchHit hit;
        if (message->state == "hidden") continue;
        if (messages_.is_muted(*message)) {
            ++answer.muted;
            continue;
        }
        hit.snippet = snippet_of(text_of(*row), query);
        if (row->kind == static_cast<std::uint8_t>(MessageKind::document)) {
            hit.kind = "document";
            hit.document = library_.view_at(row->place);
            if (!hit.document) continue;
        } else {
            hit.kind = "message";
            hit.message = std::move(message);
        }
        answer.hits.push_back(std::move(hit));
    }
    return answer;
}

}  // namespace liaise::node::service
