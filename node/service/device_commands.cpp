// The commands about several devices of one member, each handed to the part that does it.
#include "node/service/app_node.h"
#include "node/service/commands.h"

namespace liaise::node::service {

Outcome<DeviceTicketView> AppNode::add_device(const std::string& name, Duration valid, Time) {
    return change([&] { return own_devices_.add(name, valid); });
}

Outcome<std::vector<DeviceTicketView>> AppNode::device_tickets(Time) {
    return own_devices_.tickets();
}

Outcome<DeviceTicketView> AppNode::approve_device(const std::string& ticket, Time) {
    auto outcome = change([&] { return own_devices_.approve(ticket); });
    peers_.tell_guests();
    return outcome;
}

Outcome<DeviceTicketView> AppNode::deny_device(const std::string& ticket, Time) {
    auto outcome = change([&] { return own_devices_.deny(ticket); });
    peers_.tell_guests();
    return outcome;
}

Outcome<std::vector<DeviceView>> AppNode::devices(Time) {
    auto devices = own_devices_.list();
    if (devices)
        for (DeviceView& device : *devices) device.connected = peers_.connected(device.id);
    return devices;
}

Outcome<DeviceView> AppNode::rename_device(const std::string& device, const std::string& name, Time) {
    return change([&] { return own_devices_.rename(device, name); });
}

Outcome<DeviceView> AppNode::revoke_device(const std::string& device, const std::string& reason,
                                           const crypto::SecretBytes& sheet, Time) {
    auto outcome = change([&] { return own_devices_.revoke(device, reason, sheet); });
    if (!outcome) return outcome;
    peers_.dial_all();
    // Until there is a key without the device nobody posts: where we convene we make it now, and do not wait
    // for our turn.
    for (auto& [id, channel] : channels_.all())
        if (channel.group && channel.state.own_rank() &&
            !change([&, &channel = channel] { return channels_.perform(channel, channel::Plan{}); }))
            core_.log.event(Level::warning, "device_not_put_out");
    return outcome;
}

Outcome<Done> AppNode::join_as_device(const std::string& ticket, Time) {
    auto outcome = change([&] { return device_join_.begin(ticket); });
    if (outcome) peers_.dial_adder();
    return outcome;
}

Outcome<DeviceJoinView> AppNode::device_join(Time) {
    return device_join_.view();
}

}  // namespace liaise::node::service
