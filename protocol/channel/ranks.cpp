#include "protocol/channel/ranks.h"

#include <algorithm>

namespace liaise::channel {

std::optional<std::size_t> rank_in(const Charter& charter, const MemberId& member) {
    const auto found = std::find(charter.conveners.begin(), charter.conveners.end(), member);
    if (found == charter.conveners.end()) return std::nullopt;
    return static_cast<std::size_t>(found - charter.conveners.begin());
}

bool may_amend(const MemberId& author, const Charter& parent, const Charter& next,
               const std::set<MemberId>& voted_out) {
    if (!rank_in(parent, author) || voted_out.contains(author)) return false;
    if (next.kind != parent.kind || next.history != parent.history || next.aliases != parent.aliases)
        return false;
    if (parent.kind == ChannelKind::direct && next.conveners != parent.conveners) return false;
    const auto present = [&voted_out](std::vector<MemberId> conveners) {
        std::erase_if(conveners, [&](const MemberId& member) { return voted_out.contains(member); });
        return conveners;
    };
    const std::vector<MemberId> before = present(parent.conveners), after = present(next.conveners);
    const auto below = std::find(before.begin(), before.end(), author) + 1;
    if (after.size() < static_cast<std::size_t>(below - before.begin())) return false;
    if (!std::equal(before.begin(), below, after.begin())) return false;
    // Whoever is dropped is cut, and nobody else.
    std::set<MemberId> dropped;
    for (const MemberId& member : parent.conveners)
        if (!rank_in(next, member)) dropped.insert(member);
    return next.demotions.size() == dropped.size() &&
           std::all_of(next.demotions.begin(), next.demotions.end(),
                       [&dropped](const Cut& cut) { return dropped.contains(cut.member); });
}

bool might_amend(const MemberId& author, const Charter& parent, const Charter& next) {
    std::set<MemberId> missing;
    for (const MemberId& member : parent.conveners) {
        if (member == author) break;
        if (!rank_in(next, member)) missing.insert(member);
    }
    return may_amend(author, parent, next, missing);
}

bool may_remove(const MemberId& author, const MemberId& member, const Charter& charter) {
    if (charter.kind == ChannelKind::direct || charter.kind == ChannelKind::directory) return false;
    const auto own = rank_in(charter, author);
    const auto other = rank_in(charter, member);
    return own && author != member && (!other || *own < *other);
}

}  // namespace liaise::channel
