// Flooding and garbage; whose turn it is. What concerns the group and its rules: malice_rules.cpp.
#include "tests/simulation/network/malice.h"

#include <algorithm>

#include "protocol/channel/parcel_piece.h"
#include "protocol/channel/request.h"
#include "tests/simulation/network/holdings.h"

namespace liaise::simulation {

using channel::EntryRef;
using node::service::Holdings;
using test::Machine;

namespace {

constexpr std::array<const char*, 7> floods{"posts",    "reactions", "words",  "wishes",
                                            "packages", "marks",     "letters"};
constexpr std::array<const char*, 6> heaps{"copies", "plain", "nowhere", "noise", "unknown-key", "parcels"};

EntryRef nowhere_at(RandomSource& random) {
    return {1, random.draw<LogId>()};
}

Bytes noise(test::SeededRandom& random, std::size_t most) {
    Bytes bytes(1 + random.below(most));
    random.fill(bytes);
    return bytes;
}

Bytes turned(Bytes bytes, test::SeededRandom& random) {
    if (bytes.empty()) return bytes;
    if (random.chance(50)) {
        bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
    } else {
        bytes.resize(random.below(bytes.size()) + (random.chance(10) ? 200 : 0));
    }
    return bytes;
}

}  // namespace

void Malice::count(const std::string& what) {
    ++scene.counts.faults[what];
}

std::optional<std::size_t> Malice::turn_hostile(std::size_t person) {
    auto& hostile = scene.ledger.hostile;
    if (!scene.ledger.in_network.contains(person)) return std::nullopt;
    // One in a plan at most: the honest are to be more.
    if (!hostile.empty() && !hostile.contains(person)) return std::nullopt;
    if (scene.people() < 4 && person == 0) return std::nullopt;
    hostile.insert(person);
    return person;
}

// Most of the time where it may come to something: who lies or forks is a convener, who forges rules was
// named one and stands below another, or is out.
std::vector<ChannelId> Malice::rooms_for(Machine& machine, const Step& step) {
    auto& channels = Holdings::channels(machine.node());
    std::vector<ChannelId> rooms, promising;
    for (const auto& [id, channel] : channels.all()) {
        if (scene.ledger.room(id) == nullptr) continue;
        rooms.push_back(id);
        const channel::ChannelState& state = channel.state;
        const auto rank = state.own_rank();
        const bool named = std::any_of(state.facts().begin(), state.facts().end(), [&](const auto& fact) {
            const auto* const charter = std::get_if<channel::Charter>(&fact.second.what);
            return charter != nullptr && channel::rank_in(*charter, state.own().member);
        });
        const bool forges = step.verb == Verb::forge_policy;
        if (forges ? named && rank != std::optional<std::size_t>(0) : rank.has_value())
            promising.push_back(id);
    }
    const bool anywhere = step.verb == Verb::flood || step.verb == Verb::garbage;
    if (anywhere && channels.directory() != nullptr) rooms.push_back(channels.directory()->id());
    return anywhere || promising.empty() || step.who() % 4 == 0 ? rooms : promising;
}

bool Malice::perform(const Step& step) {
    const auto& hostile = scene.ledger.hostile;
    const auto who = turn_hostile(hostile.empty() ? step.who() % scene.people() : *hostile.begin());
    if (!who || !scene.world[*who].runs()) return false;
    Machine& machine = scene.world[*who];
    const std::vector<ChannelId> rooms = rooms_for(machine, step);
    if (rooms.empty()) return false;
    const ChannelId room = rooms[step.channel() % rooms.size()];
    Hand hand{machine, Forger(machine, room, scene.world.seed() * 1000 + scene.ledger.order),
              scene.ledger.room(room), *who, step};
    if (hand.forger.room() == nullptr) return false;
    const bool done = step.verb == Verb::flood          ? flood(hand)
                      : step.verb == Verb::garbage      ? garbage(hand)
                      : step.verb == Verb::fork_group   ? fork_group(hand)
                      : step.verb == Verb::forge_policy ? forge_policy(hand)
                                                        : lie(hand);
    machine.settle();
    return done;
}

Person Malice::person(Hand& hand, const MemberId& member) const {
    const auto people = hand.machine.node().people(hand.machine.clock());
    if (people)
        for (const auto& each : *people)
            if (each.id == member) return scene.person_of(each.name);
    return scene.people();
}

std::optional<channel::Member> Malice::someone(Hand& hand) {
    std::vector<channel::Member> others = hand.forger.state().members();
    std::erase_if(others, [&](const channel::Member& each) { return each.id == hand.forger.member(); });
    if (others.empty()) return std::nullopt;
    return others[hand.step.other() % others.size()];
}

std::optional<MemberId> Malice::outsider(Hand& hand) {
    std::vector<MemberId> others = hand.forger.everyone();
    std::erase_if(others, [&](const MemberId& each) { return hand.forger.state().member(each).has_value(); });
    if (others.empty()) return std::nullopt;
    return others[hand.step.other() % others.size()];
}

// ---- Many

bool Malice::flood(Hand& hand) {
    const std::uint32_t how = hand.step.extra() % floods.size();
    if (how == floods.size() - 1) return flood_letters(hand);
    const std::uint64_t many = 30 + hand.step.other() % 150;
    std::uint64_t written = 0;
    for (std::uint64_t i = 0; i < many; ++i) {
        const bool done = hand.room == nullptr ? flood_directory(hand, how, i) : flood_with(hand, how, i);
        if (!done) break;
        ++written;
    }
    scene.ledger.forged += written;
    if (written > 0) count("flood-" + std::string(floods.at(how)));
    return written > 0;
}

bool Malice::flood_with(Hand& hand, std::uint32_t how, std::uint64_t number) {
    Forger& forger = hand.forger;
    const channel::ChannelState& state = forger.state();
    const auto target = forger.any_entry();
    const EntryRef at = target ? target->ref : nowhere_at(forger.random());
    switch (how) {
        case 0:
            return forger.write(channel::Post{"flood " + std::to_string(number), {}});
        case 1:
            return forger.write(channel::Reaction{state.charter_entry(), "sign " + std::to_string(number)});
        case 2:
            if (number % 2 == 0 || !state.head())
                return forger.write(channel::CharterAcknowledged{state.charter_entry()});
            return forger.write(channel::Acknowledgement{*state.head()});
        case 3: {
            channel::KeysWanted wanted;
            if (number % 2 == 0)
                for (int i = 0; i < 8; ++i) wanted.entries.push_back(nowhere_at(forger.random()));
            if (number % 4 == 0) wanted.entries = {at};
            std::sort(wanted.entries.begin(), wanted.entries.end(),
                      [](const EntryRef& a, const EntryRef& b) { return a < b; });
            wanted.again = number % 3 == 0;
            return forger.write(wanted);
        }
        case 4: {
            channel::OwnPackages packages;
            const auto& own = forger.own();
            return forger.write(channel::KeyPackageOffer{
                state.own().term, number % 2 == 0,
                packages.make(own.member(), own.device.signing, hand.machine.clock(), forger.random())});
        }
        default:
            if (number % 3 == 0) return forger.write(channel::Pin{at});
            if (number % 3 == 1) return hide(hand, at);
            return forger.write(channel::Seen{{at}});
    }
}

// It is for conveners to do; from others it hides nothing.
bool Malice::hide(Hand& hand, const EntryRef& at) {
    const channel::Hide hiding{at, "because"};
    const bool may = may_govern(hand, hiding);
    if (!hand.forger.write(hiding)) return false;
    if (may) record(hand, hiding);
    return true;
}

bool Malice::flood_directory(Hand& hand, std::uint32_t how, std::uint64_t number) {
    Forger& forger = hand.forger;
    if (how % 3 == 0)
        return forger.write(channel::Addresses{{"10.9.9." + std::to_string(number % 250) + ":7400"}});
    if (how % 3 == 1) {
        channel::Charter card;
        card.name = "stall " + std::to_string(number);
        card.purpose = "to be seen";
        card.conveners = {forger.own().member()};
        card.listed = true;
        return forger.write(channel::Announcement{forger.random().draw<ChannelId>(), 1, card});
    }
    channel::OwnPackages packages;
    const auto& own = forger.own();
    return forger.write(channel::KeyPackageOffer{
        0, false, packages.make(own.member(), own.device.signing, hand.machine.clock(), forger.random())});
}

// Requests to enter, to everybody.
bool Malice::flood_letters(Hand& hand) {
    Forger& forger = hand.forger;
    const Bytes credential = forger.credential();
    if (credential.empty()) return false;
    bool any = false;
    for (const MemberId& member : forger.everyone())
        for (const channel::Device& device : forger.devices_of(member)) {
            if (device.id == forger.own().device_id()) continue;
            for (std::uint64_t i = 0; i < 40; ++i) {
                const auto act = static_cast<channel::RequestLetter::Act>(1 + i % 3);
                auto letter = channel::seal_request(
                    {act, i % 8 == 0 ? forger.random().draw<ChannelId>() : forger.state().id(),
                     forger.own().member(), 1 + forger.random().below(1'000'000), hand.machine.clock(),
                     "let me in, " + std::to_string(i)},
                    device, forger.own().member(), credential, forger.own().device.signing, forger.random());
                any = (letter && forger.hand(device.id, *std::move(letter))) || any;
            }
        }
    if (any) count("flood-letters");
    return any;
}

// ---- Nonsense

bool Malice::garbage(Hand& hand) {
    const std::uint32_t how = hand.step.extra() % heaps.size();
    const std::uint64_t many = 1 + hand.step.other() % 12;
    std::uint64_t written = 0;
    for (std::uint32_t i = 0; i < many; ++i) {
        const bool done = how < 2                   ? garbled_copy(hand, how)
                          : how == heaps.size() - 1 ? garbled_parcel(hand, i)
                                                    : nowhere(hand, how == 2 ? 10 + i : how);
        if (done) ++written;
    }
    scene.ledger.forged += written;
    if (written > 0) count("garbage-" + std::string(heaps.at(how)));
    return written > 0;
}

// Of real entries of any kind: as they travel, or as they read, sealed again.
bool Malice::garbled_copy(Hand& hand, std::uint32_t how) {
    Forger& forger = hand.forger;
    const auto of = forger.any_entry();
    if (!of) return false;
    if (how == 1 && of->plain) {
        const Bytes plain = turned(*of->plain, forger.random());
        // One turned byte may leave something that a convener may say: somebody else added, another charter.
        const auto said = channel::decode(plain);
        const bool may = said && hand.room != nullptr && may_govern(hand, (*said)->body);
        if (!forger.write_plain(of->kind, plain)) return false;
        if (may) record(hand, (*said)->body);
        return true;
    }
    return forger.write_payload(
        of->kind, forger.random().chance(20) ? of->payload : turned(of->payload, forger.random()));
}

// What names keys, causes and entries that there are not.
bool Malice::nowhere(Hand& hand, std::uint32_t how) {
    Forger& forger = hand.forger;
    test::SeededRandom& random = forger.random();
    const auto kind = random.chance(50) ? log::EntryKind::policy : log::EntryKind::content;
    if (how == 3) return forger.write_payload(kind, noise(random, 600));
    if (how == 4) {
        const crypto::Key key = crypto::Key::draw(random);
        const EpochId id = channel::epoch_id_of(forger.state().id(), key);
        if (random.chance(50)) return forger.write_under({id, &key}, channel::Post{"under no key", {}});
        return forger.write_under({id, &key}, channel::CharterAcknowledged{forger.state().charter_entry()});
    }
    const EntryRef at = nowhere_at(random);
    switch (how % 8) {
        case 0:
            return forger.write(channel::Post{"because of nothing", at}, {at});
        case 1:
            return forger.write(channel::Edit{at, 1, "another text"});
        case 2:
            return forger.write(channel::Retract{at});
        case 3:
            return forger.write(channel::Lift{{at}});
        case 4:
            return forger.write(channel::Acknowledgement{at});
        case 5:
            return forger.write(channel::CharterAcknowledged{at});
        case 6:
            return forger.write(channel::MemberAdded{at, forger.member(), 2, {}});
        default: {
            const auto other = someone(hand);
            if (!other) return false;
            return forger.write(channel::MemberRemoved{at, other->id, other->term, {}});
        }
    }
}

bool Malice::garbled_parcel(Hand& hand, std::uint32_t how) {
    Forger& forger = hand.forger;
    test::SeededRandom& random = forger.random();
    const std::vector<MemberId> all = forger.everyone();
    if (all.empty()) return false;
    const std::vector<channel::Device> devices = forger.devices_of(all[random.below(all.size())]);
    if (devices.empty() || devices[0].id == forger.own().device_id()) return false;
    Bytes parcel = noise(random, 3000);
    parcel[0] = static_cast<std::uint8_t>(random.below(8));
    if (how % 3 == 0) {  // the first of many pieces, of which no other comes
        Writer piece;
        piece.u8(channel::parcel_piece_version).fixed(random.draw<channel::PieceSetId>());
        parcel = to_bytes(piece.u16(0).u16(40).raw(Bytes(240 * 1024, 7)).view());
    } else if (how % 3 == 1) {
        auto letter = channel::seal_request({channel::RequestLetter::Act::ask, forger.state().id(),
                                             forger.own().member(), 1, hand.machine.clock(), "let me in"},
                                            devices[0], forger.own().member(), forger.credential(),
                                            forger.own().device.signing, random);
        if (letter) parcel = turned(*std::move(letter), random);
    }
    return forger.hand(devices[0].id, std::move(parcel));
}

}  // namespace liaise::simulation
