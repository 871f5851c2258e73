// The sentences about several devices of one member.
#include "node/service/refusals.h"

namespace liaise::node::service::refusals {
namespace {

Refusal failed(std::string sentence) {
    return {Exit::failed, std::move(sentence)};
}
Refusal not_allowed(std::string sentence) {
    return {Exit::not_allowed, std::move(sentence)};
}

}  // namespace

Refusal ticket_is_for_a_device() {
    return failed(
        "This ticket adds a device to those of somebody who is in the network already. On the new machine, "
        "which "
        "has no home yet, run `liaise device join TICKET`.");
}
Refusal ticket_is_for_a_person() {
    return failed(
        "This ticket admits a new person to a network. Make a home with `liaise init`, then run `liaise join "
        "TICKET`.");
}
Refusal device_ticket_is_none() {
    return {
        Exit::usage,
        "That is no ticket for a device. One begins with \"liaise-device1-\"; `liaise device add` on your "
        "other device makes it."};
}
Refusal no_identity_here(std::string_view what) {
    return not_allowed("This device cannot " + std::string(what) +
                       ": your identity's key is on the device where you made your home. Do it there.");
}
Refusal home_waits_to_be_a_device() {
    return not_allowed(
        "This home was made to become another device of somebody. Go on with `liaise device join`, or make a "
        "home "
        "of its own with `liaise init` elsewhere (--home).");
}
Refusal home_is_somebodys(std::string_view name) {
    return failed("This home belongs to " + std::string(name) +
                  " already. A new device has a home of its own: use another with --home.");
}
Refusal no_device_asks() {
    return failed(
        "No new device asks to be added. Run `liaise device join TICKET` on it, with both machines online; "
        "`liaise "
        "device add` makes the ticket.");
}
Refusal several_devices_ask(std::size_t count) {
    return {Exit::usage, std::to_string(count) +
                             " new devices ask to be added. Say which: `liaise device tickets` lists them."};
}
Refusal device_ticket_over(std::string_view state) {
    if (state == "added")
        return failed("The device that came with this ticket was added already. See `liaise device list`.");
    return failed("This ticket is over: " + std::string(state) + ". Make another with `liaise device add`.");
}
Refusal device_refused(identity::DeviceRefusal refusal, Time expires, Time now) {
    using identity::DeviceRefusal;
    switch (refusal) {
        case DeviceRefusal::used:
            return failed(
                "Another device came with this ticket before. If it is not yours, say no on the old device "
                "(`liaise "
                "device deny`). Then make a new ticket there with `liaise device add`.");
        case DeviceRefusal::expired:
            return ticket_expired(expires, now);
        case DeviceRefusal::denied:
            return not_allowed(
                "The old device said no. If that was a mistake, make a new ticket there with `liaise device "
                "add`.");
        case DeviceRefusal::full:
            return failed(
                "You have as many devices as one member can have. An accreditor can give you a new start.");
        case DeviceRefusal::unknown:
        case DeviceRefusal::malformed:
            break;
    }
    return failed(
        "The old device does not know this ticket, or may add no devices. Make a new one with `liaise device "
        "add` on "
        "the device where you made your home.");
}
Refusal not_this_device() {
    return not_allowed(
        "This is the device that you are using. Revoke it from another one of yours; `liaise device list` "
        "shows "
        "them.");
}
Refusal device_revoked_already() {
    return failed("This device was revoked already.");
}
Refusal revoking_needs_sheet() {
    return not_allowed(
        "This device has no identity key, so revoking takes your recovery sheet: `liaise device revoke "
        "DEVICE "
        "--sheet`. Or revoke it on the device where you made your home.");
}
Refusal sheet_misread(std::uint64_t group) {
    if (group == 0)
        return {Exit::usage,
                "More than one group of the recovery sheet was mistyped. Compare it with the paper."};
    return {Exit::usage, "Group " + std::to_string(group) +
                             " of the recovery sheet was mistyped. Compare it with the paper."};
}
Refusal sheet_is_none(std::uint64_t groups) {
    return {Exit::usage,
            "This is not a recovery sheet: it has 15 groups of four characters; here something is wrong "
            "at group " +
                std::to_string(groups) + "."};
}
Refusal sheet_of_another() {
    return not_allowed("This recovery sheet is of another identity than this device's.");
}

}  // namespace liaise::node::service::refusals
