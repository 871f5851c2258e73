#include "protocol/channel/group_duty.h"

#include <algorithm>

#include "protocol/base/limits.h"

namespace liaise::channel {

std::optional<EntryRef> base_to_build_on(const Branches& branches, const Seat& own,
                                         const std::function<bool(const EntryRef&)>& can_use) {
    const auto& candidates = branches.candidates();
    const auto found = std::find_if(candidates.begin(), candidates.end(), [&](const EntryRef& epoch) {
        return can_use(epoch) && !branches.has_child_by(epoch, own.member);
    });
    return found == candidates.end() ? std::nullopt : std::optional(*found);
}

std::optional<CommitDuty> commit_due(const Branches& branches, const Seat& own,
                                     const std::function<bool(const EntryRef&)>& can_use, bool own_keys) {
    const auto base = base_to_build_on(branches, own, can_use);
    if (!base || !branches.may_convene(own.member) || !branches.is_entitled(own)) return std::nullopt;
    const Seats& seats = branches.roster(*base);
    if (!seats.contains(own)) return std::nullopt;

    CommitDuty duty{*base, {}, {}, !branches.sealing().has_value(), *base != *branches.head(), own_keys};
    for (const Seat& seat : seats)
        if (!branches.is_entitled(seat) && duty.removed.size() < limits::commit_seats_max)
            duty.removed.insert(seat);
    for (const auto& [seat, offer] : branches.open_offers(*base)) {
        if (seat == own || duty.added.size() >= limits::commit_seats_max) continue;
        if (seats.contains(seat)) {
            if (duty.removed.size() >= limits::commit_seats_max) continue;
            duty.removed.insert(seat);
        }
        duty.added.push_back({seat, offer});
    }
    const bool due =
        duty.over || duty.posts_wait || duty.own_keys || !duty.removed.empty() || !duty.added.empty();
    return due ? std::optional(std::move(duty)) : std::nullopt;
}

bool offer_due(const Branches& branches, const Seat& own,
               const std::function<bool(const EntryRef&)>& can_use) {
    const auto head = branches.head();
    if (!head || !branches.is_entitled(own) || can_use(*head)) return false;
    return !branches.open_offers(*head).contains(own);
}

bool reseal_due(const Branches& branches, const EntryRef& epoch) {
    const auto head = branches.head();
    if (!head || branches.comes_from(*head, epoch)) return false;
    const Seats& then = branches.roster(epoch);
    const Seats& now = branches.roster(*head);
    return std::any_of(now.begin(), now.end(), [&](const Seat& seat) { return !then.contains(seat); });
}

}  // namespace liaise::channel
