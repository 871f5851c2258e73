// Posts in channels of 10 and of 1,000 members, adding somebody to the larger one, and the bytes of a
// message.
#include <cstdio>
#include <vector>

#include "protocol/channel/leaf_credential.h"
#include "protocol/channel/seal.h"
#include "tests/bench/channel/crowd.h"
#include "tests/bench/channel/scenarios.h"

namespace liaise::bench {

namespace {

constexpr std::size_t large = 1000, small = 10;  // members
constexpr std::size_t more = 10;                 // who are added to it
constexpr std::size_t rounds = 8, posts_a_round = 250;
const std::string text(100, 'x');

void post(Wire& wire, Host& author, const std::string& channel) {
    bool done = false;
    author.timed([&] {
        author.node().post({channel, text, ""}, wire.now(),
                           [&done](const auto& outcome) { done = outcome.ok(); });
        author.node().flush(wire.now());
    });
    LIAISE_CHECK(done);
    wire.pump();
}

struct Cost {
    double author = 0, reader = 0, bytes = 0;
};

void measure_posts(Wire& wire, Host& author, Host& reader, const std::string& channel, Cost& cost) {
    author.reset_counts();
    reader.reset_counts();
    for (std::size_t i = 0; i < posts_a_round; ++i) post(wire, author, channel);
    cost.author += author.seconds;
    cost.reader += reader.seconds;
    cost.bytes += static_cast<double>(reader.bytes_in);
}

bool print_ratio(const char* what, double figure, double beside, double wanted) {
    const double ratio = figure / beside;
    std::printf("  %-52s %8.2f of at most %.2f%s\n", what, ratio, wanted, ratio <= wanted ? "" : "   BROKEN");
    return ratio <= wanted;
}

std::size_t posts_in(Wire& wire, Host& host, const std::string& channel) {
    node::service::ReadRequest request;
    request.channel = channel;
    request.limit = 1000;
    const auto read = host.node().read(request, wire.now());
    LIAISE_CHECK(read.ok());
    std::size_t posts = 0;
    for (const auto& message : read->messages) posts += message.kind == "post" ? 1 : 0;
    return posts;
}

// The same group by the library alone: what one adding costs there.
struct Bare {
    double add_and_save = 0, process = 0, join = 0;
};

Bare measure_bare(Crowd& crowd) {
    test::SeededRandom random(5);
    const channel::LeafPolicy policy;
    const mls::Environment environment{policy, mls::no_psks(), std::nullopt};
    mls::GroupOptions options;
    options.past_epochs_max = options.resumption_keys_max = 0;
    const auto key = crypto::SigningKey::draw(random);
    const auto founder = channel::make_package(random.draw<MemberId>(), key, random);
    mls::Group group =
        mls::Group::create(mls::suite_3(), founder, Bytes(16), {}, options, environment, random).value();
    mls::CommitRequest many;
    many.tree_in_welcome = false;
    const auto reader_key = crypto::SigningKey::draw(random);
    const auto reader_package = channel::make_package(random.draw<MemberId>(), reader_key, random);
    many.proposals.push_back({mls::Add{reader_package.key_package}});
    for (std::size_t i = 0; i + 2 < large; ++i)
        many.proposals.push_back({mls::Add{mls::parse_message<mls::KeyPackage>(crowd.package(i)).value()}});
    auto founded = group.commit(many, environment, random).value();
    group = founded.next.merge().value();
    const mls::Group reader = mls::Group::join(reader_package, *founded.welcome,
                                               BytesView(founded.ratchet_tree), nullptr, options, environment)
                                  .value();

    const auto newcomer_key = crypto::SigningKey::draw(random);
    const auto newcomer = channel::make_package(random.draw<MemberId>(), newcomer_key, random);
    mls::CommitRequest add;
    add.proposals = {{mls::Add{newcomer.key_package}}};
    add.with_path = false;
    add.tree_in_welcome = false;
    add.message.wire_format = mls::WireFormat::public_message;
    const auto measured = [](const auto& work) {
        constexpr int times = 20;
        work();
        const double before = thread_seconds();
        for (int i = 0; i < times; ++i) work();
        return (thread_seconds() - before) / times;
    };
    Bare bare;
    bare.add_and_save =
        measured([&] { (void)group.commit(add, environment, random).value().next.merge().value().save(); });
    const auto made = group.commit(add, environment, random).value();
    bare.process = measured([&] { (void)reader.receive(made.commit, environment).value(); });
    bare.join = measured([&] {
        (void)mls::Group::join(newcomer, *made.welcome, BytesView(made.ratchet_tree), nullptr, options,
                               environment)
            .value();
    });
    return bare;
}

bool measure_adding(Wire& wire, Crowd& crowd, Host& ada, Host& ben, Host& cyn) {
    const Bare bare = measure_bare(crowd);
    wire.run(std::chrono::seconds(30));
    const auto add = [&](const std::string& name) {
        for (Host* const host : {&ada, &ben, &cyn}) host->reset_counts();
        ada.timed([&] {
            LIAISE_CHECK(ada.node().invite("thousand", name, wire.now()).ok());
            ada.node().flush(wire.now());
        });
        return ada.seconds;
    };
    double made = 0, taken = 0, bytes = 0;
    for (std::size_t i = 0; i < more; ++i) {
        made += add(crowd.id_of(large - 2 - more + i)) / static_cast<double>(more);
        wire.run(std::chrono::seconds(20));
        taken += ben.seconds / static_cast<double>(more);
        bytes += static_cast<double>(ben.bytes_in) / static_cast<double>(more);
    }
    // The Welcome is taken when the newcomer's group is durable; the logs come after it.
    const std::string id = ada.node().channel("thousand", wire.now())->id.text();
    double welcomed = 0;
    cyn.after_commit = [&] {
        if (welcomed == 0 && cyn.node().channel(id, wire.now()).ok()) welcomed = cyn.seconds;
    };
    add(cyn.name());
    wire.run(std::chrono::seconds(20));
    cyn.after_commit = nullptr;
    const double entered = cyn.seconds;
    post(wire, ada, "thousand");
    wire.run(std::chrono::minutes(2));
    const bool reads =
        cyn.node().channel("thousand", wire.now()).ok() && posts_in(wire, cyn, "thousand") == 1;

    std::printf("\nAdding somebody to a channel of %zu, ms of processor        node       bare      ratio\n",
                large);
    const auto print = [](const char* what, double node, double library) {
        std::printf("  %-48s %10.2f %10.2f %10.1f\n", what, 1e3 * node, 1e3 * library, node / library);
    };
    print("commit and Welcome: made, sealed, durable", made, bare.add_and_save);
    print("a member who is there follows, durable", taken, bare.process);
    print("the newcomer takes the Welcome, durable", welcomed, bare.join);
    std::printf("  %-48s %10.2f\n", "then takes in the logs of all members", 1e3 * (entered - welcomed));
    std::printf("  %-48s %10.0f\n", "bytes to each member who is there", bytes);
    // Each by itself: whoever adds, who follows and who joins are different people on different machines, and
    // a sum would hide two of them behind the third.
    bool holds = print_ratio("commit and Welcome made, to bare", made, bare.add_and_save, 3);
    holds &= print_ratio("commit followed, to bare", taken, bare.process, 3);
    holds &= print_ratio("Welcome taken, to bare", welcomed, bare.join, 3);
    std::printf("  %-52s %8.2f\n", "all three together",
                (made + taken + welcomed) / (bare.add_and_save + bare.process + bare.join));
    std::printf("  %-52s %8.2f\n", "with the logs of all members, to bare",
                (made + taken + entered) / (bare.add_and_save + bare.process + bare.join));
    holds &= print_ratio("bytes to each member, to 4 KiB", bytes, 4096, 1);
    if (!reads) std::printf("  The newcomer does not read what was said after.   BROKEN\n");
    return holds && reads;
}

// A post of 100 bytes as an entry: header, signature, payload.
bool print_message_bytes() {
    test::SeededRandom random(9);
    const auto content =
        channel::validate(
            {Time{std::chrono::days(20'000)}, channel::Handling::amber, {}, channel::Post{text, {}, {}}})
            .value();
    const channel::Place place{random.draw<ChannelId>(), random.draw<WriterKey>(), 1000, content.kind()};
    const Bytes payload =
        channel::seal(content, place, random.draw<EpochId>(), 70, crypto::Key::draw(random), random).value();
    const std::size_t beyond_padding = channel::payload_overhead_bytes + channel::generation_bytes;
    const std::size_t header = log::header_bytes, signature = Signature::size_bytes;
    const std::size_t all = header + signature + payload.size();
    std::printf("\nA message of 100 bytes in a private channel: %zu bytes all in, of at most 420%s\n", all,
                all <= 420 ? "" : "   BROKEN");
    std::printf(
        "  header %zu, signature %zu, key name, nonce and tag %zu, content padded to its bucket %zu\n",
        header, signature, beyond_padding, payload.size() - beyond_padding);
    std::printf(
        "  Signal's sender-key message before its transport: 205 bytes. The %zu more buy a signature that\n"
        "  holds for everybody and for good (not between sender and receiver alone), a place in a log that\n"
        "  shows when something is missing or said twice in different ways, an order without a server, and\n"
        "  a length that says only which bucket.\n",
        all - 205);
    return all <= 420;
}

}  // namespace

bool measure_large() {
    Wire wire;
    const double began = thread_seconds();
    const auto note = [&](const char* what) {
        std::printf("  [%6.1f s of work: %s]\n", thread_seconds() - began, what);
        std::fflush(stdout);
    };
    Host& ada = wire.add("Ada", "KE");
    LIAISE_CHECK(ada.node().found_network("Large", wire.now()).ok());
    Host& ben = wire.add("Ben", "KE");
    Host& cyn = wire.add("Cyn", "KE");
    wire.join(ben, ada);
    wire.join(cyn, ada);
    Crowd crowd(wire, ada, large - 2);
    note("a network of a thousand");
    for (const auto& [channel, members] : {std::pair{"thousand", large - more}, {"ten", small}}) {
        LIAISE_CHECK(ada.node().create_channel(channel, "", "discussion", "from-joining", wire.now()).ok());
        LIAISE_CHECK(ada.node().invite(channel, ben.name(), wire.now()).ok());
        wire.run(std::chrono::minutes(1));
        crowd.fill(channel, members - 2);
        const auto view = ada.node().channel(channel, wire.now());
        LIAISE_CHECK(view.ok());
        std::printf("  %s: %zu members, epoch %llu\n", channel, view->members.size(),
                    static_cast<unsigned long long>(view->epoch));
        note(channel);
    }
    crowd.publish(large - 2 - more, large - 2);
    crowd.disconnect();
    wire.run(std::chrono::minutes(10));

    bool holds = measure_adding(wire, crowd, ada, ben, cyn);
    cyn.stop();  // one reader, as in the small channel
    Cost at_small, at_large;
    for (std::size_t round = 0; round < rounds; ++round) {
        measure_posts(wire, ada, ben, "ten", at_small);
        measure_posts(wire, ada, ben, "thousand", at_large);
        if (round == 0) at_small = at_large = Cost{};  // warm
    }
    LIAISE_CHECK(posts_in(wire, ben, "thousand") == 1000);
    const double posts = static_cast<double>((rounds - 1) * posts_a_round);
    std::printf("\nA post of 100 bytes, one at a time, each durable     10 members   1,000 members\n");
    std::printf("  author, us of processor                          %10.1f      %10.1f\n",
                1e6 * at_small.author / posts, 1e6 * at_large.author / posts);
    std::printf("  reader, us of processor                          %10.1f      %10.1f\n",
                1e6 * at_small.reader / posts, 1e6 * at_large.reader / posts);
    std::printf("  bytes to the reader, session and all             %10.1f      %10.1f\n",
                at_small.bytes / posts, at_large.bytes / posts);
    holds &= print_ratio("author, 1,000 to 10", at_large.author, at_small.author, 1.2);
    holds &= print_ratio("reader, 1,000 to 10", at_large.reader, at_small.reader, 1.2);
    holds &= print_ratio("bytes, 1,000 to 10", at_large.bytes, at_small.bytes, 1.2);
    note("all");
    return print_message_bytes() && holds;
}

}  // namespace liaise::bench
