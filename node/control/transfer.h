// Documents on their way through the control API.
//
// - Incoming flows under the RPC's own flow control; a write that the node refuses is remembered and told at
//   finish, since a streaming call has no answer of its own.
// - Outgoing asks for the next piece when the sink's flow control has room: a slow client costs one piece of
//   memory, not a document.
// - Both let go of the node when it stops (Dependant), and end with a sentence.
#pragma once

#include "node/control/convert.h"
#include "node/control/server.h"

namespace liaise::node::control {

class Incoming final : public api::Upload::Server, private Dependant {
  public:
    Incoming(control::Server& server, std::unique_ptr<service::Upload> upload,
             std::shared_ptr<std::size_t> tasks);
    ~Incoming() noexcept override;

    kj::Promise<void> write(WriteContext context) override;
    kj::Promise<void> finish(FinishContext context) override;

  private:
    void let_go() override;
    void end(service::Refusal because);

    control::Server& server_;
    std::unique_ptr<service::Upload> upload_;  // null when over
    std::optional<service::Refusal> refusal_;  // why
    std::uint64_t bytes_ = 0;
    std::shared_ptr<std::size_t> tasks_;
};

class Outgoing final : private Dependant {
  public:
    Outgoing(control::Server& server, std::unique_ptr<service::Download> download,
             api::ByteSink::Client sink);
    ~Outgoing() noexcept override;

    // Sends the document whole. The Outgoing lives until the promise ends.
    kj::Promise<service::Outcome<service::DocumentView>> run();

  private:
    void let_go() override { download_.reset(); }
    kj::Promise<service::Outcome<service::DocumentView>> next();
    kj::Promise<service::Outcome<service::DocumentView>> send(Bytes piece, std::size_t at);

    control::Server& server_;
    std::unique_ptr<service::Download> download_;
    service::DocumentView document_;
    api::ByteSink::Client sink_;
};

}  // namespace liaise::node::control
