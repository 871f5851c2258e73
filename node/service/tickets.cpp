// Tickets and joining: membership.h's other half.
#include "node/service/address_list.h"
#include "node/service/kinds.h"
#include "node/service/membership.h"
#include "node/service/naming.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 100'000;
constexpr std::size_t open_tickets_max = 1000;
constexpr Duration accreditation_span = std::chrono::days{2 * 365};
constexpr Duration backdating = std::chrono::hours{1};
constexpr Duration ticket_span_max = std::chrono::days{90};

constexpr std::uint8_t open = 0;
constexpr std::uint8_t used = 1;
constexpr std::uint8_t revoked = 2;

}  // namespace

// version u8 = 1 | state u8 | role u8 | country 2 | created u64 | expires u64 | used by 32
Bytes Membership::encode(const TicketRecord& record) {
    Writer writer;
    writer.u8(1).u8(record.state);
    identity::write_role(writer, record.role);
    identity::write_country(writer, record.country);
    identity::write_time(writer, record.created);
    identity::write_time(writer, record.expires);
    writer.fixed(record.used_by);
    return std::move(writer).take();
}

Result<Membership::TicketRecord> Membership::parse_record(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != 1)
        return Error{ErrorCode::unsupported, "ticket record of a newer version"};
    const std::uint8_t state = LIAISE_TRY(reader.u8());
    const identity::Role role = LIAISE_TRY(identity::read_role(reader));
    const identity::Country country = LIAISE_TRY(identity::read_country(reader));
    const Time created = LIAISE_TRY(identity::read_time(reader));
    const Time expires = LIAISE_TRY(identity::read_time(reader));
    const MemberId by = LIAISE_TRY(reader.fixed<MemberId>());
    LIAISE_TRY(reader.end());
    return TicketRecord{state, role, country, created, expires, by};
}

Result<std::vector<std::pair<TicketId, Membership::TicketRecord>>> Membership::records() {
    std::vector<std::pair<TicketId, TicketRecord>> all;
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::ticket, everything)))
        all.emplace_back(LIAISE_TRY(TicketId::from(kept.key)), LIAISE_TRY(parse_record(kept.value)));
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.second.created < b.second.created; });
    return all;
}

Result<void> Membership::keep(const TicketId& id, const TicketRecord& record) {
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::ticket, id.view(), encode(record)));
    return {};
}

TicketView Membership::view(const TicketId& id, const TicketRecord& record) const {
    TicketView view;
    view.id = id;
    view.role = identity::text_of(record.role);
    view.country = record.country.code();
    view.created = record.created;
    view.expires = record.expires;
    view.state = record.state == used           ? "used"
                 : record.state == revoked      ? "revoked"
                 : core_.now() > record.expires ? "expired"
                                                : "open";
    if (record.state == used) view.used_by = trust_.name_of(record.used_by);
    return view;
}

Outcome<TicketView> Membership::create_ticket(const std::string& role_text, const std::string& country_text,
                                              Duration valid) {
    const auto role = identity::role_from_text(role_text);
    if (!role) return refusals::bad_role(role_text);
    const auto country = identity::Country::from_text(country_text);
    if (!country) return refusals::bad_country(country_text);
    if (!trust_.in_network()) return refusals::no_network();
    if (!core_.own.identity) return refusals::no_identity_here("admit people");
    if (valid <= Duration::zero() || valid > ticket_span_max) return refusals::bad_span("ticket", 90);
    if (!trust_.directory().may_accredit(core_.own.member(), *role, *country, core_.now()))
        return refusals::may_not_accredit(role_text, country->name());
    if (announced_.empty()) return refusals::no_addresses();
    if (open_tickets_.size() >= open_tickets_max)
        return refusals::limit_reached("open tickets", open_tickets_max);

    const Time expires = std::chrono::floor<std::chrono::seconds>(core_.now() + valid);
    identity::Ticket ticket{
        identity::tag_of(trust_.directory().network()),
        identity::tag_of(core_.own.device_id()),
        core_.own.device.transport.public_key(),
        identity::TicketSecret::draw(core_.random),
        *role,
        *country,
        expires,
        {announced_.begin(), announced_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                      announced_.size(), limits::ticket_addresses_max))}};
    const auto text = ticket.encode();
    if (!text) return refusals::internal("Making the ticket", text.error());
    const TicketRecord record{open, *role, *country, core_.now(), expires, {}};
    LIAISE_TRY(or_refusal(keep(ticket.id(), record)));
    LIAISE_TRY(
        or_refusal(core_.store.secrets().put(secret::ticket, ticket.id().view(), ticket.secret.view())));
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    open_tickets_[identity::guest_key_of(ticket.secret).public_key()] = ticket.id();
    TicketView shown = view(ticket.id(), record);
    shown.text = *text;
    return shown;
}

Outcome<std::vector<TicketView>> Membership::tickets() {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<TicketView> views;
    for (const auto& [id, record] : LIAISE_TRY(or_refusal(records()))) views.push_back(view(id, record));
    return views;
}

Outcome<TicketView> Membership::revoke_ticket(const std::string& ticket) {
    if (!trust_.in_network()) return refusals::no_network();
    auto all = LIAISE_TRY(or_refusal(records()));
    std::vector<Named<TicketId>> names;
    for (const auto& [id, record] : all) names.push_back({id, id.text(), id.text()});
    const auto parsed = identity::Ticket::parse(ticket);
    const TicketId wanted = parsed ? parsed->id() : LIAISE_TRY(find_named("ticket", ticket, names));
    for (auto& [id, record] : all) {
        if (id != wanted) continue;
        const TicketView before = view(id, record);
        if (before.state != "open") return refusals::ticket_not_open(before.state);
        record.state = revoked;
        LIAISE_TRY(or_refusal(keep(id, record)));
        LIAISE_TRY(or_refusal(core_.batch.commit()));
        return view(id, record);
    }
    return refusals::not_found("ticket", ticket, "");
}

// Used, expired and revoked tickets still open the door of the guest lane: their holder is told which it is.
bool Membership::admits_guest(const DhPublicKey& guest_key) {
    return open_tickets_.contains(guest_key);
}

std::variant<identity::Welcome, identity::Refusal> Membership::welcome(BytesView bytes, const TicketId& id) {
    using identity::Refusal;
    const auto kept = core_.store.records().get(record::ticket, id.view());
    const auto secret = core_.store.secrets().get(secret::ticket, id.view());
    if (!kept || !*kept || !secret || !*secret) return Refusal::unknown;
    auto record = parse_record(**kept);
    const auto ticket_secret = identity::TicketSecret::copy_of((*secret)->view());
    if (!record || !ticket_secret) return Refusal::unknown;
    const auto request = identity::JoinRequest::open(bytes, *ticket_secret, trust_.directory().network(),
                                                     core_.own.device_id(), core_.now());
    if (!request)
        return request.error().code == ErrorCode::conflict ? Refusal::other_network : Refusal::malformed;
    const MemberId newcomer = request->certificate().member();
    if (record->state == revoked) return Refusal::revoked;
    if (record->state == used && record->used_by != newcomer) return Refusal::used;
    if (record->state == open && core_.now() > record->expires) return Refusal::expired;
    if (!core_.own.identity) return Refusal::not_permitted;
    const bool as_approved =
        request->wishes().role == record->role && request->wishes().country == record->country;
    if (!as_approved ||
        !trust_.directory().may_accredit(core_.own.member(), record->role, record->country, core_.now()))
        return Refusal::not_permitted;

    record->state = used;
    record->used_by = newcomer;
    const auto admitted = [&]() -> Result<identity::Welcome> {
        LIAISE_TRY(keep(id, *record));
        return admit(*request);
    }();
    if (!admitted) {
        core_.batch.fail(admitted.error());
        return Refusal::unknown;
    }
    return *admitted;
}

// The newcomer's card and device go into the directory; asked again, they are there already.
Result<identity::Welcome> Membership::admit(const identity::JoinRequest& request) {
    const auto& wishes = request.wishes();
    const auto& certificate = request.certificate();
    const Time now = core_.now();
    if (trust_.directory().standing(certificate.member(), now) != identity::Standing::accredited) {
        const auto accreditation = LIAISE_TRY(identity::Accreditation::issue({trust_.directory().network(),
                                                                              certificate.fields().identity,
                                                                              certificate.fields().succession,
                                                                              core_.own.identity_key(),
                                                                              wishes.role,
                                                                              wishes.country,
                                                                              now - backdating,
                                                                              now + accreditation_span,
                                                                              {},
                                                                              wishes.name,
                                                                              wishes.organisation,
                                                                              wishes.rank,
                                                                              {}},
                                                                             *core_.own.identity));
        LIAISE_TRY(put_into_directory(accreditation));
    }
    if (trust_.directory().certificate(certificate.device()) == nullptr)
        LIAISE_TRY(put_into_directory(certificate));
    return welcome_for(certificate);
}

Result<identity::Welcome> Membership::welcome_for(const identity::DeviceCertificate& certificate) {
    const auto chain = trust_.directory().chain(certificate.member(), core_.now());
    const auto own_credential = LIAISE_TRY(trust_.own_credential());
    if (!chain) return Error{ErrorCode::not_permitted, "the accreditation does not hold"};
    Channel& directory = *channels_.directory();
    const auto& own = core_.own.certificate.fields();
    const channel::Invitee invitee{
        certificate.member(), 1, {certificate.device(), certificate.fields().inbox}};
    const channel::OwnDevice inviter{{core_.own.member(), core_.own.device_id(), own.device, own.inbox},
                                     own_credential};
    Bytes parcel =
        LIAISE_TRY(channel::seal_invitation(directory.state, directory.keyring, invitee, std::nullopt,
                                            inviter, core_.own.device.signing, core_.random));
    std::optional<identity::Charter> charter;
    std::vector<identity::Amendment> amendments;
    for (const identity::DirectoryObject& object : trust_.directory().charter_path()) {
        if (const auto* const founding = std::get_if<identity::Charter>(&object)) charter = *founding;
        if (const auto* const amendment = std::get_if<identity::Amendment>(&object))
            amendments.push_back(*amendment);
    }
    if (!charter) return Error{ErrorCode::not_known, "no charter here"};
    return identity::Welcome{
        *charter, std::move(amendments), *chain, {core_.own.certificate}, std::move(parcel)};
}

Bytes Membership::answer_guest(BytesView request) {
    const Hash question = identity::join_request_id(request);
    const auto id = identity::JoinRequest::ticket_of(request);
    identity::JoinReply reply = identity::Refusal::malformed;
    if (id && trust_.in_network()) reply = welcome(request, *id);
    const auto bytes = identity::make_join_reply(reply, question, core_.own.device.signing);
    if (bytes) return *bytes;
    core_.log.event(Level::warning, "join_reply_failed", {{"code", name_of(bytes.error().code)}});
    return {};
}

Outcome<Done> Membership::begin_join(const std::string& text, Callback<NetworkView> done) {
    if (identity::kind_of_ticket(text) == identity::TicketKind::device)
        return refusals::ticket_is_for_a_device();
    const auto ticket = identity::Ticket::parse(text);
    if (!ticket) return refusals::bad_ticket(ticket.error(), core_.now());
    if (const auto in_time = ticket->check_time(core_.now()); !in_time)
        return refusals::bad_ticket(in_time.error(), core_.now());
    if (ticket->inviter == identity::tag_of(core_.own.device_id())) return refusals::ticket_own();
    if (trust_.in_network()) {
        const std::string name = LIAISE_TRY(network()).name;
        if (ticket->network != identity::tag_of(trust_.directory().network()))
            return refusals::ticket_of_another_network(name);
        return refusals::has_network(name);
    }
    if (!core_.own.identity) return refusals::home_waits_to_be_a_device();
    if (joining_) return refusals::join_running();
    const Profile& profile = core_.own.profile;
    if (profile.role != ticket->role || profile.country != ticket->country)
        return refusals::ticket_wrong_claim(identity::title_of(ticket->role), ticket->country.name());
    const auto request = identity::JoinRequest::make(*ticket, profile, core_.own.certificate,
                                                     *core_.own.identity, core_.own.device.signing);
    if (!request) return refusals::internal("Making the request", request.error());
    joining_ = Joining{*ticket, *request, std::move(done), std::nullopt};
    return Done{};
}

void Membership::end_join(const Refusal& refusal) {
    if (!joining_) return;
    const auto done = std::move(joining_->done);
    joining_.reset();
    done(refusal);
}

void Membership::take_join_reply(BytesView bytes) {
    if (!joining_) return;
    const identity::Ticket ticket = joining_->ticket;
    const auto reply = identity::open_join_reply(bytes, ticket, identity::join_request_id(joining_->request),
                                                 core_.own.identity_key(), core_.now());
    if (!reply) return end_join(refusals::inviter_answer_bad(reply.error()));
    if (const auto* const refused = std::get_if<identity::Refusal>(&*reply)) {
        switch (*refused) {
            case identity::Refusal::used:
                return end_join(refusals::ticket_used());
            case identity::Refusal::expired:
                return end_join(refusals::ticket_expired(ticket.expires, core_.now()));
            case identity::Refusal::revoked:
                return end_join(refusals::ticket_revoked());
            case identity::Refusal::not_permitted:
                return end_join(
                    refusals::ticket_wrong_claim(identity::title_of(ticket.role), ticket.country.name()));
            case identity::Refusal::other_network:
            case identity::Refusal::name_refused:
            case identity::Refusal::unknown:
            case identity::Refusal::malformed:
                return end_join(refusals::ticket_unknown_to_inviter());
        }
    }
    const auto entered = enter(ticket.transport, ticket.addresses, std::get<identity::Welcome>(*reply));
    if (!entered) return end_join(entered.refusal());
    const auto done = std::move(joining_->done);
    joining_.reset();
    done(*entered);
}

Outcome<NetworkView> Membership::enter(const DhPublicKey& inviter_key,
                                       const std::vector<std::string>& inviter_addresses,
                                       const identity::Welcome& welcome) {
    const auto entered = [&]() -> Result<void> {
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(trust_.enter(welcome.charter.network()));
        LIAISE_TRY(trust_.learn(welcome.charter));
        for (const identity::Amendment& amendment : welcome.amendments) LIAISE_TRY(trust_.learn(amendment));
        for (const identity::Accreditation& link : welcome.chain.links()) LIAISE_TRY(trust_.learn(link));
        for (const identity::DirectoryObject& object : welcome.objects) LIAISE_TRY(trust_.learn(object));
        LIAISE_TRY(trust_.learn(core_.own.certificate));
        LIAISE_TRY(channels_.enter_directory(welcome.channel));
        LIAISE_TRY(keep_network());
        const auto inviter = trust_.directory().device_by_transport(inviter_key, core_.now());
        if (inviter) {
            addresses_[*inviter] = {0, inviter_addresses};
            Writer value;
            value.u64(0).raw(encode_addresses(inviter_addresses));
            LIAISE_TRY(core_.store.records().put(record::addresses, inviter->view(), value.view()));
        }
        return {};
    }();
    if (!entered) {
        core_.batch.fail(entered.error());
        return refusals::inviter_answer_bad(entered.error());
    }
    publish_self();
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    return network();
}

}  // namespace liaise::node::service
