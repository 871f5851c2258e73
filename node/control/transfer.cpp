#include "node/control/transfer.h"

#include "node/control/messages.h"
#include "protocol/base/limits.h"

namespace liaise::node::control {

using service::DocumentView;
using service::Outcome;

Incoming::Incoming(control::Server& server, std::unique_ptr<service::Upload> upload,
                   std::shared_ptr<std::size_t> tasks)
    : server_(server), upload_(std::move(upload)), tasks_(std::move(tasks)) {
    server_.enrol(*this);
    ++*tasks_;
}

Incoming::~Incoming() noexcept {
    server_.dismiss(*this);
    --*tasks_;
}

void Incoming::let_go() {
    end(messages::stopped_meanwhile());
}

void Incoming::end(service::Refusal because) {
    upload_.reset();
    if (!refusal_) refusal_ = std::move(because);
}

kj::Promise<void> Incoming::write(WriteContext context) {
    const auto data = context.getParams().getBytes();
    if (!upload_) return kj::READY_NOW;
    bytes_ += data.size();
    if (bytes_ > limits::document_bytes_max) {
        end(messages::document_too_large());
        return kj::READY_NOW;
    }
    auto written = upload_->write({data.begin(), data.size()});
    if (!written.ok()) end(written.refusal());
    return kj::READY_NOW;
}

kj::Promise<void> Incoming::finish(FinishContext context) {
    auto results = context.getResults();
    if (!upload_) {
        control::write(refusal_ ? *refusal_ : messages::upload_over(), results.initRefusal());
        return kj::READY_NOW;
    }
    const auto upload = std::move(upload_);
    auto document = upload->finish(server_.daemon().now());
    server_.daemon().node_was_used();
    if (document.ok())
        control::write(*document, results.initDocument());
    else
        control::write(document.refusal(), results.initRefusal());
    return kj::READY_NOW;
}

Outgoing::Outgoing(control::Server& server, std::unique_ptr<service::Download> download,
                   api::ByteSink::Client sink)
    : server_(server), download_(std::move(download)), document_(download_->document()), sink_(kj::mv(sink)) {
    server_.enrol(*this);
}

Outgoing::~Outgoing() noexcept {
    server_.dismiss(*this);
}

kj::Promise<Outcome<DocumentView>> Outgoing::run() {
    return next();
}

kj::Promise<Outcome<DocumentView>> Outgoing::next() {
    if (!download_) return Outcome<DocumentView>(messages::stopped_meanwhile());
    auto piece = download_->next();
    if (!piece.ok()) return Outcome<DocumentView>(piece.refusal());
    if (!piece->empty()) return send(std::move(*piece), 0);
    download_.reset();
    return sink_.endRequest().send().then([this](auto&&) { return Outcome<DocumentView>(document_); });
}

// Pieces of the node may be of any size; those of the API are bounded.
kj::Promise<Outcome<DocumentView>> Outgoing::send(Bytes piece, std::size_t at) {
    if (at >= piece.size()) return next();
    const std::size_t size = std::min(piece.size() - at, limits::control_piece_bytes_max);
    auto request = sink_.writeRequest(capnp::MessageSize{size / 8 + 16, 0});
    request.setBytes(kj::arrayPtr(piece.data() + at, size));
    return request.send().then([this, piece = std::move(piece), next_at = at + size]() mutable {
        return send(std::move(piece), next_at);
    });
}

}  // namespace liaise::node::control
