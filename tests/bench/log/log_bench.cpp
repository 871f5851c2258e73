// What taking entries in bulk costs beside the bare work: hashing each payload, each header with its
// signature, and one Ed25519 check a run, straight on libsodium.
#include <sodium.h>

#include <chrono>
#include <cstdio>

#include "protocol/crypto/init.h"
#include "protocol/log/run.h"

using namespace liaise;

namespace {

constexpr std::size_t payload_bytes = 560;  // a 500-byte text, sealed
constexpr std::size_t entries = 20'000;

double seconds_of(const auto& work) {
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto start = std::chrono::steady_clock::now();
        work();
        best =
            std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

}  // namespace

int main() {
    crypto::initialise();
    const auto key = crypto::SigningKey::from_seed(crypto::Key{});
    const ChannelId channel{};
    std::vector<log::Entry> all;
    log::LogHead head;
    const double sign = seconds_of([&] {
        all.clear();
        head = {};
        for (std::size_t i = 0; i < entries; ++i) {
            all.push_back(
                log::sign_entry(key, channel, head, log::EntryKind::content, Bytes(payload_bytes)).value());
            head = all.back().head();
        }
    });
    std::vector<Bytes> runs;
    const double build = seconds_of([&] {
        runs.clear();
        for (std::size_t next = 0; next < entries;) {
            log::RunBuilder run({}, log::writer_key_of(key), next + 1);
            while (next + run.count() < entries) {
                const log::Entry& entry = all[next + run.count()];
                if (!run.add(entry.header.kind, entry.signature, *entry.payload, true)) break;
            }
            next += run.count();
            runs.push_back(std::move(run).finish());
        }
    });
    const double verify = seconds_of([&] {
        log::LogHead known;
        for (const Bytes& run : runs)
            known = log::verify_run(channel, log::parse_run(run).value(), known).value().head();
        LIAISE_CHECK(known == head);
    });
    unsigned char sink = 0;
    const double bare = seconds_of([&] {
        const std::size_t per_run = entries / runs.size();
        unsigned char header[log::signed_header_bytes] = {};
        unsigned char hash[32];
        for (std::size_t i = 0; i < entries; ++i) {
            crypto_generichash(hash, sizeof hash, all[i].payload->data(), payload_bytes, nullptr, 0);
            sink ^= hash[0];
            crypto_generichash(hash, sizeof hash, header, sizeof header, nullptr, 0);
            sink ^= hash[0];
            if (i % per_run == 0)
                sink ^= static_cast<unsigned char>(crypto_sign_verify_detached(
                    all[i].signature.bytes.data(), header, log::header_bytes, key.public_key().bytes.data()));
        }
    });
    std::printf(
        "entries of %zu bytes, runs of %zu: sign %.0f/s, build %.0f/s, verify %.0f/s, bare hash and last "
        "signature %.0f/s, verify costs %.2f x bare (%u)\n",
        payload_bytes, entries / runs.size(), entries / sign, entries / build, entries / verify,
        entries / bare, verify / bare, sink & 1U);
    return 0;
}
