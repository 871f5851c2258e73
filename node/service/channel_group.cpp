// Channels as MLS groups: following, what a device owes to its group, invitations. What is to be done and
// when is said by protocol/channel/group_work.h; here it is written and stored.
//
// A commit, the state that it leads to, and the parcels for those whom it seats are durable together or not
// at all: whatever crashes, nobody is told of an epoch that its maker forgot.
#include "node/service/channels.h"
#include "node/service/kinds.h"

namespace liaise::node::service {
namespace {

using Kind = channel::GroupWork::Kind;

constexpr Duration try_again = std::chrono::minutes{10};
constexpr Duration after_start = std::chrono::minutes{10};  // what others did meanwhile comes first

struct Marks {
    bool& mark;
    explicit Marks(bool& which) : mark(which) { mark = true; }
    ~Marks() { mark = false; }
    Marks(const Marks&) = delete;
    Marks& operator=(const Marks&) = delete;
};

}  // namespace

channel::PackageSource Channels::package_source() const {
    return [this](const MemberId& member, const DeviceId& device) {
        auto published = packages_.newest(member, device);
        return published ? std::move(published) : aliases_.package_of(member, device);
    };
}

// A commit's own entry and the parts before it.
Result<channel::CommitEntry> Channels::commit_at(Channel& channel, const channel::EntryRef& at) {
    const LogRuntime* const log = channel.log(at.log);
    if (log == nullptr) return Error{ErrorCode::not_known, "no such log here"};
    const channel::ValidatedContent last = LIAISE_TRY(content(channel, *log, at.sequence));
    const auto* const commit = last.as<channel::CommitEntry>();
    if (commit == nullptr || commit->fact.parts >= at.sequence)
        return Error{ErrorCode::malformed, "no commit at this place"};
    std::vector<Bytes> parts;
    for (std::uint64_t back = commit->fact.parts; back > 0; --back) {
        const channel::ValidatedContent part = LIAISE_TRY(content(channel, *log, at.sequence - back));
        if (const auto* const piece = part.as<channel::CommitPart>()) parts.push_back(piece->bytes);
    }
    return channel::joined(*commit, parts);
}

Followed Channel::where() const {
    const auto current = keyring.current();
    return {state.head(),
            state.sealing(),
            state.group().commits.size(),
            group->size(),
            group->has_pending(),
            state.phase(),
            current ? std::optional(current->id) : std::nullopt};
}

Result<void> Channels::follow_group(Channel& channel, bool anew) {
    if (!channel.group) return {};
    if (!anew && channel.followed == channel.where()) {
        consider_work(channel);
        return {};
    }
    channel.follow_again = true;
    if (channel.following) return {};
    {
        const Marks marks(channel.following);
        while (std::exchange(channel.follow_again, false)) {
            const auto learned = channel::follow_group(
                channel.state, channel.keyring, *channel.group,
                [&](const channel::EntryRef& at) { return commit_at(channel, at); }, core_.now());
            channel.changed = true;
            LIAISE_TRY(core_.batch.write());
            for (const EpochId& epoch : learned) LIAISE_TRY(digest_waiting(channel, epoch));
        }
    }
    channel.followed = channel.where();
    consider_work(channel);
    return {};
}

void Channels::consider_work(Channel& channel) {
    channel.work_changed = channel.group.has_value();
}

void Channels::look_for_work(Channel& channel) {
    if (!std::exchange(channel.work_changed, false)) return;
    const Time now = core_.now();
    std::map<Kind, Time> due;
    std::optional<Time> renewal;
    if (!own_log_behind_)
        for (const auto& [kind, wait, also_off] :
             channel::work_due(channel.state, *channel.group, package_source(), now)) {
            Time& at = due.emplace(kind, now + wait).first->second;
            const auto before = channel.work_at.find(kind);
            if (before != channel.work_at.end()) at = std::min(at, before->second);
            if (also_off && channel.renewal_at) at = std::min(at, *channel.renewal_at);
            if (also_off) renewal = at;
        }
    channel.work_at = std::move(due);
    if (renewal != channel.renewal_at && !keep_renewal(channel, renewal))
        core_.log.event(Level::warning, "group_work_failed", {{"what", "renewal"}});
}

// Laptops are on for a few hours: without this a wait of twelve would begin anew every morning.
Result<void> Channels::keep_renewal(Channel& channel, std::optional<Time> at) {
    LIAISE_TRY(core_.batch.write());
    auto& records = core_.store.records();
    if (at) {
        const Writer writer = Writer().u64(static_cast<std::uint64_t>(to_milliseconds(*at)));
        LIAISE_TRY(records.put(record::renewal, channel.id().view(), writer.view()));
    } else {
        LIAISE_TRY(records.remove(record::renewal, channel.id().view()));
    }
    channel.renewal_at = at;
    return {};
}

Result<void> Channels::load_renewal(Channel& channel) {
    const auto kept = LIAISE_TRY(core_.store.records().get(record::renewal, channel.id().view()));
    if (!kept) return {};
    Reader reader(*kept);
    const auto at = time_from_milliseconds(static_cast<std::int64_t>(LIAISE_TRY(reader.u64())));
    LIAISE_TRY(reader.end());
    channel.renewal_at = std::max(at, core_.now() + after_start);
    return {};
}

Outcome<Done> Channels::write_commit(Channel& channel, const channel::GroupKeys::Made& made) {
    for (const channel::Body& body : channel::pieces_of(made.entry)) LIAISE_TRY(author(channel, body));
    if (!made.seated) return Done{};
    for (const channel::Invitee& invitee : channel::seated_by(channel.state, made.entry.fact))
        LIAISE_TRY(send_invitation(channel, invitee, channel::GroupWelcome{made.entry.fact, *made.seated}));
    return Done{};
}

Outcome<Done> Channels::send_invitation(Channel& channel, const channel::Invitee& invitee,
                                        const std::optional<channel::GroupWelcome>& welcome) {
    if (under_alias(channel)) return Done{};  // conveners invite, and no alias is one
    const channel::OwnDevice own = LIAISE_TRY(own_device());
    auto sealed = channel::seal_invitation(channel.state, channel.keyring, invitee, welcome, own,
                                           core_.own.device.signing, core_.random);
    if (!sealed) return refusals::internal("Sealing the invitation", sealed.error());
    LIAISE_TRY(or_refusal(core_.batch.write()));
    return or_refusal(send_parcel(channel, invitee.member, invitee.device.id, *std::move(sealed)));
}

Outcome<Done> Channels::do_commit(Channel& channel) {
    for (const channel::Body& body : channel::offers_due(channel.state, *channel.group, package_source()))
        LIAISE_TRY(author(channel, body));
    const auto made = channel::make_commit(channel.state, *channel.group, core_.random);
    if (!made && made.error().code == ErrorCode::not_known) return Done{};
    if (!made) return refusals::internal("Making the commit", made.error());
    return write_commit(channel, *made);
}

Outcome<Done> Channels::do_work(Channel& channel, Kind kind) {
    switch (kind) {
        case Kind::commit:
            return do_commit(channel);
        case Kind::offer: {
            const auto& head = channel.state.head();
            const bool lost = !head || !channel::can_use(channel.state.branches(), *channel.group, *head);
            const Self own = LIAISE_TRY(self(channel));
            Bytes package = channel.group->offer(*own.signing, core_.now(), core_.random);
            LIAISE_TRY(author(channel,
                              channel::KeyPackageOffer{channel.state.own().term, lost, std::move(package)}));
            return Done{};
        }
        case Kind::acknowledge:
            if (!channel.state.head()) return Done{};
            LIAISE_TRY(author(channel, channel::Acknowledgement{*channel.state.head()}));
            return Done{};
        case Kind::begin: {
            const Self own = LIAISE_TRY(self(channel));
            const auto made = channel::begin_again(channel.state, *channel.group, *own.signing, core_.random);
            if (!made) return refusals::internal("Making a new group", made.error());
            return write_commit(channel, *made);
        }
    }
    return Done{};
}

std::optional<Time> Channels::deadline() const {
    if (own_log_behind_) return std::nullopt;  // nothing is written any more
    std::optional<Time> earliest;
    const auto consider = [&earliest](const std::optional<Time>& due) {
        if (due && (!earliest || *due < *earliest)) earliest = due;
    };
    for (const auto& [id, channel] : channels_) {
        if (channel.work_changed) consider(core_.now());
        for (const auto& [kind, due] : channel.work_at) consider(due);
        consider(channel.keys_due_at);
        consider(channel.ask_at);
    }
    if (directory_ && judge_directory_) consider(core_.now());
    if (directory_ && trust_.in_network() && trust_.own_standing() == identity::Standing::accredited)
        consider(publish_at_ ? std::max(*publish_at_, packages_.publish_at()) : packages_.publish_at());
    return earliest;
}

// What was to be done at a time of the clock that was wrong is looked at now.
void Channels::clock_was_set() {
    judge_directory_ = true;
    for (auto& [id, channel] : channels_) {
        consider_work(channel);
        forget_wrong_times(channel);
    }
}

void Channels::tick(Time now) {
    if (own_log_behind_) return;
    Channel* const of_network = directory();
    if (of_network != nullptr && std::exchange(judge_directory_, false))
        if (!core_.batch.write() || !digest_all(*of_network, Logs::not_introduced))
            core_.log.event(Level::warning, "directory_not_judged");
    publish_package();
    std::vector<ChannelId> ids;
    for (const auto& [id, channel] : channels_) ids.push_back(id);
    // What fails with its batch has everything loaded anew: no reference into channels_ outlives it.
    const std::uint64_t loads = loads_;
    for (const ChannelId& id : ids)
        if (loads_ == loads) tick(channels_.at(id), now);
}

void Channels::tick(Channel& channel, Time now) {
    const std::uint64_t loads = loads_;
    const auto done = [this](const Outcome<Done>& outcome, const char* what) {
        if (!outcome) core_.log.event(Level::warning, "group_work_failed", {{"what", what}});
    };
    if (channel.keys_due_at && *channel.keys_due_at <= now) {
        channel.keys_due_at.reset();
        for (const DeviceId& device : std::exchange(channel.keys_due, {}))
            if (const auto invitee = channel::invitee_of(channel.state, device))
                done(send_invitation(channel, *invitee, std::nullopt), "keys");
        for (const auto& [device, entries] : std::exchange(channel.entries_due, {}))
            done(hand_over(channel, device, entries), "keys of entries");
    }
    if (channel.ask_at && *channel.ask_at <= now) {
        channel.ask_at.reset();
        done(ask_for_keys(channel), "asking");
        if (loads_ != loads) return;
    }
    look_for_work(channel);
    const std::map<Kind, Time> planned = channel.work_at;
    for (const auto& [kind, due] : planned) {
        if (due > now) continue;
        channel.work_at[kind] = now + try_again;  // if it fails
        if (kind == Kind::commit && channel.renewal_at)
            done(or_refusal(keep_renewal(channel, now + try_again)), "renewal");
        done(do_work(channel, kind), "duty");
        if (loads_ != loads) return;
        consider_work(channel);
        look_for_work(channel);
    }
}

// What serves whoever wants to give us a leaf.
void Channels::publish_package() {
    Channel* const of_network = directory();
    const Time now = core_.now();
    if (of_network == nullptr || own_log_behind_ || packages_.publish_at() > now) return;
    if (publish_at_ && *publish_at_ > now) return;
    if (trust_.own_standing() != identity::Standing::accredited) return;
    publish_at_ = now + try_again;
    const auto offer = packages_.draw();
    if (!offer || !author(*of_network, *offer)) core_.log.event(Level::warning, "key_package_not_published");
}

Result<void> Channels::load_group(Channel& channel) {
    const auto kept = LIAISE_TRY(core_.store.records().get(record::group, channel.id().view()));
    if (!kept) return {};
    auto secrets = LIAISE_TRY(secrets_of(channel.id(), secret::group));
    for (const channel::NamedSecret& one : secrets) channel.kept_group_secrets.insert(one.name);
    const auto parts = LIAISE_TRY(secrets_of(channel.id(), secret::message_keys));
    channel.group =
        LIAISE_TRY(channel::GroupKeys::load(*kept, secrets, LIAISE_TRY(channel::MessageKeys::load(parts))));
    return {};
}

Result<std::vector<channel::NamedSecret>> Channels::secrets_of(const ChannelId& channel, std::uint16_t kind) {
    std::vector<channel::NamedSecret> secrets;
    for (const Bytes& name : LIAISE_TRY(core_.store.secrets().names(kind, channel.view())))
        if (auto value = LIAISE_TRY(core_.store.secrets().get(kind, name)))
            secrets.push_back({to_bytes(BytesView(name).subspan(ChannelId::size_bytes)), *std::move(value)});
    return secrets;
}

// With the entries whose keys were used: no key is there again after a crash, and none is lost.
Result<void> Channels::write_message_keys(Channel& channel) {
    channel.message_keys_used = false;
    if (!channel.group) return {};
    for (auto& [name, value] : channel.group->messages().take_changes()) {
        Bytes whole = to_bytes(channel.id().view());
        liaise::append(whole, name);
        if (value) {
            LIAISE_TRY(core_.store.secrets().put(secret::message_keys, whole, value->view()));
        } else {
            LIAISE_TRY(core_.store.secrets().remove(secret::message_keys, whole));
        }
    }
    return {};
}

// With the entries of the same batch: a state that we used or made is never older than what it led to.
Result<void> Channels::write_group(Channel& channel) {
    if (!channel.group) return {};
    const auto full = [&channel](const Bytes& name) {
        Bytes whole = to_bytes(channel.id().view());
        liaise::append(whole, name);
        return whole;
    };
    LIAISE_TRY(core_.store.records().put(record::group, channel.id().view(), channel.group->encode()));
    std::set<Bytes> names = channel.group->secret_names();
    for (const Bytes& gone : channel.kept_group_secrets)
        if (!names.contains(gone)) LIAISE_TRY(core_.store.secrets().remove(secret::group, full(gone)));
    for (const auto& [name, value] : channel.group->secrets(channel.kept_group_secrets))
        LIAISE_TRY(core_.store.secrets().put(secret::group, full(name), value.view()));
    channel.kept_group_secrets = std::move(names);
    return {};
}

}  // namespace liaise::node::service
