// Looking for keys that must be unique over the tree (RFC 9420 sections 7.3, 12.4.2 and 16.7).
#include <algorithm>
#include <cstring>

#include "protocol/mls/ratchet_tree.h"

namespace liaise::mls {
namespace {

std::uint64_t tag_of(BytesView key) {
    std::uint64_t tag = 0;
    if (!key.empty()) std::memcpy(&tag, key.data(), std::min(sizeof tag, key.size()));
    return tag;
}

}  // namespace

// A few keys, sorted by their first bytes, behind a bitmap that most other keys fall through.
class RatchetTree::TagFilter {
  public:
    explicit TagFilter(const std::vector<BytesView>& keys) {
        for (const BytesView key : keys) {
            keys_.emplace_back(tag_of(key), key);
            bits_[slot(keys_.back().first)] = true;
        }
        std::sort(keys_.begin(), keys_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    }
    bool may_have(std::uint64_t tag) const { return bits_[slot(tag)]; }
    bool has(BytesView key) const {
        const std::uint64_t tag = tag_of(key);
        auto at =
            std::lower_bound(keys_.begin(), keys_.end(), tag,
                             [](const auto& entry, std::uint64_t wanted) { return entry.first < wanted; });
        for (; at != keys_.end() && at->first == tag; ++at)
            if (same_bytes(at->second, key)) return true;
        return false;
    }

  private:
    static std::size_t slot(std::uint64_t tag) { return (tag * 0x9e3779b97f4a7c15U) >> 48; }
    std::vector<std::pair<std::uint64_t, BytesView>> keys_;
    std::vector<bool> bits_ = std::vector<bool>(65536);
};

void RatchetTree::tag(Node& node) {
    node.encryption_tag = node.leaf     ? tag_of(node.leaf->encryption_key)
                          : node.parent ? tag_of(node.parent->encryption_key)
                                        : 0;
    node.signature_tag = node.leaf ? tag_of(node.leaf->signature_key) : 0;
}

bool RatchetTree::find_encryption_key(const Node& node, NodeIndex here, const TagFilter& keys,
                                      std::span<const LeafIndex> except) {
    if (keys.may_have(node.encryption_tag)) {
        if (node.parent && keys.has(node.parent->encryption_key)) return true;
        if (node.leaf && keys.has(node.leaf->encryption_key) &&
            !std::binary_search(except.begin(), except.end(), here.leaf()))
            return true;
    }
    if (node.members == 0 || here.is_leaf()) return false;
    return find_encryption_key(*node.left, *left_of(here), keys, except) ||
           find_encryption_key(*node.right, *right_of(here), keys, except);
}

bool RatchetTree::find_signature_key(const Node& node, NodeIndex here, const TagFilter& keys,
                                     std::span<const LeafIndex> except) {
    if (node.members == 0) return false;
    if (here.is_leaf())
        return keys.may_have(node.signature_tag) && keys.has(node.leaf->signature_key) &&
               !std::binary_search(except.begin(), except.end(), here.leaf());
    return find_signature_key(*node.left, *left_of(here), keys, except) ||
           find_signature_key(*node.right, *right_of(here), keys, except);
}

bool RatchetTree::has_encryption_key(const KeyProbe& probe, std::span<const LeafIndex> except) const {
    if (probe.encryption_keys.empty()) return false;
    return find_encryption_key(*root_, size_.root(), TagFilter(probe.encryption_keys), except);
}

bool RatchetTree::has_signature_key(const KeyProbe& probe, std::span<const LeafIndex> except) const {
    if (probe.signature_keys.empty()) return false;
    return find_signature_key(*root_, size_.root(), TagFilter(probe.signature_keys), except);
}

}  // namespace liaise::mls
