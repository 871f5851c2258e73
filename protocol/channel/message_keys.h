// Keys of single messages, where a channel's history begins with joining: one for each, from the ratchet that
// MLS gives each leaf in each epoch (RFC 9420 section 9), gone when it was used.
//
// In:  an epoch's group as this device enters it; a place to write at, or one to read with the device that
//      wrote there and the generation that the payload names.
// Out: the key, and the ratchets as they are without it; what changed, for a store.
//
// - The message is no PrivateMessage: the entry around it is signed already by its author's writer key, and
//   stands in a log that names channel and place (docs/decisions/0010). So a ratchet serves one log: whoever
//   writes with another leaf's keys is refused, and takes nothing from it.
// - A key is bound to its place on top of the ratchet: the same generation elsewhere is another key.
// - Whoever opened a message keeps its key beside the entry as long as the payload is there; both go
// together.
// - Kept apart from the group's states, for longer: a device that comes back after months passes through many
//   epochs before it has the messages of the first. What they cost is small until somebody spoke.
// - What stands in the way of a generation far ahead is the log: there are not more messages than entries.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "protocol/base/time.h"
#include "protocol/channel/own_packages.h"
#include "protocol/channel/seal.h"
#include "protocol/mls/group.h"

namespace liaise::channel {

class MessageKeys {
  public:
    struct Taken {
        crypto::Key key;
        std::uint32_t generation = 0;
        EpochId epoch;
        bool own = false;
        mls::SecretTree next;  // without it
    };

    // Does nothing for an epoch that is here, or in which we spoke before it was let go: its keys were used.
    // `sits_on` says who sits on a leaf, for whoever knows it already.
    using SitsOn = std::function<std::optional<Occupant>(const mls::SharedLeaf&)>;
    void enter(const EpochId& epoch, const mls::Group& group, Time now, const SitsOn& sits_on = read_leaf);
    // Of an earlier membership in the same channel: what was not opened yet may still be.
    void absorb(MessageKeys earlier);
    bool holds(const EpochId& epoch) const { return epochs_.contains(epoch); }
    std::size_t size() const { return epochs_.size(); }

    // What this device writes next at that place. not_known: the epoch is not here.
    Result<Taken> next(const EpochId& epoch, const Place& place) const;
    // not_known: the epoch is not here. not_permitted: the device has no leaf in it. malformed, or MLS's
    // refusal of a generation that was used: it never opens.
    Result<Taken> find(const EpochId& epoch, const DeviceId& author, const Place& place,
                       std::uint32_t generation) const;
    // It was written, or it opened: the key is gone.
    void use(Taken taken);

    // Lets go of what is too old or too much, but for `in_use`; or of everything.
    void prune(const std::set<EpochId>& in_use, Time now);
    void clear();

    // Stored in parts: of each epoch its head (since, members) and one for each node of its secret tree that
    // holds something; and the epochs that we spoke in and let go. Named, by epoch 8 and node 4. What changed
    // since the last call; nothing: gone.
    using Change = std::pair<Bytes, std::optional<crypto::SecretBytes>>;
    std::vector<Change> take_changes();
    static Result<MessageKeys> load(const std::vector<NamedSecret>& parts);

  private:
    static std::optional<Occupant> read_leaf(const mls::SharedLeaf& leaf);
    using DeviceTag = FixedBytes<struct LeafDeviceMeaning, 16>;  // the first half of a DeviceId
    struct Epoch {
        Time since{};
        mls::TreeSize size;
        mls::LeafIndex own;
        std::vector<DeviceTag> devices;  // by leaf; zeros: nobody
        bool spoke = false;
        mls::SecretTree tree;
        mls::SecretTree stored;  // as the store has it
        bool head_stored = false, head_changed = true;
        std::set<std::uint32_t> nodes{};  // that the store has
    };

    static Bytes encode_head(const Epoch& epoch);
    static Result<Epoch> decode_head(BytesView bytes);
    void let_go(const EpochId& epoch);
    static crypto::Key key_of(const mls::MessageKey& key, const Place& place);

    std::map<EpochId, Epoch> epochs_;
    std::vector<EpochId> spoken_;  // let go after we had spoken; oldest first
    bool spoken_changed_ = false;
    std::vector<Bytes> gone_;  // names that the store still has
};

}  // namespace liaise::channel
