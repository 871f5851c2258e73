// Whom a text names with "@". Resolved by its author's node, when it is written: a name may change, or come
// twice, later.
#include "node/service/messages.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t id_letters = 8;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A letter of any script, as far as bytes tell.
bool in_word(char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool begins_with_word(std::string_view text, std::string_view word) {
    if (word.empty() || text.size() < word.size()) return false;
    const bool same = std::equal(word.begin(), word.end(), text.begin(),
                                 [](char a, char b) { return lower(a) == lower(b); });
    return same && (text.size() == word.size() || !in_word(text[word.size()]));
}

struct Nameable {
    MemberId id;
    std::string name;
};

// The members that fit best what follows an "@".
std::vector<MemberId> fitting(std::string_view text, const std::vector<Nameable>& members) {
    std::size_t longest = 0;
    std::vector<MemberId> by_name, by_first, by_id;
    for (const Nameable& member : members) {
        if (begins_with_word(text, member.name)) {
            if (member.name.size() > longest) by_name.clear();
            if (member.name.size() >= longest) by_name.push_back(member.id);
            longest = std::max(longest, member.name.size());
        }
        if (begins_with_word(text, std::string_view(member.name).substr(0, member.name.find(' '))))
            by_first.push_back(member.id);
        if (begins_with_word(text, member.id.text().substr(0, id_letters))) by_id.push_back(member.id);
    }
    if (!by_name.empty()) return by_name;
    return !by_first.empty() ? by_first : by_id;
}

}  // namespace

Outcome<std::vector<MemberId>> Messages::mentions_in(const Channel& channel, const std::string& text) const {
    std::vector<MemberId> mentioned;
    if (text.find('@') == std::string::npos) return mentioned;
    std::vector<Nameable> members;
    for (const channel::Member& member : channel.state.members()) {
        const channel::AliasCard* const alias = channel.state.alias_of(member.id);
        members.push_back({member.id, alias != nullptr ? alias->name : trust_.name_of(member.id)});
    }
    for (std::size_t at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
        if (at > 0 && in_word(text[at - 1])) continue;  // somebody's e-mail address
        const std::string_view rest = std::string_view(text).substr(at + 1);
        const std::vector<MemberId> found = fitting(rest, members);
        if (found.size() > 1)
            return refusals::ambiguous_mention(rest.substr(0, rest.find_first_of(" \n\t,.;:!?")));
        if (found.size() == 1) mentioned.push_back(found.front());
    }
    std::sort(mentioned.begin(), mentioned.end());
    mentioned.erase(std::unique(mentioned.begin(), mentioned.end()), mentioned.end());
    if (mentioned.size() > limits::mentions_max) return refusals::too_many_mentions(limits::mentions_max);
    return mentioned;
}

}  // namespace liaise::node::service
