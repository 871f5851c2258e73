// Which proposals a commit of ours holds (RFC 9420 sections 12.2 and 12.4): those that the caller gives by
// value, and of the waiting ones those that make a valid list with them.
//
// - By value all or nothing: a list that breaks a rule is the caller's mistake.
// - Of the waiting ones a part: what contradicts the rest is left out. Attack: a member proposes what no
//   valid list can hold (a client that is there already, a pre-shared key that nobody has), and every commit
//   of the epoch fails.
#include <algorithm>
#include <set>

#include "protocol/mls/group_state.h"

namespace liaise::mls {
namespace {

// How often a list that does not stand is taken apart: each of a few bad ones among a thousand is found, and
// a thousand bad ones do not keep us busy.
constexpr int tries_max = 128;

struct Taken {  // the leaves that a list touches already, and the kinds that stand at most once
    std::set<LeafIndex> leaves;
    std::set<Bytes> psks;
    std::set<Bytes> new_keys;
    bool extensions = false;
};

void note(Taken& seen, const Proposal& proposal, Sender sender) {
    if (const auto* add = proposal.as<Add>()) seen.new_keys.insert(add->key_package.leaf_node.signature_key);
    if (proposal.as<Update>()) seen.leaves.insert(sender.leaf());
    if (const auto* remove = proposal.as<Remove>()) seen.leaves.insert(remove->removed);
    if (const auto* psk = proposal.as<PreSharedKey>()) seen.psks.insert(encoded(psk->psk));
    if (proposal.as<GroupContextExtensions>()) seen.extensions = true;
}

bool fits(const Taken& seen, const Proposal& proposal, Sender sender, LeafIndex committer) {
    if (const auto* add = proposal.as<Add>())
        return !seen.new_keys.contains(add->key_package.leaf_node.signature_key);
    if (proposal.as<Update>()) return sender.leaf() != committer && !seen.leaves.contains(sender.leaf());
    if (const auto* remove = proposal.as<Remove>())
        return remove->removed != committer && !seen.leaves.contains(remove->removed);
    if (const auto* psk = proposal.as<PreSharedKey>()) return !seen.psks.contains(encoded(psk->psk));
    if (proposal.as<GroupContextExtensions>()) return !seen.extensions;
    return true;
}

}  // namespace

// Of the proposals that wait, those that make a valid list with `by_value` (section 12.2): what we wrote
// ourselves first, removals before updates of the same leaf, newest updates first, a re-initialisation only
// alone.
std::vector<const Group::WaitingProposal*> Group::committable(const std::vector<Proposal>& by_value) const {
    Taken seen;
    for (const Proposal& proposal : by_value) {
        if (proposal.as<ReInit>()) return {};
        note(seen, proposal, Sender::member(self()));
    }
    std::vector<bool> chosen(waiting_.size());
    const auto choose = [&](auto wanted) {
        for (std::size_t i = waiting_.size(); i-- > 0;) {
            const WaitingProposal& waiting = *waiting_[i];
            if (!wanted(waiting.proposal) || !fits(seen, waiting.proposal, waiting.sender, self())) continue;
            note(seen, waiting.proposal, waiting.sender);
            chosen[i] = true;
        }
    };
    choose([](const Proposal& proposal) { return proposal.as<Remove>() != nullptr; });
    choose([](const Proposal& proposal) { return !proposal.as<Remove>() && !proposal.as<ReInit>(); });
    std::vector<const WaitingProposal*> list;
    for (std::size_t i = 0; i < waiting_.size(); ++i)
        if (chosen[i]) list.push_back(waiting_[i].get());
    if (!list.empty() || !by_value.empty()) return list;
    for (const auto& waiting : waiting_)
        if (waiting->proposal.as<ReInit>()) return {waiting.get()};
    return list;
}

// Everything that the others will hold against a list, but for a path.
Result<StagedChange> Group::attempt(const ListRules& rules, const std::vector<ListedProposal>& list) const {
    StagedChange staged = LIAISE_TRY(stage(rules, list));
    LIAISE_TRY(check_new_keys(tree(), staged.tree, staged.changed(), nullptr, self()));
    LIAISE_TRY(check_new_clients(rules.environment.policy, staged.tree, staged.changed()));
    LIAISE_TRY(find_psks(this, staged.psks, rules.environment));
    return staged;
}

Result<StagedChange> Group::choose(const CommitRequest& request, const ListRules& rules,
                                   Commit& commit) const {
    std::vector<ListedProposal> list;
    for (const Proposal& proposal : request.proposals) {
        commit.proposals.push_back({proposal});
        list.push_back({&proposal, rules.committer, Signatures::check});
    }
    std::vector<const WaitingProposal*> waiting;
    if (request.with_waiting) waiting = committable(request.proposals);

    using Part = std::span<const WaitingProposal* const>;
    const auto try_with = [&](Part part) {
        const std::size_t before = list.size();
        for (const WaitingProposal* one : part)
            list.push_back({&one->proposal, one->sender, Signatures::checked});
        Result<StagedChange> staged = attempt(rules, list);
        if (!staged) list.resize(before);
        if (staged)
            for (const WaitingProposal* one : part) commit.proposals.push_back({one->reference});
        return staged;
    };
    // All that wait, as a rule. Where they do not stand together, the list by value must stand alone, and
    // they are tried by halves.
    Result<StagedChange> staged = try_with(waiting);
    if (staged || waiting.empty()) return staged;
    staged = LIAISE_TRY(try_with({}));
    for (ListedProposal& listed : list) listed.signatures = Signatures::checked;
    std::vector<Part> parts;
    const auto halve = [&](Part part) {
        if (part.size() < 2) return;
        parts.push_back(part.subspan(part.size() / 2));
        parts.push_back(part.first(part.size() / 2));
    };
    halve(waiting);
    for (int tries = 0; tries < tries_max && !parts.empty(); ++tries) {
        const Part part = parts.back();
        parts.pop_back();
        Result<StagedChange> more = try_with(part);
        if (!more) halve(part);
        if (more) staged = std::move(more);
    }
    return staged;
}

}  // namespace liaise::mls
