// One's alias on one's other devices (docs/protocol/channel.md, "Aliases"; requests.h).
//
//     a device that is in          another of the person's                  conveners who were told
//     hand_alias() --letter-->     take_handed(): keys of its own
//                                  --asks under the alias, later-->         take_device(): seated
//              <--letter--         hand_alias(), once it is in
//
// - The alias's seed goes, and nothing that opens anything: no key of the device, of the channel, or of a
//   message.
// - Whoever is in hands it to each other device once; so each learns what the others are under the alias, and
//   shuts that out with the device.
// - A device that was added lately waits for a while, drawn at random, before it asks.
//   Attack: members see when an alias gets a device, and everybody sees in the directory when a person does.
#include "node/service/kinds.h"
#include "node/service/requests.h"

namespace liaise::node::service {
namespace {

using channel::AliasLetter;

constexpr Duration lately = std::chrono::days{3};
constexpr Duration wait_least = std::chrono::hours{1};
constexpr Duration wait_most = std::chrono::hours{24};
constexpr std::size_t handed_waiting_max = 64;  // that wait for their conveners

}  // namespace

Result<void> Requests::hand_alias(const Channel& channel) {
    if (channel.state.phase() != channel::ChannelState::Phase::open || channel.is_directory()) return {};
    const MemberId& member = channel.state.own().member;
    const OwnAlias* const own = aliases_.own(channel.id(), member);
    if (own == nullptr) return {};
    LIAISE_TRY(ask_again(channel));
    std::vector<DeviceId> due;
    for (const DeviceId& device : trust_.directory().devices(core_.own.member(), core_.now()))
        if (device != core_.own.device_id() && !own->handed.contains(device)) due.push_back(device);
    if (due.empty()) return {};
    channel::Charter card = *channel.state.charter();
    card.parent = {};
    card.demotions.clear();
    AliasLetter letter{
        AliasLetter::Act::hand, channel.id(), core_.own.member(), 1, core_.now(), {}, {}, card};
    letter.handed = AliasLetter::Handed{
        own->name, own->seed, own->keys.device_id(), {own->told.begin(), own->told.end()}};
    for (const DeviceId& device : due) {
        if (const auto sent = send_alias(letter, device, nullptr); !sent) {
            // A charter too long for a letter, or an accreditation that is over: tried again with the next
            // news.
            if (sent.error().code != ErrorCode::too_large && sent.error().code != ErrorCode::not_permitted)
                return sent;
            continue;
        }
        LIAISE_TRY(aliases_.note_handed({channel.id(), member}, device));
    }
    return {};
}

// Once it is in: who was told, and did not know whose device this is when it asked, learns it now.
Result<void> Requests::ask_again(const Channel& channel) {
    const Aliases::At at{channel.id(), channel.state.own().member};
    const OwnAlias& own = *aliases_.own(at.first, at.second);
    const auto asked = asked_.find(channel.id());
    if (own.others.empty() || own.handed.contains(core_.own.device_id()) || asked == asked_.end() ||
        asked->second.alias != at.second)
        return {};
    LIAISE_TRY(aliases_.note_handed(at, core_.own.device_id()));
    asked->second.sent.clear();
    return send_ask(channel.id(), asked->second);
}

Result<void> Requests::take_handed(const channel::OpenedAliasLetter& opened) {
    const AliasLetter::Handed& handed = *opened.letter.handed;
    const ChannelId& channel = opened.letter.channel;
    if (opened.sender.member != core_.own.member() || opened.sender.device == core_.own.device_id() ||
        !trust_.directory().in_good_standing(opened.sender.device, core_.now()))
        return {};
    const MemberId alias = channel::AliasKeys::derive(handed.seed, {}).member_id();
    if (aliases_.own(channel, alias) == nullptr) {
        if (!takes_handed(channel)) return {};
        LIAISE_TRY(
            aliases_.take(channel, handed.seed, handed.name, {handed.told.begin(), handed.told.end()}));
        Asked& asked = asked_[channel];
        const auto now = static_cast<std::uint64_t>(to_milliseconds(core_.now()));
        asked = Asked{};
        asked.number = now;
        asked.time = core_.now();
        asked.card = *opened.letter.card;
        asked.conveners = {handed.told.begin(), handed.told.end()};
        asked.alias = alias;
        asked.alias_name = handed.name;
        asked.not_before = when_to_ask();
        LIAISE_TRY(keep(channel, asked));
        LIAISE_TRY(send_ask(channel, asked));
    }
    return aliases_.note_other({channel, alias}, opened.sender.device, handed.device);
}

// Not where we are, or want to be, under another name.
bool Requests::takes_handed(const ChannelId& channel) const {
    using Phase = channel::ChannelState::Phase;
    const Channel* const here = channels_.find(channel);
    if (here != nullptr && (here->state.phase() == Phase::open || here->state.phase() == Phase::joining))
        return false;
    std::size_t waiting = 0;
    for (const auto& [id, asked] : asked_) {
        if (asked.state != Asked::State::waiting) continue;
        if (id == channel) return false;
        if (asked.alias) ++waiting;
    }
    return waiting < handed_waiting_max;
}

Time Requests::when_to_ask() const {
    const Time added = core_.own.certificate.fields().created + certificate_backdating;
    if (core_.now() - added >= lately) return {};
    const auto span = static_cast<std::uint64_t>((wait_most - wait_least).count());
    std::array<std::uint8_t, 8> bytes{};
    core_.random.fill(bytes);
    std::uint64_t drawn = 0;
    for (const std::uint8_t byte : bytes) drawn = drawn << 8 | byte;
    return core_.now() + wait_least + Duration{static_cast<std::int64_t>(drawn % span)};
}

}  // namespace liaise::node::service
