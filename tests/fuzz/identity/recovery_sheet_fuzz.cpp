// Recovery sheets: any text is the seed of a sheet or a refusal.
#include "protocol/identity/recovery_sheet.h"

#include "protocol/crypto/init.h"

using namespace liaise;
using namespace liaise::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    crypto::initialise();
    const std::string_view text = liaise::text_of(BytesView{data, size});
    if (const auto seed = parse_recovery_sheet(text)) {
        const auto sheet = recovery_sheet({"Asha", MemberId{}, Time{}}, *seed);
        LIAISE_CHECK(parse_recovery_sheet(liaise::text_of(sheet.view())).value() == *seed);
    }
    return 0;
}
