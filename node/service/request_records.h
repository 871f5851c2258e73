// How requests are stored (requests.h), asked and to be answered.
//
//     asked:    version u8 = 1 | state u8 | number u64 | time u64 | askings u8 + u64 each | the card as a
//     content:
//               u16 + bytes | note, reason: u16 + bytes each | answered by 32 | conveners u16 + 32 each |
//               devices u16 + 32 each
//     request:  version u8 = 1 | open u8 | number u64 | asked u64 | taken u64 | takings u8 + u64 each |
//               note u16 + bytes
#pragma once

#include "node/service/requests.h"

namespace liaise::node::service {

Bytes encode(const Requests::Asked& asked);
Bytes encode(const Request& request);
Result<Requests::Asked> parse_asked(BytesView bytes);
Result<Request> parse_request(BytesView bytes);

}  // namespace liaise::node::service
