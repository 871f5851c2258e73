#include "node/service/address_list.h"

#include "node/transport/address.h"
#include "protocol/base/limits.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"

namespace liaise::node::service {

Bytes encode_addresses(const std::vector<std::string>& addresses) {
    Writer writer;
    writer.u8(1).u8(static_cast<std::uint8_t>(addresses.size()));
    for (const std::string& address : addresses)
        writer.u8(static_cast<std::uint8_t>(address.size())).raw(bytes_of(address));
    return std::move(writer).take();
}

Result<std::vector<std::string>> parse_addresses(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != 1) return Error{ErrorCode::unsupported, "addresses of a newer version"};
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count > limits::addresses_max) return Error{ErrorCode::too_large, "too many addresses", count};
    std::vector<std::string> addresses;
    for (std::uint8_t i = 0; i < count; ++i) {
        const BytesView text = LIAISE_TRY(reader.raw(LIAISE_TRY(reader.u8())));
        addresses.emplace_back(liaise::text_of(text));
        if (!transport::Address::parse(addresses.back()))
            return Error{ErrorCode::malformed, "not an address", i};
    }
    LIAISE_TRY(reader.end());
    return addresses;
}

}  // namespace liaise::node::service
