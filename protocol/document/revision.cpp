#include "protocol/document/revision.h"

#include <algorithm>

#include "protocol/base/writer.h"
#include "protocol/crypto/hash.h"

namespace liaise::document {

DocumentId document_id_of(const ChannelId& channel, const WriterKey& writer, std::uint64_t sequence) {
    Writer place;
    place.raw(bytes_of("liaise/1 document-id")).u8(0).fixed(channel).fixed(writer).u64(sequence);
    DocumentId id;
    crypto::Blake2b(DocumentId::size_bytes).update(place.view()).finish(id.bytes);
    return id;
}

Result<std::string> language_tag_of(std::string_view text) {
    if (text.size() > limits::language_bytes_max)
        return Error{ErrorCode::too_large, "a language tag over its limit", text.size()};
    std::string tag;
    std::size_t subtag_bytes = 0;
    bool first = true;
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        const bool letter = lower >= 'a' && lower <= 'z';
        const bool digit = lower >= '0' && lower <= '9';
        if (lower == '-') {
            if (subtag_bytes == 0 || (first && subtag_bytes < 2))
                return Error{ErrorCode::malformed, "not a language tag", tag.size()};
            first = false;
            subtag_bytes = 0;
        } else if (!(letter || (digit && !first)) || ++subtag_bytes > (first ? 3U : 8U)) {
            return Error{ErrorCode::malformed, "not a language tag", tag.size()};
        }
        tag += lower;
    }
    if (subtag_bytes == 0 || (first && subtag_bytes < 2))
        return Error{ErrorCode::malformed, "not a language tag"};
    return tag;
}

Result<void> RevisionTree::check_against(const Revision& revision, const Revision& predecessor) const {
    const bool same_language = revision.language == predecessor.language;
    const std::uint64_t due = std::uint64_t{predecessor.number} + (same_language ? 1 : 0);
    if (revision.number != due)
        return Error{ErrorCode::malformed, "a revision whose number does not follow", revision.number};
    return {};
}

Result<RevisionTree::Added> RevisionTree::add(const Revision& revision) {
    const auto present = accepted_.find(revision.id);
    if (present != accepted_.end()) {
        if (present->second == revision) return Added::already_here;
        return Error{ErrorCode::conflict, "another revision under this id"};
    }
    if (accepted_.size() >= limits::document_revisions_max)
        return Error{ErrorCode::exhausted, "a document with too many revisions", accepted_.size()};
    if (!revision.predecessor) {
        if (revision.number != 1) return Error{ErrorCode::malformed, "a first revision that is not number 1"};
        if (founding_) return Error{ErrorCode::conflict, "a document is founded once"};
        founding_ = revision.id;
        accept(revision);
        return Added::accepted;
    }
    if (*revision.predecessor == revision.id) return Error{ErrorCode::malformed, "a revision of itself"};
    if (const Revision* predecessor = find(*revision.predecessor)) {
        LIAISE_TRY(check_against(revision, *predecessor));
        accept(revision);
        return Added::accepted;
    }
    auto& siblings = waiting_[*revision.predecessor];
    if (siblings.contains(revision.id)) return Added::already_here;
    if (waiting_count_ >= limits::revisions_waiting_max) {
        if (siblings.empty()) waiting_.erase(*revision.predecessor);
        return Error{ErrorCode::exhausted, "too many revisions wait for their predecessor", waiting_count_};
    }
    siblings.emplace(revision.id, revision);
    ++waiting_count_;
    return Added::waiting;
}

// Takes in `revision` and then, breadth first, all that waited for it.
void RevisionTree::accept(const Revision& revision) {
    std::vector<Revision> ready{revision};
    for (std::size_t i = 0; i < ready.size() && accepted_.size() < limits::document_revisions_max; ++i) {
        const Revision now = ready[i];
        if (!accepted_.emplace(now.id, now).second) continue;
        places_.emplace(place_of(now), now.id);
        std::uint32_t& newest = newest_number_[now.language];
        newest = std::max(newest, now.number);

        const auto waiting = waiting_.find(now.id);
        if (waiting == waiting_.end()) continue;
        for (const auto& [id, next] : waiting->second)
            if (check_against(next, now)) ready.push_back(next);
        waiting_count_ -= waiting->second.size();
        waiting_.erase(waiting);
    }
}

const Revision* RevisionTree::find(const RevisionId& id) const {
    const auto found = accepted_.find(id);
    return found == accepted_.end() ? nullptr : &found->second;
}

const Revision* RevisionTree::founding() const {
    return founding_ ? find(*founding_) : nullptr;
}

RevisionTree::Place RevisionTree::place_of(const Revision& revision) const {
    Place place;
    place.number = revision.number;
    place.language = revision.language;
    place.by_founder = founding_ && revision.id.log == founding_->log;
    for (std::size_t i = 0; i < place.inverted_log.size(); ++i)
        place.inverted_log[i] = static_cast<std::uint8_t>(~revision.id.log.bytes[i]);
    place.sequence = revision.id.sequence;
    return place;
}

// The last place of this number and language.
const Revision* RevisionTree::greatest(std::uint32_t number, const std::string& language) const {
    Place bound;
    bound.number = number;
    bound.language = language;
    bound.by_founder = true;
    bound.inverted_log.fill(0xff);
    bound.sequence = ~std::uint64_t{0};
    auto found = places_.upper_bound(bound);
    if (found == places_.begin()) return nullptr;
    --found;
    if (found->first.number != number || found->first.language != language) return nullptr;
    return find(found->second);
}

const Revision* RevisionTree::latest(const std::string& language) const {
    const auto newest = newest_number_.find(language);
    return newest == newest_number_.end() ? nullptr : greatest(newest->second, language);
}

const Revision* RevisionTree::latest() const {
    return places_.empty() ? nullptr : numbered(places_.rbegin()->first.number);
}

const Revision* RevisionTree::numbered(std::uint32_t number, const std::string& language) const {
    if (!language.empty()) return greatest(number, language);
    if (const Revision* first = founding())
        if (const Revision* found = greatest(number, first->language)) return found;
    const auto place = places_.lower_bound(Place{number, {}, false, {}, 0});
    if (place == places_.end() || place->first.number != number) return nullptr;
    return greatest(number, place->first.language);
}

std::vector<Revision> RevisionTree::history() const {
    std::vector<Revision> all;
    for (const auto& [place, id] : places_) all.push_back(accepted_.at(id));
    return all;
}

std::set<std::string> RevisionTree::languages() const {
    std::set<std::string> all;
    for (const auto& [language, number] : newest_number_) all.insert(language);
    return all;
}

bool RevisionTree::is_contested(const Revision& revision) const {
    auto at = places_.lower_bound(Place{revision.number, revision.language, false, {}, 0});
    for (; at != places_.end() && at->first.number == revision.number &&
           at->first.language == revision.language;
         ++at)
        if (at->second.log != revision.id.log) return true;
    return false;
}

bool RevisionTree::is_outdated(const Revision& revision) const {
    const Revision* first = founding();
    if (first == nullptr || revision.language == first->language) return false;
    return newest_number_.at(first->language) > revision.number;
}

std::size_t RevisionTree::waiting_count() const {
    return waiting_count_;
}

crypto::Key key_for_revision(const crypto::Key& predecessor_key, bool someone_left_since,
                             RandomSource& random) {
    return someone_left_since ? crypto::Key::draw(random) : predecessor_key;
}

}  // namespace liaise::document
