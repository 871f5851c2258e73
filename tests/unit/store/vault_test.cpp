#include "node/store/vault.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/unit/store/samples.h"

using namespace liaise;
using namespace liaise::node::store;
using liaise::test::passphrase;

namespace {

constexpr crypto::PasswordCost cheap = crypto::password_cost_least;

Vault draw(std::uint64_t seed, std::string_view words) {
    test::SeededRandom random(seed);
    return std::move(Vault::draw(passphrase(words), cheap, random)).value();
}

}  // namespace

TEST_CASE("a vault opens with its passphrase and gives the same subkeys, one for each use") {
    const test::TempFolder folder;
    const Vault vault = draw(1, "eleven goats");
    REQUIRE(vault.save(folder / "vault").ok());
    const auto again = Vault::open(folder / "vault", passphrase("eleven goats"));
    REQUIRE(again.ok());
    CHECK(again->subkey(VaultUse::pages) == vault.subkey(VaultUse::pages));
    CHECK_FALSE(vault.subkey(VaultUse::pages) == vault.subkey(VaultUse::chunks));
    CHECK_FALSE(vault.subkey(VaultUse::pages) == vault.subkey(VaultUse::secrets));
    CHECK_FALSE(vault.subkey(VaultUse::chunks) == vault.subkey(VaultUse::secrets));
    CHECK_FALSE(draw(2, "eleven goats").subkey(VaultUse::pages) == vault.subkey(VaultUse::pages));
}

TEST_CASE("the vault file has 98 bytes, is its owner's alone, and leaves nothing beside it") {
    const test::TempFolder folder;
    REQUIRE(draw(1, "x").save(folder / "vault").ok());
    struct stat status {};
    REQUIRE(::stat((folder / "vault").c_str(), &status) == 0);
    CHECK(status.st_size == vault_bytes);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_FALSE(file_exists(folder / "vault.new"));
}

TEST_CASE("a wrong passphrase and any altered bit of salt, nonce or sealed key give one answer") {
    const test::TempFolder folder;
    REQUIRE(draw(1, "right").save(folder / "vault").ok());
    const Error wrong = Vault::open(folder / "vault", passphrase("wrong")).error();
    CHECK(wrong.code == ErrorCode::not_authentic);
    const Bytes whole = test::file_content(folder / "vault");
    for (std::size_t at = 10; at < whole.size(); ++at) {
        Bytes altered = whole;
        altered[at] ^= static_cast<std::uint8_t>(1 << at % 8);
        test::write_content(folder / "vault", altered);
        const auto opened = Vault::open(folder / "vault", passphrase("right"));
        REQUIRE_FALSE(opened.ok());
        CHECK(opened.error().code == wrong.code);
        CHECK(std::string(opened.error().phrase) == wrong.phrase);
    }
}

TEST_CASE("another cost does not open the vault, and one out of bounds is refused before any work") {
    const test::TempFolder folder;
    REQUIRE(draw(1, "right").save(folder / "vault").ok());
    const VaultFile file = VaultFile::parse(test::file_content(folder / "vault")).value();
    const auto refusal_of = [&](crypto::PasswordCost cost) {
        VaultFile changed = file;
        changed.cost = cost;
        test::write_content(folder / "vault", changed.bytes());
        return Vault::open(folder / "vault", passphrase("right")).error().code;
    };
    CHECK(refusal_of({cheap.passes + 1, cheap.memory_kib}) == ErrorCode::not_authentic);
    CHECK(refusal_of({cheap.passes, cheap.memory_kib + 1}) == ErrorCode::not_authentic);
    CHECK(refusal_of({0, cheap.memory_kib}) == ErrorCode::malformed);
    CHECK(refusal_of({1, cheap.memory_kib - 1}) == ErrorCode::malformed);
    CHECK(refusal_of({crypto::password_cost_most.passes + 1, 8}) == ErrorCode::too_large);
    CHECK(refusal_of({1, crypto::password_cost_most.memory_kib + 1}) == ErrorCode::too_large);
    CHECK(refusal_of({0xffff'ffff, 0xffff'ffff}) == ErrorCode::too_large);
}

TEST_CASE("a vault cut short, too long, of another version or absent is refused as what it is") {
    const test::TempFolder folder;
    CHECK(Vault::open(folder / "vault", passphrase("x")).error().code == ErrorCode::not_known);
    const Bytes whole = [&] {
        REQUIRE(draw(1, "x").save(folder / "vault").ok());
        return test::file_content(folder / "vault");
    }();
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(VaultFile::parse(BytesView(whole).first(size)).error().code == ErrorCode::malformed);
    Bytes longer = whole;
    longer.push_back(0);
    CHECK(VaultFile::parse(longer).error().code == ErrorCode::malformed);
    Bytes other = whole;
    other[0] = 2;
    CHECK(VaultFile::parse(other).error().code == ErrorCode::unsupported);
    other = whole;
    other[1] = 0;
    CHECK(VaultFile::parse(other).error().code == ErrorCode::unsupported);
    CHECK(same_bytes(VaultFile::parse(whole)->bytes(), whole));
}

TEST_CASE("a changed passphrase opens the same keys; the old one does not, even if saving fails it stays") {
    const test::TempFolder folder;
    test::SeededRandom random(5);
    Vault vault = draw(1, "old");
    REQUIRE(vault.save(folder / "vault").ok());
    const crypto::Key pages = vault.subkey(VaultUse::pages);
    REQUIRE(vault.change_passphrase(passphrase("new"), cheap, random).ok());
    CHECK(Vault::open(folder / "vault", passphrase("old")).ok());  // not saved yet
    REQUIRE(vault.save(folder / "vault").ok());
    CHECK(Vault::open(folder / "vault", passphrase("old")).error().code == ErrorCode::not_authentic);
    CHECK(Vault::open(folder / "vault", passphrase("new"))->subkey(VaultUse::pages) == pages);
    CHECK_FALSE(vault.save(folder / "absent/vault").ok());
    CHECK(Vault::open(folder / "vault", passphrase("new")).ok());
}

TEST_CASE("a vault behind a symbolic link is not followed") {
    const test::TempFolder folder;
    REQUIRE(draw(1, "x").save(folder / "elsewhere").ok());
    std::filesystem::create_symlink(folder / "elsewhere", folder / "vault");
    CHECK_FALSE(Vault::open(folder / "vault", passphrase("x")).ok());
}
