// How the revisions and translations of one document hang together (docs/protocol/document.md, "Revisions").
//
// In:  revisions of one document, each published by one entry, in any order of arrival.
// Out: the same tree on every node that has the same entries: which one is the latest, in each language and
//      over all; which are contested; which wait for a predecessor.
//
//     number    1            2            3
//     en        r1 --------> r2 --------> r3          "-->" revision: same language, one more
//                            :            :           "..>" translation: other language, same number
//     vi                     ..> r2       ..> r3
//
// - A document's id is a hash over channel, writer key and sequence of the entry that founded it. Why: nobody
//   else can found a document under an id that is taken, so a later entry cannot pass itself off as the
//   original.
// - A revision names its predecessor: in the same language its number is the predecessor's plus one; in
//   another language it is a translation, a sibling with the same number. What breaks that is refused; what
//   names a predecessor that is not here waits (a bounded number of them).
// - Latest is the highest number. Two of one number and language from different logs are contested, and shown
//   as such; until someone revises further the founder's stands before others', then the lower log id. Within
//   one log the later entry replaces the earlier: a translation made anew. Never a clock.
// - Anyone who may write in the channel may revise; who did is the entry's author, shown beside it.
// - A revision keeps its predecessor's document key, so that they share chunks, unless someone has left the
//   channel since: then it takes a new one, and what is published after a removal cannot be opened with a key
//   from before (attack class 40).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "protocol/base/limits.h"
#include "protocol/crypto/secret.h"

namespace liaise::document {

// The entry that published a revision.
struct RevisionId {
    LogId log;
    std::uint64_t sequence = 0;
    auto operator<=>(const RevisionId&) const = default;
};

// BLAKE2b-128 over "liaise/1 document-id" 0x00, channel, writer key, sequence u64 of the founding entry.
DocumentId document_id_of(const ChannelId& channel, const WriterKey& writer, std::uint64_t sequence);

// A language tag in the shape of RFC 5646 ("en", "pt-br", "zh-hant"), in lower case: a language of 2 or 3
// letters, then subtags of 1 to 8 letters and digits. Whether it is registered is not looked up.
Result<std::string> language_tag_of(std::string_view text);

struct Revision {
    RevisionId id;
    std::optional<RevisionId> predecessor;  // none: this one founds the document
    std::uint32_t number = 1;
    std::string language;  // as language_tag_of gives it
    friend bool operator==(const Revision&, const Revision&) = default;
};

// All revisions of one document. A value.
class RevisionTree {
  public:
    enum class Added { accepted, waiting, already_here };

    // Malformed: breaks a rule above. Conflict: a second founder, or another revision under an id that is
    // here. Exhausted: limits::document_revisions_max or revisions_waiting_max reached. A refusal changes
    // nothing. What waits is accepted with its predecessor, or dropped then if it breaks a rule.
    Result<Added> add(const Revision& revision);

    std::size_t size() const { return accepted_.size(); }
    const Revision* find(const RevisionId& id) const;  // accepted ones only; null when not here
    const Revision* founding() const;

    const Revision* latest() const;  // of all languages; at equal numbers the founding language goes first
    const Revision* latest(const std::string& language) const;
    // By number; with no language the founding language's, else whichever stands first.
    const Revision* numbered(std::uint32_t number, const std::string& language = {}) const;

    // By number, then language, then precedence (what stands first among equals is last).
    std::vector<Revision> history() const;
    std::set<std::string> languages() const;
    // Another log has published the same number in the same language.
    bool is_contested(const Revision& revision) const;
    // A translation whose document has moved on in the founding language.
    bool is_outdated(const Revision& revision) const;

    std::size_t waiting_count() const;

  private:
    // Sorts what competes for one (number, language): the one that stands is the greatest.
    struct Place {
        std::uint32_t number = 0;
        std::string language;
        bool by_founder = false;
        std::array<std::uint8_t, 8> inverted_log{};
        std::uint64_t sequence = 0;
        auto operator<=>(const Place&) const = default;
    };
    Place place_of(const Revision& revision) const;
    Result<void> check_against(const Revision& revision, const Revision& predecessor) const;
    void accept(const Revision& revision);
    const Revision* greatest(std::uint32_t number, const std::string& language) const;

    std::map<RevisionId, Revision> accepted_;
    std::map<Place, RevisionId> places_;
    std::map<std::string, std::uint32_t> newest_number_;  // by language
    std::optional<RevisionId> founding_;
    std::map<RevisionId, std::map<RevisionId, Revision>> waiting_;  // by predecessor
    std::size_t waiting_count_ = 0;
};

// The key of the next revision: see above.
crypto::Key key_for_revision(const crypto::Key& predecessor_key, bool someone_left_since,
                             RandomSource& random);

}  // namespace liaise::document
