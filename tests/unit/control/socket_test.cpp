// Attack class 34 (another local user), and what else stands at the door.
#include "node/control/socket.h"

#include <capnp/rpc-twoparty.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>

#include "protocol/base/limits.h"
#include "tests/unit/control/fixture.h"

using namespace liaise;
using namespace liaise::test;
using node::control::serve_control;
namespace fs = std::filesystem;

namespace {

struct SocketFixture {
    kj::AsyncIoContext io = kj::setupAsyncIo();
    FakeDaemon daemon{kenya};
    node::control::Server server{daemon, io.provider->getTimer()};
    fs::path home;

    SocketFixture() {
        daemon.serve(server);
        std::string pattern = (fs::temp_directory_path() / "liaise-control-XXXXXX").string();
        home = ::mkdtemp(pattern.data());
    }
    ~SocketFixture() { fs::remove_all(home); }

    kj::Own<kj::AsyncIoStream> connect(const fs::path& folder) {
        const std::string name = "unix:" + (folder / node::control::socket_name).string();
        return io.provider->getNetwork().parseAddress(name).wait(io.waitScope)->connect().wait(io.waitScope);
    }
    // Whether the daemon answers on this stream.
    bool served(kj::AsyncIoStream& stream) {
        capnp::TwoPartyClient client(stream);
        auto control = client.bootstrap().castAs<api::Control>();
        return control.statusRequest()
            .send()
            .then([](auto&&) { return true; }, [](kj::Exception&&) { return false; })
            .wait(io.waitScope);
    }
};

}  // namespace

TEST_CASE_FIXTURE(SocketFixture, "34: the socket is for its owner alone, and goes when its server goes") {
    {
        const auto socket = serve_control(home, server, *io.lowLevelProvider).value();
        struct stat info {};
        REQUIRE(::stat((home / "control.sock").c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0600);
        auto stream = connect(home);
        CHECK(served(*stream));
    }
    CHECK_FALSE(fs::exists(home / "control.sock"));
}

TEST_CASE_FIXTURE(SocketFixture, "34: a peer with another user id is not served") {
    const auto socket = serve_control(home, server, *io.lowLevelProvider, ::geteuid() + 1).value();
    auto stream = connect(home);
    CHECK_FALSE(served(*stream));
    CHECK(socket->connections() == 0);
}

TEST_CASE_FIXTURE(SocketFixture, "a socket that a killed daemon left behind is replaced") {
    { std::ofstream{home / "control.sock"} << "left behind"; }
    const auto socket = serve_control(home, server, *io.lowLevelProvider).value();
    auto stream = connect(home);
    CHECK(served(*stream));
}

TEST_CASE_FIXTURE(SocketFixture, "a home with a path longer than a socket address works") {
    fs::path deep = home;
    while (deep.string().size() < 300) deep /= std::string(40, 'd');
    fs::create_directories(deep);
    const auto socket = serve_control(deep, server, *io.lowLevelProvider).value();
    CHECK(fs::is_socket(deep / "control.sock"));
}

TEST_CASE_FIXTURE(SocketFixture, "connections are limited, and a place is free again when one goes") {
    const auto socket = serve_control(home, server, *io.lowLevelProvider).value();
    std::vector<kj::Own<kj::AsyncIoStream>> streams;
    while (streams.size() < limits::control_connections_max) {
        streams.push_back(connect(home));
        while (socket->connections() < streams.size()) io.waitScope.poll();
    }
    auto above = connect(home);
    CHECK_FALSE(served(*above));
    streams.pop_back();
    while (socket->connections() == limits::control_connections_max) io.waitScope.poll();
    auto again = connect(home);
    CHECK(served(*again));
}

TEST_CASE_FIXTURE(SocketFixture, "a client that speaks something else is cut off, and others are served") {
    const auto socket = serve_control(home, server, *io.lowLevelProvider).value();
    auto rude = connect(home);
    const std::string garbage(4096, '\xff');
    rude->write(garbage.data(), garbage.size()).wait(io.waitScope);
    CHECK(rude->readAllBytes()
              .then([](auto&&) { return true; }, [](kj::Exception&&) { return true; })
              .wait(io.waitScope));
    auto polite = connect(home);
    CHECK(served(*polite));
}

TEST_CASE_FIXTURE(SocketFixture, "a message over its limit ends the connection") {
    const auto socket = serve_control(home, server, *io.lowLevelProvider).value();
    auto stream = connect(home);
    capnp::TwoPartyClient client(*stream);
    auto control = client.bootstrap().castAs<api::Control>();
    auto post = control.postRequest();
    post.setText(std::string(limits::control_message_bytes_max + 1, 'a'));
    CHECK_THROWS_AS(post.send().wait(io.waitScope), kj::Exception);
    auto again = connect(home);
    CHECK(served(*again));
}

TEST_CASE_FIXTURE(SocketFixture, "a home that is not there is an error") {
    CHECK(serve_control(home / "none", server, *io.lowLevelProvider).error().code == ErrorCode::unavailable);
}
