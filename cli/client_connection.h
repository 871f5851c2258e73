// The connection behind a Client, and how answers become values or Failures. For cli/client*.cpp alone.
#pragma once

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include "cli/client.h"
#include "cli/client_convert.h"
#include "cli/words.h"

namespace liaise::cli {

// A socket connected with the daemon of this home. Throws Failure{Exit::not_running} where nothing answers.
int connect_in(const std::filesystem::path& home);
capnp::ReaderOptions reader_options();

template <class Answer>
void refuse_if(const Answer& answer) {
    if (!answer.hasRefusal()) return;
    const auto refusal = answer.getRefusal();
    const auto sentence = refusal.getSentence();
    const int exit = refusal.getExit();
    const bool known = exit >= 1 && exit <= static_cast<int>(Exit::not_found);
    throw Failure{known ? static_cast<Exit>(exit) : Exit::failed,
                  std::string(sentence.begin(), sentence.size())};
}

// A line to the daemon of a home, on anybody's loop.
struct ControlLine {
    ControlLine(kj::LowLevelAsyncIoProvider& io, const std::filesystem::path& home)
        : stream(io.wrapSocketFd(connect_in(home), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP |
                                                       kj::LowLevelAsyncIoProvider::ALREADY_CLOEXEC)),
          network(*stream, capnp::rpc::twoparty::Side::CLIENT, reader_options()),
          rpc(capnp::makeRpcClient(network)),
          control(bootstrap()) {}

    api::Control::Client bootstrap() {
        capnp::MallocMessageBuilder message;
        auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
        vat.setSide(capnp::rpc::twoparty::Side::SERVER);
        return rpc.bootstrap(vat).castAs<api::Control>();
    }

    kj::Own<kj::AsyncIoStream> stream;
    capnp::TwoPartyVatNetwork network;
    capnp::RpcSystem<capnp::rpc::twoparty::VatId> rpc;
    api::Control::Client control;
};

struct Client::Connection {
    explicit Connection(std::filesystem::path at) : home(std::move(at)) {}

    template <class T>
    T wait(kj::Promise<T>&& promise) {
        try {
            return promise.wait(io.waitScope);
        } catch (const kj::Exception& fault) {
            if (fault.getType() == kj::Exception::Type::DISCONNECTED)
                throw Failure{
                    Exit::not_running,
                    say("The daemon on the home {0} went away before it answered. See whether it runs with "
                        "`liaise status`.",
                        home.string())};
            throw Failure{Exit::failed,
                          say("The daemon could not do this: {0}. The file `log` in its home says more.",
                              std::string(fault.getDescription().cStr()))};
        }
    }

    // Sends, waits, throws what is a refusal.
    template <class Request>
    auto ask(Request&& request) {
        auto answer = wait(request.send());
        refuse_if(answer);
        return answer;
    }

    std::filesystem::path home;
    kj::AsyncIoContext io = kj::setupAsyncIo();
    ControlLine line{*io.lowLevelProvider, home};
    capnp::TwoPartyVatNetwork& network = line.network;
    api::Control::Client& control = line.control;
};

}  // namespace liaise::cli
