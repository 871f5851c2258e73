#include <doctest/doctest.h>

#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

// A state with a fact of each kind.
struct Rich {
    test::SeededRandom random{6};
    test::TestDirectory directory;
    TestDevice a{test_member(1), directory, random};
    TestDevice b{test_member(2), directory, random};
    TestDevice c{test_member(3), directory, random};

    Rich() {
        a.found(test_charter(a.member()));
        for (TestDevice* who : {&b, &c}) {
            for (const auto& mail : a.perform(plan_invite(a.state(), who->member(), {who->device()}).value()))
                who->take_parcel(mail.parcel).value();
            who->take(a.entries());
            a.take(who->entries());
        }
        Charter charter = *a.state().charter();
        charter.conveners.push_back(b.member());
        a.perform(plan_amend(a.state(), charter, a.lasts()).value());
        a.shut_out(c.device().id);
        b.write(KeysWanted{}).value();
        b.write(Acknowledgement{*b.state().head()}).value();
        a.perform(plan_remove(a.state(), c.member(), a.lasts()).value());
        b.perform(plan_leave(b.state(), b.lasts()).value());
        a.take(b.entries());
    }
};

}  // namespace

TEST_CASE("a state that was saved loads as it was, and goes on the same") {
    Rich rich;
    ChannelState again = ChannelState::load(rich.a.state().encode()).value();
    CHECK(again == rich.a.state());
    CHECK(again.view() == rich.a.state().view());
    CHECK(again.encode() == rich.a.state().encode());
    Keyring keyring = rich.a.keyring();
    rich.a.commit();
    for (const auto& entry : rich.a.entries()) {
        const auto content = open(entry.payload, entry.place, keyring);
        if (!content) continue;
        (void)again.receive(entry.place, epoch_of(entry.payload).value(), *content, rich.directory,
                            rich.a.inbox(), keyring);
    }
    CHECK(again == rich.a.state());
}

TEST_CASE("no secret is in a saved state") {
    Rich rich;
    const Bytes blob = rich.a.state().encode();
    for (const auto& [id, key] : rich.a.keyring().epochs())
        CHECK(text_of(blob).find(text_of(key.view())) == std::string_view::npos);
}

TEST_CASE("a saved state that was cut or altered is refused or loads whole, and never harms") {
    Rich rich;
    const Bytes blob = rich.a.state().encode();
    for (std::size_t size = 0; size < blob.size(); ++size)
        CHECK_FALSE(ChannelState::load(BytesView(blob).first(size)).ok());
    for (int i = 0; i < 4000; ++i) {
        Bytes altered = blob;
        altered[rich.random.below(altered.size())] = static_cast<std::uint8_t>(rich.random.number());
        const auto loaded = ChannelState::load(altered);
        if (loaded) CHECK(ChannelState::load(loaded->encode()).value() == *loaded);
    }
}

TEST_CASE("another version is unsupported") {
    Rich rich;
    Bytes blob = rich.a.state().encode();
    blob[0] = 1;  // from before channels stood on MLS
    CHECK(ChannelState::load(blob).error().code == ErrorCode::unsupported);
}
