#include "protocol/channel/group_work.h"

#include <algorithm>

namespace liaise::channel {

namespace {

constexpr Duration turn = std::chrono::minutes{2};         // each next convener waits so much longer
constexpr Duration gathers = std::chrono::minutes{1};      // new keys alone: several go together
constexpr Duration gathers_long = std::chrono::hours{12};  // where a path costs every member much
constexpr Duration renews_alone = std::chrono::hours{24};  // one's own keys, which others did not renew
constexpr Duration over_refused = std::chrono::minutes{10};
constexpr Duration over_unknown = std::chrono::hours{24};    // others may well be on it
constexpr Duration before_offer = std::chrono::seconds{30};  // what is missing may be on its way
constexpr Duration before_word = std::chrono::minutes{10};   // one acknowledgement for several commits
constexpr Duration before_begin = std::chrono::hours{24};
constexpr Duration borrowed_age = std::chrono::minutes{1};
constexpr Duration leaf_age = std::chrono::days{30};

struct Looks {
    const Branches branches;
    const GroupKeys& keys;
    Seat own;

    Looks(const ChannelState& state, const GroupKeys& kept)
        : branches(state.branches()), keys(kept), own(state.own().seat()) {}
    std::function<bool(const EntryRef&)> usable() const {
        return [this](const EntryRef& epoch) { return can_use(branches, keys, epoch); };
    }
};

std::set<MemberId> conveners_of(const ChannelState& state) {
    const Charter* const rules = state.charter();
    return {rules->conveners.begin(), rules->conveners.end()};
}

bool works(const ChannelState& state) {
    return state.has_group() && state.phase() == ChannelState::Phase::open;
}

// The head cannot be used though we hold what it was built on and have a seat in it.
bool is_refused_head(const Looks& looks) {
    const EntryRef head = *looks.branches.head();
    const CommitFact& commit = looks.branches.commit(head);
    return !looks.usable()(head) && looks.keys.holds(commit.from) &&
           looks.branches.roster(head).contains(looks.own);
}

std::optional<GroupWork> commit_work(const ChannelState& state, const Looks& looks,
                                     const PackageSource& package_of) {
    const auto duty = commit_due(looks.branches, looks.own, looks.usable(), looks.keys.renewal_open());
    const bool seats = !offers_due(state, looks.keys, package_of).empty();
    if (!duty && !seats) return std::nullopt;
    const auto base = base_to_build_on(looks.branches, looks.own, looks.usable());
    bool also_off = false;
    Duration wait =
        turn * static_cast<int>(looks.keys.place(looks.branches.commit(*base).to, conveners_of(state)));
    if (duty && duty->over && !seats) {
        wait += is_refused_head(looks) ? over_refused : over_unknown;
    } else if (duty && !seats && !duty->posts_wait && duty->removed.empty() && duty->added.empty()) {
        wait += renews_alone;
        also_off = true;
    } else if (duty && !seats && !duty->posts_wait) {
        const Seats& there = looks.branches.roster(duty->base);
        const bool renewals_only =
            std::all_of(duty->removed.begin(), duty->removed.end(),
                        [&](const Seat& seat) { return looks.branches.is_entitled(seat); }) &&
            std::all_of(duty->added.begin(), duty->added.end(),
                        [&](const Seating& seating) { return there.contains(seating.seat); });
        also_off = renewals_only && there.size() > adds_with_path_max;
        if (renewals_only) wait += also_off ? gathers_long : gathers;
    }
    return GroupWork{GroupWork::Kind::commit, wait, also_off};
}

// New keys for our leaf, because it is time; a convener's own commits bring them, too.
std::optional<GroupWork> renewal(const Looks& looks, Time now) {
    const auto head = looks.branches.head();
    const auto& leaf = looks.keys.own_leaf();
    if (!head || !leaf || !looks.usable()(*head)) return std::nullopt;
    if (!looks.branches.is_entitled(looks.own)) return std::nullopt;
    if (looks.keys.renewal_open()) return std::nullopt;
    const Time due = leaf->since + (leaf->borrowed ? borrowed_age : leaf_age);
    return GroupWork{GroupWork::Kind::offer, std::max(Duration::zero(), due - now)};
}

}  // namespace

bool can_use(const Branches& branches, const GroupKeys& keys, const EntryRef& epoch) {
    return keys.fits(epoch, branches.commit(epoch), [&] { return branches.roster(epoch); });
}

std::vector<EpochId> follow_group(const ChannelState& state, Keyring& keyring, GroupKeys& keys,
                                  const CommitReader& commit_at, Time now) {
    if (!state.has_group()) return {};
    const Branches branches = state.branches();
    const auto follow = [&](const EntryRef& at) {
        const WriterFact* const author = state.writer(at.log);
        const auto commit =
            author == nullptr ? Result<CommitEntry>(Error{ErrorCode::not_known, ""}) : commit_at(at);
        if (!commit) return false;
        const Seat seat{author->member, author->device, author->term};
        return keys.follow(*commit, seat, branches.roster(at), now).ok();
    };
    if (keys.has_pending()) {
        const LogId own = log::log_id_of(state.id(), state.own().writer);
        for (const auto& [at, commit] : state.group().commits)
            if (at.log == own && !keys.holds(commit.to)) follow(at);
    }
    for (const auto& goal : {branches.head(), branches.sealing()}) {
        if (!goal) continue;
        const std::vector<EntryRef> path = branches.path_to(*goal);
        // From the last epoch on the way that is here.
        auto from = std::find_if(path.rbegin(), path.rend(), [&](const EntryRef& at) {
                        return keys.holds(branches.commit(at).to);
                    }).base();
        while (from != path.end() && follow(*from)) ++from;
    }

    // Branches that lost, once each: what was sealed there opens for whoever had what they were built on.
    for (bool progress = true; progress;) {
        progress = false;
        for (const auto& [at, commit] : state.group().commits) {
            if (keys.holds(commit.to) || !keys.holds(commit.from) || keyring.find(commit.key) != nullptr)
                continue;
            if (!branches.roster(at).contains(state.own().seat())) continue;
            // One that takes our leaf and gives us none that we can use is followed to its end, and is still
            // not held: to try it again without end is what a convener who lies would like.
            progress = (follow(at) && keys.holds(commit.to)) || progress;
        }
    }

    std::vector<EpochId> learned;
    for (const auto& [at, commit] : state.group().commits) {
        const auto key = keyring.find(commit.key) == nullptr ? keys.key(commit.to) : std::nullopt;
        if (key && epoch_id_of(state.id(), *key) == commit.key && keyring.add(commit.key, *key))
            learned.push_back(commit.key);
    }
    const bool seals = works(state) && branches.sealing() && can_use(branches, keys, *branches.sealing());
    keyring.set_current(seals ? std::optional(branches.commit(*branches.sealing()).key) : std::nullopt);
    std::set<EpochName> in_use;
    for (const auto& epoch : {branches.head(), branches.sealing()})
        if (epoch) in_use.insert(branches.commit(*epoch).to);
    keys.prune(in_use, now);
    std::set<EpochId> spoken_in;
    for (const auto& epoch : {branches.head(), branches.sealing()})
        if (epoch) spoken_in.insert(branches.commit(*epoch).key);
    if (state.has_message_keys()) {
        keys.messages().prune(spoken_in, now);
    } else {
        keys.messages().clear();
    }
    return learned;
}

std::vector<GroupWork> work_due(const ChannelState& state, const GroupKeys& keys,
                                const PackageSource& package_of, Time now) {
    if (!works(state) || !state.head()) return {};
    const Looks looks(state, keys);
    std::vector<GroupWork> due;
    const auto consider = [&due](const std::optional<GroupWork>& work) {
        if (work) due.push_back(*work);
    };
    consider(commit_work(state, looks, package_of));
    if (offer_due(looks.branches, looks.own, looks.usable()))
        consider(GroupWork{GroupWork::Kind::offer, before_offer});
    else
        consider(renewal(looks, now));
    if (looks.branches.acknowledgement_due(looks.own.member) && looks.usable()(*state.head()))
        consider(GroupWork{GroupWork::Kind::acknowledge, before_word});
    const auto& epochs = looks.branches.candidates();
    if (looks.branches.may_convene(looks.own.member) && looks.branches.is_entitled(looks.own) &&
        std::none_of(epochs.begin(), epochs.end(), looks.usable()))
        consider(GroupWork{GroupWork::Kind::begin, before_begin});
    return due;
}

std::vector<Body> offers_due(const ChannelState& state, const GroupKeys& keys,
                             const PackageSource& package_of) {
    if (!works(state)) return {};
    const Looks looks(state, keys);
    const auto base = base_to_build_on(looks.branches, looks.own, looks.usable());
    if (!base || !looks.branches.may_convene(looks.own.member)) return {};
    const Seats& seats = looks.branches.roster(*base);
    if (!seats.contains(looks.own)) return {};
    const auto open = looks.branches.open_offers(*base);
    std::vector<Body> bodies;
    for (const Seat& seat : looks.branches.entitled()) {
        if (seats.contains(seat) || open.contains(seat) || bodies.size() >= limits::commit_seats_max)
            continue;
        if (auto package = package_of(seat.member, seat.device))
            bodies.emplace_back(KeyPackageOffer{seat.term, true, *std::move(package)});
    }
    return bodies;
}

namespace {

GroupKeys::Wanted wanted_of(const ChannelState& state, const CommitDuty& duty) {
    const GroupFacts& group = state.group();
    GroupKeys::Wanted wanted{
        state.charter_entry(), duty.base, group.commits.at(duty.base).to, duty.removed, {}};
    for (const Seating& seating : duty.added)
        wanted.added.emplace_back(seating, group.offers.at(seating.offer).key_package);
    return wanted;
}

// Whether an offer can be taken up by itself. One that cannot must not hold up the others.
bool is_taken(GroupKeys& keys, const GroupKeys::Wanted& wanted, std::size_t which, RandomSource& random) {
    GroupKeys::Wanted alone = wanted;
    alone.added = {wanted.added[which]};
    const auto made = keys.commit(alone, random);
    if (made) keys.forget(made->entry);
    return made.ok();
}

}  // namespace

Result<GroupKeys::Made> make_commit(const ChannelState& state, GroupKeys& keys, RandomSource& random) {
    constexpr Error none_due{ErrorCode::not_known, "no commit is due that we could make"};
    if (!works(state)) return none_due;
    const Looks looks(state, keys);
    const auto duty = commit_due(looks.branches, looks.own, looks.usable(), keys.renewal_open());
    if (!duty) return none_due;
    GroupKeys::Wanted wanted = wanted_of(state, *duty);
    auto made = keys.commit(wanted, random);
    if (made || wanted.added.empty()) return made;

    GroupKeys::Wanted fewer = wanted;
    fewer.added.clear();
    for (std::size_t i = 0; i < wanted.added.size(); ++i) {
        if (is_taken(keys, wanted, i, random)) {
            fewer.added.push_back(wanted.added[i]);
        } else if (looks.branches.is_entitled(wanted.added[i].first.seat)) {
            fewer.removed.erase(wanted.added[i].first.seat);  // keeps the leaf that it has
        }
    }
    const bool also_empty = duty->over || duty->posts_wait || duty->own_keys;
    if (fewer.added.empty() && fewer.removed.empty() && !also_empty) return none_due;
    return keys.commit(fewer, random);
}

Result<GroupKeys::Made> begin_again(const ChannelState& state, GroupKeys& keys,
                                    const crypto::SigningKey& device_key, RandomSource& random) {
    if (!works(state) || !state.head()) return Error{ErrorCode::not_known, "no group to go on from"};
    const EpochName from = state.group().commits.at(*state.head()).to;
    return keys.begin({state.charter_entry(), *state.head(), from}, device_key, random);
}

std::vector<Invitee> seated_by(const ChannelState& state, const CommitFact& commit) {
    const Branches branches = state.branches();
    const Seats& before = branches.roster(commit.parent);
    std::vector<Invitee> seated;
    for (const Seating& seating : commit.added) {
        if (seating.seat.device == state.own().device) continue;
        const auto offer = state.group().offers.find(seating.offer);
        const bool has_state =
            before.contains(seating.seat) && offer != state.group().offers.end() && !offer->second.lost;
        if (has_state) continue;
        if (const auto invitee = invitee_of(state, seating.seat.device)) seated.push_back(*invitee);
    }
    return seated;
}

}  // namespace liaise::channel
