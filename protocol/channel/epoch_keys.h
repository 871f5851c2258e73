// The keys of a channel's epochs. EpochKeys is what sealing and opening see; today a Keyring fills it, when
// channels stand on MLS the keys that each MLS epoch exports will.
//
// - An EpochId is the hash of channel and key, so that a key is known to be the one that an id names.
// - Each entry is sealed under a key of its own, made from the epoch's key and the entry's place. Why: such
//   a key can be handed to someone who joins later, who then reads that one entry (the channel's charter,
//   who was added by whom) and nothing else of the epoch.
// - The epoch's key opens everything of its epoch: there is no forward secrecy for each message until MLS.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "protocol/channel/entry_ref.h"
#include "protocol/crypto/secret.h"

namespace liaise::channel {

EpochId epoch_id_of(const ChannelId& channel, const crypto::Key& key);
// The key of the entry at one place of a log.
crypto::Key entry_key(const crypto::Key& epoch_key, const ChannelId& channel, const WriterKey& writer,
                      std::uint64_t sequence);

struct EpochKey {
    EpochId id;
    const crypto::Key* key;  // lives as long as the EpochKeys that gave it, unchanged
};

class EpochKeys {
  public:
    virtual ~EpochKeys() = default;
    // What to seal under now. Nothing while the channel waits for a convener's new key.
    virtual std::optional<EpochKey> current() const = 0;
    // Any epoch of which the key is here, of whatever branch.
    virtual const crypto::Key* find(const EpochId& id) const = 0;
    // The key of a single entry that was handed over with an invitation.
    virtual const crypto::Key* find_entry(const EntryRef& entry) const = 0;

  protected:
    EpochKeys() = default;
    EpochKeys(const EpochKeys&) = default;
    EpochKeys& operator=(const EpochKeys&) = default;
};

// All the secrets of one channel at one device. A value. Exported as one secret for each key, for a store
// that seals them once more.
class Keyring final : public EpochKeys {
  public:
    std::optional<EpochKey> current() const override;
    const crypto::Key* find(const EpochId& id) const override;
    const crypto::Key* find_entry(const EntryRef& entry) const override;

    // False when it was here already.
    bool add(const EpochId& id, const crypto::Key& key);
    bool add_entry(const EntryRef& entry, const crypto::Key& key);
    // What ChannelState::sealing_epoch() says; current() is empty while the key of it is missing.
    void set_current(std::optional<EpochId> id) { current_ = id; }

    // Tags by which two peers find the channels that both are in; the same for the channel's whole life.
    crypto::Key tag_key;
    // Of the signing key of our log in this channel.
    crypto::Key writer_seed;

    const std::map<EpochId, crypto::Key>& epochs() const { return epochs_; }
    std::size_t size() const { return epochs_.size() + entries_.size(); }

    // One record for each key: kind 1, id 8, key 32; or 2, log 8, sequence 8, key 32; or 3 (tags), 4
    // (writer seed), key 32. Importing all of them in any order into a new Keyring makes an equal one, but
    // for current().
    std::vector<crypto::SecretBytes> export_secrets() const;
    Result<void> import_secret(const crypto::SecretBytes& record);

    bool operator==(const Keyring& other) const;

  private:
    std::optional<EpochId> current_;
    std::map<EpochId, crypto::Key> epochs_;
    std::map<EntryRef, crypto::Key> entries_;
};

}  // namespace liaise::channel
