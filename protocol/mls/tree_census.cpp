#include "protocol/mls/tree_census.h"

#include <algorithm>
#include <cstring>

namespace liaise::mls {
namespace {

std::uint64_t tag_of(BytesView key) {
    std::uint64_t tag = 0;
    if (!key.empty()) std::memcpy(&tag, key.data(), std::min(sizeof tag, key.size()));
    return tag;
}

}  // namespace

void KeyTags::note(BytesView key) {
    recent_.push_back(tag_of(key));
}

void KeyTags::settle() {
    std::sort(recent_.begin(), recent_.end());
    settled_ = std::make_shared<const std::vector<std::uint64_t>>(std::exchange(recent_, {}));
}

bool KeyTags::may_have(BytesView key) const {
    const std::uint64_t tag = tag_of(key);
    return std::find(recent_.begin(), recent_.end(), tag) != recent_.end() ||
           (settled_ && std::binary_search(settled_->begin(), settled_->end(), tag));
}

void TreeCensus::note_leaf(const LeafNode& leaf) {
    encryption_keys_.note(leaf.encryption_key);
    signature_keys_.note(leaf.signature_key);
    const CredentialType type = leaf.credential.credential_type;
    if (!Capabilities::lists(used_, type)) used_.push_back(type);
    if (!any_leaf_) supported_ = leaf.capabilities.credentials;
    any_leaf_ = true;
    std::erase_if(supported_,
                  [&](CredentialType known) { return !leaf.capabilities.supports_credential(known); });
}

void TreeCensus::settle() {
    encryption_keys_.settle();
    signature_keys_.settle();
}

bool TreeCensus::all_support_all_credentials() const {
    return std::all_of(used_.begin(), used_.end(),
                       [&](CredentialType type) { return Capabilities::lists(supported_, type); });
}

}  // namespace liaise::mls
