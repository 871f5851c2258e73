// Going on from a choice where a fact simply follows it. Why each shortcut gives what choose() gives stands
// beside it; the tests hold both against each other on random histories.
#include <algorithm>

#include "protocol/channel/branches.h"

namespace liaise::channel {

// A child of the head, by somebody who counts, whose new seats are all in their right: the deepest epoch now.
// Whoever made it stands behind it, and thereby behind all that the head came from: what most conveners held
// they hold still.
bool Branches::follow_commit(Choice& choice, const EntryRef& at) const {
    const CommitFact& made = commit(at);
    if (view_.charters.empty() || choice.candidates.empty() || made.parent != choice.candidates.front())
        return false;
    if (made.fresh || !view_.counting.contains(at) || !rank_of_author(at)) return false;
    for (const Seating& seating : made.added)
        if (is_put_out(seating.seat)) return false;
    const bool sealed_at_head = choice.sealing == choice.candidates.front();
    const auto before = choice.held;
    choice.candidates.insert(choice.candidates.begin(), at);
    if (say(choice, at, at)) {
        if (!stand_anew(choice, at)) return false;
        advance_held(choice);
    }
    if (choice.held != before && !keep_candidates(choice)) return false;
    if (sealed_at_head) {
        choice.sealing = at;
    } else {
        find_sealing(choice);
    }
    return true;
}

bool Branches::follow_acknowledgement(Choice& choice, const EntryRef& at) const {
    const EntryRef& epoch = group_.acknowledgements.at(at);
    if (!choice.held || view_.charters.empty()) return false;
    if (epoch != *choice.held && path_between(*choice.held, epoch).empty()) return false;
    const auto before = choice.held;
    if (!say(choice, at, epoch)) return true;
    if (!stand_anew(choice, at)) return false;
    advance_held(choice);
    if (choice.held == before) return true;
    if (!keep_candidates(choice)) return false;
    find_sealing(choice);
    return true;
}

// Whether whoever wrote it stands, by all of their logs, behind what is held; or where they stood.
bool Branches::stand_anew(Choice& choice, const EntryRef& at) const {
    const MemberId& member = writer(at)->member;
    const auto found = choice.stands.find(member);
    const auto before = found == choice.stands.end() ? std::nullopt : std::optional(found->second);
    find_stands(choice);
    const EntryRef& now = choice.stands.at(member);
    return before == now || now == *choice.held || !path_between(*choice.held, now).empty();
}

// Who comes in makes nobody put out. Where posts go under the head already, they go on so.
bool Branches::follow_adding(const Choice& choice, const MemberId& added) const {
    if (view_.charters.empty() || may_convene(added)) return false;
    return choice.candidates.empty() ||
           (choice.tainted.empty() && choice.sealing == choice.candidates.front());
}

// Those that come from the epoch that is held now.
bool Branches::keep_candidates(Choice& choice) const {
    std::erase_if(choice.candidates, [&](const EntryRef& at) {
        return at != *choice.held && path_between(*choice.held, at).empty();
    });
    return std::find(choice.candidates.begin(), choice.candidates.end(), *choice.held) !=
           choice.candidates.end();
}

}  // namespace liaise::channel
