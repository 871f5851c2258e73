#include "node/service/trust.h"

#include "node/service/kinds.h"
#include "node/service/naming.h"
#include "protocol/crypto/hash.h"
#include "protocol/identity/name_match.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 100'000;
constexpr std::size_t remembered_max = 4096;  // then all are forgotten: rather again than without end

Bytes key_of(BytesView object) {
    return to_bytes(crypto::blake2b({object}).view());
}

}  // namespace

Result<void> Trust::load() {
    directory_.reset();
    contacts_.clear();
    const auto network = LIAISE_TRY(core_.store.records().get(record::network, {}));
    if (network) {
        if (network->size() < NetworkId::size_bytes)
            return Error{ErrorCode::not_authentic, "damaged network record"};
        directory_.emplace(LIAISE_TRY(NetworkId::from(BytesView(*network).first(NetworkId::size_bytes))));
        for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::directory_object, everything)))
            LIAISE_TRY(directory_->apply(LIAISE_TRY(identity::parse_object(kept.value))));
    }
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::contact, everything)))
        if (kept.value.size() == 1 && kept.value[0] <= 3)
            contacts_[LIAISE_TRY(MemberId::from(kept.key))] =
                static_cast<identity::ContactState>(kept.value[0]);
    return {};
}

Result<void> Trust::enter(const NetworkId& network) {
    directory_.emplace(network);
    return {};
}

Result<identity::Applied> Trust::learn(const identity::DirectoryObject& object) {
    const identity::Applied applied = LIAISE_TRY(directory_->apply(object));
    if (applied == identity::Applied::known) return applied;
    const Bytes bytes = identity::encode_object(object);
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::directory_object, key_of(bytes), bytes));
    return applied;
}

Result<channel::ProvenDevice> Trust::prove(BytesView credential) const {
    if (!directory_ || !directory_->charter()) return Error{ErrorCode::not_known, "no charter here yet"};
    const identity::VerifiedCredential& known = *LIAISE_TRY(verified(credential, core_.now()));
    const auto standing = directory_->device_standing(known.device(), core_.now());
    const bool revoked = standing == identity::DeviceStanding::revoked ||
                         directory_->standing(known.member(), core_.now()) == identity::Standing::revoked;
    if (revoked) return Error{ErrorCode::not_permitted, "the member or device was revoked"};
    const auto& fields = known.certificate().fields();
    return channel::ProvenDevice{known.member(), known.device(), fields.device, fields.inbox};
}

Result<const identity::VerifiedCredential*> Trust::verified(BytesView credential,
                                                            std::optional<Time> now) const {
    const identity::CharterInForce& charter = *directory_->charter();
    const Hash digest = crypto::blake2b({credential});
    const auto known = credentials_.find(digest);
    if (known != credentials_.end()) {
        LIAISE_TRY(identity::check_credential(charter, known->second, now));
        return &known->second;
    }
    auto fresh = LIAISE_TRY(identity::verify_credential(charter, credential, now));
    if (credentials_.size() >= remembered_max) credentials_.clear();
    return &credentials_.emplace(digest, std::move(fresh)).first->second;
}

Result<channel::Occupant> Trust::owner_of(BytesView key_package) const {
    const Hash digest = crypto::blake2b({key_package});
    if (const auto known = packages_.find(digest); known != packages_.end()) return known->second;
    const channel::Occupant owner = LIAISE_TRY(channel::read_package(key_package));
    if (packages_.size() >= remembered_max) packages_.clear();
    packages_.emplace(digest, owner);
    return owner;
}

Result<channel::ProvenDevice> Trust::identify(BytesView credential) const {
    if (!directory_ || !directory_->charter()) return Error{ErrorCode::not_known, "no charter here yet"};
    const identity::VerifiedCredential& known = *LIAISE_TRY(verified(credential, std::nullopt));
    const auto& fields = known.certificate().fields();
    return channel::ProvenDevice{known.member(), known.device(), fields.device, fields.inbox};
}

Result<Bytes> Trust::own_credential() const {
    const auto chain = directory_->chain(core_.own.member(), core_.now());
    if (!chain) return Error{ErrorCode::not_permitted, "this member is not accredited now"};
    return identity::encode_credential(*chain, core_.own.certificate);
}

identity::Standing Trust::own_standing() const {
    return directory_ ? directory_->standing(core_.own.member(), core_.now()) : identity::Standing::unknown;
}

Outcome<MemberId> Trust::find(const std::string& who) const {
    if (!directory_) return refusals::no_network();
    // A whole id names nobody else: no name needs to be looked at.
    if (const auto id = MemberId::from_text(who); id && directory_->card(*id, core_.now())) return *id;
    std::vector<Named<MemberId>> all;
    for (const MemberId& member : directory_->members())
        all.push_back({member, member.text(), name_of(member)});
    return find_named("member", who, all);
}

std::string Trust::name_of(const MemberId& member) const {
    if (directory_)
        if (const auto card = directory_->card(member, core_.now())) return card->name;
    if (aliases_ != nullptr)
        if (std::string label = aliases_->label_of(member); !label.empty()) return label;
    return member.text().substr(0, 10);
}

bool Trust::is_taken(const std::string& name) const {
    if (!directory_) return false;
    const std::u32string shape = identity::skeleton_of(name);
    const auto members = directory_->members();
    return std::any_of(members.begin(), members.end(), [&](const MemberId& member) {
        return identity::skeleton_of(name_of(member)) == shape;
    });
}

PersonView Trust::view(const MemberId& member) const {
    PersonView person;
    person.id = member;
    person.name = name_of(member);
    person.standing = "unknown";
    person.self = member == core_.own.member();
    person.contact = person.self ? "verified" : std::string(identity::text_of(contact(member)));
    if (const channel::AliasCard* const card = aliases_ == nullptr ? nullptr : aliases_->card_of(member)) {
        person.alias = card->name;
        person.standing = "accredited";  // says the convener who added them
        person.self = aliases_->is_own(member);
        person.devices = aliases_->devices_of(member);
        if (const auto behind = aliases_->person_behind(member)) person.behind = name_of(*behind);
        if (person.self) person.behind = name_of(core_.own.member());
        return person;
    }
    if (!directory_) return person;
    const Time now = core_.now();
    if (const auto card = directory_->card(member, now)) {
        person.role = identity::text_of(card->role);
        person.country = card->country.code();
        person.organisation = card->organisation;
        person.rank = card->rank;
        person.standing = identity::text_of(card->standing);
        person.from = card->from;
        person.until = card->until;
        person.accreditor = name_of(card->accreditor);
        person.founder = card->founder;
    }
    person.devices = directory_->devices(member, now).size();
    return person;
}

std::vector<PersonView> Trust::everyone() const {
    std::vector<PersonView> people;
    if (!directory_) return people;
    std::map<std::u32string, std::vector<std::string>> by_shape;
    for (const MemberId& member : directory_->members()) {
        people.push_back(view(member));
        by_shape[identity::skeleton_of(people.back().name)].push_back(people.back().name);
    }
    for (PersonView& person : people) {
        std::vector<std::string> same = by_shape[identity::skeleton_of(person.name)];
        same.erase(std::find(same.begin(), same.end(), person.name));
        person.look_alikes = std::move(same);
    }
    return people;
}

identity::ContactState Trust::contact(const MemberId& member) const {
    const auto found = contacts_.find(member);
    return found == contacts_.end() ? identity::ContactState::fresh : found->second;
}

Result<void> Trust::set_contact(const MemberId& member, identity::ContactState state) {
    LIAISE_TRY(core_.batch.write());
    const std::array<std::uint8_t, 1> value{static_cast<std::uint8_t>(state)};
    LIAISE_TRY(core_.store.records().put(record::contact, member.view(), value));
    contacts_[member] = state;
    return {};
}

}  // namespace liaise::node::service
