// RFC 9180 appendix A.2.1: every intermediate that our interface shows, every encryption, every export.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "protocol/crypto/hpke.h"
#include "tests/support/seeded_random.h"
#include "tests/support/vectors.h"

using namespace liaise;
using namespace liaise::crypto;
using test::unhex;

TEST_CASE("RFC 9180 A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, base mode") {
    const auto text = test::vector_file("hpke/rfc9180-x25519-sha256-chacha20poly1305.json");
    if (!text) return;
    for (const auto& vector : nlohmann::json::parse(*text)) {
        const auto field = [&](const char* name) { return unhex(vector.at(name).get<std::string>()); };
        const Kem& kem = dhkem_x25519();
        const KemKeyPair receiver = kem.derive_key_pair(field("ikmR"));
        CHECK(receiver.public_key == field("pkRm"));
        CHECK(same_bytes(receiver.private_key.view(), field("skRm")));

        test::FixedRandom random(field("ikmE"));
        auto sender = hpke::set_up_sender(kem, field("pkRm"), field("info"), random).value();
        CHECK(sender.encapsulation == field("enc"));
        const SecretBytes shared =
            kem.decapsulate(field("enc"), receiver.private_key, receiver.public_key).value();
        CHECK(same_bytes(shared.view(), field("shared_secret")));

        auto opener =
            hpke::set_up_receiver(kem, field("enc"), receiver.private_key, receiver.public_key, field("info"))
                .value();
        std::map<std::uint64_t, nlohmann::json> by_sequence;
        for (const auto& encryption : vector.at("encryptions"))
            by_sequence[encryption.at("sequence_number")] = encryption;
        for (std::uint64_t sequence = 0; sequence <= by_sequence.rbegin()->first; ++sequence) {
            const auto known = by_sequence.find(sequence);
            if (known == by_sequence.end()) {
                CHECK(opener.open({}, sender.context.seal({}, {}).value()).ok());
                continue;
            }
            const auto part = [&](const char* name) {
                return unhex(known->second.at(name).get<std::string>());
            };
            CHECK(sender.context.seal(part("aad"), part("pt")).value() == part("ct"));
            CHECK(opener.open(part("aad"), part("ct")).value() == part("pt"));
        }
        for (const auto& exported : vector.at("exports")) {
            const SecretBytes secret = opener.export_secret(
                unhex(exported.at("exporter_context").get<std::string>()), exported.at("L"));
            CHECK(same_bytes(secret.view(), unhex(exported.at("exported_value").get<std::string>())));
        }
    }
}
