// Runs of entries: whatever the bytes, bounded work; what is taken ends in a signature that is right.
#include "protocol/crypto/init.h"
#include "protocol/log/run.h"

using namespace liaise;

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    crypto::initialise();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto run = log::parse_run({data, size});
    if (!run) return 0;
    log::LogHead known{run->first - 1, {}};
    if (known.sequence > 0) known.id.bytes[0] = 1;
    for (const bool doubted : {false, true}) {
        const auto verified = log::verify_run(ChannelId{}, *run, known, doubted);
        if (!verified) continue;
        LIAISE_CHECK(verified->entries().size() == run->count);
        LIAISE_CHECK(log::verify(verified->entries().back().signed_header()).ok());
    }
    (void)log::verify_beginning(ChannelId{}, *run, known);
    return 0;
}
