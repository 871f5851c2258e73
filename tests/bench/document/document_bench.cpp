// What documents cost in bytes a second on one core, each figure beside the bare library calls that no design
// could leave out: the ciphertext's hash, the plaintext's, and the cipher.
#include <sodium.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <unordered_map>

#include "protocol/crypto/init.h"
#include "protocol/document/manifest.h"

using namespace liaise;
using namespace liaise::document;

namespace {

constexpr std::size_t document_bytes = 64 * 1024 * 1024;
constexpr std::size_t piece_bytes = 256 * 1024;

Bytes noise(std::size_t size) {
    Bytes bytes(size);
    const std::array<std::uint8_t, randombytes_SEEDBYTES> seed{1};
    randombytes_buf_deterministic(bytes.data(), bytes.size(), seed.data());
    return bytes;
}

Bytes prose(std::size_t size) {
    static constexpr std::array<std::string_view, 8> words{"officers ",   "carry ",       "a sealed ",
                                                           "container, ", "gloves ",      "and the ",
                                                           "number of ",  "the clinic.\n"};
    const Bytes choices = noise(1 << 20);
    Bytes text;
    for (std::size_t i = 0; text.size() < size; ++i)
        append(text, bytes_of(words[choices[i * 7919 % choices.size()] % words.size()]));
    text.resize(size);
    return text;
}

// The best of three, in megabytes a second.
double rate(const std::function<void()>& work) {
    double best = 0;
    for (int run = 0; run < 3; ++run) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        best = std::max(best, static_cast<double>(document_bytes) / 1e6 / took.count());
    }
    return best;
}

void print(const char* what, double ours, double bare, const char* bare_is) {
    std::printf("  %-42s %7.0f MB/s   bare %7.0f MB/s (%s)   %.2f\n", what, ours, bare, bare_is, ours / bare);
}

struct Shelf {
    std::unordered_map<ChunkId, Bytes> chunks;
    ManifestRef publish(const Bytes& document) {
        DocumentWriter writer(crypto::Key(), [this](const SealedChunk& chunk) -> Result<void> {
            chunks[chunk.id] = chunk.sealed;
            return {};
        });
        for (BytesView left = document; !left.empty();
             left = left.subspan(std::min(left.size(), piece_bytes)))
            LIAISE_CHECK(writer.write(left.first(std::min(left.size(), piece_bytes))).ok());
        return writer.finish().value();
    }
};

double bare_hash(const Bytes& document) {
    return rate([&] {
        for (std::size_t at = 0; at < document.size(); at += piece_bytes) {
            std::array<std::uint8_t, 32> hash;
            crypto_generichash(hash.data(), hash.size(), document.data() + at, piece_bytes, nullptr, 0);
        }
    });
}

double bare_cipher(const Bytes& document) {
    Bytes out(piece_bytes + 16);
    const std::array<std::uint8_t, 32> key{};
    const std::array<std::uint8_t, 24> nonce{};
    return rate([&] {
        for (std::size_t at = 0; at < document.size(); at += piece_bytes)
            crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(), nullptr, document.data() + at, piece_bytes,
                                                       nullptr, 0, nullptr, nonce.data(), key.data());
    });
}

void bench(const char* name, const Bytes& document, double hash, double cipher) {
    Shelf shelf;
    ManifestRef ref;
    const double three = 1 / (1 / cipher + 2 / hash);
    const double publish = rate([&] { ref = shelf.publish(document); });
    std::size_t sealed = 0;
    for (const auto& [id, bytes] : shelf.chunks) sealed += bytes.size();
    std::printf(" %s: %zu chunks, %.1f %% of the size\n", name, shelf.chunks.size(),
                100.0 * static_cast<double>(sealed) / static_cast<double>(document_bytes));
    print("publish: cut, hash, compress, seal, name", publish, three, "cipher and two hashes");

    std::vector<Bytes> pieces;
    for (const ChunkId& id : ref.pieces) pieces.push_back(shelf.chunks.at(id));
    const Manifest manifest = open_manifest(ref, pieces).value();
    print("land: verify each chunk's name", rate([&] {
              for (const auto& chunk : manifest.chunks)
                  LIAISE_CHECK(verify_chunk(chunk.id, shelf.chunks.at(chunk.id)).ok());
          }),
          hash, "one hash");
    print("read: verify, open, verify the whole", rate([&] {
              DocumentReader reader(ref, manifest,
                                    [&](const ChunkId& id) -> Result<Bytes> { return shelf.chunks.at(id); });
              LIAISE_CHECK(reader.read_all([](BytesView) -> Result<void> { return {}; }).ok());
          }),
          three, "cipher and two hashes");
}

}  // namespace

int main() {
    crypto::initialise();
    const Bytes document = noise(document_bytes);
    const double hash = bare_hash(document);
    const double cipher = bare_cipher(document);
    std::printf("documents, one core, %zu MiB\n", document_bytes >> 20);
    const GearTable gear{crypto::Key()};
    print("cut alone", rate([&] {
              for (BytesView left = document; !left.empty();) left = left.subspan(first_cut(gear, left));
          }),
          hash, "BLAKE2b-256");
    bench("noise", document, hash, cipher);
    bench("prose", prose(document_bytes), hash, cipher);
    return 0;
}
