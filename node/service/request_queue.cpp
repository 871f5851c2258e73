#include "node/service/request_queue.h"

#include <algorithm>

#include "protocol/base/entering_limits.h"

namespace liaise::node::service {
namespace {

constexpr Duration week = std::chrono::days{7};

}  // namespace

std::size_t RequestQueue::waiting() const {
    return static_cast<std::size_t>(
        std::count_if(requests_.begin(), requests_.end(), [](const auto& each) { return each.second.open; }));
}

bool RequestQueue::take(const MemberId& who, std::uint64_t number, Time asked, std::string note, Time now,
                        std::optional<AskedAlias> alias) {
    const auto before = requests_.find(who);
    Request request = before == requests_.end() ? Request{} : before->second;
    if (number <= request.number) return false;
    std::erase_if(request.takings, [now](Time taking) { return taking <= now - week; });
    if (request.takings.size() >= limits::requests_of_one_a_week) return false;
    if (!request.open && waiting() >= limits::requests_of_channel_max) return false;
    request.open = true;
    request.number = number;
    request.asked = asked;
    request.taken = now;
    request.takings.push_back(now);
    request.note = std::move(note);
    request.alias = std::move(alias);
    requests_[who] = std::move(request);
    return true;
}

bool RequestQueue::close(const MemberId& who, std::uint64_t number, Time now) {
    const auto before = requests_.find(who);
    if (before == requests_.end()) {
        Request request;
        request.number = number;
        request.taken = now;
        requests_[who] = std::move(request);
        return true;
    }
    Request& request = before->second;
    if (number < request.number || (number == request.number && !request.open)) return false;
    request.number = number;
    request.open = false;
    request.note.clear();
    request.alias.reset();
    return true;
}

std::vector<MemberId> RequestQueue::forget(Time before) {
    std::vector<MemberId> gone;
    for (const auto& [who, request] : requests_)
        if (request.taken < before) gone.push_back(who);
    for (const MemberId& who : gone) requests_.erase(who);
    return gone;
}

}  // namespace liaise::node::service
