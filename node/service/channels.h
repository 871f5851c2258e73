// The channels of this device: their states, keys and logs, and the way of every entry, from wherever it
// comes:
//
//     ours:    content --seal, sign--> entry --+--> store --> open --> state --> projection
//     theirs:  verified run ------------------/          \--> waits for a key or a writer, and goes on when
//     that comes
//
// All within one batch: an entry is on disk exactly when what it changed is. Who shows what entries say is
// told through Opened.
#pragma once

#include <map>

#include "node/service/aliases.h"
#include "node/service/key_packages.h"
#include "protocol/channel/entry_sealing.h"
#include "protocol/channel/group_work.h"
#include "protocol/channel/handed_keys.h"
#include "protocol/channel/invitation.h"
#include "protocol/channel/open.h"
#include "protocol/channel/ordering.h"
#include "protocol/log/equivocation.h"
#include "protocol/log/run.h"

namespace liaise::node::service {

// The newest message of a log.
struct LastShown {
    std::uint64_t sequence = 0;  // 0: none
    Time order_time;
};

struct LogRuntime {
    store::LogRow row{};
    WriterKey writer;
    LogId id;
    log::LogHead head;            // written in the open batch too
    log::LogHead durable;         // what of it is committed
    std::uint64_t forked_at = 0;  // 0: no fork known
    bool own = false;
    bool doubted = false;
    LastShown last_shown;
};

// What decides where a device goes in its group: while it is the same there is nowhere else to go.
struct Followed {
    std::optional<channel::EntryRef> head, sealing;
    std::size_t commits = 0, kept = 0;
    bool pending = false;
    channel::ChannelState::Phase phase{};
    std::optional<EpochId> current{};
    bool operator==(const Followed&) const = default;
};

// That we said that we cannot open an entry.
struct AskedFor {
    Time last;
    unsigned times = 1;
};

struct Channel {
    channel::ChannelState state;
    channel::Keyring keyring;
    std::optional<channel::GroupKeys> group;  // but of the directory
    crypto::SigningKey writer;
    std::map<WriterKey, LogRuntime> logs{};
    std::map<LogId, WriterKey> writers{};                // of them
    std::map<LogId, std::uint64_t> unread_causes{};      // newest entries of others since our last
    bool changed = false;                                // state or keys, since they were last written
    bool message_keys_used = false;                      // likewise of single messages
    std::set<std::string> kept_secrets{};                // keyring records that are in the store
    std::set<Bytes> kept_group_secrets{};                // likewise of the group
    std::map<channel::GroupWork::Kind, Time> work_at{};  // what is due for the group, and when we do it
    std::optional<Time> renewal_at{};                    // of it what is waited for also while we are off
    bool work_changed = false;                           // since that was looked at
    std::optional<Followed> followed{};                  // where we stood when we last went after the group
    std::set<DeviceId> keys_due{};                       // who asked for keys
    std::optional<Time> keys_due_at{};                   // and when it is sent
    std::map<DeviceId, std::set<channel::EntryRef>> entries_due{};  // likewise keys of single entries
    Time policy_asks_from{};  // no sooner; after each question in vain twice as long
    unsigned policy_asks = 0;
    std::optional<Time> ask_at{};  // when we ask, if something is still missing
    std::map<channel::EntryRef, AskedFor> asked_for{};
    bool writers_moved = false;   // what waits for a writer or a membership is to be tried again
    bool follow_due = false;      // likewise the group is to be gone after
    bool state_in_facts = false;  // kept_state.h
    bool following = false;
    bool follow_again = false;

    const ChannelId& id() const { return state.id(); }
    std::string name() const { return state.charter() != nullptr ? state.charter()->name : "(joining)"; }
    bool is_directory() const {
        return state.charter() != nullptr && state.charter()->kind == channel::ChannelKind::directory;
    }
    // Who is out gets nothing any more: what they lack is no matter of theirs, and is not shown.
    bool is_over() const {
        return state.phase() == channel::ChannelState::Phase::removed ||
               state.phase() == channel::ChannelState::Phase::left;
    }
    const channel::MessageKeys* message_keys() const { return group ? &group->messages() : nullptr; }
    std::optional<MemberId> direct_other() const;  // of a direct channel, whom it is with
    LogRuntime* log(const LogId& id);
    channel::Coverage coverage() const;
    Followed where() const;  // of one that has a group
};

// Who this device is in a channel: the member that everybody knows, or an alias.
struct Self {
    MemberId member;
    DeviceId device;
    const crypto::SigningKey* signing;
    const crypto::DhKey* inbox;
};

// An entry whose content is readable and whose author counts.
struct OpenedEntry {
    const Channel& channel;
    const LogRuntime& log;
    std::uint64_t sequence;
    const channel::ValidatedContent& content;
    const channel::Accepted& accepted;
    store::EntryPlace place() const { return {log.row, sequence}; }
    channel::EntryRef ref() const { return {sequence, log.id}; }
};

// An entry that we wrote, within the open batch.
struct AuthoredEntry {
    std::uint64_t sequence = 0;  // in our log of the channel
    channel::ValidatedContent content;
};

class Opened {
  public:
    virtual ~Opened() = default;
    // Within the open batch.
    virtual Result<void> opened(const OpenedEntry& entry) = 0;
    // An entry came whose payload others have erased. Within the open batch.
    virtual Result<void> came_erased(const Channel& channel, const LogRuntime& log,
                                     std::uint64_t sequence) = 0;
    // Members, charter or epochs of a channel changed; told once a turn at most, after the commit.
    virtual void membership_changed(const ChannelId& channel) = 0;
    // New entries of a log are durable; where it ended before.
    virtual void log_grew(const ChannelId& channel, const WriterKey& writer, const log::LogHead& before) = 0;
    // A sealed parcel for a device's inbox, to be kept until it is delivered. Within the open batch.
    virtual Result<void> parcel(const DeviceId& to, Bytes sealed) = 0;
};

class Channels final : public AliasNames {
  public:
    Channels(Core& core, Trust& trust, Aliases& aliases, Opened& opened);

    Result<void> load();

    std::map<ChannelId, Channel>& all() { return channels_; }
    const std::map<ChannelId, Channel>& all() const { return channels_; }
    Channel* find(const ChannelId& id);
    Channel* directory();
    // By id, beginning of the id, or name; not the directory.
    Outcome<Channel*> named(const std::string& channel);
    // What people call it: a direct channel by the other's name.
    std::string name_of(const Channel& channel) const;
    // The direct channel to write to this person in. Where both made one, each node takes the same.
    Channel* direct_with(const MemberId& other);
    Channel* of_log(const LogId& log);

    // A new channel with us as convener: its first entries are written.
    Outcome<Channel*> create(const channel::Charter& charter);
    Outcome<Done> perform(Channel& channel, const channel::Plan& plan);
    // One entry of ours with this body.
    Outcome<AuthoredEntry> author(Channel& channel, channel::Body body,
                                  channel::Handling handling = channel::Handling::amber);
    LogRuntime& own_log(Channel& channel);

    // A run of someone else's, verified against the log's head.
    Result<void> take(log::VerifiedRun run);
    Result<void> take_fork(const log::EquivocationProof& proof);
    // From this entry on the log was taken on the strength of a later signature and turned out badly signed:
    // it is dropped.
    Result<void> cut_log(const ChannelId& channel, const WriterKey& writer, std::uint64_t first_bad);
    std::optional<log::SignedHeader> signed_header(const Channel& channel, const LogRuntime& log,
                                                   std::uint64_t sequence) const;
    // Checks signatures that stand under a later one, a few at a time.
    Result<void> verify_some(std::size_t count_max);
    bool maybe_unverified() const { return maybe_unverified_; }
    // A parcel for this device, or for an alias of ours: an invitation, or keys. Gives the channel, new or
    // known.
    Result<ChannelId> take_parcel(BytesView sealed, const DeviceId& bearer);
    // The directory channel from a join reply.
    Result<void> enter_directory(BytesView parcel);

    // The content of an entry that is stored here.
    Result<channel::ValidatedContent> content(Channel& channel, const LogRuntime& log,
                                              std::uint64_t sequence);
    Result<channel::CommitEntry> commit_at(Channel& channel, const channel::EntryRef& at);
    // Where a message stands among others; it is its log's newest from here on if it is.
    Time order_of(Channel& channel, LogRuntime& log, std::uint64_t sequence, const channel::Content& content);

    // After the directory learned of revocations: those devices get no keys any more.
    Result<void> shut_out(std::span<const DeviceId> devices);
    // Who was refused in the directory because their time was over, or had not come, is judged again.
    void clock_was_set();
    // When group work is due, and doing it.
    std::optional<Time> deadline() const;
    void tick(Time now);
    // A key package of ours into the directory, when it is time.
    void publish_package();

    std::uint64_t waiting_entries(const Channel& channel) const;

    // Aliases (alias_routes.cpp). Every question "is this us?" about something of a channel is one about
    // self(), or state.own().
    Outcome<Self> self(const Channel& channel) const;
    const OwnAlias* own_alias(const Channel& channel) const;
    bool under_alias(const Channel& channel) const;
    // Whether a session with this device of this person may mention the channel.
    bool speaks_of(const Channel& channel, const MemberId& person, const DeviceId& device) const;
    // Whether it is another device of ours that has our alias there.
    bool is_other_of_ours(const Channel& channel, const MemberId& person, const DeviceId& device) const;
    // Whom the channel knows them as, where we know that; else themselves.
    std::pair<MemberId, DeviceId> known_as(const Channel& channel, const MemberId& person,
                                           const DeviceId& device) const;
    // Whether what we hold for a member ever reaches them from here.
    bool hears_of(const Channel& channel, const MemberId& member) const;
    // Whether others get each other's entries and documents through us alone: we convene for an alias.
    bool carries(const Channel& channel) const;
    // Under an alias: whether a convener is left who knows it.
    bool cut_off(const Channel& channel) const;
    // As trust_.find(), and aliases of this channel before.
    Outcome<MemberId> member_named(const Channel& channel, const std::string& who) const;
    std::string label_of(const MemberId& alias) const override;
    const channel::AliasCard* card_of(const MemberId& alias) const override;
    bool is_own(const MemberId& alias) const override;
    std::size_t devices_of(const MemberId& alias) const override;
    std::optional<MemberId> person_behind(const MemberId& alias) const override;

    // A peer holds more of one of our own logs than we do: this home was put back from a copy. Nothing is
    // written any more, after a restart neither.
    Result<void> own_log_is_behind();
    bool own_log_behind() const { return own_log_behind_; }

  private:
    enum class Digested : std::uint8_t { accepted, waiting, refused };

    Outcome<channel::OwnDevice> own_device() const;
    Result<void> send_parcel(const Channel& channel, const MemberId& to, const DeviceId& device,
                             Bytes sealed);
    std::optional<DeviceId> real_device(const Channel& channel, const MemberId& alias,
                                        const DeviceId& device) const;
    std::vector<DeviceId> also_known_as(const Channel& channel, const DeviceId& device) const;
    const OwnAlias* alias_for(const DeviceId& alias_device, const DeviceId& bearer) const;
    Result<channel::OpenedInvitation> open_invitation(BytesView sealed, const DeviceId& bearer) const;
    Result<channel::HandedKeys> open_handed_keys(BytesView sealed, const DeviceId& bearer,
                                                 DeviceId& opened_by) const;
    Result<void> load_channel(const ChannelId& id, BytesView state);
    Channel& add(channel::Founding founding);
    Result<LogRuntime*> ensure_log(Channel& channel, const WriterKey& writer);
    Result<void> append(Channel& channel, LogRuntime& log, const log::VerifiedRun& run);
    Result<Digested> digest(Channel& channel, LogRuntime& log, std::uint64_t sequence, log::EntryKind kind,
                            BytesView payload);
    Result<Digested> judge(Channel& channel, LogRuntime& log, const channel::Place& place,
                           const EpochId& epoch, const channel::ValidatedContent& content);
    Result<void> digest_waiting(Channel& channel, const EpochId& epoch);
    Result<void> digest_stored(Channel& channel, const store::EntryPlace& place);
    enum class Logs : std::uint8_t { all, not_introduced };
    Result<void> digest_all(Channel& channel, Logs which);
    Result<void> follow_changes(Channel& channel, const std::vector<channel::Change>& changes, bool at_once);
    bool can_follow(const Channel& channel, const channel::ValidatedContent& content) const;
    Result<void> enter(const channel::Invitation& invitation);
    Result<channel::Founding> accept(const channel::Invitation& invitation, const crypto::SigningKey& writer);
    const channel::OwnPackages& packages_in(const Channel& channel) const;
    Result<void> write_states();
    // Once for a batch: whoever joins gets everybody's introduction and, entry by entry, who is a member.
    Result<void> try_waiting();
    std::vector<channel::EntryRef> causes_of_next(Channel& channel);
    void tell_after_commit();

    channel::PackageSource package_source() const;
    // `anew`: something came that the channel's state does not show.
    Result<void> follow_group(Channel& channel, bool anew = false);
    // Looked at once a turn: what is due follows from all that came in.
    void consider_work(Channel& channel);
    void look_for_work(Channel& channel);
    Result<void> load_renewal(Channel& channel);
    Result<void> keep_renewal(Channel& channel, std::optional<Time> at);
    Outcome<Done> do_work(Channel& channel, channel::GroupWork::Kind kind);
    Outcome<Done> do_commit(Channel& channel);
    Outcome<Done> write_commit(Channel& channel, const channel::GroupKeys::Made& made);
    Outcome<Done> send_invitation(Channel& channel, const channel::Invitee& invitee,
                                  const std::optional<channel::GroupWelcome>& welcome);
    struct WithoutKey {
        store::EntryPlace place;
        log::EntryKind kind;
        EpochId epoch;
    };
    Outcome<Done> ask_for_keys(Channel& channel);
    Result<std::vector<std::pair<channel::EntryRef, WithoutKey>>> entries_without_key(const Channel& channel);
    void forget_wrong_times(Channel& channel);
    void tick(Channel& channel, Time now);
    Result<void> take_package(const MemberId& author, const DeviceId& device, std::uint64_t sequence,
                              const channel::KeyPackageOffer& offer);
    // What an entry says, by the key that is kept beside it or by one that is taken for it.
    Result<channel::OpenedEntry> open_once(Channel& channel, const LogRuntime& log,
                                           const channel::Place& place, BytesView payload);
    Result<void> use_message_key(Channel& channel, store::EntryPlace place,
                                 channel::MessageKeys::Taken taken);
    Result<Digested> wait(Channel& channel, const LogRuntime& log, std::uint64_t sequence,
                          const EpochId& epoch);
    void owe_keys(Channel& channel, const DeviceId& device, const channel::Content& asked,
                  const channel::KeysWanted& wanted);
    Outcome<Done> hand_over(Channel& channel, const DeviceId& device,
                            const std::set<channel::EntryRef>& entries);
    Result<std::optional<crypto::Key>> key_for(const Channel& channel, const DeviceId& device,
                                               const channel::EntryRef& at, const store::EntryPlace& place);
    Result<ChannelId> take_handed_keys(BytesView parcel, const DeviceId& bearer);
    Result<void> take_handed_key(Channel& channel, const LogRuntime& log, const channel::EntryRef& at,
                                 const crypto::Key& key);
    Result<void> write_message_keys(Channel& channel);
    Result<std::vector<channel::NamedSecret>> secrets_of(const ChannelId& channel, std::uint16_t kind);
    Result<void> load_group(Channel& channel);
    Result<void> write_group(Channel& channel);
    void shut_out_revoked(Channel& channel);

    Core& core_;
    Trust& trust_;
    Aliases& aliases_;
    Opened& opened_;
    KeyPackages packages_;
    std::optional<Time> publish_at_;  // not before
    std::map<ChannelId, Channel> channels_;
    std::map<LogId, ChannelId> channel_of_log_;
    std::optional<ChannelId> directory_;
    std::set<std::pair<ChannelId, WriterKey>> grew_;  // in the open batch
    std::set<ChannelId> changed_;                     // in the open batch
    bool telling_ = false;                            // the open batch will tell of both
    std::uint64_t loads_ = 0;                         // how often channels_ was filled anew
    bool own_log_behind_ = false;
    bool judge_directory_ = true;  // after the start, too: the clock may have been set meanwhile
    bool maybe_unverified_ = true;
};

}  // namespace liaise::node::service
