// A control server over a fake node, and a client of it over an in-process two-party connection.
#pragma once

#include <capnp/rpc-twoparty.h>
#include <doctest/doctest.h>
#include <kj/async-io.h>

#include "node/control/server.h"
#include "tests/support/fake_daemon.h"

namespace liaise::test {

namespace api = ::liaise::control;
using node::service::Exit;

inline std::unique_ptr<FakeNode> kenya() {
    auto node = std::make_unique<FakeNode>("Asha Wanjiru", "focal-point", "KE");
    node->add_person("Nguyen Van Minh", "focal-point", "VN");
    (void)node->found_network("Practice network", Time{});
    (void)node->create_channel("practice", "", "discussion", "from-start", Time{});
    return node;
}

struct ControlFixture {
    kj::AsyncIoContext io = kj::setupAsyncIo();
    kj::TimerImpl timer{kj::origin<kj::TimePoint>()};  // virtual: moves when a test says so
    FakeDaemon daemon{kenya};
    node::control::Server server{daemon, timer};
    kj::TwoWayPipe pipe = io.provider->newTwoWayPipe();
    capnp::TwoPartyVatNetwork server_network{*pipe.ends[0], capnp::rpc::twoparty::Side::SERVER};
    capnp::RpcSystem<capnp::rpc::twoparty::VatId> server_rpc =
        capnp::makeRpcServer(server_network, server.session());
    capnp::TwoPartyClient connection{*pipe.ends[1]};
    api::Control::Client control = connection.bootstrap().castAs<api::Control>();

    ControlFixture() { daemon.serve(server); }

    template <class Request>
    auto ask(Request request) {
        return request.send().wait(io.waitScope);
    }
    void pass(kj::Duration span) {
        io.waitScope.poll();
        timer.advanceTo(timer.now() + span);
        io.waitScope.poll();
    }
};

template <class Answer>
bool refused(const Answer& answer, Exit exit) {
    return answer.hasRefusal() && answer.getRefusal().getExit() == static_cast<unsigned>(exit) &&
           answer.getRefusal().getSentence().size() > 0;
}

}  // namespace liaise::test
