#include "tests/bench/mls/hostile.h"

#include <cstdio>

#include "tests/bench/mls/bare.h"
#include "tests/support/mls/forge.h"

namespace liaise::bench {
namespace {

using namespace liaise::mls;
using test::MlsWorld;

void print(const char* what, std::size_t bytes, const Work& small, const Work& large) {
    const double first = microseconds(small);
    const double second = microseconds(large);
    std::printf("  %-58s %9.1f KB %10.3f ms   %5.1f times a quarter's\n", what,
                static_cast<double>(bytes) / 1e3, second / 1e3, second / first);
}

// The tree with the most for a joiner to check: every second leaf has put its path into it, and every other
// one came later and is unmerged all the way up.
RatchetTree unmerged_tree(std::uint32_t leaves) {
    test::SeededRandom random(leaves);
    RatchetTree tree;
    const auto leaf = [&] {
        LeafNode made;
        made.encryption_key = Bytes(32);
        made.signature_key = Bytes(32);
        random.fill(made.encryption_key);
        random.fill(made.signature_key);
        return made;
    };
    for (std::uint32_t i = 0; i < leaves; ++i) (void)tree.add(leaf()).value();
    for (std::uint32_t i = 1; i < leaves; i += 2) tree.remove({i});
    const SharedSigner signer = suite_3().draw_signer(random);
    for (std::uint32_t i = 0; i < leaves; i += 2)
        (void)make_path(suite_3(), tree, *tree.leaf({i}), {{}, {i}}, *signer, random);
    for (std::uint32_t i = 1; i < leaves; i += 2) (void)tree.add(leaf()).value();
    return tree;
}

// Read, checked as far as it goes before any signature, and hashed.
void take(BytesView bytes) {
    const RatchetTree tree = decoded<RatchetTree>(bytes).value();
    (void)tree.tree_hash(suite_3());
    check_unmerged_leaves(tree).value();
    check_parent_hashes(suite_3(), tree).value();
}

Bytes welcome_to_many(std::size_t others) {
    Welcome welcome;
    welcome.secrets.resize(others, {Bytes(32), {Bytes(32), Bytes(64)}});
    return encoded_message(std::move(welcome));
}

// A commit of so many removals of one leaf, signed by a member.
Bytes commit_of_many(const MlsWorld& world, std::size_t proposals) {
    CommitRequest open;
    open.message.wire_format = WireFormat::public_message;
    test::SeededRandom random(1);
    const auto& author = world.members[0];
    const Committed made = author.group.commit(open, world.environment(), random).value();
    return test::forged_commit(author.group, *author.own.signer, made.commit, [&](Commit& commit) {
        commit.proposals.resize(proposals, {Proposal{Remove{{1}}}});
    });
}

}  // namespace

void measure_hostile(std::size_t leaves) {
    std::printf("\nhostile sizes\n");
    const auto count = static_cast<std::uint32_t>(leaves);
    const Bytes quarter = encoded(unmerged_tree(count / 4));
    const Bytes whole = encoded(unmerged_tree(count));
    const std::string name = "tree of " + std::to_string(leaves) + " leaves, all unmerged that can be";
    print(
        name.c_str(), whole.size(), [&] { take(quarter); }, [&] { take(whole); });

    MlsWorld world(1);
    world.found_with(3);
    const OwnKeyPackage own = world.key_package("nobody");
    const auto join = [&](const Bytes& welcome) {
        if (Group::join(own, welcome, std::nullopt, nullptr, {}, {}).ok()) std::abort();
    };
    const Bytes few = welcome_to_many(limits::mls_leaves_max / 4);
    const Bytes many = welcome_to_many(limits::mls_leaves_max);
    print(
        "Welcome to 65,536 others", many.size(), [&] { join(few); }, [&] { join(many); });

    const auto receive = [&](const Bytes& message) {
        if (world.members[1].group.receive(message, world.environment()).ok()) std::abort();
    };
    const Bytes some = commit_of_many(world, limits::mls_proposals_max / 4);
    const Bytes most = commit_of_many(world, limits::mls_proposals_max);
    print(
        "commit of 8,192 proposals for one leaf", most.size(), [&] { receive(some); },
        [&] { receive(most); });

    const Sent sent = world.members[0].group.protect({}, {}, world.random).value();
    Group ahead = sent.next;
    Bytes far;
    for (std::uint32_t i = 0; i < SecretTreeLimits{}.forward_distance_max; ++i) {
        Sent next = ahead.protect({}, {}, world.random).value();
        ahead = std::move(next.next);
        far = std::move(next.message);
    }
    std::printf(
        "  message 1,024 generations ahead: %.3f ms\n",
        microseconds([&] { (void)world.members[1].group.receive(far, world.environment()).value(); }) / 1e3);
}

}  // namespace liaise::bench
