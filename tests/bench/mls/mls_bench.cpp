// What groups cost: each figure beside the libsodium operations that no implementation can leave out,
// measured in the same run; groups of 10, 100, 1,000 and 5,000 side by side, so that anything quadratic
// shows; hostile sizes; and mlspp's figures for the same work.
#include <malloc.h>

#include <bit>
#include <cstdio>
#include <cstring>

#include "protocol/crypto/init.h"
#include "tests/bench/mls/bare.h"
#include "tests/bench/mls/hostile.h"
#include "tests/bench/mls/table.h"
#include "tests/support/mls/world.h"

using namespace liaise;
using namespace liaise::bench;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

Table table;

// A group by one commit of its founder, and a few of its members; everybody else exists as a leaf alone.
struct BigGroup {
    explicit BigGroup(std::size_t size) : world(size), count(size) {
        world.found("founder");
        for (std::size_t i = 1; i < size; ++i) {
            const OwnKeyPackage own = world.key_package("member " + std::to_string(i));
            request.proposals.push_back(test::adding(own));
            if (is_awake(i)) awake.push_back(own);
        }
        founded = commit();
    }
    Committed commit() {
        return world.members[0].group.commit(request, world.environment(), world.random).value();
    }
    // About 32 members spread over the tree, and the neighbour of the founder.
    bool is_awake(std::size_t i) const { return i == 1 || i % std::max<std::size_t>(1, count / 32) == 0; }
    void wake() {
        world.members[0].group = founded->next.merge().value();
        for (std::size_t i = 0; i < awake.size(); ++i) {
            Group group = Group::join(awake[i], *founded->welcome, std::nullopt, nullptr, world.options,
                                      world.environment())
                              .value();
            world.members.push_back({"", awake[i], std::move(group)});
        }
    }

    MlsWorld world;
    std::size_t count;
    CommitRequest request;
    std::vector<OwnKeyPackage> awake;
    std::optional<Committed> founded;
};

double hashes(const Bare& bare, double bytes) {
    return bare.sha256_kib * bytes / 1024;
}

UpdatePath path_in(BytesView message) {
    return *std::get<Commit>(parse_message<PublicMessage>(message).value().content.content).path;
}

double seals_in(BytesView message) {
    double seals = 0;
    for (const UpdatePathNode& node : path_in(message).nodes)
        seals += static_cast<double>(node.encrypted_path_secret.size());
    return seals;
}

// An empty commit: made by the founder, processed by its neighbour, who learns the whole path.
void measure_commit(const Bare& bare, BigGroup& big, const char* make_name, const char* process_name) {
    const Group& author = big.world.members[0].group;
    const Group& reader = big.world.members[1].group;
    CommitRequest empty;
    empty.message.wire_format = WireFormat::public_message;
    const Committed made = author.commit(empty, big.world.environment(), big.world.random).value();
    const double seals = seals_in(made.commit);
    const auto steps = static_cast<double>(path_in(made.commit).nodes.size());
    const auto bytes = static_cast<double>(made.commit.size());
    // Signing hashes what it signs twice with SHA-512, verifying once; membership tag and transcript hash it
    // too. A path's tree hashes: its nodes, about 200 bytes each.
    const double common = steps * (bare.path_step() + 2 * hashes(bare, 200)) + hashes(bare, 2 * bytes);
    table.add(
        {make_name,
         microseconds([&] { (void)author.commit(empty, big.world.environment(), big.world.random).value(); }),
         seals * bare.hpke_seal() + 2 * bare.sign + bare.dh_base + common + 2 * hashes(bare, bytes) * 0.6,
         bytes});
    table.add({process_name,
               microseconds([&] { (void)reader.receive(made.commit, big.world.environment()).value(); }),
               bare.hpke_open() + 2 * bare.verify + common + hashes(bare, bytes) * 0.6});
}

void measure_change(const Bare& bare, BigGroup& big) {
    const Group& author = big.world.members[0].group;
    const Group& reader = big.world.members[1].group;
    const OwnKeyPackage own = big.world.key_package("one more");
    const auto depth = static_cast<double>(std::bit_width(big.count));
    CommitRequest add;
    add.proposals = {test::adding(own)};
    add.with_path = false;
    const Committed added = author.commit(add, big.world.environment(), big.world.random).value();
    const auto tree_bytes = static_cast<double>(added.ratchet_tree.size());
    // The group info holds the tree: signed, sealed, and hashed by the one seal's info.
    table.add({"add one (no path): make", microseconds([&] {
                   (void)author.commit(add, big.world.environment(), big.world.random).value();
               }),
               2 * bare.verify_small + 2 * bare.sign + bare.hpke_seal() + hashes(bare, 2.2 * tree_bytes) +
                   depth * hashes(bare, 400),
               static_cast<double>(added.commit.size())});
    table.add({"add one (no path): process",
               microseconds([&] { (void)reader.receive(added.commit, big.world.environment()).value(); }),
               2 * bare.verify_small + bare.verify + depth * hashes(bare, 400)});
    table.add({"add one: join", microseconds([&] {
                   (void)Group::join(own, *added.welcome, std::nullopt, nullptr, {}, big.world.environment())
                       .value();
               }),
               bare.hpke_open() + static_cast<double>(big.count) * bare.verify_small +
                   hashes(bare, 3 * tree_bytes)});
    // With a path, as other implementations commit by default.
    CommitRequest add_with_path;
    add_with_path.message.wire_format = WireFormat::public_message;
    add_with_path.proposals = {test::adding(own)};
    const Committed pathed = author.commit(add_with_path, big.world.environment(), big.world.random).value();
    table.add({"add one (path): make", microseconds([&] {
                   (void)author.commit(add_with_path, big.world.environment(), big.world.random).value();
               }),
               (seals_in(pathed.commit) + 1) * bare.hpke_seal() + 2 * bare.verify_small + 3 * bare.sign +
                   depth * bare.path_step() + hashes(bare, 2.2 * tree_bytes),
               static_cast<double>(pathed.commit.size())});
    table.add({"add one (path): process",
               microseconds([&] { (void)reader.receive(pathed.commit, big.world.environment()).value(); }),
               bare.hpke_open() + 2 * bare.verify_small + 2 * bare.verify + depth * bare.path_step()});
    CommitRequest remove;
    remove.message.wire_format = WireFormat::public_message;
    remove.proposals = {test::removing({static_cast<std::uint32_t>(big.count / 2 + 1)})};
    const Committed removed = author.commit(remove, big.world.environment(), big.world.random).value();
    table.add({"remove one: make", microseconds([&] {
                   (void)author.commit(remove, big.world.environment(), big.world.random).value();
               }),
               seals_in(removed.commit) * bare.hpke_seal() + 2 * bare.sign + depth * bare.path_step(),
               static_cast<double>(removed.commit.size())});
    table.add({"remove one: process",
               microseconds([&] { (void)reader.receive(removed.commit, big.world.environment()).value(); }),
               bare.hpke_open() + 2 * bare.verify + depth * bare.path_step()});
}

void measure_messages(BigGroup& big) {
    Group author = big.world.members[0].group;
    const Bytes text(1024, 'x');
    // The second message: the first of a sender derives its way down the secret tree once.
    const Sent first = author.protect(text, {}, big.world.random).value();
    const Group reader =
        big.world.members[1].group.receive(first.message, big.world.environment()).value().next;
    const Sent sent = first.next.protect(text, {}, big.world.random).value();
    const auto protect = microseconds(
        [&] { author = author.protect(text, {}, big.world.random).value().next; }, bare_protect());
    table.add({"protect 1 KiB", protect.first, protect.second, static_cast<double>(sent.message.size())});
    const auto open = microseconds(
        [&] { (void)reader.receive(sent.message, big.world.environment()).value(); }, bare_open());
    table.add({"open 1 KiB", open.first, open.second});
}

std::size_t heap_bytes() {
    malloc_trim(0);
    return mallinfo2().uordblks;
}

void measure_state(BigGroup& big) {
    const SecretBytes blob = big.world.members[0].group.save();
    const std::size_t before = heap_bytes();
    Group group = Group::load(blob.view()).value();
    const std::size_t loaded = heap_bytes() - before;
    // A group that has lived for a while shares less between its epochs than one that was loaded.
    for (int epoch = 0; epoch < 8; ++epoch)
        group = group.commit({}, big.world.environment(), big.world.random).value().next.merge().value();
    const std::size_t lived = heap_bytes() - before;
    std::printf(
        "  state: %.1f KB stored, %.1f KB in memory, %.1f KB after 8 more epochs;"
        " load %.3f ms, save %.3f ms\n",
        static_cast<double>(blob.size()) / 1e3, static_cast<double>(loaded) / 1e3,
        static_cast<double>(lived) / 1e3, microseconds([&] { (void)Group::load(blob.view()).value(); }) / 1e3,
        microseconds([&] { (void)group.save(); }) / 1e3);
}

void measure(const Bare& bare, std::size_t size) {
    table.start(size);
    BigGroup big(size);
    const auto members = static_cast<double>(size - 1);
    table.add({"create: one commit adding all", microseconds([&] { (void)big.commit(); }),
               members * (2 * bare.verify_small + bare.hpke_seal()) + 2 * bare.sign,
               static_cast<double>(big.founded->commit.size())});
    std::printf("  %-44s %.1f KB\n", "its welcome", static_cast<double>(big.founded->welcome->size()) / 1e3);
    table.add({"join from that welcome", microseconds([&] {
                   (void)Group::join(big.awake[0], *big.founded->welcome, std::nullopt, nullptr, {},
                                     big.world.environment())
                       .value();
               }),
               members * bare.verify_small + bare.hpke_open() +
                   hashes(bare, 3 * static_cast<double>(big.founded->welcome->size()))});
    big.wake();
    measure_commit(bare, big, "empty commit, blank tree: make", "empty commit, blank tree: process");
    for (std::size_t i = 0; i < big.world.members.size(); ++i) big.world.update(i);
    measure_commit(bare, big, "empty commit, warm tree: make", "empty commit, warm tree: process");
    measure_change(bare, big);
    measure_messages(big);
    measure_state(big);
}

}  // namespace

int main(int count, char** arguments) {
    crypto::initialise();
    const Bare bare = Bare::measure();
    std::printf("MLS, suite 0x0003; CPU time, least of some rounds\n");
    std::printf(
        "bare libsodium, us: sign %.1f verify %.1f (300 B %.1f) X25519 %.1f base %.1f seal 1.1 KB %.2f "
        "12 B %.2f HMAC %.2f SHA-256 KiB %.2f\n",
        bare.sign, bare.verify, bare.verify_small, bare.dh, bare.dh_base, bare.seal, bare.seal_small,
        bare.derive, bare.sha256_kib);
    const bool short_run = count > 1 && std::strcmp(arguments[1], "--short") == 0;
    MlsWorld world(1);
    table.add({"key package", microseconds([&] { (void)world.key_package("somebody"); }),
               2 * bare.sign + 3 * bare.dh_base + 4 * bare.derive});
    for (const std::size_t size : {10U, 100U, 1000U, 5000U})
        if (!short_run || size <= 100) measure(bare, size);
    table.print_side_by_side();
    if (!short_run) table.print_beside_mlspp();
    measure_hostile(short_run ? 1024 : 16384);
    return 0;
}
