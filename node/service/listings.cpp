#include "node/service/listings.h"

#include <algorithm>

#include "node/service/kinds.h"
#include "protocol/base/entering_limits.h"
#include "protocol/identity/name_match.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 1'000'000;

channel::Charter card_of(channel::Charter charter) {
    charter.parent = {};
    charter.demotions.clear();
    return charter;
}

bool name_each_other(const MemberId& a, const channel::Charter& of_a, const MemberId& b,
                     const channel::Charter& of_b) {
    return channel::rank_in(of_a, b).has_value() && channel::rank_in(of_b, a).has_value();
}

}  // namespace

// number u32 | device 32 | time u64 | the card as a content, or nothing
Bytes Listings::encode(const Known& known) {
    Writer writer;
    writer.u32(known.number).fixed(known.device);
    writer.u64(static_cast<std::uint64_t>(to_milliseconds(known.time)));
    if (known.card)
        writer.raw(
            channel::encode(channel::validate({{}, channel::Handling::clear, {}, *known.card}).value()));
    return std::move(writer).take();
}

Result<Listings::Known> Listings::parse(BytesView bytes) {
    Reader reader(bytes);
    Known known;
    known.number = LIAISE_TRY(reader.u32());
    known.device = LIAISE_TRY(reader.fixed<DeviceId>());
    known.time = time_from_milliseconds(static_cast<std::int64_t>(LIAISE_TRY(reader.u64())));
    if (reader.done()) return known;
    const auto content = LIAISE_TRY(channel::decode(LIAISE_TRY(reader.raw(reader.left()))));
    const auto* const card = content.as<channel::Charter>();
    if (card == nullptr) return Error{ErrorCode::not_authentic, "damaged announcement record"};
    known.card = *card;
    return known;
}

Result<void> Listings::load() {
    known_.clear();
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::announcement, everything))) {
        Reader key(kept.key);
        const auto channel = LIAISE_TRY(key.fixed<ChannelId>());
        const auto member = LIAISE_TRY(key.fixed<MemberId>());
        known_[{channel, member}] = LIAISE_TRY(parse(kept.value));
    }
    return {};
}

std::size_t Listings::count_of(const MemberId& member) const {
    return static_cast<std::size_t>(std::count_if(
        known_.begin(), known_.end(), [&](const auto& each) { return each.first.second == member; }));
}

Result<void> Listings::opened(const OpenedEntry& entry, const channel::Announcement& announcement) {
    const MemberId& author = entry.accepted.author;
    const DeviceId& device = entry.accepted.device;
    if (announcement.card && !channel::rank_in(*announcement.card, author)) return {};
    const std::pair key{announcement.channel, author};
    const auto before = known_.find(key);
    if (before == known_.end() && count_of(author) >= limits::announcements_of_one_max) return {};
    if (before != known_.end() &&
        std::tie(announcement.number, device) <= std::tie(before->second.number, before->second.device))
        return {};
    Known known{announcement.number, device, entry.content->time, announcement.card};
    Bytes name = to_bytes(announcement.channel.view());
    append(name, author.view());
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.records().put(record::announcement, name, encode(known)));
    known_[key] = std::move(known);
    return {};
}

bool Listings::announce(const Channel& channel) {
    using Phase = channel::ChannelState::Phase;
    Channel* const directory = channels_.directory();
    const channel::Charter* const charter = channel.state.charter();
    // On a device that is only entering, nothing is known yet of what the channel's rules are.
    if (directory == nullptr || &channel == directory || charter == nullptr ||
        channel.state.phase() == Phase::joining || trust_.own_standing() != identity::Standing::accredited)
        return true;
    std::optional<channel::Charter> wanted;
    if (channel.state.phase() == Phase::open && channel.state.own_rank() && charter->listed)
        wanted = card_of(*charter);
    const auto known = known_.find({channel.id(), core_.own.member()});
    const std::uint32_t number = known == known_.end() ? 0 : known->second.number;
    const bool same = known == known_.end() ? !wanted : known->second.card == wanted;
    if (same || number >= limits::announcement_number_max) return true;
    if (known == known_.end() && count_of(core_.own.member()) >= limits::announcements_of_one_max)
        return true;
    if (channels_.author(*directory, channel::Announcement{channel.id(), number + 1, wanted})) return true;
    core_.log.event(Level::warning, "channel_not_announced");
    return false;
}

std::vector<Listing> Listings::of(const ChannelId& channel) const {
    const auto first = known_.lower_bound({channel, MemberId{}});
    std::vector<std::pair<MemberId, const Known*>> left;
    for (auto each = first; each != known_.end() && each->first.first == channel; ++each) {
        const MemberId& member = each->first.second;
        const bool counts = each->second.card && trust_.directory().standing(member, core_.now()) ==
                                                     identity::Standing::accredited;
        if (counts) left.emplace_back(member, &each->second);
    }
    std::vector<Listing> found;
    while (!left.empty()) {
        // Whoever is tied to one of those who are in it already, until nobody more is.
        std::vector<std::pair<MemberId, const Known*>> group{left.front()};
        left.erase(left.begin());
        for (std::size_t at = 0; at < group.size(); ++at)
            for (auto other = left.begin(); other != left.end();) {
                if (!name_each_other(group[at].first, *group[at].second->card, other->first,
                                     *other->second->card)) {
                    ++other;
                    continue;
                }
                group.push_back(*other);
                other = left.erase(other);
            }
        const auto newest = std::max_element(group.begin(), group.end(), [](const auto& a, const auto& b) {
            return std::tie(a.second->time, b.first) < std::tie(b.second->time, a.first);
        });
        Listing listing{channel, *newest->second->card, newest->first, newest->second->time, {}};
        for (const auto& [member, known] : group) listing.announcers.push_back(member);
        std::sort(listing.announcers.begin(), listing.announcers.end());
        found.push_back(std::move(listing));
    }
    return found;
}

std::vector<Listing> Listings::all() const {
    std::vector<Listing> found;
    if (!trust_.in_network()) return found;
    std::optional<ChannelId> last;
    for (const auto& [key, known] : known_) {
        if (key.first == last) continue;
        last = key.first;
        for (Listing& listing : of(key.first)) found.push_back(std::move(listing));
    }
    return found;
}

std::vector<Listing> Listings::named(const std::string& named) const {
    const std::u32string folded = identity::fold_name(named);
    const std::vector<Listing> listed = all();
    const auto those = [&](const auto& fits) {
        std::vector<Listing> found;
        for (const Listing& each : listed)
            if (fits(each)) found.push_back(each);
        return found;
    };
    auto found = those([&](const Listing& each) { return identity::fold_name(each.card.name) == folded; });
    if (found.empty() && named.size() >= 4)
        found = those([&](const Listing& each) { return each.channel.text().starts_with(named); });
    if (found.empty() && !folded.empty())
        found = those(
            [&](const Listing& each) { return identity::fold_name(each.card.name).starts_with(folded); });
    return found;
}

}  // namespace liaise::node::service
