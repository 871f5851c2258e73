// Packed messages: bounded, and what unpacks packs again to something that unpacks to the same.
#include "protocol/schema/packing.h"

#include "protocol/base/check.h"

using namespace liaise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t words_max = 4096;
    const auto words = schema::unpack({data, size}, words_max);
    if (!words) return 0;
    LIAISE_CHECK(words->size() <= words_max);
    LIAISE_CHECK(schema::unpack(schema::pack(*words), words_max).value() == *words);
    return 0;
}
