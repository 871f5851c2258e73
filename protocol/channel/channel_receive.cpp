// How an opened entry becomes a fact, or is refused.
#include "protocol/channel/alias.h"
#include "protocol/channel/channel_rules.h"
#include "protocol/channel/marks.h"
#include "protocol/channel/own_packages.h"
#include "protocol/channel/sealed_key.h"

namespace liaise::channel {

using namespace rules;

Result<Accepted> ChannelState::receive(const Place& place, const EpochId& sealed_under,
                                       const ValidatedContent& content, const Accreditations& accreditations,
                                       const crypto::DhKey& inbox, Keyring& keyring) {
    if (place.channel != channel_) return Error{ErrorCode::conflict, "entry of another channel"};
    if (place.kind != content.kind()) return Error{ErrorCode::malformed, "entry's kind is not its content's"};
    const EntryRef at{place.sequence, log::log_id_of(place.channel, place.writer)};

    const auto* const introduction = content.as<Introduction>();
    if ((place.sequence == 1) != (introduction != nullptr))
        return Error{ErrorCode::malformed, "a log begins with its introduction, and has only one"};
    if (facts_.contains(at)) return author_of(at);
    if (introduction != nullptr)
        return introduce(at, place, sealed_under, *introduction, accreditations, keyring);

    const WriterFact* const author = writer(at.log);
    if (author == nullptr) return no_writer;
    if (is_act(content->body) || (is_note(content->body) && !is_directory()))
        return act(at, sealed_under, content->body, accreditations, inbox, keyring);
    LIAISE_TRY(check_standing(*author, at, content->body));
    LIAISE_TRY(check_body(*author, at, content->body));
    return Accepted{author->member, author->device, {}};
}

Result<Accepted> ChannelState::author_of(const EntryRef& entry) const {
    const WriterFact* const author = writer(entry.log);
    if (author == nullptr) return no_writer;
    const auto limit = view_.limits.find(entry.log);
    if (limit != view_.limits.end() && entry.sequence > limit->second)
        return Error{ErrorCode::not_permitted, "written beyond its author's removal", limit->second};
    return Accepted{author->member, author->device, {}};
}

Result<Accepted> ChannelState::introduce(const EntryRef& at, const Place& place, const EpochId& sealed_under,
                                         const Introduction& introduction,
                                         const Accreditations& accreditations, Keyring& keyring) {
    const Charter* const rules = charter();
    const bool founder = at.log == founding_.log;  // whose adding can only follow
    if (!founder && rules == nullptr) return no_charter;
    const bool listed = !founder && rules->kind != ChannelKind::directory;
    const ProvenDevice device =
        LIAISE_TRY(verify(introduction, channel_, place.writer,
                          founder || listed ? VouchedBy::adding : VouchedBy::directory, accreditations));
    const MemberView* const member = history_of(device.member);
    if (listed && (member == nullptr || member->term < introduction.term)) return no_membership;
    // An alias is who was added as one, and nobody else.
    const bool is_alias = is_alias_credential(introduction.credential);
    if (is_alias && !listed) return Error{ErrorCode::not_permitted, "an alias cannot write here"};
    if (listed && is_alias != member->alias.has_value()) return no_membership;
    if (is_alias && !was_added(device.member, device.device)) return no_membership;
    if (facts_.size() >= limits::channel_facts_max || logs_of(device.member) >= limits::cut_logs_max)
        return too_many_facts;

    add(at, {sealed_under, WriterFact{place.writer, device.member, device.device, introduction.term}});
    Accepted accepted{device.member, device.device, {}};
    // Only a removal, a leaving or a demotion, which may have cut a log before it was introduced, makes the
    // view depend on writers.
    if (touched_.members.contains(device.member)) accepted.changes = settle(keyring);
    accepted.changes.push_back({Change::Kind::writer_introduced, device.member, at.log, {}, {}});
    add_keys_due(at, sealed_under, accepted.changes);
    return accepted;
}

// The directory says of people which devices are theirs. Of an alias the conveners say it, one by one: who
// holds its key, as a device does that was removed, makes no device of it by that.
bool ChannelState::was_added(const MemberId& member, const DeviceId& device) const {
    return std::any_of(facts_.begin(), facts_.end(), [&](const auto& each) {
        const auto* const added = std::get_if<MemberAdded>(&each.second.what);
        return added != nullptr && added->member == member &&
               std::any_of(added->devices.begin(), added->devices.end(),
                           [&device](const Device& one) { return one.id == device; });
    });
}

Result<Accepted> ChannelState::act(const EntryRef& at, const EpochId& sealed_under, const Body& body,
                                   const Accreditations& accreditations, const crypto::DhKey& inbox,
                                   Keyring& keyring) {
    const WriterFact& author = *writer(at.log);
    LIAISE_TRY(check_act(at, author, body));
    LIAISE_TRY(check_room(at));
    Fact fact = LIAISE_TRY(fact_of(sealed_under, body, accreditations));
    Accepted accepted{author.member, author.device, {}};
    add(at, std::move(fact));
    if (const auto* epoch = std::get_if<Epoch>(&body))
        if (const auto learned = learn_key(*epoch, inbox, keyring)) accepted.changes.push_back(*learned);
    // Nothing follows for members, charter or epoch from an offer or a wish for keys.
    const bool settles =
        !std::holds_alternative<KeyPackageOffer>(body) && !std::holds_alternative<KeysWanted>(body);
    if (settles)
        for (const Change& change : settle_with(at, keyring)) accepted.changes.push_back(change);
    if (has_group())
        accepted.changes.push_back(
            {settles ? Change::Kind::group_changed : Change::Kind::work_changed, {}, {}, {}, {}});
    const auto* const wanted = std::get_if<KeysWanted>(&body);
    const bool wants_keys = wanted != nullptr && wanted->entries.empty() && author.device != own_.device;
    if (wants_keys && rank_of(own_.member))
        accepted.changes.push_back({Change::Kind::keys_due, author.member, {}, {}, author.device});
    add_keys_due(at, sealed_under, accepted.changes);
    return accepted;
}

// Invitations carry the keys of all policy entries that the inviter had. What reaches the inviter later,
// sealed under an epoch from before the joining, reaches the newcomer only with help. Others than the inviter
// wait to be asked.
void ChannelState::add_keys_due(const EntryRef& at, const EpochId& sealed_under,
                                std::vector<Change>& changes) const {
    if (!has_group() || !rank_of(own_.member) || writer(at.log)->device == own_.device) return;
    const auto epoch = group_.by_key.find(sealed_under);
    if (epoch == group_.by_key.end()) return;
    const Branches now = branches();
    const Seats& then = now.roster(epoch->second);
    const LogId own = log::log_id_of(channel_, own_.writer);
    // Where history is from the start an invitation brings the keys of all that its epoch came from.
    const auto was_given = [&](const Seat& seat) {
        return charter()->history == History::from_start &&
               std::any_of(group_.commits.begin(), group_.commits.end(), [&](const auto& commit) {
                   const auto& added = commit.second.added;
                   return std::any_of(added.begin(), added.end(),
                                      [&](const Seating& seating) { return seating.seat == seat; }) &&
                          comes_from(group_.commits, commit.first, epoch->second);
               });
    };
    for (const auto& [id, member] : view_.members) {
        if (!member.is_member()) continue;
        for (const auto& [device, adding] : member.addings) {
            const Seat seat{id, device, member.term};
            if (adding.log != own || device == own_.device || shut_out_.contains(device)) continue;
            if (!then.contains(seat) && !was_given(seat))
                changes.push_back({Change::Kind::keys_due, id, {}, {}, device});
        }
    }
}

Result<Fact> ChannelState::fact_of(const EpochId& sealed_under, const Body& body,
                                   const Accreditations& accreditations) {
    if (const auto* charter = std::get_if<Charter>(&body)) return Fact{sealed_under, *charter};
    if (const auto* added = std::get_if<MemberAdded>(&body)) return Fact{sealed_under, *added};
    if (const auto* removed = std::get_if<MemberRemoved>(&body)) return Fact{sealed_under, *removed};
    if (const auto* left = std::get_if<Left>(&body)) return Fact{sealed_under, *left};
    if (const auto* commit = std::get_if<CommitEntry>(&body)) return Fact{sealed_under, commit->fact};
    if (const auto* known = std::get_if<CharterAcknowledged>(&body)) return Fact{sealed_under, *known};
    if (const auto* said = std::get_if<Acknowledgement>(&body)) return Fact{sealed_under, *said};
    if (const auto* wanted = std::get_if<KeysWanted>(&body)) return Fact{sealed_under, *wanted};
    if (const auto* out = std::get_if<DeviceRemoved>(&body)) return Fact{sealed_under, *out};
    if (const auto* offered = std::get_if<KeyPackageOffer>(&body)) {
        const Occupant of = LIAISE_TRY(accreditations.owner_of(offered->key_package));
        return Fact{sealed_under,
                    Offer{{of.member, of.device, offered->term}, offered->lost, offered->key_package}};
    }
    const auto& epoch = std::get<Epoch>(body);
    return Fact{sealed_under, EpochFact{epoch.charter, epoch.id, epoch.number, epoch.parent}};
}

void ChannelState::add(const EntryRef& at, Fact fact) {
    if (const auto* commit = std::get_if<CommitFact>(&fact.what)) group_.add_commit(at, *commit);
    if (const auto* said = std::get_if<Acknowledgement>(&fact.what)) {
        group_.acknowledgements.emplace(at, said->commit);
        if (!group_.commits.contains(said->commit)) tally_.awaited.insert(said->commit);
    }
    if (const auto* introduced = std::get_if<WriterFact>(&fact.what)) {
        writers_[at.log] = at;
        ++tally_.logs[introduced->member];
    }
    if (is_note(fact)) ++tally_.notes[at.log];
    if (auto* offer = std::get_if<Offer>(&fact.what)) {
        take_offer(at, *offer);
        offer->key_package.clear();
    }
    facts_[at] = std::move(fact);
    unsaved_.insert(at);
    touched_.note(facts_, at);
}

// Of one log's offers for a seat only the newest is ever taken up: the others need no key package.
void ChannelState::take_offer(const EntryRef& at, Offer offer) {
    const auto [newest, is_new] = tally_.newest_offer.try_emplace({at.log, offer.seat}, at);
    if (!is_new && at.sequence < newest->second.sequence) {
        offer.key_package.clear();
    } else if (!is_new) {
        group_.offers.at(newest->second).key_package.clear();
        unsaved_.insert(newest->second);
        newest->second = at;
    }
    group_.add_offer(at, std::move(offer));
}

std::size_t ChannelState::logs_of(const MemberId& member) const {
    const auto found = tally_.logs.find(member);
    return found == tally_.logs.end() ? 0 : found->second;
}

std::optional<Change> ChannelState::learn_key(const Epoch& epoch, const crypto::DhKey& inbox,
                                              Keyring& keyring) const {
    for (const SealedKey& sealed : epoch.sealed) {
        if (!is_for(sealed, own_.device)) continue;
        const auto key = open_key(sealed, channel_, epoch.id, own_.device, inbox);
        if (key && keyring.add(epoch.id, *key))
            return Change{Change::Kind::key_learned, {}, {}, epoch.id, {}};
    }
    return std::nullopt;
}

}  // namespace liaise::channel
