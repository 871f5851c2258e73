// Any bytes as a vault file: refused, or a vault that encodes to the same bytes and whose cost is within
// bounds.
#include "node/store/vault.h"

using namespace liaise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView bytes(data, size);
    const auto file = node::store::VaultFile::parse(bytes);
    if (!file) return 0;
    LIAISE_CHECK(same_bytes(file->bytes(), bytes));
    LIAISE_CHECK(file->cost.passes >= 1 && file->cost.passes <= crypto::password_cost_most.passes);
    LIAISE_CHECK(file->cost.memory_kib <= crypto::password_cost_most.memory_kib);
    return 0;
}
