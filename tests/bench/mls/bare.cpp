#include "tests/bench/mls/bare.h"

#include <sodium.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <vector>

namespace liaise::bench {
namespace {

double cpu_microseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

// One round: long enough for the clock, at least one call.
double round_of(const Work& work) {
    int calls = 0;
    const double start = cpu_microseconds();
    double took = 0;
    do {
        work();
        ++calls;
        took = cpu_microseconds() - start;
    } while (took < 20'000);
    return took / calls;
}

}  // namespace

double microseconds(const Work& work) {
    return microseconds(work, nullptr).first;
}

std::pair<double, double> microseconds(const Work& one, const Work& other) {
    std::pair best{std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
    const double start = cpu_microseconds();
    for (int round = 0; round < 5 && (round < 1 || cpu_microseconds() - start < 2e6); ++round) {
        best.first = std::min(best.first, round_of(one));
        if (other) best.second = std::min(best.second, round_of(other));
    }
    return best;
}

namespace {

// Keys, buffers and the operations on them.
struct Sodium {
    Sodium() : text(1300, 1), sealed(1300 + 16), opened(1300) {
        crypto_sign_keypair(verify_key.data(), sign_key.data());
        randombytes_buf(scalar.data(), scalar.size());
        crypto_scalarmult_base(point.data(), scalar.data());
    }
    void sign(std::size_t size) {
        crypto_sign_detached(signature.data(), nullptr, text.data(), size, sign_key.data());
    }
    void verify(std::size_t size) {
        if (crypto_sign_verify_detached(signature.data(), text.data(), size, verify_key.data()) != 0)
            std::abort();
    }
    void seal(std::size_t size) {
        crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, text.data(), size, nullptr, 0,
                                                  nullptr, nonce.data(), scalar.data());
    }
    void open(std::size_t size) {
        if (crypto_aead_chacha20poly1305_ietf_decrypt(opened.data(), nullptr, nullptr, sealed.data(),
                                                      size + 16, nullptr, 0, nonce.data(),
                                                      scalar.data()) != 0)
            std::abort();
    }
    // One HKDF-Expand of up to 32 bytes.
    void derive() {
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, scalar.data(), scalar.size());
        crypto_auth_hmacsha256_update(&state, text.data(), 40);
        crypto_auth_hmacsha256_final(&state, out.data());
    }

    std::vector<unsigned char> text;
    std::vector<unsigned char> sealed;
    std::vector<unsigned char> opened;
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> verify_key;
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> sign_key;
    std::array<unsigned char, crypto_sign_BYTES> signature;
    std::array<unsigned char, 32> scalar;
    std::array<unsigned char, 32> point;
    std::array<unsigned char, 32> out;
    std::array<unsigned char, 12> nonce{};
};

constexpr std::size_t signed_bytes = 1300;  // what the signature of 1 KiB covers, context included
constexpr std::size_t sealed_bytes = 1100;
constexpr std::size_t sender_data_bytes = 12;
constexpr int derivations = 5;

}  // namespace

Work bare_protect() {
    return [sodium = std::make_shared<Sodium>()] {
        sodium->sign(signed_bytes);
        for (int i = 0; i < derivations; ++i) sodium->derive();
        sodium->seal(sealed_bytes);
        sodium->seal(sender_data_bytes);
    };
}

Work bare_open() {
    auto outer = std::make_shared<Sodium>();
    auto inner = std::make_shared<Sodium>();
    inner->sign(signed_bytes);
    inner->seal(sealed_bytes);
    outer->seal(sender_data_bytes);
    return [outer, inner] {
        outer->open(sender_data_bytes);
        for (int i = 0; i < derivations; ++i) outer->derive();
        inner->open(sealed_bytes);
        inner->verify(signed_bytes);
    };
}

Bare Bare::measure() {
    Bare bare{};
    Sodium sodium;
    bare.sign = microseconds([&] { sodium.sign(signed_bytes); });
    bare.verify = microseconds([&] { sodium.verify(signed_bytes); });
    sodium.sign(300);
    bare.verify_small = microseconds([&] { sodium.verify(300); });
    bare.dh_base = microseconds([&] { crypto_scalarmult_base(sodium.point.data(), sodium.scalar.data()); });
    bare.dh = microseconds([&] {
        if (crypto_scalarmult(sodium.out.data(), sodium.scalar.data(), sodium.point.data()) != 0)
            std::abort();
    });
    bare.seal = microseconds([&] { sodium.seal(sealed_bytes); });
    bare.open = microseconds([&] { sodium.open(sealed_bytes); });
    bare.seal_small = microseconds([&] { sodium.seal(sender_data_bytes); });
    bare.derive = microseconds([&] { sodium.derive(); });
    bare.sha256_kib = microseconds([&] { crypto_hash_sha256(sodium.out.data(), sodium.text.data(), 1024); });
    return bare;
}

}  // namespace liaise::bench
