// What is asked about several devices of one member, and answered at once.
#include "node/control/answer.h"

namespace liaise::node::control {

using service::Done;

kj::Promise<void> Session::addDevice(AddDeviceContext context) {
    Input in;
    const std::string name = in.word("name of the device", context.getParams().getName());
    const Duration valid{context.getParams().getValidMilliseconds()};
    return answer(
        server_, context, in, [&](Node& node) { return node.add_device(name, valid, now()); },
        [](const auto& ticket, auto results) { write(ticket, results.initTicket()); });
}

kj::Promise<void> Session::deviceTickets(DeviceTicketsContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return node.device_tickets(now()); },
        [](const auto& tickets, auto results) { write_all(tickets, results.initTickets(size_of(tickets))); });
}

kj::Promise<void> Session::approveDevice(ApproveDeviceContext context) {
    Input in;
    const std::string ticket = in.word("ticket", context.getParams().getTicket());
    return answer(
        server_, context, in, [&](Node& node) { return node.approve_device(ticket, now()); },
        [](const auto& approved, auto results) { write(approved, results.initTicket()); });
}

kj::Promise<void> Session::denyDevice(DenyDeviceContext context) {
    Input in;
    const std::string ticket = in.word("ticket", context.getParams().getTicket());
    return answer(
        server_, context, in, [&](Node& node) { return node.deny_device(ticket, now()); },
        [](const auto& denied, auto results) { write(denied, results.initTicket()); });
}

kj::Promise<void> Session::devices(DevicesContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return node.devices(now()); },
        [](const auto& devices, auto results) { write_all(devices, results.initDevices(size_of(devices))); });
}

kj::Promise<void> Session::renameDevice(RenameDeviceContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string device = in.word("device", params.getDevice()),
                      name = in.word("name of the device", params.getName());
    return answer(
        server_, context, in, [&](Node& node) { return node.rename_device(device, name, now()); },
        [](const auto& renamed, auto results) { write(renamed, results.initDevice()); });
}

kj::Promise<void> Session::revokeDevice(RevokeDeviceContext context) {
    Input in;
    const auto params = context.getParams();
    const std::string device = in.word("device", params.getDevice()),
                      reason = in.word("reason", params.getReason());
    const auto data = params.getSheet();
    if (data.size() > limits::recovery_sheet_bytes_max)
        return refuse(context, messages::too_long("recovery sheet", limits::recovery_sheet_bytes_max));
    const auto sheet = crypto::SecretBytes::copy_of({data.begin(), data.size()});
    // The call's own memory is ours once it has been read: nothing of the sheet stays behind in it.
    crypto::wipe({const_cast<std::uint8_t*>(data.begin()), data.size()});
    context.releaseParams();
    return answer(
        server_, context, in, [&](Node& node) { return node.revoke_device(device, reason, sheet, now()); },
        [](const auto& revoked, auto results) { write(revoked, results.initDevice()); });
}

kj::Promise<void> Session::joinAsDevice(JoinAsDeviceContext context) {
    Input in;
    const std::string ticket = in.word("ticket", context.getParams().getTicket());
    return answer(
        server_, context, in, [&](Node& node) { return node.join_as_device(ticket, now()); },
        [](const Done&, auto) {});
}

kj::Promise<void> Session::deviceJoin(DeviceJoinContext context) {
    return answer(
        server_, context, {}, [&](Node& node) { return node.device_join(now()); },
        [](const auto& join, auto results) { write(join, results.initJoin()); });
}

}  // namespace liaise::node::control
