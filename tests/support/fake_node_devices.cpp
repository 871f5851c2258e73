// A fake member's devices: one, until a ticket is approved.
#include "tests/support/fake_node.h"

namespace liaise::test {

using namespace node::service;

namespace {

Refusal no_such_device() {
    return {Exit::not_found, "There is no such device here. See `liaise device list`."};
}

}  // namespace

Outcome<DeviceTicketView> FakeNode::add_device(const std::string& name, Duration valid, Time now) {
    DeviceTicketView ticket;
    ticket.id = new_id<TicketId>();
    ticket.text = "liaise-device1-" + ticket.id.text();
    ticket.name = name;
    ticket.state = "asked";  // the new device is quick here
    ticket.created = now;
    ticket.expires = now + valid;
    ticket.words = {"acorn", "barn", "cedar", "delta", "ember", "ferry", "grove", "harbor"};
    ticket.device = new_id<DeviceId>();
    device_tickets_.push_back(ticket);
    device_tickets_.back().text.clear();
    return ticket;
}

Outcome<std::vector<DeviceTicketView>> FakeNode::device_tickets(Time) {
    return device_tickets_;
}

Outcome<DeviceTicketView> FakeNode::approve_device(const std::string& ticket, Time now) {
    for (DeviceTicketView& each : device_tickets_) {
        if (each.state != "asked" || (!ticket.empty() && each.id.text().rfind(ticket, 0) != 0)) continue;
        each.state = "added";
        DeviceView device;
        device.id = *each.device;
        device.name = each.name;
        device.state = "active";
        device.added = now;
        devices_.push_back(device);
        return each;
    }
    return no_such_device();
}

Outcome<DeviceTicketView> FakeNode::deny_device(const std::string& ticket, Time) {
    for (DeviceTicketView& each : device_tickets_) {
        if (each.state != "asked" || (!ticket.empty() && each.id.text().rfind(ticket, 0) != 0)) continue;
        each.state = "denied";
        return each;
    }
    return no_such_device();
}

Outcome<std::vector<DeviceView>> FakeNode::devices(Time) {
    return devices_;
}

Outcome<DeviceView> FakeNode::rename_device(const std::string& device, const std::string& name, Time) {
    for (DeviceView& each : devices_) {
        if (each.name != device && each.id.text().rfind(device, 0) != 0) continue;
        each.name = name;
        return each;
    }
    return no_such_device();
}

Outcome<DeviceView> FakeNode::revoke_device(const std::string& device, const std::string&,
                                            const crypto::SecretBytes&, Time) {
    for (DeviceView& each : devices_) {
        if (each.name != device && each.id.text().rfind(device, 0) != 0) continue;
        each.state = "revoked";
        return each;
    }
    return no_such_device();
}

Outcome<Done> FakeNode::join_as_device(const std::string&, Time) {
    return Refusal{Exit::failed, "This home belongs to somebody already."};
}

Outcome<DeviceJoinView> FakeNode::device_join(Time) {
    return DeviceJoinView{};
}

}  // namespace liaise::test
