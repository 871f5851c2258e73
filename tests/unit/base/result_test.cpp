#include "protocol/base/result.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace liaise;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return Error{ErrorCode::malformed, "odd", static_cast<std::uint64_t>(number)};
    return number / 2;
}

Result<int> quarter(int number) {
    return LIAISE_TRY(half(LIAISE_TRY(half(number))));
}

Result<void> must_halve(int number) {
    LIAISE_TRY(half(number));
    return {};
}

}  // namespace

TEST_CASE("LIAISE_TRY gives the value or returns the error, nested too") {
    CHECK(quarter(8).value() == 2);
    CHECK(quarter(6).error().at == 3);
    CHECK(must_halve(2).ok());
    CHECK(must_halve(3).error().code == ErrorCode::malformed);
}

TEST_CASE("a result hands out what only moves") {
    Result<std::unique_ptr<std::string>> result = std::make_unique<std::string>("kept");
    const std::unique_ptr<std::string> taken = *std::move(result);
    CHECK(*taken == "kept");
}
