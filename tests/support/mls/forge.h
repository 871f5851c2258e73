// What a malicious member or stranger can do: take an honest message apart, change it, and sign and tag it
// again with keys that are rightly its own. Everything that is then refused is refused for its content.
#pragma once

#include <functional>

#include "protocol/mls/message_protection.h"
#include "tests/support/mls/world.h"

namespace liaise::test {

using ChangeMessage = std::function<void(mls::PublicMessage&)>;
using ChangeCommit = std::function<void(mls::Commit&)>;

// A PublicMessage of `author` in its present epoch, changed and signed again by `signer`.
Bytes forged(const mls::Group& author, const mls::Signer& signer, BytesView honest,
             const ChangeMessage& change);
// The same for a commit: what it holds changes, its confirmation tag stays.
Bytes forged_commit(const mls::Group& author, const mls::Signer& signer, BytesView honest,
                    const ChangeCommit& change);

// All that a Welcome is made of. Whoever invents it knows every secret in it, so any group can be made up.
struct Invitation {
    mls::GroupContext context;
    mls::RatchetTree tree;
    mls::LeafIndex signer;
    mls::SharedSigner key;
    mls::GroupSecrets secrets;
    mls::SecretBytes psk_secret = mls::no_secret(mls::suite_3());

    // The epoch of `group`, in which `own` has a leaf already.
    static Invitation to(const mls::Group& group, mls::SharedSigner key);
    // Writes the hash of the tree into the context.
    void take_tree(mls::RatchetTree with);
    mls::GroupInfo info() const;
    Bytes welcome(const mls::OwnKeyPackage& newcomer, RandomSource& random) const;
    // With these bytes where the group secrets belong, and this group info.
    Bytes welcome(const mls::OwnKeyPackage& newcomer, BytesView secrets, const mls::GroupInfo& info,
                  RandomSource& random) const;
};

}  // namespace liaise::test
