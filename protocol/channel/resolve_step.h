// One more fact into a view that is resolved: the common case, in which nothing is turned over, without
// reckoning anew.
//
// In:  a view of all facts but one; what the facts are known to touch; the place of the one.
// Out: the view of all, exactly as resolve() gives it; or the word that resolve() must be asked.
//
// - Taken here: addings of somebody new, and commits, by somebody whom no removal, demotion, leaving or vote
//   ever named. Such a fact cuts nothing, is cut by nothing, whatever turns out not to count, and no vote is
//   heard or not heard because of it. So it counts or not by the ruling charters alone (resolve.h, rule 2),
//   and changes one member.
// - Anything else is resolved anew. The tests hold both ways against each other on random histories.
#pragma once

#include "protocol/channel/resolve.h"

namespace liaise::channel {

// Grows with every fact that is taken, whether it counts or not.
struct Touched {
    std::set<MemberId> members;  // whom a removal (of a device, too) or a demotion names, and who left
    std::set<LogId> voting;      // in which a convener removes another
    void note(const Facts& facts, const EntryRef& at);
    bool operator==(const Touched&) const = default;
};

// False: the view is as it was, and to be resolved anew.
bool extend(View& view, const Facts& facts, const Touched& touched, const EntryRef& at);

// The parts of rule 4, for both ways: addings by place, oldest first.
void add_member(View& view, const EntryRef& at, const MemberAdded& added);
void end_term(View& view, const MemberId& member, std::uint32_t term, bool by_others);

}  // namespace liaise::channel
