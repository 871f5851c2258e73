#include "node/service/device_join.h"

#include "node/service/kinds.h"
#include "protocol/identity/safety_words.h"

namespace liaise::node::service {

Outcome<identity::DeviceTicket> device_ticket_of(const std::string& text, Time now) {
    if (identity::kind_of_ticket(text) == identity::TicketKind::member)
        return refusals::ticket_is_for_a_person();
    auto ticket = identity::DeviceTicket::parse(text);
    if (!ticket && ticket.error().code == ErrorCode::malformed) return refusals::device_ticket_is_none();
    if (!ticket) return refusals::bad_ticket(ticket.error(), now);
    if (const auto in_time = ticket->check_time(now); !in_time)
        return refusals::bad_ticket(in_time.error(), now);
    return *std::move(ticket);
}

Result<void> DeviceJoin::load() {
    ticket_.reset();
    proposal_.reset();
    const auto kept = LIAISE_TRY(core_.store.secrets().get(secret::device_join, {}));
    if (!kept) return {};
    if (state_ == State::joined) state_ = State::reaching;  // what made it so was not kept
    ticket_ = LIAISE_TRY(identity::DeviceTicket::parse(text_of(kept->view())));
    return {};
}

Outcome<Done> DeviceJoin::begin(const std::string& text) {
    auto ticket = LIAISE_TRY(device_ticket_of(text, core_.now()));
    if (!ticket_) return refusals::home_is_somebodys(core_.own.profile.name);
    LIAISE_TRY(or_refusal(core_.batch.write()));
    LIAISE_TRY(or_refusal(core_.store.secrets().put(secret::device_join, {}, bytes_of(text))));
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    ticket_ = std::move(ticket);
    state_ = State::reaching;
    proposal_.reset();
    words_.clear();
    refusal_.reset();
    return Done{};
}

DeviceJoinView DeviceJoin::view() const {
    DeviceJoinView view;
    if (!nobodys()) {
        if (state_ != State::joined) return view;
        view.state = "joined";
        view.member = trust_.name_of(core_.own.member());
        if (const auto network = membership_.network(); network) view.network = network->name;
        return view;
    }
    switch (state_) {
        case State::unreachable:
            view.state = "unreachable";
            break;
        case State::comparing:
            view.state = "comparing";
            break;
        case State::refused:
            view.state = "refused";
            break;
        case State::reaching:
        case State::joined:
            view.state = "reaching";
            break;
    }
    view.words = words_;
    if (refusal_) view.sentence = refusal_->sentence;
    return view;
}

Bytes DeviceJoin::request() {
    Bytes bytes = identity::DeviceRequest::make(*ticket_, core_.own.device, proposal_);
    question_ = identity::device_request_id(bytes);
    return bytes;
}

void DeviceJoin::unreachable() {
    if (state_ == State::reaching) state_ = State::unreachable;
}

void DeviceJoin::refuse(const Refusal& refusal) {
    state_ = State::refused;
    refusal_ = refusal;
}

DeviceJoin::Next DeviceJoin::take_reply(BytesView bytes) {
    const auto opened = identity::open_device_reply(bytes, *ticket_, question_,
                                                    identity::public_keys_of(core_.own.device), core_.now());
    if (!opened) {
        refuse(refusals::inviter_answer_bad(opened.error()));
        return Next::over;
    }
    if (state_ == State::unreachable) state_ = State::reaching;
    if (const auto* const proposal = std::get_if<identity::Proposal>(&opened->reply)) {
        proposal_ = proposal->body;
        return Next::ask_again;
    }
    if (std::holds_alternative<identity::Waiting>(opened->reply)) {
        const auto words =
            identity::device_words(ticket_->id(), opened->adder, core_.own.device.signing.public_key());
        words_.assign(words.begin(), words.end());
        state_ = State::comparing;
        return Next::wait;
    }
    if (const auto* const refusal = std::get_if<identity::DeviceRefusal>(&opened->reply)) {
        refuse(refusals::device_refused(*refusal, ticket_->expires, core_.now()));
        return Next::over;
    }
    if (const auto became = become(std::get<identity::DeviceWelcome>(opened->reply)); !became)
        refuse(became.refusal());
    return Next::over;
}

Outcome<Done> DeviceJoin::become(const identity::DeviceWelcome& welcome) {
    const auto& card = welcome.network.chain.own().fields();
    const Profile profile{card.name, card.role, card.country, card.organisation, card.rank};
    const auto prepared = [&]() -> Result<void> {
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(service::become(core_.store, core_.own, profile, welcome.certificate));
        const auto name = [&](const DeviceId& device, const std::string& called) -> Result<void> {
            if (called.empty()) return {};
            LIAISE_TRY(core_.store.records().put(record::device_name, device.view(), bytes_of(called)));
            return {};
        };
        LIAISE_TRY(name(core_.own.device_id(), welcome.handover.name));
        for (const auto& [device, called] : welcome.handover.devices) LIAISE_TRY(name(device, called));
        for (const auto& [member, state] : welcome.handover.contacts)
            LIAISE_TRY(trust_.set_contact(member, state));
        return core_.store.secrets().remove(secret::device_join, {});
    }();
    if (!prepared) {
        core_.batch.fail(prepared.error());
        return refusals::from_store(prepared.error());
    }
    const identity::DeviceTicket ticket = *std::exchange(ticket_, std::nullopt);
    state_ = State::joined;
    // Commits all of it, or puts everything back as it was.
    LIAISE_TRY(membership_.enter(ticket.transport, ticket.addresses, welcome.network));
    return Done{};
}

}  // namespace liaise::node::service
