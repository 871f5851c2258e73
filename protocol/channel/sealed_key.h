// An epoch's key, sealed to one device: HPKE base mode, info "liaise/1 epoch-key" 0x00, associated data
// channel 16, epoch id 8, device id 32.
#pragma once

#include "protocol/base/random.h"
#include "protocol/channel/policy.h"
#include "protocol/crypto/dh.h"

namespace liaise::channel {

Result<SealedKey> seal_key(const crypto::Key& key, const ChannelId& channel, const EpochId& epoch,
                           const Device& device, RandomSource& random);
// not_authentic unless it was sealed to this device and is the key that the id names.
Result<crypto::Key> open_key(const SealedKey& sealed, const ChannelId& channel, const EpochId& epoch,
                             const DeviceId& device, const crypto::DhKey& inbox);

// Whether it may be for this device: the hint fits.
bool is_for(const SealedKey& sealed, const DeviceId& device);

}  // namespace liaise::channel
