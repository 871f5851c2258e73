#include "tests/system/transport/line.h"

namespace liaise::node::transport::test {

Line::Line(World& world, const Address& to)
    : world_(world),
      to_(to),
      receiver_(world.loop().network.parseAddress("127.0.0.1", 0).wait(world.io.waitScope)->listen()),
      address_{Address::Kind::ipv4, "127.0.0.1", static_cast<std::uint16_t>(receiver_->getPort())},
      pumps_(fresh_pumps()),
      acceptor_(*this) {
    accept();
}

kj::Own<kj::TaskSet> Line::fresh_pumps() {
    kj::TaskSet::ErrorHandler& errors = *this;
    return kj::heap<kj::TaskSet>(errors);
}

void Line::accept() {
    acceptor_.add(receiver_->accept().then([this](kj::Own<kj::AsyncIoStream>&& near) {
        ++accepted_;
        auto far = world_.loop()
                       .network.parseAddress(to_.host.c_str(), to_.port)
                       .then([](kj::Own<kj::NetworkAddress>&& found) {
                           return found->connect().attach(kj::mv(found));
                       });
        acceptor_.add(far.then([this, near = kj::mv(near)](kj::Own<kj::AsyncIoStream>&& far_end) mutable {
            if (pumps_.get() != nullptr) {
                pumps_->add(near->pumpTo(*far_end).ignoreResult());
                pumps_->add(far_end->pumpTo(*near).ignoreResult());
            }
            streams_.push_back(kj::mv(near));
            streams_.push_back(kj::mv(far_end));
        }));
        accept();
    }));
}

void Line::go_dead() {
    pumps_ = nullptr;
}

void Line::cut() {
    pumps_ = nullptr;
    streams_.clear();
    pumps_ = fresh_pumps();
}

}  // namespace liaise::node::transport::test
