// Commits that fork the group or do not do what they say, and conveners who lie to those whom they invite.
#include <algorithm>

#include "protocol/channel/handed_keys.h"
#include "tests/simulation/network/holdings.h"
#include "tests/simulation/network/malice.h"

namespace liaise::simulation {

using channel::EntryRef;
using channel::Seat;
using node::service::Holdings;

namespace {

constexpr std::array<const char*, 5> forks{"twice", "old-epoch", "garbled", "other-facts", "leaf-taken"};
constexpr std::array<const char*, 6> lies{"wrong-keys", "false-beginning", "poisoned-invitation",
                                          "later-term", "in-and-out",      "two-branches"};

// Draws what is wanted first, and then anything.
class Beginning final : public RandomSource {
  public:
    Beginning(BytesView first, RandomSource& then) : first_(to_bytes(first)), then_(then) {}
    void fill(MutableBytes out) override {
        if (out.size() != first_.size()) return then_.fill(out);
        std::copy(first_.begin(), first_.end(), out.begin());
        first_.clear();
    }

  private:
    Bytes first_;
    RandomSource& then_;
};

channel::OwnDevice own_device(Forger& forger) {
    const auto& fields = forger.own().certificate.fields();
    return {{forger.own().member(), forger.own().device_id(), fields.device, fields.inbox},
            forger.credential()};
}

}  // namespace

// ---- The group

bool Malice::fork_group(Hand& hand) {
    Forger& forger = hand.forger;
    const auto head = forger.state().head();
    const auto* const channel = forger.room();
    if (!head || !channel->group) return false;
    std::vector<EntryRef> kept;  // epochs that can be built on
    for (const auto& [at, commit] : forger.state().group().commits)
        if (channel->group->holds(commit.to)) kept.push_back(at);
    if (kept.empty()) return false;
    const EntryRef parent =
        hand.step.other() % 2 == 0 && channel->group->holds(forger.state().group().commits.at(*head).to)
            ? *head
            : kept[forger.random().below(kept.size())];
    const std::uint32_t how = hand.step.extra() % forks.size();
    bool done = false;
    if (how < 2) {
        for (std::uint64_t i = 0; i < (how == 0 ? 2 + forger.random().below(3) : 1); ++i) {
            const auto made = forger.commit_on(parent);
            done = (made && forger.write(made->entry)) || done;
        }
    } else {
        done = how == 4 ? take_leaf_away(hand, parent) : lie_about_commit(hand, parent, how);
    }
    if (!done) return false;
    hand.room->forked = hand.room->forked || may_govern(hand, channel::CommitEntry{});
    scene.ledger.forged += 4;
    count("fork-" + std::string(forks.at(how)));
    return true;
}

bool Malice::lie_about_commit(Hand& hand, const EntryRef& parent, std::uint32_t how) {
    Forger& forger = hand.forger;
    auto made = forger.commit_on(parent);
    if (!made) return false;
    channel::CommitEntry& entry = made->entry;
    if (how == 2) {
        if (hand.step.other() % 3 == 0)
            forger.random().fill(entry.message);
        else
            entry.message[forger.random().below(entry.message.size())] ^= 0x20;
        return forger.write(entry);
    }
    const auto victim = someone(hand);
    const Seat seat = victim && !victim->devices.empty()
                          ? Seat{victim->id, victim->devices[0].id, victim->term}
                          : forger.state().own().seat();
    switch (hand.step.other() % 5) {
        case 0:  // says that it put somebody out
            entry.fact.removed = {seat};
            break;
        case 1:  // says that it brought somebody in
            entry.fact.added = {{seat, {}}};
            break;
        case 2:
            entry.fact.leaf += 1;
            break;
        case 3:
            entry.fact.key = forger.random().draw<EpochId>();
            break;
        default:
            entry.fact.to.authenticator = forger.random().draw<channel::AuthenticatorPrefix>();
    }
    return forger.write(entry);
}

// By the package that somebody published they get another leaf, and never the Welcome to it.
bool Malice::take_leaf_away(Hand& hand, const EntryRef& parent) {
    Forger& forger = hand.forger;
    const auto victim = someone(hand);
    if (!victim || victim->devices.empty()) return false;
    const Seat seat{victim->id, victim->devices[0].id, victim->term};
    const auto package = forger.package_of(seat.device);
    if (!package || !forger.write(channel::KeyPackageOffer{seat.term, true, *package})) return false;
    const LogId own = log::log_id_of(forger.state().id(), forger.state().own().writer);
    const EntryRef offer{forger.room()->log(own)->head.sequence, own};
    auto made = forger.commit_on(parent, {seat}, {{{seat, offer}, *package}});
    if (!made) return false;
    auto& message = made->entry.message;  // it ends with the Welcome
    for (std::size_t i = 1; i <= 64 && i < message.size(); ++i) message[message.size() - i] ^= 0x11;
    return forger.write(made->entry);
}

// ---- Conveners who lie

bool Malice::lie(Hand& hand) {
    if (!hand.forger.state().own_rank()) return false;
    const std::uint32_t how = hand.step.extra() % lies.size();
    const bool done = how == 0   ? hand_wrong_keys(hand)
                      : how == 1 ? false_beginning(hand)
                      : how < 4  ? false_invitation(hand, how == 3)
                      : how == 4 ? in_and_out(hand)
                                 : two_branches(hand);
    if (done) count("lie-" + std::string(lies.at(how)));
    return done;
}

bool Malice::hand_wrong_keys(Hand& hand) {
    Forger& forger = hand.forger;
    channel::HandedKeys handed{forger.state().id(), {}};
    for (int i = 0; i < 20; ++i)
        if (const auto known = forger.any_entry())
            handed.keys.emplace_back(known->ref, crypto::Key::draw(forger.random()));
    if (handed.keys.empty()) return false;
    bool any = false;
    for (const channel::Member& member : forger.state().members())
        for (const channel::Device& device : member.devices) {
            if (member.id == forger.member()) continue;
            auto sealed = channel::seal_handed_keys(handed, device, forger.random());
            any = (sealed && forger.hand(device.id, *std::move(sealed))) || any;
        }
    return any;
}

// Into a room of the same id with another beginning, other rules and other members, of which nobody knows.
bool Malice::false_beginning(Hand& hand) {
    Forger& forger = hand.forger;
    const auto guest = outsider(hand);
    const channel::OwnDevice own = own_device(forger);
    if (!guest || own.credential.empty()) return false;
    channel::Charter charter = *forger.state().charter();
    charter.parent = {};
    charter.demotions.clear();
    charter.conveners = {forger.member()};
    charter.purpose = "another room " + std::to_string(scene.ledger.order);
    Beginning random(forger.state().id().view(), forger.random());
    const auto writer = crypto::SigningKey::draw(forger.random());
    auto made = channel::found(charter, own, forger.own().device.signing, writer, random);
    if (!made) return false;
    std::uint64_t sequence = 0;
    for (const channel::Body& body : made->plan.bodies) {
        const auto content = channel::validate({hand.machine.clock(), channel::Handling::clear, {}, body});
        if (!content) return false;
        const channel::Place place{made->state.id(), log::writer_key_of(writer), ++sequence, content->kind()};
        if (!made->state.receive(place, made->state.start(), *content, Holdings::trust(hand.machine.node()),
                                 forger.own().device.inbox, made->keyring))
            return false;
    }
    bool any = false;
    for (const channel::Device& device : forger.devices_of(*guest)) {
        auto parcel = channel::seal_invitation(made->state, made->keyring, {*guest, 1, device}, {}, own,
                                               forger.own().device.signing, forger.random());
        any = (parcel && forger.hand(device.id, *std::move(parcel))) || any;
    }
    return any;
}

// With keys that open nothing; or to a member as if they had been put out and added again.
bool Malice::false_invitation(Hand& hand, bool later_term) {
    Forger& forger = hand.forger;
    const auto member = someone(hand);
    const channel::OwnDevice own = own_device(forger);
    if (!member || own.credential.empty()) return false;
    channel::Keyring keyring;
    const auto& real = forger.room()->keyring;
    keyring.tag_key = real.tag_key;
    const EpochId epoch = channel::epoch_for(forger.state(), real, channel::KeysWanted{});
    if (real.find(epoch) == nullptr) return false;
    keyring.add(epoch, *real.find(epoch));
    for (const auto& [at, fact] : forger.state().facts())
        keyring.add_entry(at, crypto::Key::draw(forger.random()));
    bool any = false;
    for (const channel::Device& device : member->devices) {
        auto parcel = channel::seal_invitation(forger.state(), later_term ? real : keyring,
                                               {member->id, member->term + (later_term ? 1 : 0), device}, {},
                                               own, forger.own().device.signing, forger.random());
        any = (parcel && forger.hand(device.id, *std::move(parcel))) || any;
    }
    return any;
}

// Approved and not: somebody is added, put out and added again, all at once.
bool Malice::in_and_out(Hand& hand) {
    Forger& forger = hand.forger;
    const auto guest = outsider(hand);
    if (!guest) return false;
    std::vector<channel::Device> devices = forger.devices_of(*guest);
    std::sort(devices.begin(), devices.end());
    const auto* const before = forger.state().history_of(*guest);
    const std::uint32_t term = before == nullptr ? 1 : std::max(before->term, before->removed_term) + 1;
    const EntryRef charter = forger.state().charter_entry();
    bool any = false;
    for (std::uint32_t turn = 0; turn < 2 + hand.step.other() % 3; ++turn) {
        any = govern(hand, channel::MemberAdded{charter, *guest, term + turn, devices}) || any;
        if (turn % 2 == 0 || hand.step.other() % 2 == 0)
            any = govern(hand, channel::MemberRemoved{charter, *guest, term + turn, {}}) || any;
    }
    return any;
}

// Somebody is added, with a commit; and on the epoch before it another one, which puts somebody else out.
bool Malice::two_branches(Hand& hand) {
    Forger& forger = hand.forger;
    const auto head = forger.state().head();
    const auto guest = outsider(hand);
    const auto other = someone(hand);
    if (!head || !guest || !other || other->devices.empty()) return false;
    const EntryRef charter = forger.state().charter_entry();
    std::vector<channel::Device> devices = forger.devices_of(*guest);
    std::sort(devices.begin(), devices.end());
    const auto* const before = forger.state().history_of(*guest);
    const std::uint32_t term = before == nullptr ? 1 : std::max(before->term, before->removed_term) + 1;
    auto second = forger.commit_on(*head, {{other->id, other->devices[0].id, other->term}});
    const auto first = forger.commit_on(*head);
    if (!govern(hand, channel::MemberAdded{charter, *guest, term, devices})) return false;
    if (first) forger.write(first->entry);
    if (second) forger.write(second->entry);
    hand.room->forked = true;
    scene.ledger.forged += 4;
    return true;
}

}  // namespace liaise::simulation
