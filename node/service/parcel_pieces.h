// Parcels of which not all pieces are here yet (protocol/channel/parcel_piece.h): stored piece by piece,
// joined when the last one comes.
//
// - A piece is durable before it is acknowledged, since its sender forgets it then; when the last one comes,
//   the pieces go in the same batch in which the whole is taken. So whatever crashes, a parcel is taken once.
// - A device has at most piece_sets_of_one_max parcels begun here; the older one goes. All together take at
//   most piece_store_bytes_max: whoever takes most loses their oldest first. Attack: a member who begins
//   parcels without end pushes out nobody's but their own.
// - What has not come whole after piece_set_days goes. A convener invites again.
#pragma once

#include <map>

#include "node/store/record_store.h"
#include "protocol/base/time.h"
#include "protocol/channel/parcel_piece.h"

namespace liaise::node::service {

class ParcelPieces {
  public:
    explicit ParcelPieces(store::RecordStore& records) : records_(records) {}

    Result<void> load();
    // Within an open batch. Gives the whole once it is here. A piece that does not fit to those before
    // (malformed), or makes the whole too large (too_large), takes the whole set with it.
    Result<std::optional<Bytes>> take(const DeviceId& from, const channel::ParcelPiece& piece, Time now);

    std::size_t sets() const { return sets_.size(); }
    std::size_t bytes() const;

  private:
    using Name = std::pair<DeviceId, channel::PieceSetId>;
    struct Set {
        std::uint16_t count = 0;
        Time since{};
        std::map<std::uint16_t, std::size_t> sizes{};  // of the pieces that are here
        std::size_t bytes() const;
    };

    Result<void> make_room(const Name& for_set, Time now);
    Result<void> let_go(const Name& name);
    Result<Bytes> joined(const Name& name);
    static Bytes key_of(const Name& name, std::uint16_t index);

    store::RecordStore& records_;
    std::map<Name, Set> sets_;
};

}  // namespace liaise::node::service
