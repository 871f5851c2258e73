#include "node/daemon/announced.h"

#include <doctest/doctest.h>

#include "node/daemon/options.h"
#include "protocol/base/limits.h"

using namespace liaise;
using node::daemon::addresses_to_announce;
using node::transport::Address;
using Texts = std::vector<std::string>;

namespace {

std::vector<Address> parsed(const Texts& texts) {
    std::vector<Address> addresses;
    for (const std::string& text : texts) addresses.push_back(Address::parse(text).value());
    return addresses;
}

const std::vector<Address> machine = parsed({"127.0.0.1:0", "192.0.2.2:0", "169.254.3.4:0", "[::1]:0",
                                             "[fd00::2]:0", "[fe80::1]:0", "[febf::1]:0", "198.51.100.7:0"});

Texts announced(const Texts& bound, const Texts& named = {}, const std::vector<Address>& own = machine) {
    return addresses_to_announce(parsed(bound), named, own);
}

}  // namespace

TEST_CASE("an address that is one is announced as it stands") {
    CHECK(announced({"127.0.0.1:7400", "[2001:db8::7]:7400"}) ==
          Texts{"127.0.0.1:7400", "[2001:db8::7]:7400"});
    CHECK(announced({}).empty());
}

TEST_CASE("\"any address\" is announced as the machine's own, without loopback and link-local ones") {
    CHECK(announced({"0.0.0.0:7400"}) == Texts{"192.0.2.2:7400", "198.51.100.7:7400"});
    CHECK(announced({"[::]:7400"}) == Texts{"192.0.2.2:7400", "198.51.100.7:7400", "[fd00::2]:7400"});
    CHECK(announced({"0.0.0.0:7400", "192.0.2.2:7400"}) == Texts{"192.0.2.2:7400", "198.51.100.7:7400"});
}

TEST_CASE("a machine that has no address of its own announces nothing rather than 0.0.0.0") {
    CHECK(announced({"0.0.0.0:7400", "[::]:7401"}, {}, parsed({"127.0.0.1:0", "[::1]:0", "[fe80::1]:0"}))
              .empty());
}

TEST_CASE("what the operator names is announced alone") {
    CHECK(announced({"0.0.0.0:7400", "192.0.2.2:7401"}, {"node.example:443"}) == Texts{"node.example:443"});
}

TEST_CASE("as many are announced as the directory takes, and no more") {
    Texts many;
    for (std::size_t i = 0; i <= limits::addresses_max; ++i)
        many.push_back("192.0.2.1:" + std::to_string(7400 + i));
    CHECK(announced({}, many).size() == limits::addresses_max);
    many.pop_back();
    CHECK(announced({}, many).size() == limits::addresses_max);
    many.pop_back();
    CHECK(announced({}, many).size() == limits::addresses_max - 1);
}

TEST_CASE("the addresses of this machine include its loopback, and each can be written") {
    const auto own = node::daemon::addresses_of_interfaces();
    for (const Address& address : own) CHECK(Address::parse(address.text()).ok());
}

TEST_CASE("--announce takes what others can dial, and goes with --listen") {
    const auto with = [](const Texts& words) {
        Texts all{"--home", "h"};
        all.insert(all.end(), words.begin(), words.end());
        return node::daemon::parse_options(all).ok();
    };
    CHECK(with({"--listen", "0.0.0.0:0", "--announce", "node.example:443", "--announce", "[2001:db8::7]:1"}));
    CHECK_FALSE(with({"--announce", "node.example:443"}));
    for (const char* bad :
         {"0.0.0.0:443", "[::]:443", "node.example:0", "node.example", "node example:1", ""})
        CHECK_FALSE(with({"--listen", "0.0.0.0:0", "--announce", bad}));
}
