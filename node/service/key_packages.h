// Key packages in the directory: each device publishes one, with which conveners give it a leaf in their
// channels while it is away (docs/protocol/group.md, "Leaves").
//
// - Others' by device: the newest that stands in a log of that very device, for that very device.
// - Our own with their private keys: renewed from time to time; the last few stay usable, since an invitation
//   may have been under way for long.
#pragma once

#include "node/service/trust.h"
#include "protocol/channel/content.h"
#include "protocol/channel/own_packages.h"

namespace liaise::node::service {

class KeyPackages {
  public:
    KeyPackages(Core& core, Trust& trust) : core_(core), trust_(trust) {}

    Result<void> load();
    // An entry of the directory, within the open batch.
    Result<void> take(const MemberId& author, const DeviceId& device, std::uint64_t sequence,
                      const channel::KeyPackageOffer& offer);
    // Nothing for devices that are not in good standing.
    std::optional<Bytes> newest(const MemberId& member, const DeviceId& device) const;

    const channel::OwnPackages& own() const { return own_; }
    // When a new one of ours is to be published.
    Time publish_at() const;
    // Draws it; kept within the open batch.
    Result<channel::KeyPackageOffer> draw();

  private:
    struct Known {
        std::uint64_t sequence = 0;
        MemberId member;
        Bytes package;
    };
    Result<void> keep_own();

    Core& core_;
    Trust& trust_;
    std::map<DeviceId, Known> known_;
    channel::OwnPackages own_;
    std::set<Bytes> kept_names_;
};

}  // namespace liaise::node::service
