#include "tests/bench/mls/bare.h"

#include <sodium.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace liaise::bench {
namespace {

double cpu_microseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

}  // namespace

double microseconds(const std::function<void()>& work) {
    double best = std::numeric_limits<double>::max();
    double spent = 0;
    for (int round = 0; round < 5 && (round < 1 || spent < 2e6); ++round) {
        int calls = 0;
        const double start = cpu_microseconds();
        double took = 0;
        do {
            work();
            ++calls;
            took = cpu_microseconds() - start;
        } while (took < 20'000);
        best = std::min(best, took / calls);
        spent += took;
    }
    return best;
}

Bare Bare::measure() {
    Bare bare{};
    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> verify_key;
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> sign_key;
    crypto_sign_keypair(verify_key.data(), sign_key.data());
    std::array<unsigned char, crypto_sign_BYTES> signature;
    std::vector<unsigned char> text(1300, 1);
    const auto sign = [&](std::size_t size) {
        crypto_sign_detached(signature.data(), nullptr, text.data(), size, sign_key.data());
    };
    const auto verify = [&](std::size_t size) {
        if (crypto_sign_verify_detached(signature.data(), text.data(), size, verify_key.data()) != 0)
            std::abort();
    };
    bare.sign = microseconds([&] { sign(1300); });
    bare.verify = microseconds([&] { verify(1300); });
    sign(300);
    bare.verify_small = microseconds([&] { verify(300); });

    std::array<unsigned char, 32> scalar;
    std::array<unsigned char, 32> point;
    std::array<unsigned char, 32> out;
    randombytes_buf(scalar.data(), scalar.size());
    bare.dh_base = microseconds([&] { crypto_scalarmult_base(point.data(), scalar.data()); });
    bare.dh = microseconds([&] {
        if (crypto_scalarmult(out.data(), scalar.data(), point.data()) != 0) std::abort();
    });

    const std::array<unsigned char, 12> nonce{};
    std::vector<unsigned char> sealed(1100 + 16);
    const auto seal = [&](std::size_t size) {
        crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, text.data(), size, nullptr, 0,
                                                  nullptr, nonce.data(), scalar.data());
    };
    bare.seal = microseconds([&] { seal(1100); });
    std::vector<unsigned char> opened(1100);
    bare.open = microseconds([&] {
        if (crypto_aead_chacha20poly1305_ietf_decrypt(opened.data(), nullptr, nullptr, sealed.data(),
                                                      sealed.size(), nullptr, 0, nonce.data(),
                                                      scalar.data()) != 0)
            std::abort();
    });
    bare.seal_small = microseconds([&] { seal(12); });
    bare.derive = microseconds([&] {
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, scalar.data(), scalar.size());
        crypto_auth_hmacsha256_update(&state, text.data(), 40);
        crypto_auth_hmacsha256_final(&state, out.data());
    });
    bare.sha256_kib = microseconds([&] { crypto_hash_sha256(out.data(), text.data(), 1024); });
    return bare;
}

}  // namespace liaise::bench
