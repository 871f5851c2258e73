// A channel of a thousand leaves: what adding one and removing one costs there, and who can follow.
#include <doctest/doctest.h>

#include "protocol/base/reader.h"
#include "protocol/channel/parcel_piece.h"
#include "protocol/mls/framing.h"
#include "tests/support/channel_people.h"

using namespace liaise;
using namespace liaise::channel;
using test::test_charter;
using test::test_member;
using test::TestDevice;

namespace {

constexpr std::uint8_t people = 64;

bool has_path(const CommitEntry& entry) {
    Reader reader(entry.message);
    const BytesView commit = reader.sized32(limits::commit_message_bytes_max).value();
    const auto message = mls::parse_message<mls::PublicMessage>(commit).value();
    return std::get<mls::Commit>(message.content.content).path.has_value();
}

// A founder, and people with sixteen devices each.
struct Large {
    Large() {
        ada.found(test_charter(ada.member()));
        for (std::uint8_t i = 0; i < people; ++i) {
            std::vector<Device> devices;
            for (std::size_t n = 0; n < limits::member_devices_max; ++n) {
                others.push_back(std::make_unique<TestDevice>(test_member(100 + i), directory, random));
                devices.push_back(others.back()->device());
            }
            ada.write_all(plan_invite(ada.state(), others.back()->member(), devices).value().bodies).value();
        }
        while (ada.owes(GroupWork::Kind::commit))
            for (TestDevice::Mail& mail : ada.commit())
                if (mail.to == ben().device().id) parcel_for_ben = std::move(mail.parcel);
        ben().take_parcel(parcel_for_ben).value();
        ben().take(ada.entries());
    }
    TestDevice& ben() { return *others.front(); }
    CommitEntry newest_commit() {
        const TestEntry& last = ada.entries().back();
        return *open(last.payload, last.place, ada.keyring()).value().as<CommitEntry>();
    }
    using TestEntry = test::TestEntry;

    test::SeededRandom random{11};
    test::TestDirectory directory;
    TestDevice ada{test_member(1), directory, random};
    std::vector<std::unique_ptr<TestDevice>> others;
    Bytes parcel_for_ben;
};

}  // namespace

TEST_CASE("in a channel of a thousand an adding is a small commit, a removal renews keys for everybody") {
    Large large;
    const std::size_t leaves = people * limits::member_devices_max + 1;
    const auto before = *large.ada.group().own_leaf();
    TestDevice newcomer(test_member(2), large.directory, large.random);
    large.ada.set_time(Time{} + std::chrono::days(1));
    const std::size_t entries_before = large.ada.entries().size();
    const auto mails =
        large.ada.perform(plan_invite(large.ada.state(), newcomer.member(), {newcomer.device()}).value());
    REQUIRE(mails.size() == 1);
    std::size_t bytes = 0;
    for (std::size_t i = entries_before; i < large.ada.entries().size(); ++i)
        bytes += large.ada.entries()[i].payload.size();
    CHECK(bytes < 4096);
    CHECK_FALSE(has_path(large.newest_commit()));
    CHECK(*large.ada.group().own_leaf() == before);  // its keys are as old as they were

    // The parcel is too large for one frame, and the same again when its pieces are joined.
    CHECK(mails[0].parcel.size() > limits::parcel_bytes_max);
    Bytes joined;
    for (const Bytes& piece : in_pieces(mails[0].parcel, large.random))
        append(joined, read_piece(piece).value().bytes);
    newcomer.take_parcel(joined).value();
    newcomer.take(large.ada.entries());
    large.ben().take(large.ada.entries());
    for (TestDevice* one : {&large.ben(), &newcomer}) {
        REQUIRE(one->keyring().current());
        CHECK(one->keyring().current()->id == large.ada.keyring().current()->id);
        CHECK(one->state().view() == large.ada.state().view());
        CHECK(one->group()
                  .occupants(large.ada.state().group().commits.at(*large.ada.state().head()).to)
                  ->size() == leaves + 1);
    }

    large.ada.perform(plan_remove(large.ada.state(), newcomer.member(), large.ada.lasts()).value());
    CHECK(large.newest_commit().fact.parts > 0);  // a path to a thousand leaves
    CHECK(large.ada.group().own_leaf()->since == Time{} + std::chrono::days(1));
    newcomer.take(large.ada.entries());
    large.ben().take(large.ada.entries());
    const EpochId now = large.ada.keyring().current()->id;
    CHECK(large.ben().keyring().current()->id == now);
    CHECK(newcomer.keyring().find(now) == nullptr);

    // Once new keys of our own are due (which the node says by an offer), an adding renews them as well.
    large.ada.set_time(Time{} + std::chrono::days(32));
    REQUIRE(large.ada.owes(GroupWork::Kind::offer));
    large.ada.do_duties();
    TestDevice another(test_member(3), large.directory, large.random);
    large.ada.perform(plan_invite(large.ada.state(), another.member(), {another.device()}).value());
    CHECK(large.newest_commit().fact.parts > 0);
    CHECK(large.ada.group().own_leaf()->since >= Time{} + std::chrono::days(32));
}
