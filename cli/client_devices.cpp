// Calls about several devices of one member.
#include "cli/client_connection.h"

namespace liaise::cli {

DeviceTicket Client::add_device(const std::string& name, Milliseconds valid) {
    auto request = connection_->control.addDeviceRequest();
    request.setName(name);
    request.setValidMilliseconds(valid);
    return value_of(connection_->ask(request).getTicket());
}

std::vector<DeviceTicket> Client::device_tickets() {
    return values_of<api::DeviceTicket>(
        connection_->ask(connection_->control.deviceTicketsRequest()).getTickets());
}

DeviceTicket Client::approve_device(const std::string& ticket) {
    auto request = connection_->control.approveDeviceRequest();
    request.setTicket(ticket);
    return value_of(connection_->ask(request).getTicket());
}

DeviceTicket Client::deny_device(const std::string& ticket) {
    auto request = connection_->control.denyDeviceRequest();
    request.setTicket(ticket);
    return value_of(connection_->ask(request).getTicket());
}

std::vector<Device> Client::devices() {
    return values_of<api::Device>(connection_->ask(connection_->control.devicesRequest()).getDevices());
}

Device Client::rename_device(const std::string& device, const std::string& name) {
    auto request = connection_->control.renameDeviceRequest();
    request.setDevice(device);
    request.setName(name);
    return value_of(connection_->ask(request).getDevice());
}

Device Client::revoke_device(const std::string& device, const std::string& reason, const std::string& sheet) {
    auto request = connection_->control.revokeDeviceRequest();
    request.setDevice(device);
    request.setReason(reason);
    request.setSheet({reinterpret_cast<const kj::byte*>(sheet.data()), sheet.size()});
    return value_of(connection_->ask(request).getDevice());
}

void Client::join_as_device(const std::string& ticket) {
    auto request = connection_->control.joinAsDeviceRequest();
    request.setTicket(ticket);
    connection_->ask(request);
}

DeviceJoin Client::device_join() {
    return value_of(connection_->ask(connection_->control.deviceJoinRequest()).getJoin());
}

}  // namespace liaise::cli
