// One MLS client, driven by JSON lines: a request in, a reply out. A failed operation leaves the state as it
// was.
//
//     keypackage create add commit remove propose merge drop join group_info external_join protect process
//     state export
//
// Byte strings are hex, messages are MLSMessages. Replies carry "ok": true, or "ok": false and "error", one
// sentence that names the broken rule and its section of RFC 9420.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "protocol/mls/group.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

class MlsPeer {
  public:
    MlsPeer(std::uint64_t seed, Time now) : random_(seed), now_(now) {}
    nlohmann::json handle(const nlohmann::json& request);

  private:
    using Json = nlohmann::json;
    Json run(const Json& request);
    Json make_key_package(const Json& request);
    Json create(const Json& request);
    Json commit(const Json& request, mls::CommitRequest wanted);
    Json add(const Json& request);
    Json remove(const Json& request);
    Json propose(const Json& request);
    Json join(const Json& request);
    Json join_external(const Json& request);
    Json protect(const Json& request);
    Json process(const Json& request);
    Json state() const;
    Json export_secret(const Json& request) const;
    Json send(mls::Sent sent, const char* field);
    mls::Group& group();
    const mls::Group& group() const;
    const mls::OwnKeyPackage& own() const;
    mls::Environment environment() const;

    SeededRandom random_;
    Time now_;
    mls::ClientProfile profile_;
    std::optional<mls::OwnKeyPackage> own_;
    std::optional<mls::Group> group_;
};

}  // namespace liaise::test
