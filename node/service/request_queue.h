// Those who ask to enter one channel, as one convener's node holds them (requests.h).
//
// - A request's number only grows: what comes again, or comes late, changes nothing; an answer to a request
//   that has not come yet is remembered, so that it stays answered.
// - Of one member limits::requests_of_one_a_week are taken within a week, by our clock, answered or not; and
//   limits::requests_of_channel_max wait at a time.
//   Attack: somebody who was denied asks without end; many together fill the queue. What is not taken costs
//   nothing and is not remembered.
// - Note and alias go with the answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"
#include "protocol/channel/policy.h"

namespace liaise::node::service {

// Under which alias somebody asks, and what is needed to seat it (docs/protocol/channel.md, "Aliases").
struct AskedAlias {
    std::string name;
    MemberId alias;
    DeviceId device;         // the real one, which asked
    channel::Device seated;  // the alias's
    Bytes key_package;
    bool operator==(const AskedAlias&) const = default;
};

struct Request {
    bool open = false;
    std::uint64_t number = 0;
    Time asked;                 // by the asker's clock
    Time taken;                 // by ours
    std::vector<Time> takings;  // of the last week
    std::string note;
    std::optional<AskedAlias> alias{};
    bool operator==(const Request&) const = default;
};

class RequestQueue {
  public:
    // Whether it waits now, and did not before.
    bool take(const MemberId& who, std::uint64_t number, Time asked, std::string note, Time now,
              std::optional<AskedAlias> alias = std::nullopt);
    // Answered, or taken back. Whether that changed anything.
    bool close(const MemberId& who, std::uint64_t number, Time now);
    // Everything that was taken before; gives whose it was.
    std::vector<MemberId> forget(Time before);
    void put(const MemberId& who, Request request) { requests_[who] = std::move(request); }

    const std::map<MemberId, Request>& all() const { return requests_; }
    std::size_t waiting() const;

  private:
    std::map<MemberId, Request> requests_;
};

}  // namespace liaise::node::service
