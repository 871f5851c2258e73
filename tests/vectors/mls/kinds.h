// The kinds of MLS test vectors, in the formats of the working group: how a case is recognised by its fields,
// and how it is run. A case either passes or throws StepFailed with the step that failed.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "protocol/mls/cipher_suite.h"

namespace liaise::test::mls_vectors {

using Json = nlohmann::json;
using crypto::SecretBytes;

struct StepFailed {
    std::string step;
};

inline void require(bool holds, std::string step) {
    if (!holds) throw StepFailed{std::move(step)};
}
template <class T>
T take(Result<T> result, const std::string& step) {
    if (!result) throw StepFailed{step + ": " + result.error().phrase};
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

Bytes hex(const Json& object, const char* field);
SecretBytes secret_hex(const Json& object, const char* field);

struct Kind {
    const char* name;
    std::initializer_list<const char*> fields;  // a case of this kind has all of these
    bool needs_aead;                            // cases of suite 1 are left out
    void (*run)(const Json& vector);
};
std::span<const Kind> kinds();
const Kind* kind_of(const Json& vector);
// Whether this program runs it: of suite 3, of no suite, or of suite 1 where no AEAD is involved.
bool is_for_us(const Kind& kind, const Json& vector);
const mls::CipherSuite& suite_of(const Json& vector);

void run_deserialization(const Json& vector);
void run_tree_math(const Json& vector);
void run_messages(const Json& vector);
void run_crypto_basics(const Json& vector);
void run_key_schedule(const Json& vector);
void run_psk_secret(const Json& vector);
void run_transcript_hashes(const Json& vector);
void run_secret_tree(const Json& vector);
void run_message_protection(const Json& vector);
void run_tree_operations(const Json& vector);
void run_tree_validation(const Json& vector);
void run_treekem(const Json& vector);
void run_welcome(const Json& vector);
void run_passive_client(const Json& vector);

// Vectors of our own in the same formats, from one seed: file name and text.
std::vector<std::pair<std::string, std::string>> generate(std::uint64_t seed);

}  // namespace liaise::test::mls_vectors
