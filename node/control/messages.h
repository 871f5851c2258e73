// The control server's own sentences, all in one place: what happened, why, what to do. The sentences of the
// application core are in node/service/refusal.cpp.
#pragma once

#include <string>

#include "node/service/refusal.h"

namespace liaise::node::control::messages {

using service::Refusal;

Refusal locked();
Refusal stopped_meanwhile();  // locked or stopped while the call was waiting
Refusal too_many_tasks();
Refusal failed_inside();  // a fault of ours: details are in the log

Refusal too_long(const std::string& what, std::size_t bytes_max);
Refusal not_text(const std::string& what);
Refusal too_many(const std::string& what, std::size_t count_max);

Refusal another_unlock();
Refusal guess_later(Duration wait);

Refusal not_joined_in_time(Duration waited);
Refusal not_in_step_in_time(Duration waited, std::size_t connected);
Refusal not_fetched_in_time(const std::string& document, Duration waited);

Refusal document_too_large();
Refusal upload_over();
Refusal no_sink();
Refusal no_such_act();

}  // namespace liaise::node::control::messages
