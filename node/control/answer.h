// How a session answers: what its methods have in common. For node/control/session*.cpp alone.
#pragma once

#include "node/control/input.h"
#include "node/control/messages.h"
#include "node/control/session.h"

namespace liaise::node::control {

using service::Node;
using service::Outcome;
using service::Refusal;

template <class Context>
kj::Promise<void> refuse(Context& context, const Refusal& refusal) {
    write(refusal, context.getResults().initRefusal());
    return kj::READY_NOW;
}

// Asks the node, unless the input is at fault or there is none; writes the answer or the refusal.
template <class Context, class Ask, class Write>
kj::Promise<void> answer(Server& server, Context& context, const Input& in, Ask ask, Write write_answer) {
    if (in.refusal()) return refuse(context, *in.refusal());
    Node* node = server.daemon().node();
    if (node == nullptr) return refuse(context, messages::locked());
    auto outcome = ask(*node);
    server.daemon().node_was_used();
    if (!outcome.ok()) return refuse(context, outcome.refusal());
    write_answer(outcome.value(), context.getResults());
    return kj::READY_NOW;
}

// The same for what the node has no refusal for.
template <class T>
Outcome<T> always(T value) {
    return Outcome<T>(std::move(value));
}

template <class T>
unsigned size_of(const std::vector<T>& list) {
    return static_cast<unsigned>(list.size());
}

}  // namespace liaise::node::control
