#include "protocol/identity/charter.h"

#include <doctest/doctest.h>

#include "protocol/base/limits.h"
#include "tests/support/people.h"

using namespace liaise;
using namespace liaise::identity;

namespace {

struct Founders {
    explicit Founders(std::uint64_t seed, std::size_t count) {
        test::SeededRandom random(seed);
        for (std::size_t i = 0; i < count; ++i)
            people.push_back(test::make_person(random, "Founder " + std::to_string(i)));
        for (const auto& person : people) all.push_back(&person);
    }
    std::vector<const test::Person*> some(std::initializer_list<std::size_t> which) const {
        std::vector<const test::Person*> chosen;
        for (const std::size_t i : which) chosen.push_back(&people[i]);
        return chosen;
    }
    std::vector<test::Person> people;
    std::vector<const test::Person*> all;
};

Terms without(Terms terms, std::size_t founder) {
    terms.founders.erase(terms.founders.begin() + static_cast<std::ptrdiff_t>(founder));
    return terms;
}

}  // namespace

TEST_CASE("a charter travels and comes back, bit for bit") {
    const Founders founders(1, 3);
    const Charter charter = test::found(founders.all, 2);
    const Charter back = Charter::parse(charter.encode()).value();
    CHECK(back == charter);
    CHECK(back.terms() == test::make_terms(founders.all, 2));
    CHECK(back.encode() == charter.encode());
}

TEST_CASE("the network's id is the hash of the charter: another word, another network") {
    const Founders founders(2, 1);
    Terms terms = test::make_terms(founders.all);
    const std::array keys{&founders.people[0].keys.identity};
    const auto one = Charter::found(terms, test::start, keys).value();
    terms.name = "Practice Network";
    const auto two = Charter::found(terms, test::start, keys).value();
    CHECK(one.network() != two.network());
}

TEST_CASE("a charter needs the signatures of its threshold, and founders' only") {
    const Founders founders(3, 3);
    const Terms terms = test::make_terms(founders.all, 2);
    const auto found_by = [&](std::initializer_list<std::size_t> which) {
        std::vector<const crypto::SigningKey*> keys;
        for (const std::size_t i : which) keys.push_back(&founders.people[i].keys.identity);
        return Charter::found(terms, test::start, keys);
    };
    CHECK(found_by({0}).error().code == ErrorCode::not_permitted);
    CHECK(found_by({0, 2}).ok());
    CHECK(found_by({0, 1, 2}).ok());
    test::SeededRandom random(33);
    const auto stranger = test::make_person(random, "Stranger");
    const std::array keys{&founders.people[0].keys.identity, &founders.people[1].keys.identity,
                          &stranger.keys.identity};
    CHECK(Charter::found(terms, test::start, keys).error().code == ErrorCode::not_permitted);
}

TEST_CASE("terms keep to their limits") {
    const Founders founders(4, limits::founders_max + 1);
    auto terms = [&](std::size_t count, std::uint8_t threshold) {
        return test::make_terms(std::span(founders.all).first(count), threshold);
    };
    CHECK(terms(limits::founders_max - 1, 1).check().ok());
    CHECK(terms(limits::founders_max, 16).check().ok());
    CHECK(terms(limits::founders_max + 1, 1).check().error().code == ErrorCode::too_large);
    CHECK(terms(0, 1).check().error().code == ErrorCode::malformed);
    CHECK(terms(3, 0).check().error().code == ErrorCode::malformed);
    CHECK(terms(3, 3).check().ok());
    CHECK(terms(3, 4).check().error().code == ErrorCode::malformed);
    Terms twins = terms(2, 1);
    twins.founders[1] = twins.founders[0];
    CHECK(twins.check().error().code == ErrorCode::malformed);
    Terms unnamed = terms(1, 1);
    unnamed.name = "a\u202eb";
    CHECK(unnamed.check().error().code == ErrorCode::malformed);
    Terms weak = terms(1, 1);
    weak.founders[0].identity = VerifyKey{};
    CHECK(weak.check().error().code == ErrorCode::not_authentic);
}

TEST_CASE("every altered byte of a charter is refused") {
    const Founders founders(5, 2);
    const Bytes bytes = test::found(founders.all, 2).encode();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        Bytes altered = bytes;
        altered[i] ^= 1;
        CHECK_MESSAGE(!Charter::parse(altered).ok(), i);
    }
    for (std::size_t count = 0; count < bytes.size(); ++count)
        CHECK_FALSE(Charter::parse(BytesView(bytes).first(count)).ok());
    Bytes longer = bytes;
    longer.push_back(0);
    CHECK(Charter::parse(longer).error().code == ErrorCode::malformed);
}

TEST_CASE("amendments follow each other under the threshold of the founders before") {
    const Founders founders(6, 3);
    const CharterInForce before = in_force(test::found(founders.all, 2));
    const Terms fewer = without(before.terms, 2);
    const auto amendment = test::amend(before, fewer, founders.some({0, 1}));
    CHECK(Amendment::parse(amendment.encode()).value() == amendment);
    const CharterInForce after = amended(before, amendment).value();
    CHECK(after.number == 1);
    CHECK(after.terms == fewer);
    CHECK(after.network == before.network);
    CHECK(amended(before, test::amend(before, fewer, founders.some({0}))).error().code ==
          ErrorCode::not_permitted);
    // The removed founder's signature does not count any more.
    CHECK(amended(after, test::amend(after, before.terms, founders.some({1, 2}))).error().code ==
          ErrorCode::not_permitted);
    // Neither does an amendment for another place.
    CHECK(amended(after, amendment).error().code == ErrorCode::conflict);
}

TEST_CASE("of amendments that race, more founders win, then rank, whoever comes first") {
    const Founders founders(7, 3);
    const CharterInForce before = in_force(test::found(founders.all, 1));
    const auto by_first = test::amend(before, without(before.terms, 2), founders.some({0}));
    const auto by_last = test::amend(before, without(before.terms, 0), founders.some({2}));
    const auto by_two = test::amend(before, without(before.terms, 0), founders.some({1, 2}));
    CHECK(goes_before(before, by_first, by_last));
    CHECK_FALSE(goes_before(before, by_last, by_first));
    CHECK(goes_before(before, by_two, by_first));
    CHECK_FALSE(goes_before(before, by_first, by_two));
    CHECK_FALSE(goes_before(before, by_first, by_first));
}

TEST_CASE(
    "the default policy: coordinators all but coordinators, focal points their own liaisons, others nobody") {
    const Policy policy = default_policy();
    const Country ke = test::country("KE");
    const Country vn = test::country("VN");
    for (const Role role : all_roles) {
        CHECK(policy.permits(Role::coordinator, ke, role, vn) == (role != Role::coordinator));
        CHECK(policy.permits(Role::focal_point, ke, role, ke) == (role == Role::liaison));
        CHECK_FALSE(policy.permits(Role::focal_point, ke, role, vn));
        for (const Role by : {Role::organiser, Role::liaison, Role::researcher, Role::relay})
            CHECK_FALSE(policy.permits(by, ke, role, ke));
    }
}

TEST_CASE("signatures unite, and the order of arrival leaves no trace") {
    const Founders founders(8, 3);
    const Terms terms = test::make_terms(founders.all, 1);
    const auto signed_by = [&](std::size_t i) {
        const std::array keys{&founders.people[i].keys.identity};
        return Charter::found(terms, test::start, keys).value();
    };
    Charter one = signed_by(0);
    Charter two = signed_by(2);
    CHECK(one.unite(signed_by(2)));
    CHECK_FALSE(one.unite(signed_by(2)));
    CHECK(two.unite(signed_by(0)));
    CHECK(one == two);
    CHECK(Charter::parse(one.encode()).value() == one);
}
