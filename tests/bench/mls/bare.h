// What libsodium alone takes for the operations that bound MLS, measured in the same run, in microseconds.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

namespace liaise::bench {

using Work = std::function<void()>;

// CPU time of one call, in microseconds: the least over some rounds, each long enough for the clock.
double microseconds(const Work& work);
// Two that are to be compared: their rounds take turns, so that a slow moment of the machine meets both.
std::pair<double, double> microseconds(const Work& one, const Work& other);

// What a message of 1 KiB cannot do without: its signature (or the check of it), two AEAD passes, two keys
// and nonces, the next secret.
Work bare_protect();
Work bare_open();

struct Bare {
    double sign, verify;  // Ed25519 over 1.3 KB
    double verify_small;  // over 300 bytes
    double dh, dh_base;   // X25519, with any point and with the base point
    double seal, open;    // ChaCha20-Poly1305, 1.1 KB
    double seal_small;    // 12 bytes
    double derive;        // one HKDF-Expand of up to 32 bytes: HMAC-SHA256 over a block
    double sha256_kib;    // per KiB hashed

    static Bare measure();
    // One HPKE seal or open: two multiplications to seal, one to open; key pair, shared secret, key schedule.
    double hpke_seal() const { return dh + dh_base + 8 * derive + seal_small; }
    double hpke_open() const { return dh + 6 * derive + seal_small; }
    // One step of a path: key pair and next secret.
    double path_step() const { return dh_base + 4 * derive; }
};

}  // namespace liaise::bench
