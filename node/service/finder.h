// Search: fills the index when there is time, and always before it answers, so that an answer never misses
// what is readable.
#pragma once

#include "node/service/library.h"
#include "node/service/messages.h"

namespace liaise::node::service {

class Finder {
  public:
    Finder(Core& core, Channels& channels, Messages& messages, Library& library)
        : core_(core), channels_(channels), messages_(messages), library_(library) {}

    Outcome<SearchAnswer> search(const std::string& query, const std::string& channel, std::size_t limit);

    // Indexes up to so many waiting messages in a transaction of its own; true when some are left.
    Result<bool> index_some(std::size_t count_max);
    // Something new may be waiting.
    void wake() { maybe_waiting_ = true; }
    bool maybe_waiting() const { return maybe_waiting_; }

  private:
    std::string text_of(const store::MessageRow& row);

    Core& core_;
    Channels& channels_;
    Messages& messages_;
    Library& library_;
    bool maybe_waiting_ = true;
};

}  // namespace liaise::node::service
