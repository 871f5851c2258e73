// A line between two parties that can be cut or go dead: a TCP forwarder on the same loop.
#pragma once

#include "tests/system/transport/world.h"

namespace liaise::node::transport::test {

class Line final : private kj::TaskSet::ErrorHandler {
  public:
    Line(World& world, const Address& to);

    const Address& address() const { return address_; }  // what to dial
    void go_dead();                                      // nothing is forwarded any more, nothing is closed
    void cut();                                          // both ends are closed; new ones are accepted again
    std::size_t accepted() const { return accepted_; }

  private:
    void accept();
    void taskFailed(kj::Exception&&) override {}  // an end was closed

    World& world_;
    Address to_;
    kj::Own<kj::ConnectionReceiver> receiver_;
    Address address_;
    std::size_t accepted_ = 0;
    std::vector<kj::Own<kj::AsyncIoStream>> streams_;
    kj::Own<kj::TaskSet> fresh_pumps();
    kj::Own<kj::TaskSet> pumps_;  // null: dead
    kj::TaskSet acceptor_;
};

}  // namespace liaise::node::transport::test
