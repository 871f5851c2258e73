// Messages of the control API to plain values, field by field. For cli/client*.cpp alone.
#pragma once

#include "cli/records.h"
#include "protocol/schema/control.capnp.h"

namespace liaise::cli {

namespace api = ::liaise::control;

Person value_of(api::Person::Reader from);
Network value_of(api::Network::Reader from);
Ticket value_of(api::Ticket::Reader from);
DeviceTicket value_of(api::DeviceTicket::Reader from);
Device value_of(api::Device::Reader from);
DeviceJoin value_of(api::DeviceJoin::Reader from);
Channel value_of(api::Channel::Reader from);
Request value_of(api::Request::Reader from);
Charter value_of(api::Charter::Reader from);
Message value_of(api::Message::Reader from);
Waiting value_of(api::Waiting::Reader from);
Delivery value_of(api::Delivery::Reader from);
Document value_of(api::Document::Reader from);
SearchHit value_of(api::SearchHit::Reader from);
Status value_of(api::Status::Reader from);
Finding value_of(api::Finding::Reader from);

std::vector<std::string> values_of(capnp::List<capnp::Text>::Reader from);

template <class T>
auto values_of(typename capnp::List<T>::Reader from) {
    std::vector<decltype(value_of(from[0]))> values;
    values.reserve(from.size());
    for (const auto item : from) values.push_back(value_of(item));
    return values;
}

}  // namespace liaise::cli
