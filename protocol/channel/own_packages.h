// A device's own key packages, with their private keys: those that it offered in one channel, or those that
// it published in the directory for all.
//
// - A package stays usable for a while after it was used: commits race, and each of them that took it up must
//   be able to bring the device in. So its first keys serve more than once; the device renews its leaf soon
//   after it was seated with a published one.
// - Few are kept, the newest: limits::own_offers_max.
#pragma once

#include <optional>

#include "protocol/base/reader.h"
#include "protocol/base/time.h"
#include "protocol/base/writer.h"
#include "protocol/channel/leaf_credential.h"
#include "protocol/crypto/secret.h"
#include "protocol/mls/key_package.h"

namespace liaise::channel {

// A secret as a store keeps it: by name, sealed once more.
struct NamedSecret {
    Bytes name;
    crypto::SecretBytes value;
};

// With a signature key drawn for it.
mls::OwnKeyPackage make_package(const MemberId& member, const crypto::SigningKey& device_key,
                                RandomSource& random);
mls::ClientProfile profile_of(const MemberId& member, const crypto::SigningKey& device_key,
                              const mls::Signer& leaf_key);
// Whose a key package is. malformed, too_large, unsupported, not_authentic.
Result<Occupant> read_package(BytesView key_package);

class OwnPackages {
  public:
    struct One {
        mls::OwnKeyPackage keys;
        Time made;
    };

    // A new one, as MLSMessage.
    Bytes make(const MemberId& member, const crypto::SigningKey& device_key, Time now, RandomSource& random);
    void prune(Time oldest);
    const std::vector<One>& all() const { return all_; }  // oldest first
    std::optional<Time> newest() const;

    // What is no secret: count u16, then each: made u64 ms | key package u32 + bytes. And one secret for
    // each: init key 32, encryption key 32, signature key 32. A secret that is missing makes it malformed.
    void encode(Writer& writer) const;
    void add_names(std::set<Bytes>& names) const;
    void add_secrets(std::vector<NamedSecret>& secrets) const;
    static Result<OwnPackages> load(Reader& reader, const std::vector<NamedSecret>& secrets);

  private:
    std::vector<One> all_;
};

// u64 milliseconds; malformed where no calendar has that time: what is loaded is written the same again.
void write_stored_time(Writer& writer, Time time);
Result<Time> read_stored_time(Reader& reader);

// The value of a secret by its name; malformed when it is missing.
Result<BytesView> find_secret(const std::vector<NamedSecret>& secrets, BytesView name);

}  // namespace liaise::channel
