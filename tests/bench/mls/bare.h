// What libsodium alone takes for the operations that bound MLS, measured in the same run, in microseconds.
#pragma once

#include <cstddef>
#include <functional>

namespace liaise::bench {

// CPU time of one call, in microseconds: the least over some rounds, each long enough for the clock.
double microseconds(const std::function<void()>& work);

struct Bare {
    double sign, verify;  // Ed25519 over 1.3 KB
    double verify_small;  // over 300 bytes
    double dh, dh_base;   // X25519, with any point and with the base point
    double seal, open;    // ChaCha20-Poly1305, 1.1 KB
    double seal_small;    // 12 bytes
    double derive;        // one HKDF-Expand of up to 32 bytes: HMAC-SHA256 over a block
    double sha256_kib;    // per KiB hashed

    static Bare measure();
    // One HPKE seal or open: two multiplications to seal, one to open, and the key schedule.
    double hpke_seal() const { return dh + dh_base + 10 * derive + seal_small; }
    double hpke_open() const { return dh + 8 * derive + seal_small; }
    // One step of a path: key pair and next secret.
    double path_step() const { return dh_base + 4 * derive; }
};

}  // namespace liaise::bench
