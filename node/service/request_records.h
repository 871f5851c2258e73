// How requests are stored (requests.h), asked and to be answered.
//
//     asked:    version u8 = 3 | state u8 | number u64 | time u64 | askings u8 + u64 each | the card as a
//     content:
//               u16 + bytes | note, reason: u16 + bytes each | answered by 32 | conveners u16 + 32 each |
//               devices u16 + 32 each
//               alias u8, 1: then alias 32, name u16 + bytes, not before u64
//     request:  version u8 = 3 | open u8 | number u64 | asked u64 | taken u64 | takings u8 + u64 each |
//               note u16 + bytes | alias u8, 1: then name u16 + bytes, alias 32, real device 32,
//               alias's device 32, its inbox 32, key package u16 + bytes
//     offered:  version u8 = 3 | by 32 | time u64 | the card as a content: u16 + bytes
//     Version 1 of the first two is without the alias, version 2 of the first without the last time.
#pragma once

#include "node/service/requests.h"

namespace liaise::node::service {

Bytes encode(const Requests::Asked& asked);
Bytes encode(const Request& request);
Result<Requests::Asked> parse_asked(BytesView bytes);
Result<Request> parse_request(BytesView bytes);
Bytes encode(const Requests::Offered& offered);
Result<Requests::Offered> parse_offered(BytesView bytes);

}  // namespace liaise::node::service
