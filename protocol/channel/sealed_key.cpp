#include "protocol/channel/sealed_key.h"

#include "protocol/base/writer.h"
#include "protocol/channel/epoch_keys.h"
#include "protocol/crypto/hpke.h"

namespace liaise::channel {

namespace {

using namespace std::string_view_literals;
constexpr auto info = "liaise/1 epoch-key\0"sv;

Bytes associated(const ChannelId& channel, const EpochId& epoch, const DeviceId& device) {
    return to_bytes(Writer().fixed(channel).fixed(epoch).fixed(device).view());
}

}  // namespace

Result<SealedKey> seal_key(const crypto::Key& key, const ChannelId& channel, const EpochId& epoch,
                           const Device& device, RandomSource& random) {
    const auto sealed =
        LIAISE_TRY(crypto::hpke::seal(crypto::dhkem_x25519(), device.inbox.view(), bytes_of(info),
                                      associated(channel, epoch, device.id), key.view(), random));
    SealedKey out;
    LIAISE_CHECK(sealed.encapsulation.size() == out.encapsulation.size());
    LIAISE_CHECK(sealed.ciphertext.size() == out.ciphertext.size());
    std::copy_n(device.id.bytes.begin(), out.hint.size(), out.hint.begin());
    std::copy(sealed.encapsulation.begin(), sealed.encapsulation.end(), out.encapsulation.begin());
    std::copy(sealed.ciphertext.begin(), sealed.ciphertext.end(), out.ciphertext.begin());
    return out;
}

Result<crypto::Key> open_key(const SealedKey& sealed, const ChannelId& channel, const EpochId& epoch,
                             const DeviceId& device, const crypto::DhKey& inbox) {
    Bytes opened = LIAISE_TRY(
        crypto::hpke::open(crypto::dhkem_x25519(), sealed.encapsulation, sealed.ciphertext,
                           crypto::SecretBytes::copy_of(inbox.private_key().view()),
                           inbox.public_key().view(), bytes_of(info), associated(channel, epoch, device)));
    const crypto::Key key = LIAISE_TRY(crypto::Key::copy_of(opened));
    crypto::wipe(opened);
    if (epoch_id_of(channel, key) != epoch)
        return Error{ErrorCode::not_authentic, "sealed key is not the epoch's"};
    return key;
}

bool is_for(const SealedKey& sealed, const DeviceId& device) {
    return std::equal(sealed.hint.begin(), sealed.hint.end(), device.bytes.begin());
}

}  // namespace liaise::channel
