#include "tests/support/group_people.h"

#include <algorithm>

#include "protocol/identity/identity_keys.h"
#include "protocol/log/entry.h"

namespace liaise::test {

using namespace liaise::channel;

GroupDevice::GroupDevice(const ChannelId& channel, const MemberId& member, SeededRandom& random)
    : channel_(channel),
      member_(member),
      random_(random),
      device_key_(crypto::SigningKey::draw(random)),
      keys_(channel, Seat{}),
      stored_(keys_) {}

DeviceId GroupDevice::device() const {
    return identity::device_id_of(device_key_.public_key());
}

// ---- Writing

void GroupDevice::enter(std::uint32_t term) {
    seat_ = {member_, device(), term};
    keys_ = GroupKeys(channel_, seat_);
    writer_ = random_.draw<WriterKey>();
    next_ = 1;
    store();
    write(WriterFact{writer_, member_, seat_.device, term});
}

SharedEntry GroupDevice::write(decltype(GroupEntry::body) body) {
    const EntryRef ref{next_++, log::log_id_of(channel_, writer_)};
    auto entry = std::make_shared<const GroupEntry>(GroupEntry{ref, std::move(body)});
    store();
    take(entry);
    settle();
    return entry;
}

void GroupDevice::found(std::vector<MemberId> conveners) {
    enter(1);
    Charter charter;
    charter.name = "practice";
    charter.conveners = std::move(conveners);
    founding_ = {next_, log::log_id_of(channel_, writer_)};
    write(charter);
    write(MemberAdded{founding_, member_, 1, {{seat_.device, {}}}});
    const auto made = keys_.begin({founding_, {}, {}}, device_key_, random_).value();
    publish(made.entry);
}

void GroupDevice::add(GroupDevice& whom) {
    const auto known = view_.members.find(whom.member());
    std::uint32_t term = 1;
    if (known != view_.members.end())
        term = known->second.is_member() ? known->second.term : known->second.removed_term + 1;
    if (!whom.is_told() || whom.seat().term < term) {
        whom.founding_ = founding_;
        whom.enter(term);
    }
    if (whom.seat().term != term) return;  // it knows of a removal that we do not know of
    write(MemberAdded{view_.charters.back(), whom.member(), term, {{whom.device(), {}}}});
    const Offer package = whom.offer(true);
    whom.store();
    write(package);
}

void GroupDevice::remove(const MemberId& member) {
    const auto known = view_.members.find(member);
    if (known == view_.members.end() || !known->second.is_member()) return;
    if (!may_remove(member_, member, *charter())) return;
    std::vector<EntryRef> cut;
    for (const auto& [log, last] : lasts()) cut.push_back({last, log});
    write(MemberRemoved{view_.charters.back(), member, known->second.term, cut});
}

void GroupDevice::leave() {
    std::vector<EntryRef> cut;
    for (const auto& [log, last] : lasts()) cut.push_back({last, log});
    write(Left{seat_.term, cut});
}

void GroupDevice::amend(std::vector<MemberId> conveners) {
    Charter next = *charter();
    next.parent = view_.charters.back();
    next.demotions.clear();
    for (const MemberId& member : next.conveners) {
        if (std::find(conveners.begin(), conveners.end(), member) != conveners.end()) continue;
        Cut cut{member, {}};
        for (const auto& [log, last] : lasts()) cut.lasts.push_back({last, log});
        next.demotions.push_back(cut);
    }
    next.conveners = std::move(conveners);
    if (may_amend(member_, *charter(), next)) write(next);
}

void GroupDevice::shut_out(const DeviceId& device) {
    write(ShutOut{device});
}

Offer GroupDevice::offer(bool lost) {
    Bytes package = keys_.offer(device_key_, now_, random_);
    const Occupant of = read_package(package).value();
    return {{of.member, of.device, seat_.term}, lost, std::move(package)};
}

std::optional<GroupKeys::Made> GroupDevice::make_commit(const CommitDuty& duty) {
    GroupKeys::Wanted wanted{view_.charters.back(), duty.base, group_.commits.at(duty.base).to, {}, {}};
    wanted.removed = duty.removed;
    for (const Seating& seating : duty.added)
        wanted.added.emplace_back(seating, group_.offers.at(seating.offer).key_package);
    auto made = keys_.commit(wanted, random_);
    return made ? std::optional(std::move(*made)) : std::nullopt;
}

void GroupDevice::publish(const CommitEntry& commit, std::vector<GroupMail>* mail) {
    write(commit);
    const auto seated = keys_.seated(commit.fact.to);
    if (seated && mail != nullptr) mail->push_back({commit.fact.to.number, *seated});
    store();
}

bool GroupDevice::do_duties(bool patient, std::vector<GroupMail>& mail) {
    settle();
    const auto usable = [this](const EntryRef& epoch) { return can_use(epoch); };
    const Branches now = branches();
    if (offer_due(now, seat_, usable)) {
        write(offer(true));
        return true;
    }
    const auto duty = commit_due(now, seat_, usable);
    std::set<MemberId> conveners;
    if (charter() != nullptr) conveners = {charter()->conveners.begin(), charter()->conveners.end()};
    const bool our_turn = duty && keys_.place(group_.commits.at(duty->base).to, conveners) == 0;
    if (duty && (!patient || (our_turn && !duty->over))) {
        const auto made = make_commit(*duty);
        if (made) return publish(made->entry, &mail), true;
    }
    if (now.acknowledgement_due(member_) && can_use(*now.head())) {
        write(*now.head());
        return true;
    }
    return false;
}

// ---- Taking in

void GroupDevice::take(const SharedEntry& entry) {
    held_.emplace(entry->ref, entry);
}

Seat GroupDevice::seat_of(const EntryRef& at) const {
    for (const auto& [ref, fact] : facts_) {
        const auto* writer = ref.log == at.log ? std::get_if<WriterFact>(&fact.what) : nullptr;
        if (writer != nullptr) return {writer->member, writer->device, writer->term};
    }
    return {};
}

bool GroupDevice::accept(const GroupEntry& entry) {
    const auto put = [&](auto body) { return facts_[entry.ref] = Fact{{}, std::move(body)}, true; };
    if (const auto* writer = std::get_if<WriterFact>(&entry.body)) return put(*writer);
    if (seat_of(entry.ref) == Seat{}) return false;
    if (const auto* charter = std::get_if<Charter>(&entry.body)) {
        if (!is_none(charter->parent) && !facts_.contains(charter->parent)) return false;
        return put(*charter);
    }
    if (const auto* added = std::get_if<MemberAdded>(&entry.body)) return put(*added);
    if (const auto* removed = std::get_if<MemberRemoved>(&entry.body)) return put(*removed);
    if (const auto* left = std::get_if<Left>(&entry.body)) return put(*left);
    if (const auto* epoch = std::get_if<EntryRef>(&entry.body))
        return group_.acknowledgements.emplace(entry.ref, *epoch), true;
    if (const auto* offer = std::get_if<Offer>(&entry.body))
        return group_.offers.emplace(entry.ref, *offer), true;
    if (const auto* gone = std::get_if<ShutOut>(&entry.body)) return shut_out_.insert(gone->device), true;
    const auto& commit = std::get<CommitEntry>(entry.body);
    if (!check_commit(commit.fact, facts_, group_.commits)) return false;
    put(commit.fact);
    group_.commits.emplace(entry.ref, commit.fact);
    return true;
}

void GroupDevice::settle() {
    bool any = false;
    for (bool progress = true; progress;) {
        progress = false;
        for (const auto& [ref, entry] : held_) {
            if (accepted_.contains(ref) || !accept(*entry)) continue;
            accepted_.insert(ref);
            any = progress = true;
        }
    }
    if (any) view_ = resolve(facts_, founding_);
    const Branches now = branches();
    for (const auto& [at, commit] : group_.commits)  // our own, whatever became of them
        if (at.log == log::log_id_of(channel_, writer_) && !keys_.holds(commit.to) &&
            !keys_.is_refused(commit_at(at)))
            static_cast<void>(keys_.follow(commit_at(at), seat_, now.roster(at), now_));
    if (const auto head = now.head()) follow_to(*head);
    if (const auto sealing = now.sealing()) follow_to(*sealing);
    std::set<EpochName> in_use;
    if (const auto head = now.head()) in_use.insert(now.commit(*head).to);
    if (const auto sealing = now.sealing()) in_use.insert(now.commit(*sealing).to);
    keys_.prune(in_use, now_);
}

void GroupDevice::follow_to(const EntryRef& epoch) {
    const Branches now = branches();
    for (const EntryRef& at : now.path_to(epoch)) {
        if (keys_.holds(now.commit(at).to)) continue;
        static_cast<void>(keys_.follow(commit_at(at), seat_of(at), now.roster(at), now_));
    }
}

void GroupDevice::take_mail(const GroupMail& mail) {
    if (is_told() && keys_.join(mail.seated, mail.number, {}, now_)) store();
}

void GroupDevice::store() {
    stored_ = keys_;
}

void GroupDevice::crash() {
    keys_ = GroupKeys::load(stored_.encode(), stored_.secrets(), stored_.messages()).value();
}

// ---- Reading

bool GroupDevice::is_in() const {
    return is_told() && branches().entitled().contains(seat_);
}

const Charter* GroupDevice::charter() const {
    if (view_.charters.empty()) return nullptr;
    return std::get_if<Charter>(&facts_.at(view_.charters.back()).what);
}

bool GroupDevice::can_use(const EntryRef& epoch) const {
    const Branches now = branches();
    return keys_.fits(epoch, now.commit(epoch), [&] { return now.roster(epoch); });
}

std::optional<EntryRef> GroupDevice::sealing() const {
    const auto epoch = branches().sealing();
    return epoch && is_in() && can_use(*epoch) ? epoch : std::nullopt;
}

Seats GroupDevice::known_out() const {
    Seats out;
    for (const EntryRef& at : view_.counting) {
        const auto* removed = std::get_if<MemberRemoved>(&facts_.at(at).what);
        if (removed == nullptr) continue;
        for (const auto& [ref, fact] : facts_)
            if (const auto* writer = std::get_if<WriterFact>(&fact.what))
                if (writer->member == removed->member && writer->term <= removed->term)
                    out.insert({writer->member, writer->device, writer->term});
    }
    for (const auto& [ref, fact] : facts_)
        if (const auto* writer = std::get_if<WriterFact>(&fact.what))
            if (shut_out_.contains(writer->device))
                out.insert({writer->member, writer->device, writer->term});
    return out;
}

const CommitEntry& GroupDevice::commit_at(const EntryRef& at) const {
    return std::get<CommitEntry>(held_.at(at)->body);
}

Coverage GroupDevice::lasts() const {
    Coverage lasts;
    for (const EntryRef& at : accepted_) {
        std::uint64_t& last = lasts[at.log];
        last = std::max(last, at.sequence);
    }
    return lasts;
}

void Eavesdropper::learn(const GroupDevice& omniscient, const std::vector<GroupMail>& mail) {
    const Branches all = omniscient.branches();
    for (bool progress = true; progress;) {
        progress = false;
        for (const GroupMail& one : mail)
            progress = keys_.join(one.seated, one.number, {}, {}).ok() || progress;
        for (const auto& [at, commit] : omniscient.group().commits) {
            if (keys_.holds(commit.to)) continue;
            const WriterFact* author = nullptr;
            for (const auto& [ref, fact] : omniscient.facts())
                if (ref.log == at.log && std::holds_alternative<WriterFact>(fact.what))
                    author = std::get_if<WriterFact>(&fact.what);
            const Seat seat{author->member, author->device, author->term};
            const auto followed = keys_.follow(omniscient.commit_at(at), seat, all.roster(at), {});
            progress = (followed && *followed == GroupKeys::Followed::entered) || progress;
        }
    }
}

}  // namespace liaise::test
