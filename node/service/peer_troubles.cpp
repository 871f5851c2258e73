#include "node/service/peer_troubles.h"

#include <bit>

namespace liaise::node::service {
namespace {

using sync::CloseReason;

bool passes_when_met(CloseReason reason) {
    return reason == CloseReason::too_old || reason == CloseReason::too_new || reason == CloseReason::refused;
}

}  // namespace

bool PeerTroubles::closed(const DeviceId& device, const sync::Closed& closed, Time now) {
    if (closed.reason == CloseReason::done || closed.reason == CloseReason::stalled) return true;
    Trouble& trouble = devices_[device];
    const bool same = trouble.reason == closed.reason && trouble.by_peer == closed.by_peer;
    trouble = {closed.reason, closed.by_peer, same ? trouble.times + 1 : 1, now};
    return std::has_single_bit(trouble.times);
}

void PeerTroubles::opened(const DeviceId& device) {
    const auto trouble = devices_.find(device);
    if (trouble != devices_.end() && passes_when_met(trouble->second.reason)) devices_.erase(trouble);
}

bool PeerTroubles::log_refused(const DeviceId& device, const ChannelId& channel, const WriterKey& writer,
                               Time now) {
    if (logs_.size() >= logs_max && !logs_.contains({channel, writer})) return false;
    RefusedLog& log = logs_[{channel, writer}];
    log = {device, log.times + 1, now};
    return std::has_single_bit(log.times);
}

std::string PeerTroubles::sentence_of(const Trouble& trouble, const std::string& name) {
    const std::string times = trouble.times == 1 ? "" : " " + std::to_string(trouble.times) + " times";
    const std::string node = "The node of " + name;
    switch (trouble.reason) {
        case CloseReason::too_old:
        case CloseReason::too_new: {
            // Each side says what the other is.
            const bool peer_is_old = (trouble.reason == CloseReason::too_old) != trouble.by_peer;
            if (peer_is_old)
                return node +
                       " runs a Liaise that is too old for yours, so nothing is exchanged with it. Ask " +
                       name + " to update Liaise.";
            return node +
                   " runs a newer Liaise that no longer speaks with yours, so nothing is exchanged with it. "
                   "Update Liaise on this computer.";
        }
        case CloseReason::refused:
            if (trouble.by_peer)
                return node +
                       " does not take this one for yours. If your device is new, wait until its card has "
                       "arrived there; else speak to " +
                       name + ".";
            return "Somebody answered with the connection key of " + name + " and could not prove to be " +
                   name + times + ". Call " + name + ": the key may be in other hands.";
        case CloseReason::misbehaved:
            if (trouble.by_peer)
                return node + " broke off" + times +
                       ": it says that this one broke the protocol. Update Liaise on both "
                       "computers, and report it if it goes on.";
            return node + " sent what no Liaise sends, and was cut off" + times +
                   "; nothing of it was taken. Ask " + name +
                   " to update Liaise and to have the computer checked.";
        case CloseReason::overloaded:
            if (trouble.by_peer)
                return node + " broke off" + times +
                       ": it cannot take more from this one now. It is tried again by itself.";
            return node + " sent more than it may, and was cut off" + times +
                   "; others were served meanwhile. Ask " + name +
                   " to update Liaise and to have the computer checked.";
        case CloseReason::done:
        case CloseReason::stalled:
            break;
    }
    return {};
}

std::vector<std::string> PeerTroubles::sentences(const DeviceName& name_of, const LogName& log_of,
                                                 Time now) const {
    std::vector<std::string> sentences;
    for (const auto& [device, trouble] : devices_)
        if (now - trouble.last < told_for) sentences.push_back(sentence_of(trouble, name_of(device)));
    for (const auto& [log, refused] : logs_)
        if (now - refused.last < told_for)
            sentences.push_back(
                "What " + name_of(refused.from) + " sent as entries of " + log_of(log.first, log.second) +
                " was not signed by their author, or not in this order: none of it was taken. Ask " +
                name_of(refused.from) + " to have the computer checked.");
    return sentences;
}

}  // namespace liaise::node::service
