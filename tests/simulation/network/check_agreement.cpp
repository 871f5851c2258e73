// 1. Members that hold the same entries agree on epoch, members, charter and order of display.
//
// Compared are honest machines that show the room as open and each other among its members: whoever was put
// out while away is not told, and goes on with what they knew.
#include "tests/simulation/network/scene.h"

namespace liaise::simulation {
namespace {

std::string members_of(const Sight& sight) {
    std::string text;
    for (const auto& member : sight.channel.members)
        text +=
            member.person.name + (member.place != 0 ? " (" + std::to_string(member.place) + ")" : "") + ", ";
    return text;
}

std::string charters_of(const Sight& sight) {
    std::string text;
    for (const CharterView& charter : sight.charters) text += charter.id + " " + charter.name + "; ";
    return text;
}

// Everything of a message that its entries decide.
std::string picture(const MessageView& message) {
    std::string text = message.text + "|" + message.author + "|" + message.kind + "|" +
                       (message.edited ? "edited|" : "|") + message.pinned_by + "|" + message.hidden_by +
                       "|" + message.reason;
    if (message.state == "retracted" || message.state == "hidden" || message.state == "expired")
        text += "|" + message.state;
    for (const auto& reaction : message.reactions) {
        text += "|" + reaction.reaction;
        for (const std::string& name : reaction.by) text += "," + name;
    }
    return text;
}

std::string order_of(const Sight& a, const Sight& b) {
    std::string text;
    for (const Sight* sight : {&a, &b}) {
        text += "; shown as";
        for (const MessageView& message : sight->messages)
            if (a.places.contains(message.id) && b.places.contains(message.id))
                text += " " + message.id.substr(0, message.id.find('.') + 5) + " at " +
                        to_rfc3339(message.order_time) + " (" + to_rfc3339(message.time) + ")";
    }
    return text;
}

std::string difference(const Sight& a, const Sight& b, bool orders, bool marks) {
    if (members_of(a) != members_of(b)) return "members: " + members_of(a) + "against " + members_of(b);
    if (charters_of(a) != charters_of(b)) return "charters: " + charters_of(a) + "against " + charters_of(b);
    if (a.channel.epoch != b.channel.epoch)
        return "epoch: " + std::to_string(a.channel.epoch) + " against " + std::to_string(b.channel.epoch);
    // A newcomer, or one who mutes somebody, is shown fewer messages, but those alike and in the same order.
    std::size_t last = 0;
    for (const MessageView& message : a.messages) {
        const auto place = b.places.find(message.id);
        if (place == b.places.end()) continue;
        if (place->second < last && orders) return "order: at message " + message.id + order_of(a, b);
        last = place->second;
        if (!marks) continue;
        const std::string one = picture(message);
        const std::string other = picture(b.messages[place->second]);
        if (one != other) return "message " + message.id + ": " + one + " against " + other;
    }
    return {};
}

}  // namespace

std::optional<Wrong> check_agreement(Scene& scene) {
    const auto machines = scene.honest_machines();
    // Where clocks were wrong by more than the slack, each node shows causes first and promises no more
    // (protocol/channel/ordering.h).
    const bool orders = !scene.counts.faults.contains("clock");
    for (std::size_t room = 0; room < scene.ledger.rooms.size(); ++room)
        for (const std::size_t one : machines)
            for (const std::size_t other : machines) {
                const Sight& a = scene.sight(one, room);
                const Sight& b = scene.sight(other, room);
                if (one >= other || !a.open() || !b.open()) continue;
                if (!a.lists(scene.name(other)) || !b.lists(scene.name(one))) continue;
                // Who was out for a while and came back missed what was said of earlier messages meanwhile.
                const Room& of = scene.ledger.rooms[room];
                const bool marks =
                    of.from_start || (!scene.ledger.ever_out(of, one) && !scene.ledger.ever_out(of, other));
                const std::string what = difference(a, b, orders, marks);
                if (!what.empty())
                    return Wrong{"agreement", scene.name(one) + " and " + scene.name(other) +
                                                  " do not agree in room " + std::to_string(room) + " on " +
                                                  what};
            }
    return std::nullopt;
}

}  // namespace liaise::simulation
