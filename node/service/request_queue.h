// Those who ask to enter one channel, as one convener's node holds them (requests.h).
//
// - A request's number only grows: what comes again, or comes late, changes nothing; an answer to a request
//   that has not come yet is remembered, so that it stays answered.
// - Of one member limits::requests_of_one_a_week are taken within a week, by our clock, answered or not; and
//   limits::requests_of_channel_max wait at a time.
//   Attack: somebody who was denied asks without end; many together fill the queue. What is not taken costs
//   nothing and is not remembered.
// - A note goes with the answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/time.h"

namespace liaise::node::service {

struct Request {
    bool open = false;
    std::uint64_t number = 0;
    Time asked;                 // by the asker's clock
    Time taken;                 // by ours
    std::vector<Time> takings;  // of the last week
    std::string note;
    bool operator==(const Request&) const = default;
};

class RequestQueue {
  public:
    // Whether it waits now, and did not before.
    bool take(const MemberId& who, std::uint64_t number, Time asked, std::string note, Time now);
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
