// Bounds on what a ratchet tree holds, kept while it changes, so that a commit is held against them and not
// against every member (RFC 9420 sections 7.3 and 12.4.2 ask for properties of the whole tree).
//
// - Every key in the tree is among the keys noted here, by its first eight bytes; every credential type in
//   use is among `used`; each of `supported` is supported by all. Removals are not followed, so a census may
//   say "perhaps" where the tree says no, and never the other way: then the tree itself is asked.
// - A tree takes a new census after as many changes as an eighth of its nodes: a pass that costs each of
//   them a fraction of a microsecond.
// - Attack: a key that begins like another's makes us ask the tree, one pass over it, no more than that.
#pragma once

#include <memory>

#include "protocol/mls/leaf_node.h"

namespace liaise::mls {

// A set of keys by their first eight bytes. Copies share what has settled.
class KeyTags {
  public:
    void note(BytesView key);
    void settle();  // when all of a tree were noted; once
    bool may_have(BytesView key) const;
    std::size_t noted() const { return recent_.size(); }

  private:
    std::shared_ptr<const std::vector<std::uint64_t>> settled_;  // sorted
    std::vector<std::uint64_t> recent_;
};

class TreeCensus {
  public:
    void note_leaf(const LeafNode& leaf);
    void note_parent(BytesView encryption_key) { encryption_keys_.note(encryption_key); }
    void settle();

    bool may_have_encryption_key(BytesView key) const { return encryption_keys_.may_have(key); }
    bool may_have_signature_key(BytesView key) const { return signature_keys_.may_have(key); }
    // Whether, beyond doubt, everybody supports every credential type in use.
    bool all_support_all_credentials() const;
    std::size_t noted() const { return encryption_keys_.noted(); }  // since it settled

  private:
    KeyTags encryption_keys_;
    KeyTags signature_keys_;
    bool any_leaf_ = false;
    std::vector<CredentialType> used_;
    std::vector<CredentialType> supported_;
};

}  // namespace liaise::mls
