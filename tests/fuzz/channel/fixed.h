// Keys and randomness that are the same in every run, so that inputs mean the same.
#pragma once

#include "protocol/channel/group_work.h"
#include "protocol/channel/invitation.h"
#include "protocol/crypto/hash.h"
#include "protocol/crypto/init.h"

namespace liaise::fuzz {

class CountingRandom final : public RandomSource {
  public:
    void fill(MutableBytes out) override {
        for (std::uint8_t& byte : out) {
            ++count_;
            byte = static_cast<std::uint8_t>(count_ * 167 + (count_ >> 8));
        }
    }

  private:
    std::uint32_t count_ = 0;
};

inline crypto::Key fixed_key(std::uint8_t number) {
    return crypto::Key::copy_of(Bytes(32, number)).value();
}

// One member with one device, whom every credential proves.
struct FixedDevice final : channel::Accreditations {
    crypto::SigningKey signing = crypto::SigningKey::from_seed(fixed_key(1));
    crypto::SigningKey writer = crypto::SigningKey::from_seed(fixed_key(2));
    crypto::DhKey inbox = crypto::DhKey::from_private(fixed_key(3));
    channel::ProvenDevice proven{MemberId{{1}}, DeviceId{{2}}, signing.public_key(), inbox.public_key()};

    Result<channel::ProvenDevice> prove(BytesView) const override { return proven; }
    Result<channel::ProvenDevice> identify(BytesView) const override { return proven; }
    channel::OwnDevice own() const { return {proven, Bytes{1}}; }
    channel::Device device() const { return {proven.device, proven.inbox}; }

    channel::Founding found() const {
        channel::Charter charter;
        charter.name = "practice";
        charter.conveners = {proven.member};
        CountingRandom random;
        return channel::found(charter, own(), signing, writer, random).value();
    }
};

inline const FixedDevice& fixed_device() {
    static const bool ready = (crypto::initialise(), true);
    static const FixedDevice device;
    LIAISE_CHECK(ready);
    return device;
}

}  // namespace liaise::fuzz
