// Any bytes as a letter about an alias, as what is inside one, as a body with right codes, and as a
// credential.
#include "protocol/base/writer.h"
#include "protocol/channel/alias_letter.h"
#include "protocol/channel/padding.h"
#include "protocol/crypto/hash.h"
#include "protocol/crypto/hpke.h"
#include "tests/fuzz/channel/fixed.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

using namespace std::string_view_literals;

void open_letter(BytesView letter) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    fuzz::CountingRandom random;
    const auto sealed =
        crypto::hpke::seal(crypto::dhkem_x25519(), device.proven.inbox.view(),
                           bytes_of("liaise/1 alias-letter\0"sv), device.proven.device.view(), letter, random)
            .value();
    Writer parcel;
    parcel.u8(5).raw(sealed.encapsulation).raw(sealed.ciphertext);
    const auto opened = open_alias_letter(parcel.view(), device.proven.device, device.inbox, device);
    if (!opened || opened->letter.petition) return;
    // What is taken can be written, and reads the same.
    const Bytes credential = device.own().credential;
    const auto again = seal_alias_letter(
        opened->letter, device.device(),
        {device.proven.member, device.proven.device, credential, device.inbox, nullptr}, random);
    LIAISE_CHECK(again.ok());
    const auto reread = open_alias_letter(*again, device.proven.device, device.inbox, device);
    LIAISE_CHECK(reread.ok() && reread->letter == opened->letter);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    const BytesView input(data, size);
    (void)open_alias_letter(input, device.proven.device, device.inbox, device);
    (void)prove_alias(input, ChannelId{{4}});
    open_letter(input);
    open_letter(pad(input));
    if (size > 0xffff) return 0;
    const crypto::Key shared = device.inbox.agree(device.proven.inbox.view()).value();
    const Hash key =
        crypto::keyed_blake2b(shared, {bytes_of("liaise/1 alias-letter-code\0"sv),
                                       device.proven.device.view(), device.proven.device.view()});
    const Hash code = crypto::keyed_blake2b(crypto::Key::copy_of(key.view()).value(), {input});
    Writer letter;
    letter.sized16(input).sized16(Bytes{1}).fixed(code).fixed(Hash{});
    open_letter(pad(letter.view()));
    return 0;
}
