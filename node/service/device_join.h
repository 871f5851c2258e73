// This home becomes a further device of somebody who has one already: the new device's side of
// own_devices.h.
//
//     reaching --the old device answers--> comparing --yes there--> joined
//         \--nobody answers--> unreachable --\   \--no, or another refusal--> refused
//                  ^---------tried again-----/
//
// - The home was made with the ticket in it (make_home.h): whatever crashes, it asks again until it is
//   answered. A refusal ends it; another ticket begins anew, with the same keys.
// - Until then the home is nobody's: its certificate names an identity that was forgotten when it was made.
#pragma once

#include "node/service/membership.h"
#include "protocol/identity/device_reply.h"

namespace liaise::node::service {

// The ticket as a person typed it, or why it is none to be added with.
Outcome<identity::DeviceTicket> device_ticket_of(const std::string& text, Time now);

class DeviceJoin {
  public:
    DeviceJoin(Core& core, Trust& trust, Membership& membership)
        : core_(core), trust_(trust), membership_(membership) {}

    Result<void> load();
    // The home is nobody's yet.
    bool nobodys() const { return ticket_.has_value(); }
    // And somebody is to be asked.
    bool asking() const { return ticket_.has_value() && state_ != State::refused; }
    const identity::DeviceTicket& ticket() const { return *ticket_; }

    // With another ticket.
    Outcome<Done> begin(const std::string& ticket);
    DeviceJoinView view() const;

    Bytes request();
    enum class Next : std::uint8_t { ask_again, wait, over };
    Next take_reply(BytesView reply);
    void unreachable();
    void refuse(const Refusal& refusal);

  private:
    enum class State : std::uint8_t { reaching, unreachable, comparing, joined, refused };
    Outcome<Done> become(const identity::DeviceWelcome& welcome);

    Core& core_;
    Trust& trust_;
    Membership& membership_;
    std::optional<identity::DeviceTicket> ticket_;
    State state_ = State::reaching;
    std::optional<Bytes> proposal_;
    Hash question_;
    std::vector<std::string> words_;
    std::optional<Refusal> refusal_;
};

}  // namespace liaise::node::service
