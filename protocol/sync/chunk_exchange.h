// Which chunks we asked of a peer, and which it asked of us (docs/protocol/peer.md, "Chunks").
//
// - At most chunks_wanted_max questions are open each way; what is wanted beyond waits here, in order.
// - A chunk that nobody asked for is no accident: the answer to it is the session's end. One that was asked
//   for and then given up is taken and dropped.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "protocol/base/ids.h"
#include "protocol/base/limits.h"

namespace liaise::sync {

struct ChunkName {
    ChannelId channel;
    ChunkId chunk;
    auto operator<=>(const ChunkName&) const = default;
};

// Ours.
class ChunkWants {
  public:
    enum class Answer { wanted, given_up, unasked };

    // False when it is wanted already.
    bool want(const ChunkName& name) {
        const auto asked = asked_.find(name);
        if (asked != asked_.end()) return !std::exchange(asked->second, true);
        if (std::find(waiting_.begin(), waiting_.end(), name) != waiting_.end()) return false;
        waiting_.push_back(name);
        return true;
    }
    void give_up(const ChunkName& name) {
        std::erase(waiting_, name);
        if (const auto asked = asked_.find(name); asked != asked_.end()) asked->second = false;
    }
    // The channel is no longer shared: what is still wanted of it comes back.
    std::vector<ChunkName> give_up_all(const ChannelId& channel) {
        std::vector<ChunkName> wanted;
        for (const ChunkName& name : waiting_)
            if (name.channel == channel) wanted.push_back(name);
        for (const auto& [name, still] : asked_)
            if (name.channel == channel && still) wanted.push_back(name);
        std::erase_if(waiting_, [&](const ChunkName& name) { return name.channel == channel; });
        std::erase_if(asked_, [&](const auto& asked) { return asked.first.channel == channel; });
        return wanted;
    }
    // The next ones to ask for, all of one channel; empty when nothing waits or enough is open.
    std::vector<ChunkName> take_next() {
        std::vector<ChunkName> names;
        while (!waiting_.empty() && asked_.size() < limits::chunks_wanted_max &&
               (names.empty() || names.front().channel == waiting_.front().channel)) {
            names.push_back(waiting_.front());
            asked_.emplace(waiting_.front(), true);
            waiting_.pop_front();
        }
        return names;
    }
    Answer answer_for(const ChunkName& name) const {
        const auto asked = asked_.find(name);
        if (asked == asked_.end()) return Answer::unasked;
        return asked->second ? Answer::wanted : Answer::given_up;
    }
    void answered(const ChunkName& name) { asked_.erase(name); }

    std::size_t open() const { return asked_.size(); }
    std::size_t waiting() const { return waiting_.size(); }
    bool operator==(const ChunkWants&) const = default;

  private:
    std::deque<ChunkName> waiting_;
    std::map<ChunkName, bool> asked_;  // true while still wanted
};

}  // namespace liaise::sync
