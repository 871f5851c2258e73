#include "protocol/channel/group_keys.h"

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/channel/commit_pieces.h"
#include "protocol/crypto/hash.h"

namespace liaise::channel {

using namespace std::string_view_literals;

namespace {

constexpr auto key_label = "liaise channel"sv;
constexpr auto due_domain = "liaise/1 due\0"sv;

mls::Environment environment_of(const LeafPolicy& policy) {
    return {policy, mls::no_psks(), std::nullopt};
}

// Epochs are kept here, each as a group of its own: a group keeps none.
mls::GroupOptions options() {
    mls::GroupOptions options;
    options.past_epochs_max = 0;
    options.resumption_keys_max = 0;
    options.application_waits_for_commit = false;
    return options;
}

Hash hash_of(const CommitEntry& commit) {
    return crypto::blake2b({encode(commit)});
}

Bytes message_of(BytesView commit, BytesView welcome) {
    return to_bytes(Writer().sized32(commit).raw(welcome).view());
}

struct Message {
    BytesView commit;
    BytesView welcome;
};
Result<Message> read_message(BytesView bytes) {
    Reader reader(bytes);
    Message message;
    message.commit = LIAISE_TRY(reader.sized32(limits::commit_message_bytes_max));
    message.welcome = LIAISE_TRY(reader.raw(reader.left()));
    return message;
}

// Of our own making, so that it parses; where a group begins there is none, and its leaf is new.
bool has_path(const CommitEntry& commit) {
    const auto message = read_message(commit.message);
    if (!message || message->commit.empty()) return true;
    const auto parsed = mls::parse_message<mls::PublicMessage>(message->commit);
    const auto* const made = parsed ? std::get_if<mls::Commit>(&parsed->content.content) : nullptr;
    return made == nullptr || made->path.has_value();
}

constexpr Error not_here{ErrorCode::not_known, "epoch is not kept here"};
constexpr Error refused_error{ErrorCode::not_authentic, "commit does not do what its entry says"};

}  // namespace

EpochName name_of(std::uint64_t number, const mls::Group& group) {
    EpochName name{number, {}};
    const BytesView authenticator = group.epoch_authenticator().view();
    std::copy_n(authenticator.begin(), name.authenticator.bytes.size(), name.authenticator.bytes.begin());
    return name;
}

// ---- Own commits

Result<GroupKeys::Made> GroupKeys::make_pending(CommitEntry entry, mls::Group group,
                                                std::optional<Seated> seated) {
    const std::uint64_t number = is_none(entry.fact.parent) ? 0 : entry.fact.from.number + 1;
    entry.fact.to = name_of(number, group);
    entry.fact.key = epoch_id_of(channel_, key_of(group));
    entry.fact.leaf = group.self().value;
    entry.fact.parts = parts_needed(entry.fact, entry.message.size());
    if (entry.message.size() > limits::commit_message_bytes_max)
        return Error{ErrorCode::too_large, "commit over its limit", entry.message.size()};
    if (pending_.size() >= limits::pending_commits_max) pending_.erase(pending_.begin());
    std::optional<Bytes> welcome;
    if (seated) welcome = seated->welcome;
    pending_.insert_or_assign(hash_of(entry), Pending{entry.fact.to, std::move(group), std::move(welcome)});
    return Made{std::move(entry), std::move(seated)};
}

Result<GroupKeys::Made> GroupKeys::begin(const Start& start, const crypto::SigningKey& device_key,
                                         RandomSource& random) {
    const LeafPolicy policy;
    mls::Group group = LIAISE_TRY(
        mls::Group::create(mls::suite_3(), make_package(own_.member, device_key, random),
                           to_bytes(channel_.view()), {}, options(), environment_of(policy), random));
    CommitEntry entry;
    entry.fact.fresh = true;
    entry.fact.charter = start.charter;
    entry.fact.parent = start.parent;
    entry.fact.from = start.from;
    entry.fact.added = {{own_, {}}};
    return make_pending(std::move(entry), std::move(group), std::nullopt);
}

// RFC 9420 section 12.4: commits that do nothing but add need none. In a large group a path is sealed to
// nearly every leaf, since members do not commit; but our own keys are not put off once it is time for new
// ones.
bool GroupKeys::wants_path(const Wanted& wanted, const mls::Group& group) const {
    const bool only_adds = wanted.removed.empty() && !wanted.added.empty();
    return !only_adds || renewal_open() || group.tree().size().leaves <= adds_with_path_max;
}

Result<GroupKeys::Made> GroupKeys::commit(const Wanted& wanted, RandomSource& random) {
    const auto parent = kept_.find(wanted.from);
    if (parent == kept_.end()) return not_here;
    const mls::Group& group = parent->second.group;
    if (wanted.removed.size() > limits::commit_seats_max || wanted.added.size() > limits::commit_seats_max)
        return Error{ErrorCode::too_large, "too many seats in a commit", wanted.added.size()};

    mls::CommitRequest request;
    request.with_path = wants_path(wanted, group);
    request.with_waiting = false;
    request.tree_in_welcome = false;
    request.message.wire_format = mls::WireFormat::public_message;
    CommitEntry entry;
    entry.fact.charter = wanted.charter;
    entry.fact.parent = wanted.parent;
    entry.fact.from = wanted.from;
    for (const Seat& seat : wanted.removed) {
        const auto leaf = leaf_of(group, seat);
        if (!leaf || seat == own_) return Error{ErrorCode::not_permitted, "seat that we cannot remove"};
        request.proposals.push_back({mls::Remove{*leaf}});
        entry.fact.removed.push_back(seat);
    }
    for (const auto& [seating, bytes] : wanted.added) {
        auto package = LIAISE_TRY(mls::parse_message<mls::KeyPackage>(bytes));
        if (LIAISE_TRY(occupant_of(package.leaf_node)) != occupant_of(seating.seat))
            return Error{ErrorCode::not_permitted, "key package of another seat"};
        request.proposals.push_back({mls::Add{std::move(package)}});
        entry.fact.added.push_back(seating);
    }
    std::sort(entry.fact.added.begin(), entry.fact.added.end());
    const LeafPolicy policy;
    mls::Committed made = LIAISE_TRY(group.commit(request, environment_of(policy), random));
    mls::Group next = LIAISE_TRY(made.next.merge());
    std::optional<Seated> seated;
    if (made.welcome) seated = Seated{std::move(*made.welcome), std::move(made.ratchet_tree)};
    // Who has the parent's state needs no tree.
    const bool seats_again =
        std::any_of(entry.fact.added.begin(), entry.fact.added.end(),
                    [&wanted](const Seating& seating) { return wanted.removed.contains(seating.seat); });
    entry.message = message_of(made.commit, seats_again ? BytesView(seated->welcome) : BytesView());
    return make_pending(std::move(entry), std::move(next), std::move(seated));
}

Result<GroupKeys::Made> GroupKeys::enter(BytesView group_info, const Start& start,
                                         const crypto::SigningKey& device_key, RandomSource& random) {
    const auto info = LIAISE_TRY(mls::parse_message<mls::GroupInfo>(group_info));
    const Bytes* const tree_bytes = info.extensions.find(mls::extension_type::ratchet_tree);
    if (tree_bytes == nullptr) return Error{ErrorCode::malformed, "group info without its tree"};
    const auto tree = LIAISE_TRY(mls::decoded<mls::RatchetTree>(*tree_bytes));

    CommitEntry entry;
    entry.fact.charter = start.charter;
    entry.fact.parent = start.parent;
    entry.fact.from = start.from;
    entry.fact.added = {{own_, {}}};
    mls::ExternalJoinRequest request;
    request.group_info = group_info;
    request.signer = mls::suite_3().draw_signer(random);
    request.profile = profile_of(own_.member, device_key, *request.signer);
    tree.for_each_leaf([&](mls::LeafIndex index, const mls::SharedLeaf& leaf) {
        const auto occupant = occupant_of(*leaf);
        if (occupant && *occupant == occupant_of(own_)) request.replaces = index;
    });
    if (request.replaces) entry.fact.removed = {own_};
    const LeafPolicy policy;
    mls::ExternalJoin joined =
        LIAISE_TRY(mls::Group::join_external(request, options(), environment_of(policy), random));
    entry.message = message_of(joined.commit, {});
    return make_pending(std::move(entry), std::move(joined.group), std::nullopt);
}

// ---- Following

Result<GroupKeys::Followed> GroupKeys::follow(const CommitEntry& commit, const Seat& author,
                                              const Seats& roster, Time now) {
    const Hash hash = hash_of(commit);
    if (is_refused(commit)) return refused_error;
    if (const auto own = pending_.find(hash); own != pending_.end()) {
        keep(commit.fact.to, {own->second.group, now, own->second.welcome});
        if (has_path(commit)) renewed(now, false);
        pending_.erase(own);
        return Followed::entered;
    }
    const auto known = kept_.find(commit.fact.to);
    if (known != kept_.end()) {
        if (const auto fits = check(commit.fact, known->second.group, author, roster); !fits)
            return refuse(hash), fits.error();
        return Followed::kept;
    }
    if (commit.fact.fresh) return Error{ErrorCode::not_known, "group that we have no leaf in"};
    const auto parent = kept_.find(commit.fact.from);
    if (parent == kept_.end()) return not_here;
    auto next = process(commit, author, parent->second.group);
    if (!next) return refuse(hash), next.error();
    if (next->next.standing() == mls::Standing::removed)
        return take_another_leaf(commit, author, roster, std::move(next->tree), now);
    if (const auto fits = check(commit.fact, next->next, author, roster); !fits)
        return refuse(hash), fits.error();
    keep(commit.fact.to, {std::move(next->next), now, std::nullopt});
    return Followed::entered;
}

// The commit takes our leaf. Where it gives us another one, by an offer of ours, its Welcome stands beside
// it, and what the commit makes of the tree that we had is the tree that we need.
Result<GroupKeys::Followed> GroupKeys::take_another_leaf(const CommitEntry& commit, const Seat& author,
                                                         const Seats& roster, Bytes tree, Time now) {
    const Message message = LIAISE_TRY(read_message(commit.message));
    if (message.welcome.empty() || !roster.contains(own_)) return Followed::left_us;
    const Seated seated{to_bytes(message.welcome), std::move(tree)};
    for (auto one = offers_.all().rbegin(); one != offers_.all().rend(); ++one) {
        auto joined = join_by(one->keys, seated);
        if (!joined || !check(commit.fact, *joined, author, roster)) continue;
        keep(commit.fact.to, {std::move(*joined), now, std::nullopt});
        renewed(now, false);
        return Followed::entered;
    }
    return Followed::left_us;
}

Result<GroupKeys::Processed> GroupKeys::process(const CommitEntry& commit, const Seat& author,
                                                const mls::Group& parent) const {
    const LeafPolicy policy;
    const Message message = LIAISE_TRY(read_message(commit.message));
    mls::Received received = LIAISE_TRY(parent.receive(message.commit, environment_of(policy)));
    auto* event = std::get_if<mls::ReceivedCommit>(&received.event);
    if (event == nullptr) return Error{ErrorCode::malformed, "no commit in a commit's entry"};
    if (event->sender.is_member()) {
        const mls::LeafNode* const leaf = parent.tree().leaf(event->committer);
        const auto occupant = accepted_occupant_of(*leaf);
        if (!occupant || *occupant != occupant_of(author))
            return Error{ErrorCode::not_authentic, "commit by another than its author"};
    }
    return Processed{std::move(received.next), std::move(event->ratchet_tree)};
}

// Author, leaf, seats, authenticator, key: all as the entry says.
Result<void> GroupKeys::check(const CommitFact& commit, const mls::Group& group, const Seat& author,
                              const Seats& roster) const {
    const auto leaf = leaf_of(group, author);
    const bool right = name_of(commit.to.number, group) == commit.to &&
                       epoch_id_of(channel_, key_of(group)) == commit.key && leaf &&
                       leaf->value == commit.leaf && sit_there(roster, group);
    return right ? Result<void>() : refused_error;
}

bool GroupKeys::fits(const EntryRef& entry, const CommitFact& commit,
                     const std::function<Seats()>& roster) const {
    const auto kept = kept_.find(commit.to);
    if (kept == kept_.end()) return false;
    if (kept->second.fits == entry) return true;
    const bool fits = epoch_id_of(channel_, key_of(kept->second.group)) == commit.key &&
                      sit_there(roster(), kept->second.group);
    if (fits) kept->second.fits = entry;
    return fits;
}

Result<EpochName> GroupKeys::join(const Seated& seated, std::uint64_t number, const OwnPackages& published,
                                  Time now) {
    Error last{ErrorCode::not_known, "welcome to none of our key packages"};
    for (const OwnPackages* packages : {&std::as_const(offers_), &published})
        for (auto one = packages->all().rbegin(); one != packages->all().rend(); ++one) {
            auto joined = join_by(one->keys, seated);
            if (!joined) {
                if (mls::rule_of(joined.error()) != mls::Rule::welcome_not_for_us) last = joined.error();
                continue;
            }
            const EpochName name = liaise::channel::name_of(number, *joined);
            if (kept_.contains(name)) return Error{ErrorCode::conflict, "welcome to an epoch that is here"};
            keep(name, {std::move(*joined), now, std::nullopt});
            renewed(now, packages == &published);
            return name;
        }
    return last;
}

Result<mls::Group> GroupKeys::join_by(const mls::OwnKeyPackage& package, const Seated& seated) const {
    const LeafPolicy policy;
    mls::Group joined = LIAISE_TRY(mls::Group::join(package, seated.welcome, BytesView(seated.tree), nullptr,
                                                    options(), environment_of(policy)));
    if (!same_bytes(joined.group_id(), channel_.view()))
        return Error{ErrorCode::not_authentic, "welcome to another channel"};
    return joined;
}

// Later than every offer until now, also where the clock was set back since: none of them is open any more.
void GroupKeys::renewed(Time now, bool borrowed) {
    const auto asked = newest_offer();
    own_leaf_ = OwnLeaf{asked ? std::max(now, *asked + std::chrono::milliseconds{1}) : now, borrowed};
}

void GroupKeys::keep(const EpochName& name, Kept kept) {
    messages_.enter(epoch_id_of(channel_, key_of(kept.group)), kept.group, kept.since,
                    [this](const mls::SharedLeaf& leaf) { return leaves_.occupant(leaf); });
    kept.group = kept.group.without_secret_tree();
    kept_.insert_or_assign(name, std::move(kept));
}

bool GroupKeys::is_refused(const CommitEntry& commit) const {
    return std::find(refused_.begin(), refused_.end(), hash_of(commit)) != refused_.end();
}

void GroupKeys::refuse(const Hash& commit) {
    if (refused_.size() >= limits::refused_commits_max) refused_.erase(refused_.begin());
    refused_.push_back(commit);
}

// ---- What is kept

const std::optional<Occupant>& LeafReader::occupant(const mls::SharedLeaf& leaf) const {
    const auto known = known_.find(leaf.get());
    if (known != known_.end()) return known->second.occupant;
    const auto read = accepted_occupant_of(*leaf);
    return known_.emplace(leaf.get(), Read{leaf, read ? std::optional(*read) : std::nullopt})
        .first->second.occupant;
}

void LeafReader::let_go() {
    if (known_.size() <= 2 * kept_) return;
    std::erase_if(known_, [](const auto& each) { return each.second.leaf.use_count() == 1; });
    kept_ = known_.size();
}

Occupants GroupKeys::occupants_in(const mls::Group& group) const {
    Occupants all;
    group.tree().for_each_leaf([&](mls::LeafIndex, const mls::SharedLeaf& leaf) {
        if (const auto& occupant = leaves_.occupant(leaf)) all.insert(*occupant);
    });
    return all;
}

// A device has one leaf: a roster with two seats of it is none.
bool GroupKeys::sit_there(const Seats& roster, const mls::Group& group) const {
    std::vector<const Occupant*> there;
    group.tree().for_each_leaf([&](mls::LeafIndex, const mls::SharedLeaf& leaf) {
        if (const auto& occupant = leaves_.occupant(leaf)) there.push_back(&*occupant);
    });
    const auto before = [](const Occupant* a, const Occupant* b) { return *a < *b; };
    std::sort(there.begin(), there.end(), before);
    const auto same = [](const Occupant* a, const Occupant* b) { return *a == *b; };
    there.erase(std::unique(there.begin(), there.end(), same), there.end());
    return std::equal(roster.begin(), roster.end(), there.begin(), there.end(),
                      [](const Seat& seat, const Occupant* occupant) {
                          return seat.member == occupant->member && seat.device == occupant->device;
                      });
}

std::optional<mls::LeafIndex> GroupKeys::leaf_of(const mls::Group& group, const Seat& wanted) const {
    std::optional<mls::LeafIndex> found;
    group.tree().for_each_leaf([&](mls::LeafIndex index, const mls::SharedLeaf& leaf) {
        const auto& occupant = leaves_.occupant(leaf);
        if (occupant && *occupant == occupant_of(wanted)) found = index;
    });
    return found;
}

crypto::Key GroupKeys::key_of(const mls::Group& group) const {
    const auto secret = group.export_secret(key_label, channel_.view(), crypto::Key::size_bytes);
    return crypto::Key::copy_of(secret.view()).value();
}

std::optional<Occupants> GroupKeys::occupants(const EpochName& epoch) const {
    const auto kept = kept_.find(epoch);
    return kept == kept_.end() ? std::nullopt : std::optional(occupants_in(kept->second.group));
}

std::optional<crypto::Key> GroupKeys::key(const EpochName& epoch) const {
    const auto kept = kept_.find(epoch);
    return kept == kept_.end() ? std::nullopt : std::optional(key_of(kept->second.group));
}

std::optional<crypto::Key> GroupKeys::key(const Made& made) const {
    const auto pending = pending_.find(hash_of(made.entry));
    return pending == pending_.end() ? std::nullopt : std::optional(key_of(pending->second.group));
}

std::size_t GroupKeys::place(const EpochName& epoch, const std::set<MemberId>& conveners) const {
    const auto kept = kept_.find(epoch);
    if (kept == kept_.end()) return conveners.size();
    const mls::Group& group = kept->second.group;
    const auto turn = [&group](mls::LeafIndex leaf) {
        const Bytes number = to_bytes(Writer().u32(leaf.value).view());
        return crypto::blake2b({bytes_of(due_domain), group.epoch_authenticator().view(), number});
    };
    const Hash own = turn(group.self());
    std::size_t place = 0;
    group.tree().for_each_leaf([&](mls::LeafIndex index, const mls::SharedLeaf& leaf) {
        const auto& occupant = leaves_.occupant(leaf);
        if (occupant && conveners.contains(occupant->member) && turn(index) < own) ++place;
    });
    return place;
}

std::optional<GroupKeys::Seated> GroupKeys::seated(const EpochName& epoch) const {
    const auto kept = kept_.find(epoch);
    if (kept == kept_.end() || !kept->second.welcome) return std::nullopt;
    return Seated{*kept->second.welcome, kept->second.group.ratchet_tree()};
}

Result<Bytes> GroupKeys::group_info(const EpochName& epoch) const {
    const auto kept = kept_.find(epoch);
    if (kept == kept_.end()) return not_here;
    return kept->second.group.group_info(true);
}

Bytes GroupKeys::offer(const crypto::SigningKey& device_key, Time now, RandomSource& random) {
    return offers_.make(own_.member, device_key, now, random);
}

// ---- Keeping

void GroupKeys::prune(const std::set<EpochName>& in_use, Time now) {
    // Its age counts from when it was last built on: until then races may be under way that begin there.
    for (const EpochName& name : in_use_)
        if (const auto kept = kept_.find(name); kept != kept_.end() && !in_use.contains(name))
            kept->second.since = now;
    in_use_ = in_use;
    const Time oldest = now - std::chrono::days(limits::kept_epoch_days);
    std::vector<std::pair<Time, EpochName>> others;
    for (const auto& [name, kept] : kept_)
        if (!in_use.contains(name)) others.emplace_back(kept.since, name);
    std::sort(others.begin(), others.end());
    for (const auto& [since, name] : others)
        if (since < oldest || kept_.size() > limits::kept_epochs_max) kept_.erase(name);
    offers_.prune(oldest);
    leaves_.let_go();
}

void GroupKeys::forget(const CommitEntry& commit) {
    pending_.erase(hash_of(commit));
}

}  // namespace liaise::channel
