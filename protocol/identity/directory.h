// The directory: who is who in one network. A pure value: objects in, answers out.
//
// In:  charter, amendments, accreditations, device certificates, revocations, each parsed (so its signatures
//      are right), in any order, any number of times.
// Out: cards, devices, who may accredit whom, at a time that the caller names.
//
// - The state is a function of the set of objects, never of the order in which they came: two nodes that hold
//   the same objects give the same answers (a property test shuffles them).
// - An object that nothing here vouches for yet (an accreditation whose accreditor is unknown, a certificate
//   before its member's accreditation) waits, and is looked at again whenever something arrives. At most
//   limits::directory_waiting_max wait; more are refused as exhausted and come again with the next sync. So a
//   member who floods fills one small box, not the disk.
// - What was vouched for once is kept, even when it stops counting: an amendment may change the policy back.
// - Standing is judged when asked: chain of at most three to a founder of the charter in force, each link
//   permitted by the policy, in its time (clock.h), and not revoked. A revocation counts from the moment that
//   it is here, for the member and for everyone whose chain runs through them.
// - A revocation by an accreditor voids what stands on that accreditor's chain, and nothing else: another
//   accreditor's word stays. So nobody can revoke a stranger by accrediting them first.
// - A device counts if its certificate is in its time, is not revoked, and names the succession commitment
//   that the member's accreditation (or the charter, for a founder) names.
// - A succession key speaks for a member if both an accreditation and a certificate name its commitment (for
//   a founder, the charter does). So neither an accreditor nor a thief of the identity key can plant one
//   alone.
// - A device that two identities claim is nobody's: its own key signed both claims, and picking one would let
//   a thief give away what the owner wrote.
// - What a founder signed ceases to count when an amendment removes that founder: nobody could tell what was
//   signed before from what is back-dated. The others accredit those people again.
//
// Not here: names that look alike (name_match.h), which contact was verified (contact_state.h).
#pragma once

#include <map>
#include <optional>
#include <set>

#include "protocol/identity/accreditation_chain.h"
#include "protocol/identity/directory_object.h"

namespace liaise::identity {

enum class Applied : std::uint8_t {
    added,    // it counts, or is kept because it may
    known,    // it was here
    waiting,  // kept until something vouches for it
};

enum class Standing : std::uint8_t { accredited, expired, revoked, unknown };
std::string_view text_of(Standing standing);  // "accredited"

// What is shown beside a name. Of several accreditations the one that counts longest.
struct Card {
    MemberId member;
    VerifyKey identity;
    std::string name;
    Role role;
    Country country;
    std::string organisation;
    std::string rank;
    std::string post;
    Standing standing;
    bool founder;
    MemberId accreditor;
    AccreditationId accreditation;
    Time from;
    Time until;
    bool operator==(const Card&) const = default;
};

enum class DeviceStanding : std::uint8_t { active, expired, revoked };

class Directory {
  public:
    explicit Directory(const NetworkId& network) : network_(network) {}

    // conflict for an object of another network, not_permitted for one that can never count, exhausted when a
    // limit is reached. A refusal changes nothing.
    Result<Applied> apply(const DirectoryObject& object);

    const NetworkId& network() const { return network_; }
    // Nothing until the charter is here.
    const std::optional<CharterInForce>& charter() const { return charter_in_force_; }
    // The charter and the amendments that led to the terms in force, oldest first.
    std::vector<DirectoryObject> charter_path() const;
    // Everything that counts or may count, in an order in which nothing has to wait. Without the waiting.
    std::vector<DirectoryObject> objects() const;
    std::size_t waiting() const { return waiting_.size(); }

    // Nothing for a member of whom no accreditation is here.
    std::optional<Card> card(const MemberId& member, Time now) const;
    Standing standing(const MemberId& member, Time now) const;
    bool is_founder(const MemberId& member) const;
    // Every member that ever had a card, sorted by id.
    std::vector<MemberId> members() const;
    // The chain that the member's card stands on; nothing unless accredited.
    std::optional<AccreditationChain> chain(const MemberId& member, Time now) const;
    // May this member accredit `role` in `country` now?
    bool may_accredit(const MemberId& member, Role role, const Country& country, Time now) const;

    // The member's active devices, sorted by id; none for a member who is not accredited.
    std::vector<DeviceId> devices(const MemberId& member, Time now) const;
    // All of a member's devices, whatever their standing.
    std::vector<DeviceId> all_devices(const MemberId& member) const;
    // Whose device it is, whatever its standing: to show who wrote what, long afterwards.
    std::optional<MemberId> member_of(const DeviceId& device) const;
    const DeviceCertificate* certificate(const DeviceId& device) const;
    std::optional<DeviceStanding> device_standing(const DeviceId& device, Time now) const;
    // The device is active and its member accredited: may connect, may write.
    bool in_good_standing(const DeviceId& device, Time now) const;
    // Devices in good standing that name this transport key: the door's question. Mostly one; who is really
    // there says the signed hello, whose device must be among these. device_by_transport gives the first.
    std::vector<DeviceId> devices_by_transport(const DhPublicKey& transport, Time now) const;
    std::optional<DeviceId> device_by_transport(const DhPublicKey& transport, Time now) const;
    // All transport keys of devices in good standing, sorted: the list for admission.
    std::vector<DhPublicKey> transport_keys(Time now) const;

    // Same objects, same state.
    bool operator==(const Directory&) const = default;

  private:
    using Links = std::vector<const Accreditation*>;

    Result<Applied> add(const Charter& charter);
    Result<Applied> add(const Amendment& amendment);
    Result<Applied> add(const DeviceCertificate& certificate);
    Result<Applied> add(const Accreditation& accreditation);
    Result<Applied> add(const Revocation& revocation);
    Result<Applied> wait(const Hash& id, const DirectoryObject& object);
    void look_at_waiting_again();
    void choose_charter();
    void put(const DeviceCertificate& certificate);

    // What the objects allow ever: these only grow, so what was taken in stays in.
    bool ever_founder(const VerifyKey& identity) const;
    bool ever_permitted(const Accreditation& accreditation) const;
    bool commitment_named(const MemberId& member, const Hash& succession) const;
    bool commitment_in_charter(const MemberId& member, const Hash& succession) const;
    bool is_successor(const VerifyKey& key, const MemberId& member) const;
    bool ever_above(const MemberId& signer, const MemberId& member, std::size_t links_left) const;
    bool may_ever_revoke(const Revocation& revocation) const;
    Result<void> check_quota(const Accreditation& accreditation) const;
    Result<void> check_quota(const Revocation& revocation) const;

    // What they mean at a time.
    bool founder_shut_out(const MemberId& founder) const;
    bool revoked(const Accreditation& accreditation,
                 std::span<const Accreditation* const> from_here_up) const;
    bool device_revoked(const DeviceCertificate& certificate) const;
    Standing judge_link(const Links& links, std::size_t index, Time now) const;
    Standing judge_whole(const Links& links, Time now) const;
    void climb(Links& links, Time now, Standing& standing, Links& best) const;
    // The accreditation that a card stands on, at the front of its chain; empty for an unknown member.
    Links best_links(const MemberId& member, Time now, Standing& standing) const;

    NetworkId network_;
    std::optional<Charter> founding_;
    std::map<Hash, Amendment> amendments_;
    std::map<AccreditationId, Accreditation> accreditations_;
    std::map<std::pair<DeviceId, MemberId>, DeviceCertificate> certificates_;
    std::map<Hash, Revocation> revocations_;
    std::map<Hash, DirectoryObject> waiting_;

    // Made from the above.
    std::map<Hash, CharterInForce> charters_;  // after the charter and each amendment, by head
    std::optional<CharterInForce> charter_in_force_;
    std::set<MemberId> founders_;  // of the charter in force
    std::map<MemberId, std::set<AccreditationId>> accreditations_of_;
    std::map<MemberId, std::size_t> accreditations_by_;
    std::map<MemberId, std::set<DeviceId>> devices_of_;
    std::map<MemberId, std::set<Hash>> revocations_of_;
    std::map<DhPublicKey, std::set<DeviceId>> by_transport_;
    std::map<MemberId, std::set<Hash>> commitments_;  // succession commitments that certificates confirm
};

}  // namespace liaise::identity
