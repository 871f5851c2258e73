#include "tests/bench/channel/crowd.h"

#include <cstdio>

#include "protocol/channel/invitation.h"
#include "protocol/channel/parcel_piece.h"
#include "protocol/channel/seal.h"
#include "protocol/identity/credential.h"
#include "protocol/identity/join_reply.h"

namespace liaise::bench {

using node::transport::Lane;
using node::transport::LinkId;

namespace {

const identity::Country country = identity::Country::from_code("KE").value();

// What a credential says, by the charter that came with the welcome.
class Prover final : public channel::Accreditations {
  public:
    Prover(const identity::CharterInForce& rules, Time now) : rules_(rules), now_(now) {}
    Result<channel::ProvenDevice> prove(BytesView credential) const override {
        const auto proven = LIAISE_TRY(identity::verify_credential(rules_, credential, now_));
        const auto& fields = proven.certificate().fields();
        return channel::ProvenDevice{proven.member(), proven.device(), fields.device, fields.inbox};
    }
    Result<channel::ProvenDevice> identify(BytesView credential) const override { return prove(credential); }

  private:
    const identity::CharterInForce& rules_;
    Time now_;
};

}  // namespace

std::string Crowd::name_of(std::size_t member) {
    std::string number = std::to_string(member);
    return "Person " + std::string(4 - number.size(), '0') + number;
}

Crowd::Crowd(Wire& wire, Host& convener, std::size_t count) : wire_(wire), convener_(convener) {
    for (std::size_t i = 0; i < count; ++i) people_.push_back(draw());
    for (std::size_t i = 0; i < count; ++i) join(i);
    wire.add(*this);
    connect();
    for (std::size_t i = 0; i < count; ++i) introduce(i, *directory_);
    wire_.run(std::chrono::minutes(1));
}

Crowd::Person Crowd::draw() {
    auto keys = identity::IdentityKeys::derive(identity::RecoverySeed::draw(random_));
    auto device = identity::DeviceKeys::draw(random_);
    const Time now = wire_.now();
    auto certificate =
        identity::DeviceCertificate::issue(keys.identity, device,
                                           identity::succession_commitment(keys.succession.public_key()),
                                           now - std::chrono::hours(1), now + std::chrono::days(1000))
            .value();
    return {std::move(keys), std::move(device), std::move(certificate)};
}

Bytes Crowd::package(std::size_t member) {
    Person& person = people_.at(member);
    return person.packages.make(person.certificate.member(), person.device.signing, wire_.now(), random_);
}

void Crowd::join(std::size_t member) {
    Person& person = people_.at(member);
    const auto text = convener_.node().create_ticket("focal-point", "KE", std::chrono::days(1), wire_.now());
    LIAISE_CHECK(text.ok());
    const auto ticket = identity::Ticket::parse(text->text).value();
    const Bytes request =
        identity::JoinRequest::make(ticket, {name_of(member), identity::Role::focal_point, country, "", ""},
                                    person.certificate, person.identity.identity, person.device.signing)
            .value();
    guest_ = wire_.connect(*this, convener_, identity::guest_key_of(ticket.secret).public_key(), Lane::guest);
    wire_.send(guest_, request);
    wire_.pump();
    const auto reply = identity::open_join_reply(answer_, ticket, identity::join_request_id(request),
                                                 person.certificate.fields().identity, wire_.now())
                           .value();
    wire_.close(std::exchange(guest_, LinkId::none));
    const auto& welcome = std::get<identity::Welcome>(reply);
    person.credential = identity::encode_credential(welcome.chain, person.certificate);
    if (member != 0) return;
    rules_ = welcome.in_force();
    const auto& of = std::get<identity::DeviceCertificate>(welcome.objects.front());
    convener_device_ = of.device();
    enter(channel::ChannelKind::directory, welcome.channel);
    const auto& own = person.certificate;
    session_ = std::make_unique<sync::Session>(
        sync::SessionConfig{{own.device(), own.fields().device, own.fields().transport},
                            {of.device(), of.fields().device, of.fields().transport},
                            sync::Role::dialler},
        person.device.signing, replica_, random_);
}

void Crowd::enter(const channel::ChannelKind& kind, BytesView parcel) {
    const Person& person = people_.front();
    const auto opened = channel::open_invitation(parcel, person.certificate.device(), person.device.inbox,
                                                 Prover(*rules_, wire_.now()))
                            .value();
    const channel::Invitation& invitation = opened.invitation;
    if (kind == channel::ChannelKind::directory) directory_ = invitation.channel;
    for (const auto& [id, key] : invitation.epoch_keys)
        if (id == invitation.epoch) inside_.insert_or_assign(invitation.channel, Inside{id, key});
    replica_.join(invitation.channel, {convener_device_}).tag_key = invitation.tag_key;
}

void Crowd::connect() {
    link_ = wire_.connect(*this, convener_, key(), Lane::member);
    perform(session_->start(wire_.now()));
    wire_.run(std::chrono::seconds(10));
    LIAISE_CHECK(session_->phase() == sync::SessionPhase::open);
}

void Crowd::disconnect() {
    if (link_ != LinkId::none) wire_.close(link_);
}

void Crowd::write(std::size_t member, const ChannelId& channel, channel::Body body) {
    Person& person = people_.at(member);
    auto place = person.places.find(channel);
    if (place == person.places.end())
        place = person.places.emplace(channel, Place{crypto::SigningKey::draw(random_)}).first;
    auto& [writer, head] = place->second;
    const auto content =
        channel::validate({wire_.now(), channel::Handling::clear, {}, std::move(body)}).value();
    const WriterKey writer_key = log::writer_key_of(writer);
    const Inside& inside = inside_.at(channel);
    const Bytes payload = channel::seal(content, {channel, writer_key, head.sequence + 1, content.kind()},
                                        {inside.epoch, &inside.key}, random_)
                              .value();
    const auto entry = log::sign_entry(writer, channel, head, content.kind(), payload).value();
    head = entry.head();
    grown_.push_back(replica_.add_own(entry));
}

void Crowd::introduce(std::size_t member, const ChannelId& channel) {
    Person& person = people_.at(member);
    const auto writer = crypto::SigningKey::draw(random_);
    person.places.emplace(channel, Place{writer});
    write(
        member, channel,
        channel::introduce(channel, log::writer_key_of(writer), 1, person.credential, person.device.signing));
}

void Crowd::publish(std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
        if (people_[i].packages.all().empty())
            write(i, *directory_, channel::KeyPackageOffer{0, false, package(i)});
    wire_.run(std::chrono::minutes(10));
}

void Crowd::fill(const std::string& channel, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        LIAISE_CHECK(convener_.node().invite(channel, name_of(i), wire_.now()).ok());
        wire_.pump();
    }
    publish(0, count);

    Bytes whole;
    for (const Bytes& parcel : parcels_)
        if (channel::is_piece(parcel)) append(whole, channel::read_piece(parcel).value().bytes);
    LIAISE_CHECK(!parcels_.empty());
    enter(channel::ChannelKind::discussion, whole.empty() ? parcels_.back() : whole);
    parcels_.clear();
    const ChannelId id = convener_.node().channel(channel, wire_.now())->id;
    perform(session_->channels_changed(wire_.now()));
    for (std::size_t i = 0; i < count; ++i) {
        introduce(i, id);
        write(i, id, channel::KeyPackageOffer{1, false, package(i)});
    }
    wire_.run(std::chrono::days(4));
}

void Crowd::link_up(LinkId, const node::transport::LinkInfo&) {}

void Crowd::frame(LinkId link, BytesView bytes) {
    if (link == guest_) {
        answer_ = to_bytes(bytes);
        return;
    }
    auto effects = session_->receive(bytes, wire_.now());
    perform(effects ? *std::move(effects) : session_->refuse(effects.error(), wire_.now()));
}

void Crowd::link_down(LinkId link) {
    if (link == link_) link_ = LinkId::none;
}

void Crowd::perform(sync::Effects effects) {
    for (sync::Effect& effect : effects) {
        if (auto* send = std::get_if<sync::SendFrame>(&effect)) wire_.send(link_, std::move(send->frame));
        if (auto* run = std::get_if<sync::AcceptRun>(&effect))
            perform(session_->dropped(run->receipt, wire_.now()));
        if (auto* parcel = std::get_if<sync::AcceptParcel>(&effect)) {
            parcels_.push_back(parcel->sealed);
            perform(session_->stored(parcel->receipt, wire_.now()));
        }
        if (const auto* closed = std::get_if<sync::Closed>(&effect); closed && closed->error)
            std::printf("  (the crowd's session closed: %s)\n", closed->error->phrase);
    }
}

bool Crowd::settle(Time now) {
    if (!session_ || link_ == LinkId::none) return false;
    if (!grown_.empty()) {
        perform(session_->logs_advanced(std::exchange(grown_, {}), now));
        return true;
    }
    const auto due = session_->deadline();
    if (!due || *due > now) return false;
    perform(session_->tick(now));
    return true;
}

std::optional<Time> Crowd::deadline() const {
    return session_ && link_ != LinkId::none ? session_->deadline() : std::nullopt;
}

}  // namespace liaise::bench
