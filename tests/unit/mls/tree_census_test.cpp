#include "protocol/mls/tree_census.h"

#include <doctest/doctest.h>

#include "protocol/mls/validation.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::mls;

namespace {

Bytes random_key(test::SeededRandom& random) {
    Bytes key(32);
    random.fill(key);
    return key;
}

LeafNode random_leaf(test::SeededRandom& random) {
    LeafNode leaf;
    leaf.encryption_key = random_key(random);
    leaf.signature_key = random_key(random);
    leaf.capabilities.credentials = {1, 2, static_cast<CredentialType>(1 + random.below(6))};
    leaf.credential.credential_type =
        static_cast<CredentialType>(random.chance(90) ? 1 : 1 + random.below(6));
    return leaf;
}

void random_change(RatchetTree& tree, test::SeededRandom& random) {
    const LeafIndex leaf{static_cast<std::uint32_t>(random.below(tree.size().leaves))};
    const NodeIndex parent{static_cast<std::uint32_t>(2 * random.below(tree.size().leaves)) + 1};
    switch (random.below(4)) {
        case 0:
            (void)tree.add(random_leaf(random)).value();
            break;
        case 1:
            if (tree.leaf(leaf) != nullptr && tree.member_count() > 1) tree.remove(leaf);
            tree.truncate();
            break;
        case 2:
            if (tree.leaf(leaf) != nullptr) tree.replace(leaf, random_leaf(random));
            break;
        default:
            if (parent.value < tree.size().nodes()) tree.set_parent(parent, {random_key(random), {}, {}});
    }
}

// The naive twin: everybody asked.
bool all_support_all(const RatchetTree& tree) {
    bool all = true;
    tree.for_each_leaf([&](LeafIndex, const SharedLeaf& who) {
        tree.for_each_leaf([&](LeafIndex, const SharedLeaf& other) {
            all = all && who->capabilities.supports_credential(other->credential.credential_type);
        });
    });
    return all;
}

}  // namespace

TEST_CASE("a census knows every key of its tree, and never promises what a member does not support") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        CAPTURE(seed);
        test::SeededRandom random(seed);
        RatchetTree tree(random_leaf(random));
        for (int change = 0; change < 150; ++change) {
            random_change(tree, random);
            bool knows = true;
            tree.for_each_leaf([&](LeafIndex, const SharedLeaf& leaf) {
                knows = knows && tree.census().may_have_encryption_key(leaf->encryption_key) &&
                        tree.census().may_have_signature_key(leaf->signature_key);
            });
            tree.for_each_parent([&](NodeIndex, const ParentNode& node) {
                knows = knows && tree.census().may_have_encryption_key(node.encryption_key);
            });
            CHECK(knows);
            CHECK(check_credential_types(tree).ok() == all_support_all(tree));
        }
        const RatchetTree read = decoded<RatchetTree>(encoded(tree)).value();
        CHECK(read.census().all_support_all_credentials() == all_support_all(read));
        CHECK_FALSE(read.census().may_have_encryption_key(random_key(random)));
    }
}

TEST_CASE("a census is taken anew before it grows past an eighth of the tree") {
    test::SeededRandom random(1);
    RatchetTree tree(random_leaf(random));
    for (int i = 1; i < 1000; ++i) (void)tree.add(random_leaf(random)).value();
    for (int i = 0; i < 5000; ++i) {
        tree.replace({static_cast<std::uint32_t>(i % 1000)}, random_leaf(random));
        CHECK(tree.census().noted() <= 32 + tree.size().nodes() / 8);
    }
}
