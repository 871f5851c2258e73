// What went wrong with peers lately, for status and doctor: whom we cannot speak to, who was cut off and why.
//
// In:  how sessions ended, and logs that a peer could not show to be their author's.
// Out: a sentence each: what, why, what to do.
//
// - A version that does not fit, or a proof that fails, is over once a session with the device opens. What a
//   peer broke is told for a day: it would come back at once, and with it the reason to speak to its owner.
// - One entry for a device, and logs_max logs: a peer that fails again and again takes no more room, neither
//   here nor in the operator's log. Attack: a member who is cut off fifty times a second fills the disk.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "protocol/sync/effects.h"

namespace liaise::node::service {

class PeerTroubles {
  public:
    static constexpr Duration told_for = std::chrono::hours{24};
    static constexpr std::size_t logs_max = 64;

    // Whether it is news, worth a line in the operator's log: the first, second, fourth, eighth ... time.
    bool closed(const DeviceId& device, const sync::Closed& closed, Time now);
    void opened(const DeviceId& device);
    bool log_refused(const DeviceId& device, const ChannelId& channel, const WriterKey& writer, Time now);

    // The names are looked up when somebody asks.
    using DeviceName = std::function<std::string(const DeviceId&)>;
    using LogName = std::function<std::string(const ChannelId&, const WriterKey&)>;  // whose, and where
    std::vector<std::string> sentences(const DeviceName& name_of, const LogName& log_of, Time now) const;

  private:
    struct Trouble {
        sync::CloseReason reason;
        bool by_peer;
        unsigned times;
        Time last;
    };
    struct RefusedLog {
        DeviceId from;
        unsigned times;
        Time last;
    };
    static std::string sentence_of(const Trouble& trouble, const std::string& name);

    std::map<DeviceId, Trouble> devices_;
    std::map<std::pair<ChannelId, WriterKey>, RefusedLog> logs_;
};

}  // namespace liaise::node::service
