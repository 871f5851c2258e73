#include "node/transport/admission.h"

#include <array>

namespace liaise::node::transport {
namespace {

constexpr std::string_view member_prefix = "m:";
constexpr std::string_view guest_prefix = "g:";
constexpr std::string_view zap_version = "1.0";

}  // namespace

std::string user_id_of(const PeerIdentity& peer) {
    return std::string(peer.lane == Lane::member ? member_prefix : guest_prefix) + to_hex(peer.key.view());
}

Result<PeerIdentity> parse_user_id(std::string_view text) {
    const bool member = text.starts_with(member_prefix);
    if (!member && !text.starts_with(guest_prefix)) return Error{ErrorCode::malformed, "not a user id"};
    const Bytes key = LIAISE_TRY(from_hex(text.substr(member_prefix.size())));
    return PeerIdentity{member ? Lane::member : Lane::guest, LIAISE_TRY(DhPublicKey::from(key))};
}

// The frames of a request, in the order of the specification; what is beyond the last is dropped, and
// refused.
struct ZapHandler::Request {
    enum Frame { version, id, domain, address, identity, mechanism, credential, frame_count };
    std::array<ZmqMessage, frame_count> frames;
    std::size_t count = 0;

    BytesView operator[](Frame frame) const { return frames[frame].view(); }
    bool well_formed() const { return count == frame_count && text_of((*this)[version]) == zap_version; }
};

ZapHandler::ZapHandler(kj::UnixEventPort& port, ZmqContext& context, AdmissionPolicy& policy)
    : policy_(policy), socket_(context, ZMQ_REP), pump_(port, socket_, *this) {
    LIAISE_CHECK(socket_.bind(std::string(zap_endpoint)) ==
                 0);  // fails when the context has a handler already
}

std::optional<std::size_t> ZapHandler::take_one() {
    Request request;
    ZmqMessage beyond;
    if (!socket_.receive(request.frames[0])) return std::nullopt;
    request.count = 1;
    for (bool more = request.frames[0].more(); more; ++request.count) {
        ZmqMessage& frame = request.count < Request::frame_count ? request.frames[request.count] : beyond;
        LIAISE_CHECK(socket_.receive(frame));
        more = frame.more();
    }
    const auto peer = decide(request);
    ++(peer ? admitted_ : refused_);
    answer(request[Request::id], peer);
    return request.count;
}

std::optional<PeerIdentity> ZapHandler::decide(const Request& request) const {
    if (!request.well_formed() || text_of(request[Request::domain]) != zap_domain ||
        text_of(request[Request::mechanism]) != "CURVE")
        return std::nullopt;
    const auto key = DhPublicKey::from(request[Request::credential]);
    if (!key) return std::nullopt;
    switch (policy_.decide(*key)) {
        case Admission::refuse:
            return std::nullopt;
        case Admission::member:
            return PeerIdentity{Lane::member, *key};
        case Admission::guest:
            return PeerIdentity{Lane::guest, *key};
    }
    return std::nullopt;
}

// Version, request id, status, status text (none: a refused stranger learns no reason), user id, metadata.
void ZapHandler::answer(BytesView request_id, const std::optional<PeerIdentity>& peer) {
    const std::string user_id = peer ? user_id_of(*peer) : std::string();
    const std::array<BytesView, 6> frames{
        bytes_of(zap_version), request_id, bytes_of(peer ? "200" : "400"), {}, bytes_of(user_id), {}};
    for (std::size_t i = 0; i < frames.size(); ++i)
        if (socket_.send_copy(frames[i], i + 1 < frames.size()) != SendOutcome::sent) return;
}

}  // namespace liaise::node::transport
