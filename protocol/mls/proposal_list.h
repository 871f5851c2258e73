// A commit's list of proposals: whether it is valid (RFC 9420 section 12.2), and what it does to tree and
// extensions (section 12.3), on a copy.
#pragma once

#include "protocol/mls/validation.h"

namespace liaise::mls {

// A proposal in a list, by value or as it was received before. The proposal outlives the list.
struct ListedProposal {
    const Proposal* proposal = nullptr;
    Sender sender;
    Signatures signatures = Signatures::check;
};

// What the list is held against: the group as it is, and who commits.
struct ListRules {
    const CipherSuite& suite;
    const GroupContext& context;
    const RatchetTree& tree;
    const Environment& environment;
    Sender committer;
    // The resumption usage that this commit may carry: of the first commit of a successor group.
    ResumptionPSKUsage resumption = ResumptionPSKUsage::application;
};

// The list, applied. Leaf indexes are in increasing order; `added` leaves are in the order of their
// proposals, which is the same.
struct StagedChange {
    RatchetTree tree;
    ExtensionList extensions;
    std::vector<LeafIndex> updated;
    std::vector<LeafIndex> removed;
    std::vector<LeafIndex> added;
    std::vector<const KeyPackage*> added_packages;
    std::vector<PreSharedKeyID> psks;
    const ReInit* reinit = nullptr;
    const ExternalInit* external_init = nullptr;
    bool path_required = false;

    std::vector<LeafIndex> changed() const;  // updated and added
    std::vector<LeafIndex> changed_and(LeafIndex committer) const;
    bool removes(LeafIndex leaf) const;
};

Result<StagedChange> stage(const ListRules& rules, const std::vector<ListedProposal>& list);

// One proposal by itself (section 12.1), as it is when it arrives.
Result<void> check_proposal(const ListRules& rules, const ListedProposal& listed);

}  // namespace liaise::mls
