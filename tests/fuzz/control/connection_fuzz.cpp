// Bytes from a client on the control connection, as the socket's server would read them. Whatever they are,
// the server lives and answers the next client.
#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include "protocol/base/check.h"
#include "protocol/base/limits.h"
#include "protocol/crypto/init.h"
#include "tests/support/fake_daemon.h"

using namespace liaise;

namespace {

std::unique_ptr<test::FakeNode> small_node() {
    auto node = std::make_unique<test::FakeNode>("Asha Wanjiru", "focal-point", "KE");
    LIAISE_CHECK(node->create_channel("practice", "", "discussion", "from-start", Time{}).ok());
    return node;
}

struct World {
    kj::AsyncIoContext io = kj::setupAsyncIo();
    test::FakeDaemon daemon{small_node};
    node::control::Server server{daemon, io.provider->getTimer()};
    World() { daemon.serve(server); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    crypto::initialise();
    static World world;
    auto pipe = kj::newTwoWayPipe();
    capnp::ReaderOptions options;
    options.traversalLimitInWords = limits::control_message_bytes_max / sizeof(capnp::word);
    options.nestingLimit = 16;
    capnp::TwoPartyVatNetwork network(*pipe.ends[0], capnp::rpc::twoparty::Side::SERVER, options);
    auto rpc = capnp::makeRpcServer(network, world.server.session());
    auto reading =
        pipe.ends[1]->readAllBytes().then([](auto&&) {}, [](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
    bool written = false;  // a server that has had enough reads no further
    auto writing = pipe.ends[1]
                       ->write(data, size)
                       .then([&] { written = true; }, [](kj::Exception&&) {})
                       .eagerlyEvaluate(nullptr);
    world.io.waitScope.poll();
    if (written) pipe.ends[1]->shutdownWrite();
    world.io.waitScope.poll();
    return 0;
}
