// Any bytes as a parcel of the queue of requests, as the letter in one, and as the body that a sender signed.
#include "protocol/base/writer.h"
#include "protocol/channel/padding.h"
#include "protocol/channel/request.h"
#include "protocol/crypto/hpke.h"
#include "tests/fuzz/channel/fixed.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

void open_letter(BytesView letter) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    fuzz::CountingRandom random;
    const auto sealed = crypto::hpke::seal(crypto::dhkem_x25519(), device.proven.inbox.view(),
                                           bytes_of(std::string_view("liaise/1 channel-request\0", 25)),
                                           device.proven.device.view(), letter, random)
                            .value();
    Writer parcel;
    parcel.u8(2).raw(sealed.encapsulation).raw(sealed.ciphertext);
    const auto opened = open_request(parcel.view(), device.proven.device, device.inbox, device);
    if (!opened) return;
    // What is taken can be written, and reads the same.
    const Bytes again = seal_request(opened->letter, device.device(), device.proven.member,
                                     device.own().credential, device.signing, random)
                            .value();
    const auto reread = open_request(again, device.proven.device, device.inbox, device);
    LIAISE_CHECK(reread.ok() && reread->letter == opened->letter);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    const BytesView input(data, size);
    (void)open_request(input, device.proven.device, device.inbox, device);
    open_letter(input);
    open_letter(pad(input));
    if (size > 0xffff) return 0;
    Writer letter;
    letter.sized16(input).sized16(Bytes{1});
    letter.fixed(device.signing.sign(crypto::Purpose::channel_request, input));
    open_letter(pad(letter.view()));
    return 0;
}
