// Signed headers of entries: what parses encodes to the same bytes.
#include "protocol/crypto/init.h"
#include "protocol/log/entry.h"

using namespace liaise;

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    crypto::initialise();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView bytes(data, size);
    if (const auto header = log::parse_header(bytes)) LIAISE_CHECK(same_bytes(log::encode(*header), bytes));
    if (const auto entry = log::parse_signed_header(bytes)) {
        LIAISE_CHECK(log::encode(*entry) == to_bytes(bytes));
        (void)log::verify(*entry);
    }
    return 0;
}
