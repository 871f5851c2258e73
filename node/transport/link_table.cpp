#include "node/transport/link_table.h"

#include <sys/socket.h>
#include <sys/stat.h>

namespace liaise::node::transport {

std::optional<RoutingId> automatic_routing_id(BytesView frame) {
    if (frame.size() != 5 || frame[0] != 0) return std::nullopt;
    RoutingId id = 0;
    for (const std::uint8_t byte : frame.subspan(1)) id = id << 8 | byte;
    return id;
}

std::array<std::uint8_t, 5> bytes_of_routing_id(RoutingId id) {
    return {0, static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
            static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
}

std::optional<Connection> Connection::of(int descriptor) {
    struct stat status {};
    if (descriptor < 0 || fstat(descriptor, &status) != 0 || !S_ISSOCK(status.st_mode)) return std::nullopt;
    return Connection{descriptor, status.st_ino};
}

void Connection::shut_down() const {
    const auto now = of(descriptor);
    if (now && now->inode == inode) static_cast<void>(shutdown(descriptor, SHUT_RDWR));
}

InboundLink& LinkTable::add(InboundLink link) {
    const LinkId id = link.id;
    const auto [place, added] = links_.emplace(id, std::move(link));
    InboundLink& kept = place->second;
    LIAISE_CHECK(added && by_routing_id_.emplace(kept.routing_id, &kept).second &&
                 by_descriptor_.emplace(kept.connection.descriptor, &kept).second);
    guests_ += kept.peer.lane == Lane::guest;
    return kept;
}

InboundLink* LinkTable::by_id(LinkId id) {
    const auto found = links_.find(id);
    return found == links_.end() ? nullptr : &found->second;
}

InboundLink* LinkTable::by_routing_id(RoutingId id) {
    const auto found = by_routing_id_.find(id);
    return found == by_routing_id_.end() ? nullptr : found->second;
}

InboundLink* LinkTable::by_descriptor(int descriptor) {
    const auto found = by_descriptor_.find(descriptor);
    return found == by_descriptor_.end() ? nullptr : found->second;
}

void LinkTable::forget_connection(InboundLink& link) {
    if (link.connection.descriptor < 0) return;
    by_descriptor_.erase(link.connection.descriptor);
    link.connection = {};
}

void LinkTable::remember_ended(RoutingId id) {
    if (!ended_.insert(id).second) return;
    ended_order_.push_back(id);
    if (ended_order_.size() <= ended_remembered) return;
    ended_.erase(ended_order_.front());
    ended_order_.pop_front();
}

void LinkTable::remove(LinkId id) {
    const auto found = links_.find(id);
    LIAISE_CHECK(found != links_.end());
    const InboundLink& link = found->second;
    remember_ended(link.routing_id);
    guests_ -= link.peer.lane == Lane::guest;
    by_routing_id_.erase(link.routing_id);
    if (link.connection.descriptor >= 0) by_descriptor_.erase(link.connection.descriptor);
    links_.erase(found);
}

std::size_t LinkTable::count(Lane lane) const {
    return lane == Lane::guest ? guests_ : links_.size() - guests_;
}

std::vector<LinkId> LinkTable::ids() const {
    std::vector<LinkId> ids;
    ids.reserve(links_.size());
    for (const auto& [id, link] : links_) ids.push_back(id);
    return ids;
}

}  // namespace liaise::node::transport
