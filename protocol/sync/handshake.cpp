#include "protocol/sync/handshake.h"

#include "protocol/base/writer.h"

namespace liaise::sync {
namespace {

constexpr std::string_view transcript_domain{"liaise/1 session\0", 17};

}  // namespace

Bytes Handshake::hello(std::uint64_t features, const Nonce& nonce, Time clock) {
    self_nonce_ = nonce;
    features_ = features;
    Bytes frame = encode(HelloFrame{version_min, version_max, features, self_.device, nonce, clock});
    self_hello_ = crypto::blake2b({frame});
    return frame;
}

Result<void> Handshake::check_hello(const HelloFrame& hello) const {
    if (hello.version_max < version_min) return Error{ErrorCode::unsupported, "peer of an older version", 1};
    if (hello.version_min > version_max) return Error{ErrorCode::unsupported, "peer of a newer version", 2};
    if (hello.device != peer_.device)
        return Error{ErrorCode::not_authentic, "hello of another device than the connection's"};
    if (hello.nonce == self_nonce_) return Error{ErrorCode::not_authentic, "our own hello, sent back"};
    return {};
}

void Handshake::accept_hello(const HelloFrame& hello, BytesView frame, Time clock) {
    version_ = std::min(version_max, hello.version_max);
    features_ &= hello.features;
    peer_nonce_ = hello.nonce;
    peer_hello_ = crypto::blake2b({frame});
    if (hello.clock != Time{}) clock_ahead_ = hello.clock - clock;
}

Bytes Handshake::signed_bytes(bool by_self) const {
    const Party& signer = by_self ? self_ : peer_;
    const Party& verifier = by_self ? peer_ : self_;
    Writer writer;
    writer.u16(version_)
        .u8(static_cast<std::uint8_t>(by_self ? role_ : other(role_)))
        .fixed(signer.device)
        .fixed(verifier.device)
        .fixed(signer.transport_key)
        .fixed(verifier.transport_key)
        .fixed(by_self ? self_nonce_ : peer_nonce_)
        .fixed(by_self ? peer_nonce_ : self_nonce_)
        .fixed(by_self ? self_hello_ : peer_hello_)
        .fixed(by_self ? peer_hello_ : self_hello_);
    return std::move(writer).take();
}

ProofFrame Handshake::proof(const crypto::SigningKey& device_key) const {
    LIAISE_CHECK(device_key.public_key() == self_.signing_key);
    return {device_key.sign(crypto::Purpose::hello, signed_bytes(true))};
}

Result<void> Handshake::check_proof(const ProofFrame& proof) const {
    return crypto::verify(peer_.signing_key, crypto::Purpose::hello, signed_bytes(false), proof.signature);
}

Transcript Handshake::transcript() const {
    return crypto::blake2b({bytes_of(transcript_domain), signed_bytes(role_ == Role::dialler)});
}

}  // namespace liaise::sync
