// Small records by kind and key, each with its versions: charter and amendments, certificates,
// accreditations, revocations, tickets, state of channels and contacts, settings. What they mean is the
// caller's; here they are bytes.
//
// - Kinds are numbers that are never used again for something else.
// - append() adds a version (1, 2, 3, ...); put() leaves one version only, with the next number.
// - Writes need an open Transaction.
#pragma once

#include <optional>

#include "node/store/statement.h"

namespace liaise::node::store {

inline constexpr std::size_t record_bytes_max = 32 * 1024 * 1024;
inline constexpr std::size_t record_key_bytes_max = 256;

struct Record {
    Bytes key;
    std::uint64_t version = 0;
    Bytes value;
};

class RecordStore {
  public:
    explicit RecordStore(Database& database);
    ~RecordStore();

    // The number of the new version. too_large over the limits above.
    Result<std::uint64_t> append(std::uint16_t kind, BytesView key, BytesView value);
    Result<std::uint64_t> put(std::uint16_t kind, BytesView key, BytesView value);
    Result<void> remove(std::uint16_t kind, BytesView key);  // all versions

    Result<std::optional<Bytes>> get(std::uint16_t kind, BytesView key);      // the newest version
    Result<std::vector<Record>> versions(std::uint16_t kind, BytesView key);  // oldest first
    // The newest version of each key of a kind, in order of keys, beginning behind `after` (all when empty).
    Result<std::vector<Record>> list(std::uint16_t kind, std::size_t limit, BytesView after = {});
    Result<std::uint64_t> count(std::uint16_t kind);  // keys

  private:
    struct Statements;
    std::unique_ptr<Statements> sql_;
};

}  // namespace liaise::node::store
