// Views of the application core to messages of the control API, field by field. No decisions here.
#pragma once

#include "node/control/daemon_control.h"
#include "protocol/schema/control.capnp.h"

namespace liaise::node::control {

namespace api = ::liaise::control;

void write(const service::Refusal& refusal, api::Refusal::Builder to);
void write(const service::PersonView& person, api::Person::Builder to);
void write(const service::NetworkView& network, api::Network::Builder to);
void write(const service::TicketView& ticket, api::Ticket::Builder to);
void write(const service::DeviceTicketView& ticket, api::DeviceTicket::Builder to);
void write(const service::DeviceView& device, api::Device::Builder to);
void write(const service::DeviceJoinView& join, api::DeviceJoin::Builder to);
void write(const service::ChannelView& channel, api::Channel::Builder to);
void write(const service::RequestView& request, api::Request::Builder to);
void write(const service::CharterView& charter, api::Charter::Builder to);
void write(const service::MessageView& message, api::Message::Builder to);
void write(const service::WaitingView& waiting, api::Waiting::Builder to);
void write(const service::DeliveryView& delivery, api::Delivery::Builder to);
void write(const service::DocumentView& document, api::Document::Builder to);
void write(const service::SearchHit& hit, api::SearchHit::Builder to);
void write(const service::PeerView& peer, api::Peer::Builder to);
void write(const service::Finding& finding, api::Finding::Builder to);
void write(const service::StatusView& status, const DaemonFacts& facts, api::Status::Builder to);
void write_locked(const DaemonFacts& facts, api::Status::Builder to);

void write(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder to);

// A list of structs; `to` has the size of `views`.
template <class View, class List>
void write_all(const std::vector<View>& views, List to) {
    for (std::size_t i = 0; i < views.size(); ++i) write(views[i], to[static_cast<unsigned>(i)]);
}

}  // namespace liaise::node::control
