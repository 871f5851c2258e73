// One attempt to dial one address, and the link that it becomes: a CURVE DEALER of its own, made for the
// attempt and thrown away with it.
//
//     connecting --handshake done--> up --disconnected--> ended
//         |                           |
//         +--refused, unreachable, ---+--> ended         each owner call once; ended is the last
//            failed, wrong key,  rule broken
//
// - A socket for each attempt, instead of one that reconnects: frames of a former connection that still wait
//   in a socket cannot be taken for the new one's, and nothing is left to wait for libzmq's own clearing up.
// - libzmq never reconnects by itself (RECONNECT_IVL -1): it would do so without pause after a wrong key or a
//   peer that accepts and closes, and never after a refusal.
// - What the monitor says is the state; sends before the handshake are not possible (IMMEDIATE).
#pragma once

#include "node/transport/loop_parts.h"
#include "node/transport/socket_profile.h"
#include "node/transport/zmq_pump.h"

namespace liaise::node::transport {

class DialledConnection final : private PumpedSocket {
  public:
    class Owner {
      public:
        virtual ~Owner() = default;
        // From the loop. None of these may destroy the connection: that is for a later turn.
        virtual void connection_up(DialledConnection& connection) = 0;
        virtual void connection_frame(DialledConnection& connection, BytesView frame) = 0;
        virtual void connection_room(DialledConnection& connection) = 0;
        virtual void connection_failed(DialledConnection& connection,
                                       DialFailure failure) = 0;                        // never was up
        virtual void connection_ended(DialledConnection& connection, LinkEnd end) = 0;  // was up
    };

    // `address` is an IP address. Throws when descriptors run out.
    DialledConnection(const LoopParts& loop, ZmqContext& context, const Address& address,
                      const crypto::DhKey& own_key, const DhPublicKey& server_key, const SocketTimes& times,
                      Owner& owner);

    bool is_up() const { return state_ == State::up; }
    // As Transport::send; the frame's size was checked before.
    Result<void> send(Bytes&& frame);
    void abandon() { state_ = State::ended; }  // no more calls to the owner, who will destroy it soon

  private:
    enum class State { connecting, up, ended };

    class Frames final : public PumpedSocket {
      public:
        explicit Frames(DialledConnection& connection) : connection_(connection) {}
        std::optional<std::size_t> take_one() override;
        void turn_over(bool drained) override;

      private:
        DialledConnection& connection_;
    };

    std::optional<std::size_t> take_one() override;  // of the monitor
    void turn_over(bool) override {}
    void heed(const MonitorEvent& event);
    void failed(DialFailure failure);
    void take_last_frames();
    std::optional<std::size_t> take_frame();
    void ended(LinkEnd end);
    bool send_parked();

    kj::UnixEventPort& port_;
    Owner& owner_;
    State state_ = State::connecting;
    bool discarding_ = false;
    bool wants_room_ = false;
    std::optional<ZmqMessage> parked_;  // taken by send() when libzmq had no room

    ZmqSocket dealer_;
    ZmqMonitor monitor_;
    Frames frames_;
    ZmqPump monitor_pump_;
    std::optional<ZmqPump> frame_pump_;  // once up
};

}  // namespace liaise::node::transport
