#include "node/service/app_node.h"

#include <algorithm>

#include "node/service/charter_words.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t index_a_tick = 100;
constexpr std::size_t verify_a_tick = 64;
constexpr std::size_t forget_a_tick = 100;
constexpr Duration quiet_pause = std::chrono::milliseconds{250};   // before upkeep begins
constexpr Duration upkeep_pause = std::chrono::milliseconds{2};    // between two of its steps
constexpr Duration upkeep_failed_pause = std::chrono::minutes{1};  // a page that cannot be read stays so
constexpr Duration seats_pause = std::chrono::seconds{10};         // between two looks at a channel's devices
constexpr Duration rest_least = std::chrono::seconds{1};  // after a failed write; twice as long each time
constexpr unsigned rest_doublings_max = 6;
constexpr Duration waits_most = std::chrono::seconds{2};  // upkeep, for people who never pause

}  // namespace

AppNode::AppNode(store::Store& store, RandomSource& random, EventLog& log, Driver& driver, Own own)
    : core_{store,
            random,
            log,
            driver,
            std::move(own),
            Batch(
                store, [&driver] { driver.wake(); }, [this](const Error& error) { recover(error); })},
      trust_(core_),
      aliases_(core_),
      channels_(core_, trust_, aliases_, *this),
      listings_(core_, trust_, channels_),
      requests_(core_, trust_, aliases_, channels_, listings_, *this),
      marks_(core_),
      mutes_(core_),
      deliveries_(core_, channels_),
      messages_(core_, trust_, channels_, marks_, deliveries_, mutes_),
      library_(core_, trust_, channels_, messages_),
      editing_(core_, trust_, channels_, marks_, messages_, library_),
      finder_(core_, channels_, messages_, library_),
      membership_(core_, trust_, channels_),
      own_devices_(core_, trust_, channels_, membership_),
      device_join_(core_, trust_, membership_),
      peers_(core_, trust_, channels_, deliveries_, library_, membership_, own_devices_, device_join_,
             requests_) {
    library_.set_sources(&peers_);
    core_.batch.before_commit([this]() -> Result<void> {
        failed_write_.reset();  // recover() sets it again
        return {};
    });
}

AppNode::~AppNode() = default;

Result<std::unique_ptr<AppNode>> AppNode::open(store::Store& store, RandomSource& random, EventLog& log,
                                               Driver& driver) {
    std::unique_ptr<AppNode> node(new AppNode(store, random, log, driver, LIAISE_TRY(load_own(store))));
    LIAISE_TRY(node->load());
    LIAISE_TRY(node->core_.batch.commit());
    return node;
}

Result<void> AppNode::load() {
    core_.own = LIAISE_TRY(load_own(core_.store));
    LIAISE_TRY(trust_.load());
    LIAISE_TRY(aliases_.load());
    LIAISE_TRY(channels_.load());
    LIAISE_TRY(listings_.load());
    LIAISE_TRY(requests_.load());
    LIAISE_TRY(mutes_.load());
    LIAISE_TRY(deliveries_.load());
    LIAISE_TRY(membership_.load());
    LIAISE_TRY(own_devices_.load());
    LIAISE_TRY(device_join_.load());
    LIAISE_TRY(library_.load());
    LIAISE_TRY(editing_.load());
    LIAISE_TRY(peers_.load());
    seats_at_.clear();
    for (const auto& [id, channel] : channels_.all()) may_say_.insert(id);
    devices_changed(seats_pause);
    return {};
}

// A batch could not be made durable: what the parts hold in memory is ahead of the store. They load it anew,
// and sessions start anew. What they wanted to write is due at once, and would fail at once where a disk is
// full: so the node does nothing by itself for a while. What its user asks for is tried.
void AppNode::recover(const Error& error) {
    core_.log.event(Level::error, "write_failed",
                    {{"code", name_of(error.code)},
                     {"why", std::string("\"") + error.phrase + "\""},
                     {"at", std::to_string(error.at)}});
    failed_write_ = FailedWrite{error, core_.now()};
    rests_until_ = core_.now() + rest_least * (1 << std::min(failed_writes_++, rest_doublings_max));
    arrived_.clear();
    peers_.close_all();
    const auto again = load();
    if (!again) core_.log.event(Level::error, "reload_failed", {{"code", name_of(again.error().code)}});
}

void AppNode::attach(transport::Transport& transport, std::vector<std::string> listening,
                     std::vector<std::string> announced) {
    peers_.attach(transport);
    membership_.set_listening(std::move(listening), std::move(announced));
    peers_.dial_all();
    peers_.dial_adder();
}

void AppNode::detach() {
    peers_.detach();
}

void AppNode::clock_was_set() {
    core_.log.event(Level::warning, "clock_was_set");
    upkeep_at_ = core_.now();
    rests_until_ = {};
    peers_.clock_was_set();
    channels_.clock_was_set();
}

Result<void> AppNode::opened(const OpenedEntry& entry) {
    for (const channel::EntryRef& cause : entry.content->causes)
        deliveries_.referred_to(entry.channel.id(), cause);
    if (const auto* const post = entry.content.as<channel::Post>()) {
        const bool fresh = LIAISE_TRY(messages_.add(entry, MessageKind::post, post->reply_to));
        if (fresh && LIAISE_TRY(editing_.arrived(entry))) announce(entry);
        wake_finder();
        return {};
    }
    const channel::ChannelState& state = entry.channel.state;
    if (!entry.channel.is_directory() &&
        notice_of(state, entry.content->body, entry.accepted.author, trust_)) {
        const bool fresh = LIAISE_TRY(messages_.add(entry, MessageKind::notice, std::nullopt));
        if (fresh && state.view().counting.contains(entry.ref())) announce(entry);
        return {};
    }
    if (const auto* const document = entry.content.as<channel::Document>()) {
        wake_finder();
        LIAISE_TRY(library_.opened(entry, *document));
        LIAISE_TRY(editing_.arrived(entry));
        return {};
    }
    if (const auto* const retract = entry.content.as<channel::Retract>())
        return editing_.opened(entry, *retract);
    if (const auto* const edit = entry.content.as<channel::Edit>()) {
        wake_finder();
        LIAISE_TRY(editing_.opened(entry, *edit));
        return announce_edit(entry, *edit);
    }
    if (const auto* const reaction = entry.content.as<channel::Reaction>())
        return editing_.opened(entry, *reaction);
    if (const auto* const pin = entry.content.as<channel::Pin>()) return editing_.opened(entry, *pin);
    if (const auto* const hide = entry.content.as<channel::Hide>()) return editing_.opened(entry, *hide);
    if (const auto* const seen = entry.content.as<channel::Seen>()) return deliveries_.opened(entry, *seen);
    if (const auto* const lift = entry.content.as<channel::Lift>()) return editing_.opened(entry, *lift);
    if (const auto* const object = entry.content.as<channel::DirectoryObject>()) {
        if (identity::is_certificate(object->bytes)) devices_changed(Duration::zero());
        return membership_.opened(entry, *object);
    }
    if (const auto* const addresses = entry.content.as<channel::Addresses>())
        return membership_.opened(entry, *addresses);
    if (const auto* const announcement = entry.content.as<channel::Announcement>())
        return listings_.opened(entry, *announcement);
    return {};
}

// To the observer, once it is durable.
void AppNode::announce(const OpenedEntry& entry) {
    if (observer_ == nullptr || !observer_->wants_messages()) return;
    if (mutes_.has(entry.accepted.author, entry.channel.id()) && !entry.log.own) {
        // That there was one, and no more: so that whoever follows can be told how many they do not see.
        MessageView& muted = arrived_.emplace_back();
        muted.channel_id = entry.channel.id();
        muted.channel = channels_.name_of(entry.channel);
        muted.kind = "muted";
        return;
    }
    arrived_.push_back(
        messages_.newest_view(entry.channel, entry.log, entry.ref(), entry.accepted.author, *entry.content));
}

// A message that was shown reads otherwise now: whoever follows sees it once more.
Result<void> AppNode::announce_edit(const OpenedEntry& entry, const channel::Edit& edit) {
    if (observer_ == nullptr || !observer_->wants_messages()) return {};
    if (mutes_.has(entry.accepted.author, entry.channel.id()) && !entry.log.own) return {};
    const auto log = std::find_if(entry.channel.logs.begin(), entry.channel.logs.end(),
                                  [&](const auto& each) { return each.second.id == edit.target.log; });
    if (log == entry.channel.logs.end()) return {};
    const auto row = LIAISE_TRY(core_.store.messages().find({log->second.row, edit.target.sequence}));
    if (!row) return {};  // it has not come yet, and will come edited
    auto view = messages_.view(*row);
    if (view && view->text == edit.text) arrived_.push_back(*std::move(view));
    return {};
}

Result<void> AppNode::came_erased(const Channel& channel, const LogRuntime& log, std::uint64_t sequence) {
    return editing_.arrived_erased(channel, log, sequence);
}

void AppNode::wake_finder() {
    if (!finder_.maybe_waiting()) upkeep_at_ = core_.now() + quiet_pause;
    finder_.wake();
}

// What can wait for a quiet moment: the search index, and signatures that stand under a later one. A little
// at a time.
void AppNode::do_upkeep(Time now) {
    upkeep_at_ = now + quiet_pause;
    upkeep_last_ = now;
    if (core_.batch.open()) return;
    const auto done = [&]() -> Result<void> {
        if (finder_.maybe_waiting())
            LIAISE_TRY(finder_.index_some(index_a_tick));
        else if (channels_.maybe_unverified())
            LIAISE_TRY(channels_.verify_some(verify_a_tick));
        return {};
    }();
    if (!done) {
        upkeep_at_ = now + upkeep_failed_pause;
        return core_.batch.fail(done.error());
    }
    upkeep_at_ = now + upkeep_pause;
}

void AppNode::forget_old(Time now) {
    if (core_.batch.open()) return editing_.retry_at(now + upkeep_pause);
    const auto done = editing_.forget_old(forget_a_tick);
    if (done) return;
    editing_.retry_at(now + upkeep_failed_pause);
    core_.batch.fail(done.error());
}

void AppNode::make_way(Time now) {
    upkeep_at_ = std::max(upkeep_at_, std::min(now + quiet_pause, upkeep_last_ + waits_most));
}

void AppNode::membership_changed(const ChannelId& channel) {
    deliveries_.membership_changed(channel);
    editing_.charter_changed();
    may_say_.insert(channel);
    consider_seats(channel, seats_pause);
    peers_.channel_changed(channel);
    if (const Channel* const directory = channels_.directory();
        directory != nullptr && directory->id() == channel)
        peers_.dial_all();
    if (observer_ != nullptr) observer_->changed();
}

void AppNode::log_grew(const ChannelId& channel, const WriterKey& writer, const log::LogHead& before) {
    peers_.log_grew(channel, writer, before);
    if (const Channel* const directory = channels_.directory();
        directory != nullptr && directory->id() == channel) {
        peers_.dial_all();
        may_say_.insert(channel);
    }
    for (const MessageView& message : std::exchange(arrived_, {}))
        if (observer_ != nullptr) observer_->message_arrived(message);
}

Result<void> AppNode::parcel(const DeviceId& to, Bytes sealed) {
    return peers_.keep_parcel(to, std::move(sealed));
}

void AppNode::flush(Time) {
    // What a commit sets off may write again.
    for (int rounds = 0; core_.batch.open() && rounds < 8; ++rounds) {
        if (!core_.batch.commit()) return;
        failed_writes_ = 0;
    }
    if (core_.batch.open()) core_.driver.wake();
}

std::optional<Time> AppNode::deadline() const {
    if (core_.store.needs_restart()) return std::nullopt;
    std::optional<Time> earliest;
    const auto consider = [&earliest](std::optional<Time> due) {
        if (due && (!earliest || *due < *earliest)) earliest = due;
    };
    consider(channels_.deadline());
    consider(library_.deadline());
    consider(peers_.deadline());
    consider(editing_.deadline());
    consider(deliveries_.deadline());
    consider(requests_.deadline());
    if (!may_say_.empty()) consider(core_.now());
    consider(seats_due());
    if (finder_.maybe_waiting() || channels_.maybe_unverified()) consider(upkeep_at_);
    return earliest ? std::optional(std::max(*earliest, rests_until_)) : std::nullopt;
}

void AppNode::tick(Time now) {
    if (core_.store.needs_restart() || now < rests_until_) return;
    channels_.tick(now);
    say_what_is_due();
    if (const auto due = seats_due(); due && *due <= now) seat_devices(now);
    peers_.tick(now);
    library_.resume();
    library_.pump();
    deliveries_.tick();
    if (const auto due = requests_.deadline(); due && *due <= now) remove_lapsed_aliases();
    requests_.tick(now);
    if (editing_.deadline() && now >= *editing_.deadline()) forget_old(now);
    if (now >= upkeep_at_) do_upkeep(now);
}

}  // namespace liaise::node::service
