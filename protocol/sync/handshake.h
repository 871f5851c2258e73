// The opening of a session (docs/protocol/peer.md, "Opening"): who speaks, in which version, bound to this
// very connection.
//
// In:  both sides' devices and keys, who dialled, and the two hello frames as they travelled.
// Out: the proof to send, whether the other's is right, and the session's transcript.
//
// - A proof covers both devices, both transport keys, both nonces, both whole hello frames and the signer's
//   role. Attacks: a CURVE handshake relayed with a stolen listener key carries another transport key; a
//   reflected proof has the wrong role and order; a replayed one an old nonce; a relay that lowers versions
//   or features changes a hello.
// - The transcript names the session to both sides and to nobody else; channel tags are bound to it.
#pragma once

#include "protocol/crypto/hash.h"
#include "protocol/crypto/sign.h"
#include "protocol/sync/wire.h"

namespace liaise::sync {

inline constexpr std::uint16_t version_min = 1;
inline constexpr std::uint16_t version_max = 1;

enum class Role : std::uint8_t {
    dialler = 1,
    listener = 2,
};
constexpr Role other(Role role) {
    return role == Role::dialler ? Role::listener : Role::dialler;
}

// What is known of a side before a word is said: from its own vault, or from the directory by the transport
// key that CURVE proved.
struct Party {
    DeviceId device;
    VerifyKey signing_key;
    DhPublicKey transport_key;

    bool operator==(const Party&) const = default;
};

using Transcript = Hash;

class Handshake {
  public:
    Handshake(const Party& self, const Party& peer, Role role) : self_(self), peer_(peer), role_(role) {}

    // Our hello; its bytes are kept for the proofs. Call once.
    Bytes hello(std::uint64_t features, const Nonce& nonce, Time clock);

    // unsupported, with `at` 1 for a peer that is too old for us and 2 for one that is too new; not_authentic
    // for another device, or for our own hello sent back.
    Result<void> check_hello(const HelloFrame& hello) const;
    void accept_hello(const HelloFrame& hello, BytesView frame, Time clock);

    std::uint16_t version() const { return version_; }
    std::uint64_t features() const { return features_; }  // that both sides have
    // How far the peer's clock was ahead of ours when its hello came; nothing where it does not say.
    std::optional<Duration> clock_ahead() const { return clock_ahead_; }

    ProofFrame proof(const crypto::SigningKey& device_key) const;
    Result<void> check_proof(const ProofFrame& proof) const;
    Transcript transcript() const;

    bool operator==(const Handshake&) const = default;

  private:
    Bytes signed_bytes(bool by_self) const;

    Party self_;
    Party peer_;
    Role role_;
    Nonce self_nonce_;
    Nonce peer_nonce_;
    Hash self_hello_;
    Hash peer_hello_;
    std::uint16_t version_ = 0;
    std::uint64_t features_ = 0;
    std::optional<Duration> clock_ahead_;
};

}  // namespace liaise::sync
