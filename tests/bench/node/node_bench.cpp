// The node's speed and memory: real daemons on real homes, beside what the bare rig reaches in the same run.
// Figures that two programs share are taken in turns, so that a machine's moods hit both.
//
//     bench-node             all parts, with 10,000 and 100,000 messages
//     bench-node 1000000     the larger number instead of 100,000; needs some 3 GB of disk and ten minutes
//     bench-node document    that part alone; the parts are in main()
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/store/vault.h"
#include "protocol/crypto/init.h"
#include "tests/bench/node/desk.h"
#include "tests/bench/node/process_figures.h"
#include "tests/bench/rig/measure.h"
#include "tests/bench/rig/rig.h"
#include "tests/support/seeded_random.h"

namespace liaise::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t post_bytes = 500;
constexpr std::size_t posts_in_flight = 200;
constexpr std::size_t small_count = 10'000;
constexpr std::uint64_t document_bytes = 256ULL << 20;

void heading(const char* text) {
    std::printf("\n%s\n", text);
    std::fflush(stdout);
}
// A figure, the rig's, and what is asked of it.
void line(const char* what, double node, const char* unit, double rig, double ratio, const char* asked) {
    std::printf("  %-52s %10.2f %-6s rig %10.2f  ratio %5.2f  (asked: %s)\n", what, node, unit, rig, ratio,
                asked);
    std::fflush(stdout);
}
void line(const char* what, double node, const char* unit, const char* asked) {
    std::printf("  %-52s %10.2f %-6s %33s(asked: %s)\n", what, node, unit, "", asked);
    std::fflush(stdout);
}

class Folder {
  public:
    Folder() : path_(fs::temp_directory_path() / ("liaise-bench-" + std::to_string(getpid()))) {
        fs::create_directory(path_);
        fs::permissions(path_, fs::perms::owner_all);
    }
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

// Without the write-ahead log, which is emptied again and again.
std::uint64_t bytes_in(const fs::path& folder) {
    std::uint64_t bytes = 0;
    for (const auto& file : fs::recursive_directory_iterator(folder))
        if (file.is_regular_file() && !file.path().string().ends_with("-wal")) bytes += file.file_size();
    return bytes;
}

std::string channel_of(std::size_t count) {
    return "bulk-" + std::to_string(count);
}

struct Bench {
    Folder folder;
    kj::AsyncIoContext io = kj::setupAsyncIo();
    Rig rig{folder.path().string()};
    Desk author{io, folder.path(), "author", "KE"};
    Desk reader{io, folder.path(), "reader", "VN"};

    void begin() {
        author.up(true);
        reader.up(false);
        author.found("Benchmark");
        reader.join(author);
        author.wait_in_step();
    }

    // Both are members, and the reader knows it.
    void open_channel(const std::string& channel) {
        author.create_channel(channel);
        author.invite(channel, reader);
        reader.wait_for_channel(channel);
        author.wait_in_step();
    }

    void live() {
        heading("Publish to visible and durable at a connected peer, 500 bytes");
        constexpr std::size_t posts = 500;
        open_channel("live");
        std::vector<double> times;
        kj::Own<kj::PromiseFulfiller<void>> arrived;
        const auto subscription = reader.follow("live", [&] { arrived->fulfill(); });
        const std::string text(post_bytes, 'x');
        for (std::size_t i = 0; i < posts; ++i) {
            auto pair = kj::newPromiseAndFulfiller<void>();
            arrived = kj::mv(pair.fulfiller);
            const double start = seconds_now();
            auto posted = author.post("live", text).eagerlyEvaluate(nullptr);
            pair.promise.wait(io.waitScope);
            if (i >= posts / 20) times.push_back((seconds_now() - start) * 1e3);
            posted.wait(io.waitScope);
            author.sleep(1);
        }
        const LiveTimes rig_times = rig.live(posts);
        const double median = percentile(times, 0.5);
        const double slow = percentile(times, 0.99);
        line("median", median, "ms", rig_times.median_ms, median / rig_times.median_ms, "at most 2");
        line("99th percentile", slow, "ms", rig_times.p99_ms, slow / rig_times.p99_ms, "at most 3");
    }

    // Appends in a pipeline, then a member who is new to the channel fetches all of it.
    void bulk(std::size_t count) {
        std::printf("\n%zu posts of %zu bytes\n", count, post_bytes);
        std::fflush(stdout);
        const std::string channel = channel_of(count);
        const std::uint64_t before = bytes_in(author.home());
        author.create_channel(channel);
        const double appending = seconds_now();
        author.post_many(channel, count, post_bytes, posts_in_flight);
        const double appended = static_cast<double>(count) / (seconds_now() - appending);
        const double rig_append = rig.append(std::min<std::size_t>(count, 100'000), 100);
        line("append in a pipeline, each durable when acknowledged", appended, "/s", rig_append,
             appended / rig_append, "at least 0.5");
        const std::uint64_t after = bytes_in(author.home());

        const Traffic traffic = tcp_traffic(author.port());
        const ProcessFigures figures = figures_of(reader.process());
        const double fetching = seconds_now();
        author.invite(channel, reader);
        reader.wait_for_messages(channel, count);
        const double took = seconds_now() - fetching;
        const double fetched = static_cast<double>(count) / took;
        const double rig_fetched = rig.replicate(std::min<std::size_t>(count, 100'000));
        line("bulk sync to a fresh member", fetched, "/s", rig_fetched, fetched / rig_fetched,
             "at least 0.5");
        const double n = static_cast<double>(count);
        line("  the reader's processor time a message",
             (figures_of(reader.process()).processor_seconds - figures.processor_seconds) / n * 1e6, "us",
             "the same at 10,000 and 1,000,000");
        line("  on the wire beyond the post",
             static_cast<double>(tcp_traffic(author.port()).both() - traffic.both()) / n - post_bytes, "B",
             "at most 250");
        line("  on disk a message, search index included", static_cast<double>(after - before) / n, "B",
             "at most 1,000 without the index");
        line("  the reader's memory", figures_of(reader.process()).resident_mib, "MiB",
             "under 32 with 10,000");
    }

    void document() {
        heading("A document of 256 MiB");
        open_channel("files");
        const std::string document = author.publish("files", document_bytes);
        author.wait_in_step();
        reader.wait_for_document(document);
        forget_peak(author.process());
        forget_peak(reader.process());
        const double start = seconds_now();
        const Desk::Fetched fetched = reader.fetch(document);
        const double megabytes = static_cast<double>(fetched.bytes) / 1e6;
        const double rate = megabytes / (fetched.here_at - start);
        const double rig_rate = rig.file(document_bytes) / 1e6;
        line("fetched, verified and durable", rate, "MB/s", rig_rate, rate / rig_rate, "at least 0.6");
        line("  then decrypted and handed over", megabytes / (fetched.taken_at - fetched.here_at), "MB/s",
             "-");
        line("most memory, author", figures_of(author.process()).peak_mib, "MiB", "under 96");
        line("most memory, reader", figures_of(reader.process()).peak_mib, "MiB", "under 96");
    }

    void reconnect() {
        heading("Two equal nodes reconnect");
        author.wait_in_step();
        reader.down();
        reader.up(false);
        reader.wait_in_step();
        author.wait_in_step();
        line("all bytes of the connection", static_cast<double>(tcp_traffic(author.port()).both()), "B",
             "under 1,024 after the handshake");
        Rig::connection([](std::uint16_t port) {
            line("  of them CURVE's handshake, as the rig's", static_cast<double>(tcp_traffic(port).both()),
                 "B", "-");
        });
    }

    void idle() {
        heading("Connected and idle");
        constexpr unsigned seconds = 20;
        author.sleep(3000);
        const ProcessFigures first = figures_of(author.process());
        author.sleep(seconds * 1000);
        const ProcessFigures last = figures_of(author.process());
        line("processor", (last.processor_seconds - first.processor_seconds) / seconds * 100, "%",
             "under 0.2 of a core");
        line("wake-ups, all threads", static_cast<double>(last.wakeups - first.wakeups) / seconds, "/s",
             "heartbeats only");
    }

    void memory_of_peers() {
        heading("Memory of connected peers");
        constexpr std::size_t count = 16;
        std::vector<std::unique_ptr<Desk>> peers;
        for (std::size_t i = 0; i < count; ++i) {
            peers.push_back(std::make_unique<Desk>(io, folder.path(), "peer" + std::to_string(i), "UA"));
            peers.back()->up(false);
            peers.back()->join(author);
        }
        author.wait_in_step();
        // What is kept of a member, connected or not, is not what is measured: begin with none connected.
        for (const auto& peer : peers) peer->down();
        author.down();
        author.up(true);
        author.wait_in_step();
        const double alone = figures_of(author.process()).resident_mib;
        for (const auto& peer : peers) {
            peer->up(false);
            peer->wait_in_step();
        }
        author.wait_in_step();
        const double together = figures_of(author.process()).resident_mib;
        line("resident memory", together, "MiB", "under 32 with 10,000");
        line("  a connected peer", (together - alone) * 1024 / count, "KiB", "at most 40");
    }

    // The same master key under an Argon2id that takes next to no time.
    void make_unlocking_cheap() {
        const std::string file = (reader.home() / "vault").string();
        const auto passphrase = crypto::SecretBytes::copy_of(bytes_of(Desk::passphrase));
        auto vault = node::store::Vault::open(file, passphrase).value();
        test::SeededRandom random(1);
        vault.change_passphrase(passphrase, crypto::password_cost_least, random).value();
        vault.save(file).value();
    }

    // On the reader's home, which holds all that was sent.
    void start_and_search() {
        heading("Start, and the client");
        reader.wait_for_hit("practice");
        reader.down();
        make_unlocking_cheap();
        std::vector<double> starts;
        for (int i = 0; i < 15; ++i) {
            if (i > 0) reader.down();
            starts.push_back(reader.up(false) * 1e3);
        }
        line("start to ready, Argon2id apart", percentile(starts, 0.5), "ms",
             "under 100 with 100,000 entries");
        line("resident memory after the start", figures_of(reader.process()).resident_mib, "MiB", "-");
        const auto client = [&](const char* what, std::vector<std::string> words) {
            std::vector<double> times;
            words.insert(words.begin(), {"--home", reader.home().string()});
            for (int i = 0; i < 30; ++i) times.push_back(run_client(words) * 1e3);
            line(what, percentile(times, 0.5), "ms", "under 30");
        };
        client("liaise status, from the shell", {"status"});
        client("liaise search, newest 50, from the shell", {"search", "practice", "--limit", "50"});
    }
};

}  // namespace
}  // namespace liaise::bench

int main(int count, char** arguments) {
    using namespace liaise;
    using bench::Bench;
    std::size_t large = 100'000;
    std::set<std::string> chosen;
    for (int i = 1; i < count; ++i) {
        const std::size_t number = std::strtoul(arguments[i], nullptr, 10);
        if (number > 0)
            large = number;
        else
            chosen.insert(arguments[i]);
    }
    const std::vector<std::pair<std::string, std::function<void(Bench&)>>> parts{
        {"live", &Bench::live},
        {"bulk", [](Bench& bench) { bench.bulk(bench::small_count); }},
        {"idle", &Bench::idle},
        {"peers", &Bench::memory_of_peers},
        {"reconnect", &Bench::reconnect},
        {"document", &Bench::document},
        {"large", [large](Bench& bench) { bench.bulk(large); }},
        {"start", &Bench::start_and_search},
    };
    try {
        crypto::initialise();
        Bench bench;
        bench.begin();
        for (const auto& [name, run] : parts)
            if (chosen.empty() || chosen.contains(name)) run(bench);
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "bench-node: %s\n", fault.what());
        return 1;
    } catch (const kj::Exception& fault) {
        std::fprintf(stderr, "bench-node: %s\n", fault.getDescription().cStr());
        return 1;
    }
    return 0;
}
