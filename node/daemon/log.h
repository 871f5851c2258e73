// The daemon's log (node/service/event_log.h says what may stand in it): a line an event, to standard error
// or the file that it is.
#pragma once

#include <memory>

#include "node/service/event_log.h"

namespace liaise::node::daemon {

// Lines below `least` are dropped.
std::unique_ptr<service::EventLog> open_log(service::Level least);

}  // namespace liaise::node::daemon
