#include "node/control/socket.h"

#include <capnp/rpc-twoparty.h>
#include <fcntl.h>
#include <kj/debug.h>
#include <kj/io.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "node/control/buffered_stream.h"
#include "node/control/convert.h"
#include "protocol/base/limits.h"

namespace liaise::node::control {
namespace {

constexpr int listen_backlog = 16;

Error unavailable(const char* phrase) {
    return {ErrorCode::unavailable, phrase, static_cast<std::uint64_t>(errno)};
}

// "/proc/self/fd/N/control.sock": short, however long the home's path is.
sockaddr_un address_in(int folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", folder, socket_name);
    return address;
}

Result<kj::AutoCloseFd> listen_in(int folder) {
    kj::AutoCloseFd socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (socket.get() < 0) return unavailable("no socket to be had");
    if (::unlinkat(folder, socket_name, 0) != 0 && errno != ENOENT)
        return unavailable("the old control socket cannot be removed");
    const sockaddr_un address = address_in(folder);
    const mode_t before = ::umask(0177);
    const int bound = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(before);
    if (bound != 0) return unavailable("the control socket cannot be made");
    if (::listen(socket, listen_backlog) != 0) return unavailable("the control socket cannot listen");
    return socket;
}

// One client, for as long as it stays.
struct Connection {
    Connection(kj::Own<kj::AsyncIoStream> io, api::Control::Client control)
        : stream(kj::mv(io)),
          network(stream, capnp::rpc::twoparty::Side::SERVER, reader_options()),
          rpc(capnp::makeRpcServer(network, kj::mv(control))) {
        rpc.setFlowLimit(limits::control_in_flight_bytes_max / sizeof(capnp::word));
    }
    static capnp::ReaderOptions reader_options() {
        capnp::ReaderOptions options;
        options.traversalLimitInWords = limits::control_message_bytes_max / sizeof(capnp::word);
        options.nestingLimit = 16;
        return options;
    }

    BufferedStream stream;
    capnp::TwoPartyVatNetwork network;
    capnp::RpcSystem<capnp::rpc::twoparty::VatId> rpc;
};

class Listener final : public ControlSocket, private kj::TaskSet::ErrorHandler {
  public:
    Listener(kj::AutoCloseFd folder, kj::Own<kj::ConnectionReceiver> receiver, Server& server, unsigned owner)
        : folder_(kj::mv(folder)),
          receiver_(kj::mv(receiver)),
          server_(server),
          owner_(owner),
          tasks_(*this),
          accepting_(accept().eagerlyEvaluate([this](kj::Exception&& fault) { taskFailed(kj::mv(fault)); })) {
    }
    ~Listener() noexcept override { ::unlinkat(folder_, socket_name, 0); }

    std::size_t connections() const override { return connections_; }

  private:
    kj::Promise<void> accept() {
        return receiver_->acceptAuthenticated().then(
            [this](kj::AuthenticatedStream&& authenticated) {
                if (admits(*authenticated.peerIdentity)) serve(kj::mv(authenticated.stream));
                return accept();
            },
            [this](kj::Exception&& fault) {
                // No descriptors left, or a client that was gone before we looked: take the next one, after a
                // moment so that a lasting fault does not spin.
                taskFailed(kj::mv(fault));
                return server_.timer().afterDelay(100 * kj::MILLISECONDS).then([this] { return accept(); });
            });
    }

    bool admits(kj::PeerIdentity& identity) {
        if (connections_ >= limits::control_connections_max) return false;
        auto* local = dynamic_cast<kj::LocalPeerIdentity*>(&identity);
        if (local == nullptr) return false;
        KJ_IF_MAYBE (uid, local->getCredentials().uid) {
            return *uid == owner_;
        }
        return false;
    }

    void serve(kj::Own<kj::AsyncIoStream> stream) {
        auto connection = kj::heap<Connection>(kj::mv(stream), server_.session());
        auto ended = connection->network.onDisconnect();
        ++connections_;
        tasks_.add(ended.attach(kj::mv(connection), kj::defer([this] { --connections_; })));
    }

    void taskFailed(kj::Exception&& fault) override {
        // A client that breaks off, or speaks something else, is its own business.
        if (fault.getType() != kj::Exception::Type::DISCONNECTED) KJ_LOG(INFO, "control connection", fault);
    }

    kj::AutoCloseFd folder_;
    kj::Own<kj::ConnectionReceiver> receiver_;
    Server& server_;
    const unsigned owner_;
    std::size_t connections_ = 0;
    kj::TaskSet tasks_;
    kj::Promise<void> accepting_;
};

}  // namespace

Result<std::unique_ptr<ControlSocket>> serve_control(const std::filesystem::path& home, Server& server,
                                                     kj::LowLevelAsyncIoProvider& io, unsigned owner) {
    kj::AutoCloseFd folder{::open(home.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (folder.get() < 0) return unavailable("the home cannot be opened");
    kj::AutoCloseFd socket = LIAISE_TRY(listen_in(folder));
    auto receiver = io.wrapListenSocketFd(kj::mv(socket), kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC |
                                                              kj::LowLevelAsyncIoProvider::ALREADY_NONBLOCK);
    return std::unique_ptr<ControlSocket>(
        std::make_unique<Listener>(kj::mv(folder), kj::mv(receiver), server, owner));
}

Result<std::unique_ptr<ControlSocket>> serve_control(const std::filesystem::path& home, Server& server,
                                                     kj::LowLevelAsyncIoProvider& io) {
    return serve_control(home, server, io, ::geteuid());
}

}  // namespace liaise::node::control
