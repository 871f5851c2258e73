// ZeroMQ's context, sockets, messages and monitors as C++ values that own what they hold. The only place,
// with socket_profile, that speaks libzmq's C interface.
//
// - Nothing here blocks: every send and receive says DONTWAIT.
// - A socket option that libzmq refuses is a broken invariant of ours (LIAISE_CHECK): half a profile is no
//   profile.
// - Running out of descriptors is the world's doing (strangers' connections take them too): making a socket
//   or a monitor then throws a kj::Exception of type OVERLOADED.
// - A context ends only when its sockets are gone, so it is declared before them.
#pragma once

#include <zmq.h>

#include <optional>
#include <string>

#include "protocol/base/bytes.h"
#include "protocol/base/check.h"

namespace liaise::node::transport {

class ZmqContext {
  public:
    ZmqContext();
    ~ZmqContext();
    ZmqContext(const ZmqContext&) = delete;
    ZmqContext& operator=(const ZmqContext&) = delete;

    void* get() const { return context_; }
    std::string fresh_inproc_name();  // "inproc://liaise-N", never the same twice

  private:
    void* context_;
    std::uint64_t names_ = 0;
};

// One frame. Empty until received into, or made from bytes.
class ZmqMessage {
  public:
    ZmqMessage() { zmq_msg_init(&message_); }
    // Takes the bytes over without copying them; libzmq's thread frees them.
    explicit ZmqMessage(Bytes&& bytes);
    ~ZmqMessage() { zmq_msg_close(&message_); }
    ZmqMessage(const ZmqMessage&) = delete;
    ZmqMessage& operator=(const ZmqMessage&) = delete;

    BytesView view() const;
    bool more() const { return zmq_msg_more(&message_) != 0; }  // another frame of the same message follows
    // Set by our own side of the connection, never by the peer: `User-Id` comes from the ZAP handler's
    // answer. Borrowed from the message; empty when absent.
    std::string_view user_id() const;
    int source_descriptor() const { return zmq_msg_get(&message_, ZMQ_SRCFD); }  // -1: none

    zmq_msg_t* raw() { return &message_; }

  private:
    zmq_msg_t message_;
};

enum class SendOutcome { sent, full, gone };

class ZmqSocket {
  public:
    ZmqSocket(ZmqContext& context, int type);
    ~ZmqSocket();
    ZmqSocket(const ZmqSocket&) = delete;
    ZmqSocket& operator=(const ZmqSocket&) = delete;

    void set(int option, int value);
    void set_bytes(int option, BytesView value);
    void set_int64(int option, std::int64_t value);
    int get(int option) const;
    std::string get_text(int option) const;

    // 0, or the errno that says why not.
    int bind(const std::string& endpoint);
    int unbind(const std::string& endpoint);
    int connect(const std::string& endpoint);

    int descriptor() const { return get(ZMQ_FD); }
    // Processes what libzmq's thread has sent to this socket, then says whether a message waits.
    bool readable() const { return (events() & ZMQ_POLLIN) != 0; }
    int events() const { return get(ZMQ_EVENTS); }  // ZMQ_POLLIN, ZMQ_POLLOUT

    bool receive(ZmqMessage& message);  // false: nothing waits
    // On anything but `sent` the message is as it was.
    SendOutcome send(ZmqMessage& message, bool more = false);
    SendOutcome send_copy(BytesView bytes, bool more = false);

    void* get() const { return socket_; }

  private:
    void* socket_;
};

struct MonitorEvent {
    int kind;             // ZMQ_EVENT_...
    std::uint32_t value;  // a descriptor, an errno or a ZAP status, as the kind says
};

// What happens to a socket's connections, told by libzmq's thread in order. The socket outlives its monitor.
class ZmqMonitor {
  public:
    ZmqMonitor(ZmqContext& context, ZmqSocket& watched, int kinds);
    ~ZmqMonitor();
    ZmqMonitor(const ZmqMonitor&) = delete;
    ZmqMonitor& operator=(const ZmqMonitor&) = delete;

    std::optional<MonitorEvent> next();
    ZmqSocket& socket() { return events_; }

  private:
    ZmqSocket& watched_;
    ZmqSocket events_;
};

}  // namespace liaise::node::transport
