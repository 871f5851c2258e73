// What the node tells its operator: events with a stable name and key=value fields, one line each. Never
// content, names, addresses or keys: a field is a count, a code, a duration or a short alias that means
// nothing outside this log. A stranger cannot cause a line at will: what strangers do is counted, and told as
// a count.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace liaise::node::service {

enum class Level {
    debug,
    info,
    warning,
    error
};  // error: an operator must act; warning: should look; info: rare milestones

class EventLog {
  public:
    using Field = std::pair<std::string_view, std::string>;

    virtual ~EventLog() = default;
    virtual void event(Level level, std::string_view name, std::initializer_list<Field> fields = {}) = 0;
};

}  // namespace liaise::node::service
