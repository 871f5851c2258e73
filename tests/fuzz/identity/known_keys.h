// Keys that every fuzzer knows, so that it can sign what it was given: without that, no input would ever
// reach the code behind a signature check.
#pragma once

#include "protocol/crypto/init.h"
#include "protocol/crypto/sign.h"
#include "protocol/identity/ticket.h"

namespace liaise::fuzz {

struct KnownKeys {
    crypto::SigningKey identity = signing(1);
    crypto::SigningKey device = signing(2);
    identity::TicketSecret secret;

    static crypto::SigningKey signing(std::uint8_t number) {
        crypto::initialise();
        crypto::Key seed;
        seed.mutable_view()[0] = number;
        return crypto::SigningKey::from_seed(seed);
    }
};
inline const KnownKeys& known_keys() {
    static const KnownKeys keys;
    return keys;
}

inline constexpr Time some_time = std::chrono::sys_days{std::chrono::year{2026} / 6 / 2};

// The input with a known public key written over the one at `at`, if it is long enough.
inline Bytes with_key(BytesView input, std::size_t at, const VerifyKey& key) {
    Bytes bytes = to_bytes(input);
    if (bytes.size() >= at + key.bytes.size())
        std::copy(key.bytes.begin(), key.bytes.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
    return bytes;
}

}  // namespace liaise::fuzz
