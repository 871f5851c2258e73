#include "node/service/charter_words.h"

#include <algorithm>
#include <array>

#include "protocol/base/text.h"

namespace liaise::node::service {
namespace {

using channel::ChannelKind;
using channel::Charter;
using channel::Handling;
using channel::History;

constexpr std::array<std::pair<std::string_view, Handling>, 5> handlings{{
    {"clear", Handling::clear},
    {"green", Handling::green},
    {"amber", Handling::amber},
    {"amber-strict", Handling::amber_strict},
    {"red", Handling::red},
}};

constexpr std::array<std::pair<std::string_view, channel::AliasRule>, 4> alias_rules{{
    {"none", channel::AliasRule::none},
    {"full", channel::AliasRule::full_card},
    {"role", channel::AliasRule::role_and_country},
    {"accredited", channel::AliasRule::accredited},
}};

Outcome<Done> set_aliases(Charter& charter, const std::string& wanted) {
    if (wanted.empty()) return Done{};
    for (const auto& [text, value] : alias_rules)
        if (text == wanted) {
            charter.aliases = value;
            return Done{};
        }
    return refusals::bad_kind("alias rule", wanted, "none, full, role or accredited");
}

Outcome<Done> set_kind(Charter& charter, const CharterRequest& wishes) {
    if (wishes.kind.empty() || wishes.kind == "discussion")
        charter.kind = ChannelKind::discussion;
    else if (wishes.kind == "announcement")
        charter.kind = ChannelKind::announcement;
    else if (wishes.kind == "library")
        charter.kind = ChannelKind::library;
    else
        return refusals::bad_kind("kind", wishes.kind, "discussion, announcement or library");
    charter.history = charter.kind == ChannelKind::library ? History::from_start : History::from_joining;
    if (wishes.history == "from-start")
        charter.history = History::from_start;
    else if (wishes.history == "from-joining")
        charter.history = History::from_joining;
    else if (!wishes.history.empty())
        return refusals::bad_kind("history", wishes.history, "from-joining or from-start");
    return Done{};
}

std::string span_of(std::uint32_t days) {
    return days == 0 ? std::string("without end") : "for " + std::to_string(days) + " days";
}

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

std::vector<MemberId> those_in(const std::vector<MemberId>& order, const std::vector<MemberId>& both) {
    std::vector<MemberId> kept;
    for (const MemberId& member : order)
        if (std::find(both.begin(), both.end(), member) != both.end()) kept.push_back(member);
    return kept;
}

// Whether anybody has news of the entry, whoever reads it here.
bool is_news(const channel::Body& body, const MemberId& author, const MemberId& reader) {
    if (const auto* const charter = std::get_if<Charter>(&body)) return !channel::is_none(charter->parent);
    if (const auto* const added = std::get_if<channel::MemberAdded>(&body))
        return added->member != author && added->member != reader;
    return std::holds_alternative<channel::MemberRemoved>(body) ||
           std::holds_alternative<channel::DeviceRemoved>(body) ||
           std::holds_alternative<channel::Left>(body);
}

// The member's first device, of those that the channel has, came with another entry.
bool is_further_device(const channel::ChannelState& state, const channel::MemberAdded& added,
                       const Trust& trust) {
    const channel::MemberView* const view = state.history_of(added.member);
    if (view == nullptr || view->term != added.term || !trust.in_network()) return false;
    if (view->alias) return !added.alias;  // the card came with the first
    const auto made = [&trust](const DeviceId& device) {
        const identity::DeviceCertificate* const certificate = trust.directory().certificate(device);
        return certificate == nullptr ? Time::max() : certificate->fields().created;
    };
    std::optional<Time> earliest_here;
    for (const channel::Device& device : added.devices)
        earliest_here = std::min(earliest_here.value_or(Time::max()), made(device.id));
    return std::any_of(view->devices.begin(), view->devices.end(),
                       [&](const auto& device) { return made(device.first) < *earliest_here; });
}

}  // namespace

std::string_view text_of(ChannelKind kind) {
    switch (kind) {
        case ChannelKind::discussion:
            return "discussion";
        case ChannelKind::announcement:
            return "announcement";
        case ChannelKind::library:
            return "library";
        case ChannelKind::direct:
            return "direct";
        case ChannelKind::directory:
            return "directory";
    }
    return "discussion";
}

std::string_view text_of(History history) {
    return history == History::from_start ? "from-start" : "from-joining";
}

std::string_view text_of(channel::AliasRule rule) {
    for (const auto& [text, value] : alias_rules)
        if (value == rule) return text;
    return "none";
}

std::string_view text_of(Handling handling) {
    for (const auto& [text, value] : handlings)
        if (value == handling) return text;
    return "red";
}

std::optional<Handling> handling_from(std::string_view wanted) {
    for (const auto& [text, value] : handlings)
        if (text == wanted) return value;
    return std::nullopt;
}

Outcome<Charter> wished_charter(Charter charter, const CharterRequest& wishes, bool founding) {
    if (!wishes.name.empty() || founding) {
        if (const auto good = check_name(wishes.name, limits::name_bytes_max); !good)
            return refusals::bad_name("name of the channel", good.error());
        charter.name = wishes.name;
    }
    if (!wishes.purpose.empty()) charter.purpose = wishes.purpose;
    if (founding) LIAISE_TRY(set_kind(charter, wishes));
    if (founding) LIAISE_TRY(set_aliases(charter, wishes.aliases));
    if (!wishes.ceiling.empty()) {
        const auto ceiling = handling_from(wishes.ceiling);
        if (!ceiling)
            return refusals::bad_kind("ceiling", wishes.ceiling, "clear, green, amber, amber-strict or red");
        charter.handling_ceiling = *ceiling;
    }
    if (wishes.retention_days) charter.retention_days = *wishes.retention_days;
    if (!wishes.receipts.empty()) {
        if (wishes.receipts != "on" && wishes.receipts != "off")
            return refusals::bad_kind("receipts", wishes.receipts, "on or off");
        charter.receipts = wishes.receipts == "on";
    }
    if (!wishes.listed.empty()) {
        if (wishes.listed != "on" && wishes.listed != "off")
            return refusals::bad_switch("listing", wishes.listed);
        if (charter.kind == ChannelKind::direct) return refusals::bad_kind("listing", wishes.listed, "off");
        charter.listed = wishes.listed == "on";
    }
    const auto good = channel::validate({Time{}, Handling::clear, {}, charter});
    if (good) return charter;
    if (good.error().code == ErrorCode::too_large)
        return refusals::bad_kind("retention", std::to_string(charter.retention_days) + " days",
                                  "at most a hundred years, or 0 to keep everything");
    return refusals::bad_name("purpose", good.error());
}

std::vector<std::string> changes_between(const Charter& before, const Charter& after, const Trust& trust) {
    std::vector<std::string> changes;
    if (before.name != after.name)
        changes.push_back("The name is " + quoted(after.name) + "; it was " + quoted(before.name) + ".");
    if (before.purpose != after.purpose) changes.push_back("The purpose is " + quoted(after.purpose) + ".");
    if (before.handling_ceiling != after.handling_ceiling)
        changes.push_back("Nothing is handled more strictly than " +
                          std::string(text_of(after.handling_ceiling)) + "; that was " +
                          std::string(text_of(before.handling_ceiling)) + ".");
    if (before.retention_days != after.retention_days)
        changes.push_back("What is written is kept " + span_of(after.retention_days) + "; it was kept " +
                          span_of(before.retention_days) + ".");
    if (before.receipts != after.receipts)
        changes.emplace_back(after.receipts ? "Members' nodes tell authors what was read."
                                            : "Nobody is told any more what was read.");
    if (before.listed != after.listed)
        changes.emplace_back(
            after.listed ? "Everybody in the network sees that the channel exists, and may ask to enter."
                         : "The channel is not announced to the network any more.");
    for (const MemberId& member : before.conveners)
        if (!channel::rank_in(after, member))
            changes.push_back(trust.name_of(member) + " is no convener any more.");
    for (std::size_t i = 0; i < after.conveners.size(); ++i)
        if (!channel::rank_in(before, after.conveners[i]))
            changes.push_back(trust.name_of(after.conveners[i]) + " is convener number " +
                              std::to_string(i + 1) + ".");
    if (those_in(before.conveners, after.conveners) != those_in(after.conveners, before.conveners)) {
        std::string order = "The conveners' order is ";
        for (const MemberId& member : after.conveners)
            order += (member == after.conveners.front() ? "" : ", ") + trust.name_of(member);
        changes.push_back(order + ".");
    }
    return changes;
}

std::optional<std::string> notice_of(const channel::ChannelState& state, const channel::Body& body,
                                     const MemberId& author, const Trust& trust) {
    if (!is_news(body, author, state.own().member)) return std::nullopt;
    if (const auto* const charter = std::get_if<Charter>(&body)) {
        std::string text = "changed the charter.";
        const auto parent = state.facts().find(charter->parent);
        const auto* const before =
            parent == state.facts().end() ? nullptr : std::get_if<Charter>(&parent->second.what);
        if (before != nullptr)
            for (const std::string& change : changes_between(*before, *charter, trust)) text += " " + change;
        return text;
    }
    if (const auto* const added = std::get_if<channel::MemberAdded>(&body))
        return (is_further_device(state, *added, trust) ? "added another device of " : "added ") +
               trust.name_of(added->member) + ".";
    if (const auto* const removed = std::get_if<channel::MemberRemoved>(&body))
        return "removed " + trust.name_of(removed->member) + ".";
    if (const auto* const out = std::get_if<channel::DeviceRemoved>(&body))
        return (out->devices.size() == 1 ? "took out a device of " : "took out devices of ") +
               trust.name_of(out->member) + ".";
    return std::string("left the channel.");
}

std::size_t notices_in(const channel::ChannelState& state) {
    std::size_t count = 0;
    for (const auto& [at, fact] : state.facts()) {
        const channel::WriterFact* const writer = state.writer(at.log);
        if (writer == nullptr) continue;
        const auto news = [&](const channel::Body& body) {
            return is_news(body, writer->member, state.own().member);
        };
        if (const auto* const charter = std::get_if<Charter>(&fact.what))
            count += news(*charter) ? 1 : 0;
        else if (const auto* const added = std::get_if<channel::MemberAdded>(&fact.what))
            count += news(*added) ? 1 : 0;
        else if (std::holds_alternative<channel::MemberRemoved>(fact.what) ||
                 std::holds_alternative<channel::DeviceRemoved>(fact.what) ||
                 std::holds_alternative<channel::Left>(fact.what))
            ++count;
    }
    return count;
}

}  // namespace liaise::node::service
