// What a hostile member writes about who is in a room and what its rules are, with and without a say in it.
#include <algorithm>

#include "node/service/charter_words.h"
#include "tests/simulation/network/malice.h"

namespace liaise::simulation {

using channel::EntryRef;

namespace {

constexpr std::array<const char*, 7> forgeries{"charter",   "removal",   "invitation",    "device",
                                               "wrong-key", "old-place", "others-leaving"};

// Whether the author and all above them stand in the next charter as they stood: nobody may do more.
bool keeps_those_above(const channel::Charter& parent, const channel::Charter& next, const MemberId& author) {
    for (std::size_t i = 0; i < parent.conveners.size(); ++i) {
        if (i >= next.conveners.size() || next.conveners[i] != parent.conveners[i]) return false;
        if (parent.conveners[i] == author) return true;
    }
    return false;
}

const channel::Charter* charter_at(const channel::ChannelState& state, const EntryRef& at) {
    const auto found = state.facts().find(at);
    return found == state.facts().end() ? nullptr : std::get_if<channel::Charter>(&found->second.what);
}

std::vector<EntryRef> lasts_of(Forger& forger, const MemberId& member) {
    std::vector<EntryRef> lasts;
    for (const auto& [log, last] : forger.coverage()) {
        const auto* const author = forger.state().writer(log);
        if (author != nullptr && author->member == member && last > 0) lasts.push_back({last, log});
    }
    return lasts;
}

}  // namespace

// Whether the rules may let them: not who was never named a convener, nor whom the founder, who is above
// doubt, put out or demoted and whom nobody named or let in since; and in no case what changes those above.
bool Malice::may_govern(Hand& hand, const channel::Body& body) {
    const Room& room = *hand.room;
    bool named = room.founder == hand.self;
    bool may = named;
    for (const Act& act : room.acts) {
        if (act.target != hand.self) continue;
        using Kind = Act::Kind;
        if (act.kind == Kind::promote || act.kind == Kind::hand_over) named = may = true;
        if (act.kind == Kind::invite && named) may = true;
        const bool ends = act.kind == Kind::remove || act.kind == Kind::demote;
        const bool by_founder = act.by == room.founder && act.sound && scene.ledger.honest(act.by);
        if (ends && by_founder && !scene.ledger.ever_out(room, act.by)) may = false;
    }
    if (!may) return false;
    const auto* const added = std::get_if<channel::MemberAdded>(&body);
    const auto* const charter = std::get_if<channel::Charter>(&body);
    if (room.kind == "direct" && added != nullptr)
        return scene.ledger.ever_in(room, person(hand, added->member));
    const bool hides = std::holds_alternative<channel::Hide>(body);
    if (room.kind == "direct" && charter == nullptr && !hides) return false;
    if (charter == nullptr) return true;
    const channel::Charter* const parent = charter_at(hand.forger.state(), charter->parent);
    return parent != nullptr && charter->kind == parent->kind &&
           keeps_those_above(*parent, *charter, hand.forger.member());
}

void Malice::record(Hand& hand, const channel::Body& body) {
    Room& room = *hand.room;
    const auto act = [&](Act::Kind kind, const MemberId& target) {
        room.acts.push_back({kind, hand.self, person(hand, target), scene.ledger.order, scene.ledger.quiets,
                             false, hand.forger.state().epoch_number()});
    };
    if (const auto* hiding = std::get_if<channel::Hide>(&body))
        for (Said& said : scene.ledger.said)
            if (said.id == std::to_string(hiding->target.sequence) + "." + hiding->target.log.text())
                said.gone = true;
    room.upset = true;
    if (const auto* added = std::get_if<channel::MemberAdded>(&body)) act(Act::Kind::invite, added->member);
    if (const auto* removed = std::get_if<channel::MemberRemoved>(&body))
        act(Act::Kind::remove, removed->member);
    if (const auto* out = std::get_if<channel::DeviceRemoved>(&body)) act(Act::Kind::remove, out->member);
    const auto* const charter = std::get_if<channel::Charter>(&body);
    if (charter == nullptr) return;
    room.names.insert(charter->name);
    room.purposes.insert(charter->purpose);
    room.ceilings.insert(std::string(node::service::text_of(charter->handling_ceiling)));
    room.retentions.insert(charter->retention_days);
    for (const MemberId& member : charter->conveners) act(Act::Kind::promote, member);
    for (const channel::Cut& cut : charter->demotions) act(Act::Kind::demote, cut.member);
}

bool Malice::govern(Hand& hand, channel::Body body) {
    const bool may = may_govern(hand, body);
    if (!hand.forger.write(body)) return false;
    ++scene.ledger.forged;
    if (may && hand.forger.room() != nullptr) record(hand, body);
    return true;
}

// ---- Rules that nobody gave

bool Malice::forge_policy(Hand& hand) {
    const std::uint32_t how = hand.step.extra() % forgeries.size();
    Forger& forger = hand.forger;
    if (forger.state().charter() == nullptr) return false;
    const EntryRef charter = forger.state().charter_entry();
    const auto target = someone(hand);
    bool done = false;
    if (how == 0) {
        done = forge_charter(hand, charter);
    } else if (how == 1 && target) {
        const bool denies = hand.step.other() % 3 == 0;  // all that they ever wrote
        done = govern(
            hand, channel::MemberRemoved{charter, target->id, target->term,
                                         denies ? std::vector<EntryRef>{} : lasts_of(forger, target->id)});
    } else if (how == 2) {
        const auto guest = outsider(hand);
        if (!guest) return false;
        const auto* const before = forger.state().history_of(*guest);
        channel::MemberAdded added{charter, *guest, 1, forger.devices_of(*guest)};
        if (before != nullptr) added.term = std::max(before->term, before->removed_term) + 1;
        std::sort(added.devices.begin(), added.devices.end());
        done = govern(hand, std::move(added));
    } else if (how == 3 && target && !target->devices.empty()) {
        done = govern(hand,
                      channel::DeviceRemoved{charter, target->id, target->term, {target->devices[0].id}, {}});
    } else if (how == 4 && target) {
        // Rightly theirs or not: under a key that is none of the channel's, it is nothing.
        const crypto::Key key = crypto::Key::draw(forger.random());
        done = forger.write_under({channel::epoch_id_of(forger.state().id(), key), &key},
                                  channel::MemberRemoved{charter, target->id, target->term, {}});
        if (done) ++scene.ledger.forged;
    } else if (how == 5) {
        done = forge_charter(hand, forger.state().founding());
    } else if (how == 6 && target) {
        done = forger.write(channel::Left{target->term + 1, {}});
        if (done) ++scene.ledger.forged;
    }
    if (done) count("forged-" + std::string(forgeries.at(how)));
    return done;
}

// Themselves above all, or alone, or another kind of room; or what may be, with other words.
bool Malice::forge_charter(Hand& hand, const EntryRef& parent) {
    Forger& forger = hand.forger;
    const channel::Charter* const before = charter_at(forger.state(), parent);
    if (before == nullptr) return false;
    channel::Charter next = *before;
    next.parent = parent;
    next.demotions.clear();
    next.name = "taken " + std::to_string(scene.ledger.order);
    next.purpose = "to take it " + std::to_string(scene.ledger.order);
    const MemberId self = forger.member();
    const std::uint32_t how = hand.step.other() % 5;
    if (how < 2) std::erase(next.conveners, self);
    if (how == 0) next.conveners.insert(next.conveners.begin(), self);
    if (how == 1) next.conveners = {self};
    if (how == 2 && next.conveners.size() < limits::conveners_max && !channel::rank_in(next, self))
        next.conveners.push_back(self);
    if (how == 3)
        next.kind = next.kind == channel::ChannelKind::announcement ? channel::ChannelKind::discussion
                                                                    : channel::ChannelKind::announcement;
    for (const MemberId& member : before->conveners)
        if (!channel::rank_in(next, member)) next.demotions.push_back({member, lasts_of(forger, member)});
    std::sort(next.demotions.begin(), next.demotions.end(),
              [](const channel::Cut& a, const channel::Cut& b) { return a.member < b.member; });
    return govern(hand, std::move(next));
}

}  // namespace liaise::simulation
