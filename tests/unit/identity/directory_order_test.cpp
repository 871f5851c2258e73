// The directory's promise that order is no matter: random worlds, shuffled.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "protocol/identity/directory.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

constexpr Time now = test::start + test::one_day;

// Founders, members of every kind, honest and dishonest objects among them.
class RandomWorld {
  public:
    explicit RandomWorld(std::uint64_t seed) : random_(seed) {
        for (int i = 0; i < 8; ++i)
            people_.push_back(test::make_person(random_, "Person " + std::to_string(i)));
        const auto count = 1 + random_.below(3);
        for (std::size_t i = 0; i < count; ++i) founders_.push_back(&people_[i]);
        const auto threshold = static_cast<std::uint8_t>(1 + random_.below(count));
        charter_ = test::found(founders_, threshold);
        objects_.emplace_back(*charter_);
        for (int i = 0; i < 14; ++i) add_accreditation();
        for (int i = 0; i < 8; ++i) add_certificate();
        for (int i = 0; i < 6; ++i) add_revocation();
        for (int i = 0; i < 3; ++i) add_amendment();
    }

    const NetworkId& network() const { return charter_->network(); }
    std::vector<DirectoryObject> shuffled(std::uint64_t seed) const {
        test::SeededRandom random(seed);
        auto objects = objects_;
        for (std::size_t i = objects.size(); i > 1; --i) std::swap(objects[i - 1], objects[random.below(i)]);
        // Some come twice.
        for (int i = 0; i < 4; ++i) objects.push_back(objects[random.below(objects.size())]);
        return objects;
    }
    const std::vector<test::Person>& people() const { return people_; }

  private:
    const test::Person& someone() { return people_[random_.below(people_.size())]; }

    void add_accreditation() {
        auto fields = test::card_fields(network(), someone(), all_roles[random_.below(role_count)],
                                        random_.chance(50) ? "KE" : "VN");
        fields.until = fields.from + test::one_day * static_cast<int>(1 + random_.below(400));
        if (random_.chance(15)) fields.succession = someone().succession();
        // Mostly by those who may.
        const test::Person& by = random_.chance(50) ? *founders_[random_.below(founders_.size())] : someone();
        accreditations_.push_back(Accreditation::issue(fields, by.keys.identity).value());
        objects_.emplace_back(accreditations_.back());
    }
    void add_certificate() {
        const auto& person = someone();
        const auto& device = random_.chance(80) ? person.device : someone().device;
        const auto created = test::start + test::one_day * static_cast<int>(random_.below(3));
        objects_.emplace_back(
            DeviceCertificate::issue(person.keys.identity, device,
                                     random_.chance(80) ? person.succession() : someone().succession(),
                                     created, created + test::one_year)
                .value());
    }
    void add_revocation() {
        const auto& by = someone();
        const auto& key = random_.chance(30) ? by.keys.succession : by.keys.identity;
        switch (random_.below(3)) {
            case 0:
                objects_.emplace_back(test::revoke_member(network(), key, someone()));
                break;
            case 1:
                objects_.emplace_back(test::revoke_device(network(), key, someone()));
                break;
            default:
                objects_.emplace_back(test::revoke_accreditation(
                    network(), key, accreditations_[random_.below(accreditations_.size())]));
        }
    }
    void add_amendment() {
        Terms terms = charter_->terms();
        if (terms.founders.size() > 1 && random_.chance(50)) terms.founders.pop_back();
        terms.threshold = 1;
        if (random_.chance(50)) terms.policy.rows[0].anywhere = RoleSet::all();
        if (random_.chance(50)) terms.founders.push_back({people_[7].key(), people_[7].succession()});
        const auto before =
            chain_.empty() || random_.chance(50) ? in_force(*charter_) : chain_[random_.below(chain_.size())];
        std::vector<const test::Person*> signers;
        for (const auto* const founder : founders_)
            if (random_.chance(70)) signers.push_back(founder);
        if (signers.empty()) signers.push_back(founders_.front());
        const auto amendment =
            test::amend(before, terms, signers, test::start + Duration{random_.below(1000)});
        objects_.emplace_back(amendment);
        if (signers.size() > 1)  // the same, with fewer signatures
            objects_.emplace_back(
                test::amend(before, terms, std::span(signers).first(1), amendment.fields().created));
        if (const auto after = amended(before, amendment)) chain_.push_back(*after);
    }

    test::SeededRandom random_;
    std::vector<test::Person> people_;
    std::vector<const test::Person*> founders_;
    std::optional<Charter> charter_;
    std::vector<Accreditation> accreditations_;
    std::vector<CharterInForce> chain_;
    std::vector<DirectoryObject> objects_;
};

Directory built(const NetworkId& network, const std::vector<DirectoryObject>& objects) {
    Directory directory(network);
    for (const DirectoryObject& object : objects) LIAISE_CHECK(directory.apply(object).ok());
    return directory;
}

}  // namespace

TEST_CASE("property: the same objects in any order give the same directory and the same answers") {
    CHECK(rc::check([](std::uint64_t seed) {
        const RandomWorld world(seed);
        const Directory one = built(world.network(), world.shuffled(seed + 1));
        const Directory two = built(world.network(), world.shuffled(seed + 2));
        RC_ASSERT(one == two);
        for (const auto& person : world.people()) {
            RC_ASSERT(one.card(person.id(), now) == two.card(person.id(), now));
            RC_ASSERT(one.devices(person.id(), now) == two.devices(person.id(), now));
        }
    }));
}

TEST_CASE("property: whoever the directory calls accredited shows a chain that a stranger can verify") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const RandomWorld world(seed);
        const Directory directory = built(world.network(), world.shuffled(seed));
        for (const MemberId& member : directory.members()) {
            const auto chain = directory.chain(member, now);
            const auto card = directory.card(member, now);
            REQUIRE(card.has_value());
            if (!directory.is_founder(member))
                CHECK(chain.has_value() == (card->standing == Standing::accredited));
            if (!chain.has_value()) continue;
            CHECK(verify_chain(*directory.charter(), *chain, now).ok());
            CHECK(chain->own().id() == card->accreditation);
        }
    }
}

TEST_CASE("property: what is exported rebuilds the same answers, in an order in which nothing waits") {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        CAPTURE(seed);
        const RandomWorld world(seed);
        const Directory directory = built(world.network(), world.shuffled(seed));
        Directory copy(world.network());
        for (const DirectoryObject& object : directory.objects()) {
            const auto applied = copy.apply(object);
            REQUIRE(applied.ok());
            CHECK(*applied != Applied::waiting);
        }
        CHECK(copy.charter() == directory.charter());
        for (const auto& person : world.people()) {
            CHECK(copy.card(person.id(), now) == directory.card(person.id(), now));
            CHECK(copy.devices(person.id(), now) == directory.devices(person.id(), now));
        }
    }
}
