#include "node/service/channels.h"

#include "node/service/kinds.h"
#include "node/service/naming.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 1'000'000;
constexpr std::size_t key_bytes = 32;
constexpr std::uint64_t look_back =
    16;  // entries of a log that are looked through for its newest message at start
constexpr Duration rekey_step_in = std::chrono::minutes{2};

Bytes secret_name(const ChannelId& channel, BytesView keyring_record) {
    Bytes name = to_bytes(channel.view());
    append(name, keyring_record.first(keyring_record.size() - key_bytes));
    return name;
}

}  // namespace

LogRuntime* Channel::log(const LogId& wanted) {
    for (auto& [writer_key, each] : logs)
        if (each.id == wanted) return &each;
    return nullptr;
}

std::optional<MemberId> Channel::direct_other() const {
    const channel::Charter* const charter = state.charter();
    if (charter == nullptr || charter->kind != channel::ChannelKind::direct) return std::nullopt;
    for (const MemberId& member : charter->conveners)
        if (member != state.own().member) return member;
    return std::nullopt;
}

channel::Coverage Channel::coverage() const {
    channel::Coverage coverage;
    for (const auto& [writer_key, each] : logs) coverage[each.id] = each.head.sequence;
    return coverage;
}

Channels::Channels(Core& core, Trust& trust, Opened& opened) : core_(core), trust_(trust), opened_(opened) {
    core_.batch.before_commit([this] { return write_states(); });
}

Result<void> Channels::load() {
    channels_.clear();
    channel_of_log_.clear();
    directory_.reset();
    grew_.clear();
    changed_.clear();
    telling_ = false;
    own_log_behind_ = LIAISE_TRY(core_.store.records().get(record::own_log_behind, {})).has_value();
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::channel, everything)))
        LIAISE_TRY(load_channel(LIAISE_TRY(ChannelId::from(kept.key)), kept.value));
    const auto network = LIAISE_TRY(core_.store.records().get(record::network, {}));
    if (network && network->size() == NetworkId::size_bytes + ChannelId::size_bytes)
        directory_ = LIAISE_TRY(ChannelId::from(BytesView(*network).last(ChannelId::size_bytes)));
    return {};
}

Result<void> Channels::load_channel(const ChannelId& id, BytesView state) {
    channel::Keyring keyring;
    std::set<std::string> kept;
    for (const Bytes& name : LIAISE_TRY(core_.store.secrets().names(secret::channel_key))) {
        if (!same_bytes(BytesView(name).first(ChannelId::size_bytes), id.view())) continue;
        const auto key = LIAISE_TRY(core_.store.secrets().get(secret::channel_key, name));
        if (key) LIAISE_TRY(keyring.import_secret(*key));
        kept.insert(to_hex(name));
    }
    auto loaded = LIAISE_TRY(channel::ChannelState::load(state));
    keyring.set_current(loaded.sealing_epoch());
    Channel& channel = add(std::move(loaded), std::move(keyring));
    channel.kept_secrets = std::move(kept);
    channel.changed = false;
    for (const store::LogState& log : LIAISE_TRY(core_.store.entries().logs_of(id))) {
        LogRuntime runtime{log.row, log.writer, log.id, log.head, log.head, 0, log.own, log.doubted, {}};
        if (log.equivocated) {
            const auto proof = LIAISE_TRY(core_.store.entries().equivocation(log.row));
            if (proof) runtime.forked_at = LIAISE_TRY(log::EquivocationProof::parse(*proof)).sequence();
        }
        for (std::uint64_t back = 0; back < look_back && back < log.head.sequence; ++back) {
            const auto message = LIAISE_TRY(core_.store.messages().find({log.row, log.head.sequence - back}));
            if (!message) continue;
            runtime.last_shown = {
                to_milliseconds(message->order_time), 0, {log.head.sequence - back, log.id}};
            break;
        }
        channel_of_log_[log.id] = id;
        channel.logs.emplace(log.writer, std::move(runtime));
    }
    consider_rekey(channel);
    return {};
}

Channel& Channels::add(channel::ChannelState state, channel::Keyring keyring) {
    const ChannelId id = state.id();
    const auto writer = crypto::SigningKey::from_seed(keyring.writer_seed);
    channels_.erase(id);
    Channel channel{std::move(state), std::move(keyring), writer, {}, {}, true, {}, {}};
    return channels_.emplace(id, std::move(channel)).first->second;
}

Channel* Channels::find(const ChannelId& id) {
    const auto found = channels_.find(id);
    return found == channels_.end() ? nullptr : &found->second;
}

Channel* Channels::directory() {
    return directory_ ? find(*directory_) : nullptr;
}

Channel* Channels::of_log(const LogId& log) {
    const auto found = channel_of_log_.find(log);
    return found == channel_of_log_.end() ? nullptr : find(found->second);
}

Outcome<Channel*> Channels::named(const std::string& wanted) {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<Named<ChannelId>> all;
    for (const auto& [id, channel] : channels_) {
        if (channel.is_directory() || directory_ == id) continue;
        const auto other = channel.direct_other();
        const bool second = other && direct_with(*other) != nullptr && direct_with(*other)->id() != id;
        all.push_back({id, id.text(), second ? std::string{} : name_of(channel)});
    }
    return find(LIAISE_TRY(find_named("channel", wanted, all)));
}

std::string Channels::name_of(const Channel& channel) const {
    const auto other = channel.direct_other();
    return other ? trust_.name_of(*other) : channel.name();
}

// Both may have made one while they were apart; what was said in the other stays readable there.
Channel* Channels::direct_with(const MemberId& other) {
    for (auto& [id, channel] : channels_)  // the smallest id first
        if (channel.direct_other() == other && channel.state.phase() == channel::ChannelState::Phase::open &&
            channel.state.member(other))
            return &channel;
    return nullptr;
}

Outcome<channel::OwnDevice> Channels::own_device() const {
    const auto credential = trust_.own_credential();
    if (!credential)
        return refusals::accreditation_over(identity::text_of(trust_.own_standing()), core_.now());
    const auto& fields = core_.own.certificate.fields();
    return channel::OwnDevice{{core_.own.member(), core_.own.device_id(), fields.device, fields.inbox},
                              *credential};
}

Outcome<Channel*> Channels::create(const channel::Charter& charter) {
    if (channels_.size() >= limits::channels_max)
        return refusals::limit_reached("channels", limits::channels_max);
    const channel::OwnDevice own = LIAISE_TRY(own_device());
    const auto writer = crypto::SigningKey::draw(core_.random);
    auto founding = channel::found(charter, own, core_.own.device.signing, writer, core_.random);
    if (!founding) return refusals::internal("Making the channel", founding.error());
    Channel& channel = add(std::move(founding->state), std::move(founding->keyring));
    if (charter.kind == channel::ChannelKind::directory) directory_ = channel.id();
    LIAISE_TRY(perform(channel, founding->plan));
    return &channel;
}

Outcome<Done> Channels::perform(Channel& channel, const channel::Plan& plan) {
    for (const channel::Body& body : plan.bodies) LIAISE_TRY(author(channel, body));
    if (plan.invitees.empty()) return Done{};
    const channel::OwnDevice own = LIAISE_TRY(own_device());
    for (const channel::Invitee& invitee : plan.invitees) {
        auto sealed = channel::seal_invitation(channel.state, channel.keyring, invitee, own,
                                               core_.own.device.signing, core_.random);
        if (!sealed) return refusals::internal("Sealing the invitation", sealed.error());
        LIAISE_TRY(or_refusal(core_.batch.write()));
        if (const auto kept = opened_.parcel(invitee.device.id, *std::move(sealed)); !kept)
            return refusals::from_store(kept.error());
    }
    return Done{};
}

LogRuntime& Channels::own_log(Channel& channel) {
    return channel.logs.at(log::writer_key_of(channel.writer));
}

std::vector<channel::EntryRef> Channels::causes_of_next(Channel& channel) {
    std::vector<channel::EntryRef> causes;
    for (const auto& [log, sequence] : channel.unread_causes) {
        if (causes.size() == limits::causes_max) break;
        causes.push_back({sequence, log});
    }
    return causes;
}

Outcome<AuthoredEntry> Channels::author(Channel& channel, channel::Body body, channel::Handling handling) {
    if (own_log_behind_) return refusals::own_log_behind();
    if (const auto open = core_.batch.write(); !open) return refusals::from_store(open.error());
    const auto ensured = ensure_log(channel, log::writer_key_of(channel.writer));
    if (!ensured) return refusals::from_store(ensured.error());
    LogRuntime& log = **ensured;

    if (channel.state.charter() != nullptr)
        handling = std::min(handling, channel.state.charter()->handling_ceiling);
    auto content = channel::validate({core_.now(), handling, causes_of_next(channel), std::move(body)});
    if (!content) return refusals::internal("Writing the entry", content.error());
    const log::EntryKind kind = content->kind();
    const auto epoch = kind == log::EntryKind::policy ? std::optional(channel.state.policy_epoch())
                                                      : channel.state.sealing_epoch();
    const crypto::Key* const key = epoch ? channel.keyring.find(*epoch) : nullptr;
    if (key == nullptr) return refusals::waits_for_key(channel.name());

    const channel::Place place{channel.id(), log.writer, log.head.sequence + 1, kind};
    const auto payload = channel::seal(*content, place, {*epoch, key}, core_.random);
    if (!payload) return refusals::internal("Sealing the entry", payload.error());
    const auto entry = log::sign_entry(channel.writer, channel.id(), log.head, kind, *payload);
    if (!entry) return refusals::internal("Signing the entry", entry.error());

    const log::VerifiedRun run = log::run_of(*entry);
    const auto written = [&]() -> Result<Digested> {
        LIAISE_TRY(append(channel, log, run));
        return judge(channel, log, place, *epoch, *content);
    }();
    if (!written) return refusals::from_store(written.error());
    // While we are joining, our introduction waits for the charter like everybody's.
    const bool joining = channel.state.phase() == channel::ChannelState::Phase::joining;
    if (*written == Digested::refused || (*written == Digested::waiting && !joining)) {
        const Error error{ErrorCode::not_permitted, "the channel's rules refuse it"};
        core_.batch.fail(error);
        return refusals::internal("Writing the entry", error);
    }
    if (kind == log::EntryKind::content) channel.unread_causes.clear();
    return AuthoredEntry{place.sequence, *std::move(content)};
}

Result<void> Channels::write_states() {
    for (auto& [id, channel] : channels_) {
        if (!channel.changed) continue;
        LIAISE_TRY(core_.store.records().put(record::channel, id.view(), channel.state.encode()));
        for (const crypto::SecretBytes& key : channel.keyring.export_secrets()) {
            const Bytes name = secret_name(id, key.view());
            if (!channel.kept_secrets.insert(to_hex(name)).second) continue;
            LIAISE_TRY(core_.store.secrets().put(secret::channel_key, name, key.view()));
        }
        channel.changed = false;
    }
    return {};
}

Result<ChannelId> Channels::take_parcel(BytesView sealed) {
    const auto opened =
        LIAISE_TRY(channel::open_invitation(sealed, core_.own.device_id(), core_.own.device.inbox, trust_));
    const channel::Invitation& invitation = opened.invitation;
    LIAISE_TRY(core_.batch.write());
    Channel* const known = find(invitation.channel);
    if (known != nullptr && invitation.term <= known->state.own().term) {
        if (channel::add_keys(invitation, known->keyring)) {
            known->changed = true;
            known->keyring.set_current(known->state.sealing_epoch());
            // Keys of single entries came as well; whatever waits for a key gets its chance.
            for (const EpochId& epoch :
                 LIAISE_TRY(core_.store.messages().epochs_waited_for(known->id(), everything)))
                if (!epoch.is_zero()) LIAISE_TRY(digest_waiting(*known, epoch));
        }
        return invitation.channel;
    }
    if (known == nullptr && channels_.size() >= limits::channels_max)
        return Error{ErrorCode::exhausted, "too many channels"};
    LIAISE_TRY(enter(invitation));
    return invitation.channel;
}

Result<void> Channels::enter_directory(BytesView parcel) {
    const auto opened =
        LIAISE_TRY(channel::open_invitation(parcel, core_.own.device_id(), core_.own.device.inbox, trust_));
    if (opened.invitation.charter.kind != channel::ChannelKind::directory)
        return Error{ErrorCode::not_permitted, "the welcome is not to the directory"};
    directory_ = opened.invitation.channel;
    return enter(opened.invitation);
}

Result<void> Channels::enter(const channel::Invitation& invitation) {
    const auto own = own_device();
    if (!own) return Error{ErrorCode::not_permitted, "this member is not accredited now"};
    const auto writer = crypto::SigningKey::draw(core_.random);
    auto founding = LIAISE_TRY(channel::accept(invitation, *own, core_.own.device.signing, writer));
    std::map<WriterKey, LogRuntime> logs;
    if (Channel* const before = find(invitation.channel)) {
        logs = std::move(before->logs);
        for (const crypto::SecretBytes& key : before->keyring.export_secrets())
            LIAISE_TRY(founding.keyring.import_secret(key));
        founding.keyring.writer_seed = writer.seed();  // the new term has a log of its own
    }
    Channel& channel = add(std::move(founding.state), std::move(founding.keyring));
    channel.logs = std::move(logs);
    if (!perform(channel, founding.plan))
        return Error{ErrorCode::unavailable, "the introduction could not be written"};
    LIAISE_TRY(digest_all(channel));
    changed_.insert(channel.id());
    tell_after_commit();
    return {};
}

// Someone introduced themselves under an epoch that newer members cannot read, since two were invited at
// about the same time: whoever convenes hands those members the keys of what they miss.
Result<void> Channels::invite_again(Channel& channel, const EpochId& epoch) {
    const auto own = own_device();
    if (!own || !channel.state.rank_of(core_.own.member())) return {};
    std::map<EpochId, std::uint64_t> numbers;
    for (const auto& [entry, fact] : channel.state.facts())
        if (const auto* const made = std::get_if<channel::EpochFact>(&fact.what))
            numbers[made->id] = made->number;
    for (const auto& [entry, fact] : channel.state.facts()) {
        const auto* const added = std::get_if<channel::MemberAdded>(&fact.what);
        if (added == nullptr || numbers[added->epoch] <= numbers[epoch] ||
            !channel.state.member(added->member))
            continue;
        for (const channel::Device& device : added->devices) {
            auto sealed =
                channel::seal_invitation(channel.state, channel.keyring, {added->member, added->term, device},
                                         *own, core_.own.device.signing, core_.random);
            if (!sealed) continue;
            LIAISE_TRY(core_.batch.write());
            LIAISE_TRY(opened_.parcel(device.id, *std::move(sealed)));
        }
    }
    return {};
}

Result<void> Channels::shut_out(std::span<const DeviceId> devices) {
    for (auto& [id, channel] : channels_)
        for (const DeviceId& device : devices) {
            const auto changes = channel.state.shut_out(device, channel.keyring);
            if (changes.empty()) continue;
            channel.changed = true;
            LIAISE_TRY(core_.batch.write());
            LIAISE_TRY(follow_changes(channel, changes));
        }
    return {};
}

void Channels::consider_rekey(Channel& channel) {
    const auto due = channel.state.rekey_due();
    if (!due) {
        channel.rekey_at.reset();
    } else if (!channel.rekey_at) {
        channel.rekey_at = core_.now() + rekey_step_in * static_cast<int>(due->place);
    }
}

std::optional<Time> Channels::deadline() const {
    std::optional<Time> earliest;
    for (const auto& [id, channel] : channels_)
        if (channel.rekey_at && (!earliest || *channel.rekey_at < *earliest)) earliest = channel.rekey_at;
    return earliest;
}

void Channels::tick(Time now) {
    for (auto& [id, channel] : channels_) {
        if (!channel.rekey_at || *channel.rekey_at > now) continue;
        channel.rekey_at = now + rekey_step_in;  // if this fails
        if (!channel.state.rekey_due()) {
            channel.rekey_at.reset();
            continue;
        }
        std::vector<channel::Device> devices;
        if (channel.is_directory())
            for (const MemberId& member : trust_.directory().members())
                for (const DeviceId& device : trust_.directory().devices(member, now))
                    devices.push_back({device, trust_.directory().certificate(device)->fields().inbox});
        const auto plan = channel.is_directory()
                              ? channel::plan_directory_rekey(channel.state, devices, core_.random)
                              : channel::plan_rekey(channel.state, core_.random);
        if (!plan || !perform(channel, *plan)) core_.log.event(Level::warning, "rekey_failed");
        consider_rekey(channel);
    }
}

}  // namespace liaise::node::service
