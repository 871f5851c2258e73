// What the files with the commands of the local user have in common. For
// node/service/{commands,governance}.cpp.
#pragma once

#include "node/service/app_node.h"

namespace liaise::node::service {

// Why the channel's rules do not let us.
Refusal refused_plan(const Error& error, const Channel& channel);

template <class Command>
auto AppNode::change(Command command) -> decltype(command()) {
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    auto outcome = command();
    if (!outcome) {
        core_.batch.fail({ErrorCode::not_permitted, "a command was refused half way"});
        return outcome;
    }
    LIAISE_TRY(or_refusal(core_.batch.commit()));
    return outcome;
}

}  // namespace liaise::node::service
