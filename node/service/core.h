// What every part of the application stands on. The parts hold a reference; AppNode owns it and them.
#pragma once

#include "node/service/batch.h"
#include "node/service/driver.h"
#include "node/service/event_log.h"
#include "node/service/own.h"
#include "node/service/refusals.h"

namespace liaise::node::service {

struct Core {
    store::Store& store;
    RandomSource& random;
    EventLog& log;
    Driver& driver;
    Own own;
    Batch batch;

    Time now() const { return driver.now(); }
};

// A store's answer, or the refusal for people that stands for its error.
inline Outcome<Done> or_refusal(const Result<void>& result) {
    if (!result) return refusals::from_store(result.error());
    return Done{};
}
template <class T>
Outcome<T> or_refusal(Result<T> result) {
    if (!result) return refusals::from_store(result.error());
    return *std::move(result);
}

}  // namespace liaise::node::service
