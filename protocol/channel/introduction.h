// Who writes a log: the first entry of each says so, inside the channel's encryption.
//
// - The writer key signs the entry, the device key signs the writer key: neither can be claimed by somebody
//   who does not hold both (a stranger's log cannot be introduced as mine, nor mine as a stranger's).
// - The signature covers channel, writer key and term: an introduction is worth nothing in another channel
//   or for another log, nor after a removal, when a new term asks for a new log.
// - What a credential is worth is the directory's to say: Accreditations is the question that a channel
//   asks it, and node/service answers it with protocol/identity.
#pragma once

#include "protocol/channel/own_packages.h"
#include "protocol/channel/policy.h"
#include "protocol/crypto/sign.h"

namespace liaise::channel {

struct ProvenDevice {
    MemberId member;
    DeviceId device;
    VerifyKey signing_key;
    DhPublicKey inbox;
    bool operator==(const ProvenDevice&) const = default;
};

class Accreditations {
  public:
    virtual ~Accreditations() = default;
    // The device that this credential speaks of, by the network's charter and what is known now.
    // not_authentic, not_permitted, expired; not_known where the directory has yet to learn something:
    // trying again later may help.
    virtual Result<ProvenDevice> prove(BytesView credential) const = 0;
    // The same whatever the clock says, and whatever was revoked since: where a convener's adding vouches for
    // the member, everybody has to come to one answer, today and in a year.
    virtual Result<ProvenDevice> identify(BytesView credential) const = 0;
    // Whose a key package is (read_package()). Whoever remembers answers faster, not otherwise.
    virtual Result<Occupant> owner_of(BytesView key_package) const { return read_package(key_package); }

  protected:
    Accreditations() = default;
    Accreditations(const Accreditations&) = default;
    Accreditations& operator=(const Accreditations&) = default;
};

Introduction introduce(const ChannelId& channel, const WriterKey& writer, std::uint32_t term,
                       Bytes credential, const crypto::SigningKey& device_key);

// Who says that somebody may write: a convener who added them, or the directory, now.
enum class VouchedBy : std::uint8_t { adding, directory };

// An alias's credential proves itself; whether there is such a member, and that it is one, ChannelState asks.
Result<ProvenDevice> verify(const Introduction& introduction, const ChannelId& channel,
                            const WriterKey& writer, VouchedBy by, const Accreditations& accreditations);

}  // namespace liaise::channel
