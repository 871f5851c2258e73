// Proofs of equivocation: what is taken encodes to the same bytes.
#include "protocol/crypto/init.h"
#include "protocol/log/equivocation.h"

using namespace liaise;

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    crypto::initialise();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView bytes(data, size);
    if (const auto proof = log::EquivocationProof::parse(bytes))
        LIAISE_CHECK(proof->encode() == to_bytes(bytes));
    return 0;
}
