#include "tests/support/channel_people.h"

#include <algorithm>

#include "protocol/identity/identity_keys.h"

namespace liaise::test {

using namespace liaise::channel;

Result<ProvenDevice> TestDirectory::prove(BytesView credential) const {
    const auto found = devices_.find(LIAISE_TRY(DeviceId::from(credential)));
    if (found == devices_.end()) return Error{ErrorCode::not_known, "device is not known"};
    return found->second;
}

std::optional<Bytes> TestDirectory::package_of(const DeviceId& device) const {
    const auto found = packages_.find(device);
    return found == packages_.end() ? std::nullopt : std::optional(found->second);
}

TestDevice::TestDevice(const MemberId& member, TestDirectory& directory, SeededRandom& random)
    : directory_(directory),
      random_(random),
      device_key_(crypto::SigningKey::draw(random)),
      inbox_(crypto::DhKey::draw(random)),
      writer_(crypto::SigningKey::draw(random)) {
    proven_ = {member, identity::device_id_of(device_key_.public_key()), device_key_.public_key(),
               inbox_.public_key()};
    directory.add(proven_);
    directory.publish(proven_.device, published_.make(member, device_key_, now_, random));
}

void TestDevice::found(Charter charter) {
    writer_ = crypto::SigningKey::draw(random_);
    next_sequence_ = 1;
    held_.clear();
    known_.clear();
    accepted_.clear();
    Founding founding = channel::found(charter, own(), device_key_, writer_, random_).value();
    state_ = std::make_unique<ChannelState>(founding.state);
    keyring_ = founding.keyring;
    group_ = std::move(founding.group);
    write_all(founding.plan.bodies).value();
}

Result<void> TestDevice::take_parcel(BytesView parcel) {
    const OpenedInvitation opened = LIAISE_TRY(open_invitation(parcel, proven_.device, inbox_, directory_));
    if (state_ != nullptr && state_->own().term == opened.invitation.term) {
        add_keys(opened.invitation, keyring_);
        if (group_ && !opened.invitation.seated.welcome.empty())
            static_cast<void>(
                group_->join(opened.invitation.seated, opened.invitation.number, published_, now_));
        retry();
        return {};
    }
    if (state_ != nullptr) {  // a later term: a new log
        writer_ = crypto::SigningKey::draw(random_);
        next_sequence_ = 1;
        accepted_.clear();
    }
    const Keyring before = keyring_;
    Founding entered = LIAISE_TRY(accept(opened.invitation, own(), device_key_, writer_, published_, now_));
    state_ = std::make_unique<ChannelState>(entered.state);
    keyring_ = entered.keyring;
    group_ = std::move(entered.group);
    for (const auto& [id, key] : before.epochs()) keyring_.add(id, key);
    retry();
    store(validate({Time{}, Handling::clear, {}, entered.plan.bodies.front()}).value());
    return {};
}

// What others will accept, and this device only later.
void TestDevice::store(const ValidatedContent& content) {
    const Place place{state_->id(), state_->own().writer, next_sequence_++, content.kind()};
    const SealedEntry sealed = seal_at(place, content).value();
    held_.push_back({place, sealed.payload});
    use(held_.back().ref(), sealed.message_key);
    known_.insert(held_.back().ref());
    retry();
}

bool TestDevice::misses_keys() const {
    return std::any_of(held_.begin(), held_.end(), [this](const TestEntry& entry) {
        return entry.place.kind == log::EntryKind::policy && !open(entry.payload, entry.place, keyring_).ok();
    });
}

bool TestDevice::ask_for_keys() {
    const bool missing = misses_keys();
    if (missing) store(validate({Time{}, Handling::clear, {}, KeysWanted{}}).value());
    return missing;
}

Result<SealedEntry> TestDevice::seal_at(const Place& place, const ValidatedContent& content) {
    const MessageKeys* const messages = group_ ? &group_->messages() : nullptr;
    auto sealed = seal_entry(content, place, *state_, keyring_, messages, random_);
    if (sealed || place.kind == log::EntryKind::content) return sealed;
    const auto& [any, key] = *keyring_.epochs().begin();  // of one who is out, and goes on all the same
    return SealedEntry{any, LIAISE_TRY(seal(content, place, {any, &key}, random_)), std::nullopt};
}

void TestDevice::use(const EntryRef& entry, const std::optional<MessageKeys::Taken>& key) {
    if (!key) return;
    message_keys_.insert_or_assign(entry, key->key);
    group_->messages().use(*key);
}

Result<void> TestDevice::write(Body body) {
    const ValidatedContent content = LIAISE_TRY(validate({Time{}, Handling::clear, {}, std::move(body)}));
    const Place place{state_->id(), state_->own().writer, next_sequence_, content.kind()};
    const SealedEntry sealed = LIAISE_TRY(seal_at(place, content));
    LIAISE_TRY(state_->receive(place, sealed.epoch, content, directory_, inbox_, keyring_));
    ++next_sequence_;
    held_.push_back({place, sealed.payload});
    use(held_.back().ref(), sealed.message_key);
    known_.insert(held_.back().ref());
    accepted_.insert(held_.back().ref());
    follow();
    retry();
    return {};
}

Result<void> TestDevice::write_all(const std::vector<Body>& bodies) {
    for (const Body& body : bodies) LIAISE_TRY(write(body));
    return {};
}

std::vector<TestDevice::Mail> TestDevice::perform(const Plan& plan) {
    write_all(plan.bodies).value();
    return commit();
}

PackageSource TestDevice::packages() const {
    return [this](const MemberId&, const DeviceId& device) { return directory_.package_of(device); };
}

std::vector<TestDevice::Mail> TestDevice::commit() {
    if (!group_) return {};
    for (const Body& body : offers_due(*state_, *group_, packages())) write(body).value();
    const auto made = make_commit(*state_, *group_, random_);
    return made ? publish(*made) : std::vector<Mail>{};
}

std::vector<TestDevice::Mail> TestDevice::begin_again() {
    return publish(channel::begin_again(*state_, *group_, device_key_, random_).value());
}

std::vector<TestDevice::Mail> TestDevice::publish(const GroupKeys::Made& made) {
    write_all(pieces_of(made.entry)).value();
    std::vector<Mail> mail;
    if (!made.seated) return mail;
    for (const Invitee& invitee : seated_by(*state_, made.entry.fact))
        mail.push_back({invitee.device.id, seal_invitation(*state_, keyring_, invitee,
                                                           GroupWelcome{made.entry.fact, *made.seated}, own(),
                                                           device_key_, random_)
                                               .value()});
    return mail;
}

// Whatever it waits for, but for what a leaf's age brings: here time stands still.
bool TestDevice::owes(GroupWork::Kind kind) const {
    if (!group_) return false;
    const auto due = work_due(*state_, *group_, packages(), now_);
    return std::any_of(due.begin(), due.end(), [kind](const GroupWork& work) {
        return work.kind == kind && !work.also_off && work.wait < std::chrono::days{29};
    });
}

bool TestDevice::do_duties() {
    if (owes(GroupWork::Kind::offer)) {
        now_ += std::chrono::milliseconds{1};  // no two offers at once
        const bool lost = !state_->head() || !can_use(state_->branches(), *group_, *state_->head());
        write(KeyPackageOffer{state_->own().term, lost, group_->offer(device_key_, now_, random_)}).value();
        return true;
    }
    if (!owes(GroupWork::Kind::acknowledge)) return false;
    write(Acknowledgement{*state_->head()}).value();
    return true;
}

void TestDevice::restart() {
    state_ = std::make_unique<ChannelState>(ChannelState::load(state_->encode()).value());
    if (group_) {
        for (auto& [name, part] : group_->messages().take_changes())
            if (part) {
                kept_parts_.insert_or_assign(name, *std::move(part));
            } else {
                kept_parts_.erase(name);
            }
        std::vector<NamedSecret> parts;
        for (const auto& [name, part] : kept_parts_) parts.push_back({name, part});
        group_ =
            GroupKeys::load(group_->encode(), group_->secrets(), MessageKeys::load(parts).value()).value();
    }
    follow();
}

std::vector<Change> TestDevice::shut_out(const DeviceId& device) {
    const auto changes = state_->shut_out(device, keyring_);
    follow();
    return changes;
}

Result<CommitEntry> TestDevice::commit_at(const EntryRef& at) const {
    std::map<std::uint64_t, ValidatedContent> parts;
    for (const TestEntry& entry : held_) {
        const bool near = entry.ref().log == at.log && entry.place.sequence <= at.sequence &&
                          entry.place.sequence + limits::commit_parts_max >= at.sequence;
        if (near && entry.place.kind == log::EntryKind::policy)
            if (const auto content = open(entry.payload, entry.place, keyring_))
                parts.emplace(entry.place.sequence, *content);
    }
    const auto last = parts.find(at.sequence);
    if (last == parts.end()) return Error{ErrorCode::not_known, "no such entry"};
    const CommitEntry commit = *last->second.as<CommitEntry>();
    std::vector<Bytes> pieces;
    for (auto part = parts.lower_bound(at.sequence - commit.fact.parts); part != last; ++part)
        pieces.push_back(part->second.as<CommitPart>()->bytes);
    return joined(commit, pieces);
}

// Whether there are new keys.
bool TestDevice::follow() {
    if (!group_) return false;
    return !follow_group(
                *state_, keyring_, *group_, [this](const EntryRef& at) { return commit_at(at); }, now_)
                .empty();
}

Result<Accepted> TestDevice::verdict(const TestEntry& entry) {
    const ValidatedContent content = LIAISE_TRY(open_held(entry));
    return state_->receive(entry.place, LIAISE_TRY(epoch_of(entry.payload)), content, directory_, inbox_,
                           keyring_);
}

void TestDevice::take(const std::vector<TestEntry>& entries) {
    for (const TestEntry& entry : entries)
        if (known_.insert(entry.ref()).second) held_.push_back(entry);
    retry();
}

void TestDevice::retry() {
    if (state_ == nullptr) return;
    for (bool progress = true; progress;) {
        progress = false;
        for (const TestEntry& entry : held_) {
            if (entry.place.kind != log::EntryKind::policy || accepted_.contains(entry.ref())) continue;
            const auto accepted = verdict(entry);
            if (!accepted) continue;
            for (const Change& change : accepted->changes)
                if (change.kind == Change::Kind::keys_due) keys_due_.insert(change.device);
            accepted_.insert(entry.ref());
            progress = true;
        }
        progress = follow() || progress;
    }
}

std::vector<TestDevice::Mail> TestDevice::mail_due() {
    std::vector<Mail> mail;
    for (auto due = keys_due_.begin(); due != keys_due_.end();) {
        const auto invitee = invitee_of(*state_, *due);
        const auto parcel =
            invitee ? seal_invitation(*state_, keyring_, *invitee, std::nullopt, own(), device_key_, random_)
                    : Result<Bytes>(Error{ErrorCode::not_known, "gone"});
        if (parcel) mail.push_back({*due, *parcel});
        due = parcel || !invitee ? keys_due_.erase(due) : std::next(due);
    }
    return mail;
}

std::vector<TestEntry> TestDevice::own_entries() const {
    std::vector<TestEntry> own;
    for (const TestEntry& entry : held_)
        if (entry.place.writer == state_->own().writer) own.push_back(entry);
    return own;
}

Coverage TestDevice::lasts() const {
    Coverage lasts;
    for (const TestEntry& entry : held_) {
        std::uint64_t& last = lasts[entry.ref().log];
        last = std::max(last, entry.place.sequence);
    }
    return lasts;
}

Result<ValidatedContent> TestDevice::open_held(const TestEntry& entry) {
    const auto known = message_keys_.find(entry.ref());
    if (known != message_keys_.end()) return open(entry.payload, entry.place, known->second);
    const MessageKeys* const messages = group_ ? &group_->messages() : nullptr;
    OpenedEntry opened = LIAISE_TRY(open_entry(entry.payload, entry.place, *state_, keyring_, messages));
    use(entry.ref(), opened.message_key);
    return std::move(opened.content);
}

std::set<std::string> TestDevice::readable() {
    std::set<std::string> texts;
    for (const TestEntry& entry : held_) {
        if (entry.place.kind != log::EntryKind::content) continue;
        const auto content = open_held(entry);
        if (!content || !state_->author_of(entry.ref())) continue;
        if (const auto* post = content->as<Post>()) texts.insert(post->text);
    }
    return texts;
}

Charter test_charter(const MemberId& founder, History history, ChannelKind kind) {
    Charter charter;
    charter.name = "practice";
    charter.purpose = "What works instead of arrest.";
    charter.kind = kind;
    charter.history = history;
    charter.conveners = {founder};
    return charter;
}

MemberId test_member(std::uint8_t number) {
    MemberId id;
    id.bytes.fill(number);
    return id;
}

}  // namespace liaise::test
