// Wycheproof's vectors through our own interface (protocol/crypto), so that a mistake in the wrapping shows
// as well.
#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "protocol/crypto/aead.h"
#include "protocol/crypto/dh.h"
#include "protocol/crypto/kdf.h"
#include "protocol/crypto/sign.h"
#include "tests/support/vectors.h"

using namespace liaise;
using namespace liaise::crypto;
using nlohmann::json;
using test::unhex;

namespace {

Bytes field(const json& object, const char* name) {
    return unhex(object.at(name).get<std::string>());
}

// Calls `check` with each group and test of a Wycheproof file; it must see at least `least` of them.
void each(const char* file, std::size_t least, const std::function<void(const json&, const json&)>& check) {
    const auto text = test::vector_file(file);
    if (!text) return;
    std::size_t seen = 0;
    const json all = json::parse(*text);
    for (const auto& group : all.at("testGroups"))
        for (const auto& test : group.at("tests")) {
            CAPTURE(test.at("tcId").get<int>());
            check(group, test);
            ++seen;
        }
    CHECK(seen >= least);
}

void check_aead(const json& test, std::size_t nonce_bytes, const std::function<Result<Bytes>()>& open,
                const std::function<Bytes()>& seal) {
    const bool valid = test.at("result") == "valid";
    if (field(test, "iv").size() != nonce_bytes) {
        CHECK_FALSE(valid);
        return;
    }
    const auto opened = open();
    CHECK(opened.ok() == valid);
    if (!valid) return;
    CHECK(*opened == field(test, "msg"));
    Bytes sealed = field(test, "ct");
    append(sealed, field(test, "tag"));
    CHECK(seal() == sealed);
}

Bytes sealed_of(const json& test) {
    Bytes sealed = field(test, "ct");
    append(sealed, field(test, "tag"));
    return sealed;
}

}  // namespace

TEST_CASE("Wycheproof: Ed25519") {
    each("wycheproof/ed25519_test.json", 151, [](const json& group, const json& test) {
        const bool verifies =
            verify_bare(field(group.at("publicKey"), "pk"), field(test, "msg"), field(test, "sig")).ok();
        CHECK(verifies == (test.at("result") == "valid"));
    });
}

TEST_CASE("Wycheproof: X25519; a zero shared secret is an error") {
    each("wycheproof/x25519_test.json", 518, [](const json&, const json& test) {
        const auto key = Key::copy_of(field(test, "private")).value();
        const auto shared = dh_agree(key, field(test, "public"));
        bool zero = false;
        for (const auto& flag : test.at("flags")) zero = zero || flag == "ZeroSharedSecret";
        CHECK(shared.ok() == !zero);
        if (shared.ok()) CHECK(same_bytes(shared->view(), field(test, "shared")));
    });
}

TEST_CASE("Wycheproof: ChaCha20-Poly1305") {
    each("wycheproof/chacha20_poly1305_test.json", 325, [](const json&, const json& test) {
        const Bytes key = field(test, "key");
        const auto nonce = [&] { return Nonce12::from(field(test, "iv")).value(); };
        check_aead(
            test, 12, [&] { return chacha_open(key, nonce(), field(test, "aad"), sealed_of(test)); },
            [&] { return chacha_seal(key, nonce(), field(test, "aad"), field(test, "msg")); });
    });
}

TEST_CASE("Wycheproof: XChaCha20-Poly1305") {
    each("wycheproof/xchacha20_poly1305_test.json", 315, [](const json&, const json& test) {
        const auto key = Key::copy_of(field(test, "key")).value();
        const auto nonce = [&] { return Nonce24::from(field(test, "iv")).value(); };
        check_aead(
            test, 24, [&] { return xchacha_open(key, nonce(), field(test, "aad"), sealed_of(test)); },
            [&] { return xchacha_seal(key, nonce(), field(test, "aad"), field(test, "msg")); });
    });
}

TEST_CASE("Wycheproof: HKDF-SHA256 (the first three are RFC 5869's)") {
    each("wycheproof/hkdf_sha256_test.json", 86, [](const json&, const json& test) {
        const std::size_t size = test.at("size");
        if (size > std::size_t{255} * 32) {
            CHECK(test.at("result") == "invalid");
            return;
        }
        const Key extracted = hkdf_extract(field(test, "salt"), {field(test, "ikm")});
        Bytes out(size);
        hkdf_expand(extracted.view(), {field(test, "info")}, out);
        CHECK((out == field(test, "okm")) == (test.at("result") == "valid"));
    });
}

TEST_CASE("Wycheproof: HMAC-SHA256") {
    each("wycheproof/hmac_sha256_test.json", 174, [](const json& group, const json& test) {
        std::array<std::uint8_t, 32> tag{};
        hmac_sha256(field(test, "key"), {field(test, "msg")}, tag);
        const std::size_t tag_size = group.at("tagSize").get<std::size_t>() / 8;
        const bool same = same_bytes(BytesView(tag).first(tag_size), field(test, "tag"));
        CHECK(same == (test.at("result") == "valid"));
    });
}
