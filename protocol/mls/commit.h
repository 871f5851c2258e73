// Commits (RFC 9420 section 12.4) and the update paths in them (section 7.6).
#pragma once

#include "protocol/mls/proposal.h"

namespace liaise::mls {

struct UpdatePathNode {
    Bytes encryption_key;
    std::vector<HPKECiphertext> encrypted_path_secret;  // one for each node of the copath child's resolution

    void encode(Encoder& out) const;
    static Result<UpdatePathNode> decode(Decoder& in);
    friend bool operator==(const UpdatePathNode&, const UpdatePathNode&) = default;
};

struct UpdatePath {
    LeafNode leaf_node;
    std::vector<UpdatePathNode> nodes;  // from the leaf's end of the filtered direct path to the root

    void encode(Encoder& out) const;
    static Result<UpdatePath> decode(Decoder& in);
    friend bool operator==(const UpdatePath&, const UpdatePath&) = default;
};

// Hash of the AuthenticatedContent that carried a proposal (section 5.2).
struct ProposalRef {
    Bytes hash;
    friend auto operator<=>(const ProposalRef&, const ProposalRef&) = default;
};

struct ProposalOrRef {
    std::variant<Proposal, ProposalRef> content;

    void encode(Encoder& out) const;
    static Result<ProposalOrRef> decode(Decoder& in);
    friend bool operator==(const ProposalOrRef&, const ProposalOrRef&) = default;
};

struct Commit {
    std::vector<ProposalOrRef> proposals;
    std::optional<UpdatePath> path;

    void encode(Encoder& out) const;
    static Result<Commit> decode(Decoder& in);
    friend bool operator==(const Commit&, const Commit&) = default;
};

}  // namespace liaise::mls
