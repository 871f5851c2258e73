#include "node/service/channels.h"

#include "node/service/kept_state.h"
#include "node/service/kinds.h"
#include "node/service/naming.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 1'000'000;
constexpr std::size_t key_bytes = 32;
constexpr std::uint64_t look_back =
    16;  // entries of a log that are looked through for its newest message at start
constexpr Duration ask_pause = std::chrono::minutes{1};  // what is missing may be on its way

Bytes secret_name(const ChannelId& channel, BytesView keyring_record) {
    Bytes name = to_bytes(channel.view());
    append(name, keyring_record.first(keyring_record.size() - key_bytes));
    return name;
}

}  // namespace

LogRuntime* Channel::log(const LogId& wanted) {
    const auto found = writers.find(wanted);
    return found == writers.end() ? nullptr : &logs.at(found->second);
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

Channels::Channels(Core& core, Trust& trust, Aliases& aliases, Opened& opened)
    : core_(core), trust_(trust), aliases_(aliases), opened_(opened), packages_(core, trust) {
    trust_.set_aliases(*this);
    core_.batch.before_commit([this] { return write_states(); });
}

Result<void> Channels::load() {
    ++loads_;
    channels_.clear();
    channel_of_log_.clear();
    directory_.reset();
    grew_.clear();
    changed_.clear();
    telling_ = false;
    publish_at_.reset();
    LIAISE_TRY(packages_.load());
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
    for (const Bytes& name : LIAISE_TRY(core_.store.secrets().names(secret::channel_key, id.view()))) {
        const auto key = LIAISE_TRY(core_.store.secrets().get(secret::channel_key, name));
        if (key) LIAISE_TRY(keyring.import_secret(*key));
        kept.insert(to_hex(name));
    }
    KeptState loaded = LIAISE_TRY(load_state(core_.store.records(), id, state));
    keyring.set_current(loaded.state.has_group() ? std::nullopt : loaded.state.sealing_epoch());
    Channel& channel = add({std::move(loaded.state), std::move(keyring), {}, {}});
    channel.kept_secrets = std::move(kept);
    LIAISE_TRY(load_group(channel));
    LIAISE_TRY(load_renewal(channel));
    channel.state_in_facts = loaded.in_facts;
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
            runtime.last_shown = {log.head.sequence - back, message->order_time};
            break;
        }
        channel_of_log_[log.id] = id;
        channel.writers.emplace(log.id, log.writer);
        channel.logs.emplace(log.writer, std::move(runtime));
    }
    if (LIAISE_TRY(core_.store.messages().waiting_count(id)) > 0) channel.ask_at = core_.now() + ask_pause;
    if (channel.group)  // what was stored had been followed: this finds what to seal under
        channel::follow_group(
            channel.state, channel.keyring, *channel.group,
            [&](const channel::EntryRef& at) { return commit_at(channel, at); }, core_.now());
    consider_work(channel);
    return {};
}

Channel& Channels::add(channel::Founding founding) {
    const ChannelId id = founding.state.id();
    const auto writer = crypto::SigningKey::from_seed(founding.keyring.writer_seed);
    channels_.erase(id);
    Channel channel{std::move(founding.state), std::move(founding.keyring), std::move(founding.group),
                    writer};
    channel.changed = true;
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
    const channel::Plan plan = std::move(founding->plan);
    Channel& channel = add(*std::move(founding));
    if (charter.kind == channel::ChannelKind::directory) directory_ = channel.id();
    LIAISE_TRY(perform(channel, plan));
    return &channel;
}

Outcome<Done> Channels::perform(Channel& channel, const channel::Plan& plan) {
    for (const channel::Body& body : plan.bodies) LIAISE_TRY(author(channel, body));
    return channel.group ? do_commit(channel) : Outcome<Done>(Done{});
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
    const Time time = channel::time_after(core_.now(), log.last_shown.order_time);
    auto content = channel::validate({time, handling, causes_of_next(channel), std::move(body)});
    if (!content) return refusals::internal("Writing the entry", content.error());
    const log::EntryKind kind = content->kind();
    const channel::Place place{channel.id(), log.writer, log.head.sequence + 1, kind};
    auto sealed = channel::seal_entry(*content, place, channel.state, channel.keyring, channel.message_keys(),
                                      core_.random);
    if (!sealed && sealed.error().code == ErrorCode::not_known)
        return refusals::waits_for_key(channel.name());
    if (!sealed) return refusals::internal("Sealing the entry", sealed.error());
    const auto entry = log::sign_entry(channel.writer, channel.id(), log.head, kind, sealed->payload);
    if (!entry) return refusals::internal("Signing the entry", entry.error());

    const log::VerifiedRun run = log::run_of(*entry);
    const auto written = [&]() -> Result<Digested> {
        LIAISE_TRY(append(channel, log, run));
        if (sealed->message_key)
            LIAISE_TRY(use_message_key(channel, {log.row, place.sequence}, *std::move(sealed->message_key)));
        return judge(channel, log, place, sealed->epoch, *content);
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
    LIAISE_TRY(try_waiting());
    for (auto& [id, channel] : channels_) {
        if (channel.changed || channel.message_keys_used) LIAISE_TRY(write_message_keys(channel));
        if (!channel.changed) continue;
        LIAISE_TRY(write_state(core_.store.records(), channel.state, channel.state_in_facts));
        for (const crypto::SecretBytes& key : channel.keyring.export_secrets()) {
            const Bytes name = secret_name(id, key.view());
            if (!channel.kept_secrets.insert(to_hex(name)).second) continue;
            LIAISE_TRY(core_.store.secrets().put(secret::channel_key, name, key.view()));
        }
        LIAISE_TRY(write_group(channel));
        channel.changed = false;
    }
    return {};
}

// For this device; or for an alias, where one of the conveners who know it brings it.
Result<channel::OpenedInvitation> Channels::open_invitation(BytesView sealed, const DeviceId& bearer) const {
    auto opened = channel::open_invitation(sealed, core_.own.device_id(), core_.own.device.inbox, trust_);
    if (opened) return opened;
    for (const auto& [at, alias] : aliases_.all_own()) {
        if (alias_for(alias.keys.device_id(), bearer) == nullptr) continue;
        auto for_alias = channel::open_invitation(sealed, alias.keys.device_id(), alias.keys.inbox, trust_);
        if (for_alias && for_alias->invitation.channel == at.first) return for_alias;
    }
    return opened.error();
}

Result<ChannelId> Channels::take_parcel(BytesView sealed, const DeviceId& bearer) {
    if (!sealed.empty() && sealed[0] == channel::handed_keys_version) return take_handed_keys(sealed, bearer);
    const auto opened = LIAISE_TRY(open_invitation(sealed, bearer));
    const channel::Invitation& invitation = opened.invitation;
    LIAISE_TRY(core_.batch.write());
    Channel* const known = find(invitation.channel);
    const bool as_known = known != nullptr && known->state.own().device == invitation.device;
    // Under one name at a time: whoever answered for two would say that they are one.
    using Phase = channel::ChannelState::Phase;
    if (known != nullptr && !as_known &&
        (known->state.phase() == Phase::open || known->state.phase() == Phase::joining))
        return Error{ErrorCode::not_permitted, "we are in this channel under another name"};
    if (as_known && invitation.term <= known->state.own().term) {
        if (known->group && !invitation.seated.welcome.empty() &&
            invitation.term == known->state.own().term &&
            known->group->join(invitation.seated, invitation.number, packages_in(*known), core_.now()))
            LIAISE_TRY(follow_group(*known, true));
        if (channel::add_keys(invitation, known->keyring)) {
            known->changed = true;
            // Keys of single entries came as well; whatever waits for a key gets its chance.
            for (const EpochId& epoch :
                 LIAISE_TRY(core_.store.messages().epochs_waited_for(known->id(), everything)))
                if (!epoch.is_zero()) LIAISE_TRY(digest_waiting(*known, epoch));
            LIAISE_TRY(follow_group(*known, true));
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

// As whom the invitation names: ourselves, or an alias.
Result<channel::Founding> Channels::accept(const channel::Invitation& invitation,
                                           const crypto::SigningKey& writer) {
    for (const auto& [at, alias] : aliases_.all_own()) {
        if (at.first != invitation.channel || alias.keys.device_id() != invitation.device) continue;
        Bytes credential = channel::alias_credential(alias.keys, at.first);
        const auto proven = LIAISE_TRY(channel::prove_alias(credential, at.first));
        return channel::accept(invitation, {proven, std::move(credential)}, alias.keys.device, writer,
                               alias.packages, core_.now());
    }
    const auto own = own_device();
    if (!own) return Error{ErrorCode::not_permitted, "this member is not accredited now"};
    return channel::accept(invitation, *own, core_.own.device.signing, writer, packages_.own(), core_.now());
}

Result<void> Channels::enter(const channel::Invitation& invitation) {
    const auto writer = crypto::SigningKey::draw(core_.random);
    auto founding = LIAISE_TRY(accept(invitation, writer));
    std::map<WriterKey, LogRuntime> logs;
    std::map<LogId, WriterKey> writers;
    std::set<Bytes> kept_group_secrets;
    if (Channel* const before = find(invitation.channel)) {
        logs = std::move(before->logs);
        writers = std::move(before->writers);
        kept_group_secrets = std::move(before->kept_group_secrets);
        if (before->group && founding.group)
            founding.group->messages().absorb(std::move(before->group->messages()));
        for (const crypto::SecretBytes& key : before->keyring.export_secrets())
            LIAISE_TRY(founding.keyring.import_secret(key));
        founding.keyring.tag_key = invitation.tag_key;
        founding.keyring.writer_seed = writer.seed();  // of the new term's log
    }
    const channel::Plan plan = std::move(founding.plan);
    Channel& channel = add(std::move(founding));
    channel.logs = std::move(logs);
    channel.writers = std::move(writers);
    channel.kept_group_secrets = std::move(kept_group_secrets);
    shut_out_revoked(channel);
    for (const channel::Body& body : plan.bodies)
        if (!author(channel, body))
            return Error{ErrorCode::unavailable, "the introduction could not be written"};
    LIAISE_TRY(digest_all(channel, Logs::all));
    LIAISE_TRY(follow_group(channel, true));
    changed_.insert(channel.id());
    tell_after_commit();
    return {};
}

// What the directory said before we were here.
void Channels::shut_out_revoked(Channel& channel) {
    if (!channel.group || !trust_.in_network()) return;
    for (const MemberId& member : trust_.directory().members())
        for (const DeviceId& device : trust_.directory().all_devices(member))
            if (trust_.directory().device_standing(device, core_.now()) ==
                    identity::DeviceStanding::revoked ||
                trust_.directory().standing(member, core_.now()) == identity::Standing::revoked) {
                channel.state.shut_out(device, channel.keyring);
                for (const DeviceId& as : also_known_as(channel, device))
                    channel.state.shut_out(as, channel.keyring);
            }
}

Result<void> Channels::shut_out(std::span<const DeviceId> devices) {
    for (auto& [id, channel] : channels_)
        for (const DeviceId& device : devices) {
            std::vector<DeviceId> names = also_known_as(channel, device);
            names.push_back(device);
            for (const DeviceId& name : names) {
                const auto changes = channel.state.shut_out(name, channel.keyring);
                channel.changed = true;
                LIAISE_TRY(core_.batch.write());
                LIAISE_TRY(follow_changes(channel, changes, true));
            }
        }
    return {};
}

}  // namespace liaise::node::service
