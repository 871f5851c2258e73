#include "protocol/mls/commit.h"

namespace liaise::mls {

void UpdatePathNode::encode(Encoder& out) const {
    out.opaque(encryption_key).list(encrypted_path_secret);
}

Result<UpdatePathNode> UpdatePathNode::decode(Decoder& in) {
    UpdatePathNode node;
    node.encryption_key = LIAISE_TRY(in.opaque_copy());
    node.encrypted_path_secret = LIAISE_TRY(in.list<HPKECiphertext>(limits::mls_leaves_max));
    return node;
}

void UpdatePath::encode(Encoder& out) const {
    out.value(leaf_node).list(nodes);
}

Result<UpdatePath> UpdatePath::decode(Decoder& in) {
    UpdatePath path;
    path.leaf_node = LIAISE_TRY(LeafNode::decode(in));
    path.nodes = LIAISE_TRY(in.list<UpdatePathNode>(limits::mls_tree_depth_max));
    return path;
}

void ProposalOrRef::encode(Encoder& out) const {
    out.u8(static_cast<std::uint8_t>(content.index() + 1));
    if (const auto* proposal = std::get_if<Proposal>(&content)) {
        out.value(*proposal);
    } else {
        out.opaque(std::get<ProposalRef>(content).hash);
    }
}

Result<ProposalOrRef> ProposalOrRef::decode(Decoder& in) {
    const std::size_t start = in.position();
    switch (LIAISE_TRY(in.u8())) {
        case 1:
            return ProposalOrRef{LIAISE_TRY(Proposal::decode(in))};
        case 2:
            return ProposalOrRef{ProposalRef{LIAISE_TRY(in.opaque_copy())}};
        default:
            return broken(Rule::proposal_or_ref_unknown, start);
    }
}

void Commit::encode(Encoder& out) const {
    out.list(proposals).optional(path);
}

Result<Commit> Commit::decode(Decoder& in) {
    Commit commit;
    commit.proposals = LIAISE_TRY(in.list<ProposalOrRef>(limits::mls_proposals_max));
    commit.path = LIAISE_TRY(in.optional<UpdatePath>());
    return commit;
}

}  // namespace liaise::mls
