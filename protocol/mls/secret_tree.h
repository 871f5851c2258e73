// The secret tree (RFC 9420 section 9): from one secret of the epoch to a key and nonce for each message of
// each member.
//
//     encryption secret -> ... -> a leaf's secret -> handshake ratchet   -> key 0, key 1, ...
//                                                 -> application ratchet -> key 0, key 1, ...
//
// - A value: taking a key gives the tree that lacks it, and the old tree stays as it was, so that a message
//   that turns out to be false costs nothing but work. Trees share what they have in common; a step copies
//   one path. A secret is wiped when the last tree that holds it goes: keep one tree, not its past.
// - Nothing is derived before it is needed; memory grows with the members who have spoken, by O(log n) each.
// - A used key is gone, with everything it could be derived from (section 9.2). Keys that are skipped are
//   derived at once and kept for late messages, the newest `out_of_order_max` of each ratchet; the ratchet's
//   own secret moves on.
// - A message more than `forward_distance_max` ahead is refused. Attack: a member who names generation
//   0xffffffff and makes us hash four billion times (section 15.3).
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "protocol/mls/cipher_suite.h"
#include "protocol/mls/tree_math.h"

namespace liaise::mls {

enum class RatchetType : std::uint8_t { handshake, application };

struct MessageKey {
    std::uint32_t generation = 0;
    SecretBytes key;
    SecretBytes nonce;
};

struct SecretTreeLimits {
    std::uint32_t forward_distance_max = 1024;
    std::uint32_t out_of_order_max = 256;
    friend bool operator==(const SecretTreeLimits&, const SecretTreeLimits&) = default;
};

class SecretTree {
  public:
    struct Taken;

    SecretTree() = default;  // of an epoch whose keys are all gone
    SecretTree(SecretBytes encryption_secret, TreeSize size);

    // The key of that generation of that member: generation_used, generation_too_far.
    Result<Taken> take(const CipherSuite& suite, LeafIndex leaf, RatchetType type, std::uint32_t generation,
                       const SecretTreeLimits& limits) const;
    // The next unused key: for sending. generation_last when there is none.
    Result<Taken> take_next(const CipherSuite& suite, LeafIndex leaf, RatchetType type) const;

    std::size_t secrets_held() const;  // for tests of what is kept and what is gone

    void encode(Encoder& out) const;
    static Result<SecretTree> decode(Decoder& in);

    // The same in parts, so that a step costs the store what it changed: a record for each node that holds a
    // secret or ratchets. Calls `part` for each that is not as it was in `before`; nothing: it is gone.
    using Part = std::function<void(NodeIndex, std::optional<SecretBytes>)>;
    void changes_since(const SecretTree& before, const Part& part) const;
    static Result<SecretTree> assemble(TreeSize size, const std::map<NodeIndex, SecretBytes>& parts);

  private:
    struct Ratchet;
    struct Node;
    using SharedNode = std::shared_ptr<const Node>;

    static Ratchet first_ratchet(const CipherSuite& suite, const SecretBytes& secret, std::string_view label);
    static SharedNode opened(const CipherSuite& suite, const Node& node, NodeIndex at);
    template <class Step>
    static Result<SharedNode> changed(const CipherSuite& suite, const SharedNode& node, NodeIndex at,
                                      LeafIndex leaf, Step&& step);
    template <class Step>
    Result<Taken> take_by(const CipherSuite& suite, LeafIndex leaf, RatchetType type, Step&& step) const;
    static void encode_node(Encoder& out, const Node* node);
    static Result<SharedNode> decode_node(Decoder& in, NodeIndex at);
    static void compare(const Node* before, const Node* now, NodeIndex at, const Part& part);
    static Result<SharedNode> assembled(NodeIndex at, const std::map<NodeIndex, SecretBytes>& parts);
    static std::size_t count(const Node* node);

    TreeSize size_;
    SharedNode root_;
};

struct SecretTree::Taken {
    MessageKey key;
    SecretTree next;
};

}  // namespace liaise::mls
