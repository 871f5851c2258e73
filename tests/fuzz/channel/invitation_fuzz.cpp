// Any bytes as a parcel, as the letter in one, and as the body that an inviter signed.
#include "protocol/base/writer.h"
#include "protocol/crypto/hpke.h"
#include "tests/fuzz/channel/fixed.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

void open_letter(BytesView letter) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    fuzz::CountingRandom random;
    const auto sealed = crypto::hpke::seal(crypto::dhkem_x25519(), device.proven.inbox.view(),
                                           bytes_of(std::string_view("liaise/1 invitation\0", 20)),
                                           device.proven.device.view(), letter, random)
                            .value();
    Writer parcel;
    parcel.u8(1).raw(sealed.encapsulation).raw(sealed.ciphertext);
    const auto opened = open_invitation(parcel.view(), device.proven.device, device.inbox, device);
    if (!opened) return;
    const auto entered =
        accept(opened->invitation, device.own(), device.signing, device.writer, OwnPackages{}, Time{});
    LIAISE_CHECK(entered.ok());
    LIAISE_CHECK(ChannelState::load(entered->state.encode()).value() == entered->state);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FixedDevice& device = fuzz::fixed_device();
    const BytesView input(data, size);
    (void)open_invitation(input, device.proven.device, device.inbox, device);
    open_letter(input);
    Writer letter;
    letter.sized32(input).sized16(Bytes{1}).fixed(device.signing.sign(crypto::Purpose::invitation, input));
    open_letter(letter.view());
    return 0;
}
