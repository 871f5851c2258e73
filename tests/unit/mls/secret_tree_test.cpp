#include "protocol/mls/secret_tree.h"

#include <doctest/doctest.h>

#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::mls;

namespace {

SecretTree tree_of(std::uint32_t leaves) {
    test::SeededRandom random(5);
    SecretBytes secret(32);
    random.fill(secret.mutable_view());
    return SecretTree(std::move(secret), TreeSize{leaves});
}

constexpr auto application = RatchetType::application;

std::optional<Rule> refusal(const SecretTree& tree, std::uint32_t generation, SecretTreeLimits limits = {}) {
    const auto taken = tree.take(suite_3(), {1}, application, generation, limits);
    return taken ? std::nullopt : rule_of(taken.error());
}

SecretTree without(const SecretTree& tree, std::uint32_t generation, SecretTreeLimits limits = {}) {
    return tree.take(suite_3(), {1}, application, generation, limits).value().next;
}

}  // namespace

TEST_CASE("sender and receiver derive the same keys, in any order within the window") {
    const SecretTree start = tree_of(8);
    std::vector<MessageKey> sent;
    SecretTree sender = start;
    for (int i = 0; i < 5; ++i) {
        auto taken = sender.take_next(suite_3(), {6}, application).value();
        sent.push_back(taken.key);
        sender = taken.next;
    }
    SecretTree receiver = start;
    for (const std::uint32_t generation : {3U, 0U, 4U, 2U, 1U}) {
        auto taken = receiver.take(suite_3(), {6}, application, generation, {}).value();
        CHECK(taken.key.key == sent[generation].key);
        CHECK(taken.key.nonce == sent[generation].nonce);
        receiver = taken.next;
    }
}

TEST_CASE("a used key cannot be taken again") {
    const SecretTree tree = without(without(tree_of(4), 0), 2);
    CHECK(refusal(tree, 0) == Rule::generation_used);
    CHECK(refusal(tree, 2) == Rule::generation_used);
    CHECK(refusal(tree, 1) == std::nullopt);
    CHECK(refusal(without(tree, 1), 1) == Rule::generation_used);
}

TEST_CASE("the ratchet goes as far ahead as the limit and no further") {
    const SecretTreeLimits limits{10, 4};
    const SecretTree tree = tree_of(4);
    CHECK(refusal(tree, 9, limits) == std::nullopt);
    CHECK(refusal(tree, 10, limits) == std::nullopt);
    CHECK(refusal(tree, 11, limits) == Rule::generation_too_far);
    CHECK(refusal(tree, UINT32_MAX, limits) == Rule::generation_too_far);
    CHECK(refusal(without(tree, 0, limits), 11, limits) == std::nullopt);
}

TEST_CASE("of the skipped keys the newest are kept, as many as the window") {
    const SecretTreeLimits limits{100, 4};
    const SecretTree tree = without(tree_of(4), 10, limits);
    CHECK(refusal(tree, 5, limits) == Rule::generation_used);
    for (const std::uint32_t generation : {6U, 7U, 8U, 9U})
        CHECK(refusal(tree, generation, limits) == std::nullopt);
    const SecretTree later = without(tree, 12, limits);  // skips 11: 6 falls out
    CHECK(refusal(later, 6, limits) == Rule::generation_used);
    CHECK(refusal(later, 7, limits) == std::nullopt);
    CHECK(refusal(later, 11, limits) == std::nullopt);
}

TEST_CASE("what was used to derive is gone, and memory grows by the depth for each who speaks") {
    SecretTree tree = tree_of(1024);
    CHECK(tree.secrets_held() == 1);
    tree = tree.take_next(suite_3(), {0}, application).value().next;
    CHECK(tree.secrets_held() == 10 + 2);  // ten siblings on the way down, two ratchets
    tree = tree.take_next(suite_3(), {0}, application).value().next;
    CHECK(tree.secrets_held() == 12);
    tree = tree.take_next(suite_3(), {1}, application).value().next;
    CHECK(tree.secrets_held() == 12 - 1 + 2);
    tree = tree.take_next(suite_3(), {1023}, application).value().next;
    CHECK(tree.secrets_held() <= 13 + 10 + 2);
}

TEST_CASE("a leaf outside the tree has no key") {
    CHECK(rule_of(tree_of(4).take_next(suite_3(), {4}, application).error()) == Rule::sender_unknown);
    CHECK(rule_of(SecretTree().take_next(suite_3(), {0}, application).error()) == Rule::sender_unknown);
}

TEST_CASE("a stored tree comes back and goes on the same way") {
    const SecretTree tree = without(without(tree_of(8), 3), 7);
    Encoder out = Encoder::for_secrets();
    tree.encode(out);
    const SecretTree loaded = decoded<SecretTree>(out.view()).value();
    Encoder again = Encoder::for_secrets();
    loaded.encode(again);
    CHECK(same_bytes(out.view(), again.view()));
    for (const std::uint32_t generation : {0U, 5U, 8U}) {
        const auto a = tree.take(suite_3(), {1}, application, generation, {}).value();
        const auto b = loaded.take(suite_3(), {1}, application, generation, {}).value();
        CHECK(a.key.key == b.key.key);
    }
    CHECK(refusal(loaded, 3) == Rule::generation_used);
}

TEST_CASE("generations end before their number starts again") {
    // A stored tree of one leaf, whose application ratchet stands at the last generation but one.
    const auto at = [](std::uint64_t generation) {
        Encoder out = Encoder::for_secrets();
        out.u32(1).u8(1).u8(3);
        for (const std::uint64_t next : {std::uint64_t{0}, generation})
            out.u64(next).opaque(Bytes(32, 3)).u32(0);
        return decoded<SecretTree>(out.view()).value();
    };
    const auto taken = at(UINT32_MAX - 1).take_next(suite_3(), {0}, application).value();
    CHECK(taken.key.generation == UINT32_MAX - 1);
    const auto last = taken.next.take_next(suite_3(), {0}, application).value();
    CHECK(last.key.generation == UINT32_MAX);
    CHECK(rule_of(last.next.take_next(suite_3(), {0}, application).error()) == Rule::generation_last);
    CHECK(rule_of(last.next.take(suite_3(), {0}, application, UINT32_MAX, {}).error()) ==
          Rule::generation_used);
}
