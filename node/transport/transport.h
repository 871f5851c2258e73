// Links between devices: what the rest of the node knows of the network (docs/transport.md).
//
// A link is a pipe of frames between our device and one other: encrypted, authenticated by transport keys, in
// order, each frame whole or not at all. It proves that the other side holds a key that we admitted or
// dialled, and nothing more: who that is, what it may see and whether it got anything is for the session
// above to settle.
//
// In:  addresses to listen on, targets to dial, frames to send.
// Out: calls of the LinkHandler.
//
//               first frame admitted (inbound), handshake done (dialled)
//   (nothing) ------------------------------------------------------------> up --- gone, closed, rule broken
//   --> down
//              link_up                                    frame*, room*            link_down, once, last
//
// - A LinkId is never used again: what was meant for a link that is gone can never reach another peer.
// - An inbound link begins with the other side's first frame: so the dialler always speaks first.
// - Calls of the handler come from the loop, never from inside a call of the Transport; so a handler may call
//   anything from anywhere. Nothing is called after the Transport is gone.
// - A frame that send() took may still be lost, when the link goes down: only an answer proves arrival.
// - Two links between the same two devices may be up at once (both dialled): the session picks one.
// - Frames are 1 to limits::frame_bytes_max bytes; what a guest sends, limits::guest_frame_bytes_max, and
//   limits::guest_frames_max of them. A peer that sends anything else loses the link. Attack: memory by size.
//
// Implementations: ZmqTransport (zmq_transport.h), and tests/support/memory_network.h for simulations.
#pragma once

#include <optional>
#include <vector>

#include "node/transport/address.h"
#include "protocol/base/time.h"
#include "protocol/crypto/dh.h"

namespace liaise::node::transport {

enum class LinkId : std::uint64_t { none = 0 };

// Members hold an accreditation. A guest holds the one-time key of an open ticket, and may only ask to join.
enum class Lane : std::uint8_t { member, guest };

enum class LinkEnd : std::uint8_t {
    closed_by_us,  // close() was called
    peer_gone,     // closed by the other side, or silent for longer than the heartbeat allows
    rule_broken,   // the other side sent what no honest peer sends
};

// From the least telling to the most: of several addresses the most telling failure is reported.
enum class DialFailure : std::uint8_t {
    unreachable,       // nobody answers there, or the name is not known
    handshake_failed,  // somebody answers who does not hold the key we dialled, or is no node at all
    refused,           // the one we dialled answers, and does not admit our key
};

const char* name_of(Lane lane);
const char* name_of(LinkEnd end);
const char* name_of(DialFailure failure);

struct LinkInfo {
    DhPublicKey peer;  // its transport key: for a guest that we let in, the ticket's one-time key
    Lane lane;         // of a dialled link: guest when we dialled with a guest key
    bool dialled;      // by us
};

class LinkHandler {
  public:
    virtual ~LinkHandler() = default;
    virtual void link_up(LinkId link, const LinkInfo& info) = 0;
    // `bytes` is borrowed until return.
    virtual void frame(LinkId link, BytesView bytes) = 0;
    // After send() said exhausted: there is room again.
    virtual void room(LinkId link) = 0;
    virtual void link_down(LinkId link, LinkEnd end) = 0;
    // An attempt to dial failed at the last of the target's addresses; the next round starts after
    // `next_try`.
    virtual void dial_failed(const DhPublicKey& server_key, Lane lane, DialFailure failure,
                             Duration next_try) = 0;
};

enum class Admission : std::uint8_t { refuse, member, guest };

// Who may come in. Asked at each handshake and again at a link's first frame, so that a key revoked in
// between does not enter. A link that is up is for the owner of this policy to close when its peer is
// revoked.
class AdmissionPolicy {
  public:
    virtual ~AdmissionPolicy() = default;
    virtual Admission decide(const DhPublicKey& peer) = 0;
};

struct DialTarget {
    std::vector<Address> addresses;          // 1 to limits::addresses_max, best first
    DhPublicKey server_key;                  // the transport key that must answer
    std::optional<crypto::DhKey> guest_key;  // absent: our device's transport key, in the member lane
};

class Transport {
  public:
    virtual ~Transport() = default;

    // Lets others dial us at `address`, as far as the admission policy lets them; port 0 takes a free one.
    // Gives the address with its real port. unavailable, with a phrase for people, when it cannot be had
    // (port in use, not an address of this machine, not allowed); not_permitted while the transport may not
    // listen.
    virtual Result<Address> listen(const Address& address) = 0;

    // Keeps trying to have a link with the target until stop_dialling(): at once, then with growing pauses,
    // and again when a link went down. A target that is known already (same key and lane) gets the new
    // addresses, and is tried at once unless its link is up. malformed without addresses; exhausted beyond
    // limits::dial_targets_max targets.
    virtual Result<void> dial(DialTarget target) = 0;

    // No more attempts, and an attempt under way is dropped; a link that is up stays. Not known: no effect.
    virtual void stop_dialling(const DhPublicKey& server_key, Lane lane) = 0;

    // Takes the frame, to be sent after those before it. exhausted while the other side reads too slowly: the
    // frame stays with the caller, and room() will be called. not_known when the link is gone; too_large and
    // malformed (empty) by size.
    virtual Result<void> send(LinkId link, Bytes&& frame) = 0;

    // Ends a link. No frame() follows; link_down() does. Frames not yet on the wire are lost: who wants a
    // last word to arrive waits for the answer before closing. A target still being dialled is dialled again,
    // after a pause. Not known: no effect.
    virtual void close(LinkId link) = 0;
};

}  // namespace liaise::node::transport
