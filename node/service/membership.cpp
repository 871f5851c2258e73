#include "node/service/membership.h"

#include "node/service/address_list.h"
#include "node/service/kinds.h"
#include "protocol/base/text.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 100'000;
constexpr Duration founder_span = std::chrono::days{5 * 365};
constexpr Duration backdating = std::chrono::hours{1};

}  // namespace

Membership::Membership(Core& core, Trust& trust, Channels& channels)
    : core_(core), trust_(trust), channels_(channels) {}

Result<void> Membership::load() {
    open_tickets_.clear();
    addresses_.clear();
    for (const auto& [id, ticket] : LIAISE_TRY(records())) {
        const auto secret = LIAISE_TRY(core_.store.secrets().get(secret::ticket, id.view()));
        if (!secret || ticket.state != 0) continue;
        open_tickets_[identity::guest_key_of(LIAISE_TRY(identity::TicketSecret::copy_of(secret->view())))
                          .public_key()] = id;
    }
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::addresses, everything))) {
        Reader reader(kept.value);
        const std::uint64_t sequence = LIAISE_TRY(reader.u64());
        auto list = parse_addresses(LIAISE_TRY(reader.raw(reader.left())));
        if (list) addresses_[LIAISE_TRY(DeviceId::from(kept.key))] = {sequence, *std::move(list)};
    }
    return {};
}

void Membership::set_listening(std::vector<std::string> addresses, std::vector<std::string> announced) {
    listening_ = std::move(addresses);
    announced_ = std::move(announced);
    publish_self();
}

Outcome<NetworkView> Membership::found(const std::string& name) {
    if (trust_.in_network()) return refusals::has_network(LIAISE_TRY(network()).name);
    if (!core_.own.identity) return refusals::home_waits_to_be_a_device();
    if (const auto good = check_name(name, limits::name_bytes_max); !good)
        return refusals::bad_name("name of the network", good.error());
    const Time now = core_.now();
    const auto& own = core_.own;
    const auto made = [&]() -> Result<void> {
        const Hash succession = own.certificate.fields().succession;
        const identity::Terms terms{name, 1, {{own.identity_key(), succession}}, identity::default_policy()};
        const crypto::SigningKey* const founder = &*own.identity;
        const auto charter = LIAISE_TRY(identity::Charter::found(terms, now, std::span(&founder, 1)));
        const auto accreditation = LIAISE_TRY(identity::Accreditation::issue({charter.network(),
                                                                              own.identity_key(),
                                                                              succession,
                                                                              own.identity_key(),
                                                                              own.profile.role,
                                                                              own.profile.country,
                                                                              now - backdating,
                                                                              now + founder_span,
                                                                              {},
                                                                              own.profile.name,
                                                                              own.profile.organisation,
                                                                              own.profile.rank,
                                                                              {}},
                                                                             *own.identity));
        LIAISE_TRY(core_.batch.write());
        LIAISE_TRY(trust_.enter(charter.network()));
        LIAISE_TRY(trust_.learn(charter));
        LIAISE_TRY(trust_.learn(own.certificate));
        LIAISE_TRY(trust_.learn(accreditation));
        channel::Charter directory;
        directory.name = "directory";
        directory.purpose = "Who is in the network, and how they are reached.";
        directory.kind = channel::ChannelKind::directory;
        directory.history = channel::History::from_start;
        directory.conveners = {own.member()};
        const auto created = channels_.create(directory);
        if (!created) return Error{ErrorCode::unavailable, "the directory could not be made"};
        LIAISE_TRY(keep_network());
        for (const identity::DirectoryObject& object : trust_.directory().objects())
            LIAISE_TRY(put_into_directory(object));
        return {};
    }();
    if (!made) {
        core_.batch.fail(made.error());
        return refusals::from_store(made.error());
    }
    publish_self();
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    return network();
}

Result<void> Membership::keep_network() {
    Bytes value = to_bytes(trust_.directory().network().view());
    append(value, channels_.directory()->id().view());
    LIAISE_TRY(core_.store.records().put(record::network, {}, value));
    return {};
}

Result<void> Membership::put_into_directory(const identity::DirectoryObject& object) {
    const auto written =
        channels_.author(*channels_.directory(), channel::DirectoryObject{identity::encode_object(object)});
    if (!written) return Error{ErrorCode::unavailable, "the directory could not be written"};
    return {};
}

Outcome<NetworkView> Membership::network() const {
    if (!trust_.in_network() || !trust_.directory().charter()) return refusals::no_network();
    const identity::CharterInForce& charter = *trust_.directory().charter();
    NetworkView view;
    view.id = charter.network;
    view.name = charter.terms.name;
    view.threshold = charter.terms.threshold;
    for (const identity::Founder& founder : charter.terms.founders)
        view.founders.push_back(trust_.name_of(identity::member_id_of(founder.identity)));
    for (const identity::DirectoryObject& object : trust_.directory().charter_path())
        if (const auto* const founding = std::get_if<identity::Charter>(&object))
            view.created = founding->created();
    for (const identity::Role role : identity::all_roles) {
        std::vector<std::string> may;
        const auto& row = charter.terms.policy.rows.at(static_cast<std::size_t>(role));
        for (const identity::Role other : identity::all_roles) {
            if (row.anywhere.has(other))
                may.emplace_back(identity::text_of(other));
            else if (row.own_country.has(other))
                may.emplace_back(std::string(identity::text_of(other)) + " (own country)");
        }
        view.policy.emplace_back(identity::text_of(role), std::move(may));
    }
    for (const MemberId& member : trust_.directory().members())
        if (trust_.directory().standing(member, core_.now()) == identity::Standing::accredited)
            ++view.members;
    return view;
}

Result<void> Membership::opened(const OpenedEntry& entry, const channel::Addresses& published) {
    if (published.addresses.size() > limits::addresses_max) return {};
    for (const std::string& address : published.addresses)
        if (!transport::Address::parse(address)) return {};
    Addresses& known = addresses_[entry.accepted.device];
    if (entry.sequence <= known.sequence) return {};
    known = {entry.sequence, published.addresses};
    Writer value;
    value.u64(entry.sequence).raw(encode_addresses(published.addresses));
    LIAISE_TRY(core_.store.records().put(record::addresses, entry.accepted.device.view(), value.view()));
    return {};
}

Result<void> Membership::opened(const OpenedEntry&, const channel::DirectoryObject& object) {
    const auto parsed = identity::parse_object(object.bytes);
    if (!parsed) return {};  // kept in the log, counts for nothing
    const auto applied = trust_.learn(*parsed);
    if (!applied &&
        (applied.error().code == ErrorCode::unavailable || applied.error().code == ErrorCode::not_authentic))
        return applied.error();
    if (!applied || *applied != identity::Applied::added ||
        !std::holds_alternative<identity::Revocation>(*parsed))
        return {};
    std::vector<DeviceId> shut_out;
    const MemberId member = std::get<identity::Revocation>(*parsed).fields().member;
    for (const DeviceId& device : trust_.directory().all_devices(member))
        if (!trust_.directory().in_good_standing(device, core_.now())) shut_out.push_back(device);
    return channels_.shut_out(shut_out);
}

std::map<DeviceId, std::vector<std::string>> Membership::addresses() const {
    std::map<DeviceId, std::vector<std::string>> dialable;
    for (const auto& [device, known] : addresses_)
        if (!known.list.empty() && device != core_.own.device_id()) dialable[device] = known.list;
    return dialable;
}

void Membership::publish_self() {
    Channel* const directory = channels_.directory();
    if (directory == nullptr || trust_.own_standing() != identity::Standing::accredited) return;
    channels_.publish_package();
    const auto known = addresses_.find(core_.own.device_id());
    const bool same = known == addresses_.end() ? announced_.empty() : known->second.list == announced_;
    if (same || announced_.size() > limits::addresses_max) return;
    const auto written = channels_.author(*directory, channel::Addresses{announced_});
    if (!written) core_.log.event(Level::warning, "addresses_not_published");
}

Outcome<PersonView> Membership::revoke(const std::string& who, const std::string& reason) {
    const MemberId member = LIAISE_TRY(trust_.find(who));
    if (member == core_.own.member()) return refusals::not_yourself("revoke");
    const auto why = identity::reason_from_text(reason.empty() ? "unspecified" : reason);
    if (!why)
        return refusals::bad_kind(
            "reason", reason,
            "unspecified, left, device-lost, key-exposed, made-in-error, misconduct or superseded");
    identity::Revocation::Fields fields;
    if (!core_.own.identity) return refusals::no_identity_here("revoke people");
    fields.network = trust_.directory().network();
    fields.what = identity::Revoked::member;
    fields.member = member;
    fields.reason = *why;
    fields.time = core_.now();
    const auto revocation = identity::Revocation::issue(fields, *core_.own.identity);
    if (!revocation) return refusals::internal("Revoking", revocation.error());
    identity::Directory trial = trust_.directory();
    const auto applied = trial.apply(*revocation);
    if (!applied || trial.standing(member, core_.now()) != identity::Standing::revoked)
        return refusals::may_not_revoke();
    LIAISE_TRY(or_refusal(put_into_directory(*revocation)));
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    return trust_.view(member);
}

}  // namespace liaise::node::service
