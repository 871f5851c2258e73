// Any bytes as a payload, and any bytes as what a member sealed: padding and content of their own making.
#include "protocol/base/writer.h"
#include "protocol/channel/open.h"
#include "protocol/crypto/aead.h"
#include "tests/fuzz/channel/fixed.h"

using namespace liaise;
using namespace liaise::channel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Founding founding = fuzz::fixed_device().found();
    const Place place{founding.state.id(), founding.state.own().writer, 2, log::EntryKind::content};
    const BytesView input(data, size);
    (void)open(input, place, founding.keyring);

    const EpochKey epoch = *founding.keyring.current();
    const crypto::Key key = entry_key(*epoch.key, place.channel, place.writer, place.sequence);
    const Hash commitment =
        crypto::keyed_blake2b(key, {bytes_of(std::string_view("liaise/1 payload\0", 17)), Bytes(8, 0)});
    crypto::Nonce24 nonce;
    std::copy_n(commitment.bytes.begin(), 16, nonce.bytes.begin() + 8);
    Writer associated;
    associated.u8(0).fixed(place.channel).fixed(place.writer).u64(place.sequence).fixed(epoch.id);
    Writer payload;
    payload.u8(static_cast<std::uint8_t>(PayloadFormat::epoch_key)).fixed(epoch.id).fixed(nonce);
    payload.raw(crypto::xchacha_seal(key, nonce, associated.view(), input));
    const auto opened = open(payload.view(), place, founding.keyring);
    LIAISE_CHECK(opened.ok() || opened.error().code != ErrorCode::not_authentic);
    return 0;
}
