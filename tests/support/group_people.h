// People and their devices in a channel that stands on MLS, for tests: entries in the open, everything else
// real. What is sealed under what is left to other tests; here it is who agrees on which epoch, and who has
// its key.
#pragma once

#include <memory>
#include <variant>

#include "protocol/channel/group_duty.h"
#include "protocol/channel/group_keys.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

struct ShutOut {
    DeviceId device;
};

// An entry, opened.
struct GroupEntry {
    channel::EntryRef ref;
    std::variant<channel::WriterFact, channel::Charter, channel::MemberAdded, channel::MemberRemoved,
                 channel::Left, channel::CommitEntry, channel::EntryRef /* acknowledged */, channel::Offer,
                 ShutOut>
        body;
};
using SharedEntry = std::shared_ptr<const GroupEntry>;

// A Welcome on its way to whoever it is for.
struct GroupMail {
    std::uint64_t number = 0;
    channel::GroupKeys::Seated seated;
};

class GroupDevice {
  public:
    GroupDevice(const ChannelId& channel, const MemberId& member, SeededRandom& random);

    // ---- Writing. Each entry is stored with the state in one step, and then taken in like any other.

    // A channel whose conveners are these.
    void found(std::vector<MemberId> conveners);
    // Into a channel, in a term: a new log and new keys.
    void enter(std::uint32_t term);
    SharedEntry write(decltype(GroupEntry::body) body);
    void add(GroupDevice& whom);
    void remove(const MemberId& member);
    void leave();
    void amend(std::vector<MemberId> conveners);
    void shut_out(const DeviceId& device);

    // Makes what is due, one thing of each kind. Whether there was any. `patient`: waits for its turn, and
    // does not build over an epoch that others may be able to follow.
    bool do_duties(bool patient, std::vector<GroupMail>& mail);
    // As a convener, on any epoch that is kept.
    std::optional<channel::GroupKeys::Made> make_commit(const channel::CommitDuty& duty);
    // Stores and publishes it.
    void publish(const channel::CommitEntry& commit, std::vector<GroupMail>* mail = nullptr);

    // ---- Taking in

    void take(const SharedEntry& entry);
    void take_mail(const GroupMail& mail);
    void settle();  // facts, view, and after the head
    // What a crash leaves: what was stored last, and the log.
    void store();
    void crash();
    void set_time(Time now) { now_ = now; }

    // ---- Reading

    bool is_told() const { return !seat_.device.is_zero(); }
    bool is_in() const;  // a member, by its own facts
    const channel::Seat& seat() const { return seat_; }
    const MemberId& member() const { return member_; }
    DeviceId device() const;
    const crypto::SigningKey& device_key() const { return device_key_; }
    channel::Branches branches() const { return {facts_, view_, group_, shut_out_}; }
    const channel::View& view() const { return view_; }
    const channel::Facts& facts() const { return facts_; }
    const channel::GroupFacts& group() const { return group_; }
    const channel::Charter* charter() const;
    channel::GroupKeys& keys() { return keys_; }
    const channel::GroupKeys& keys() const { return keys_; }
    const std::map<channel::EntryRef, SharedEntry>& held() const { return held_; }
    bool can_use(const channel::EntryRef& epoch) const;
    // What it would seal a post under now: an epoch that counts and that it can use.
    std::optional<channel::EntryRef> sealing() const;
    // Who wrote an entry.
    channel::Seat seat_of(const channel::EntryRef& at) const;
    // Seats that it knows to be put out.
    channel::Seats known_out() const;
    const channel::CommitEntry& commit_at(const channel::EntryRef& at) const;
    channel::Coverage lasts() const;

  private:
    channel::Offer offer(bool lost);
    bool accept(const GroupEntry& entry);
    void follow_to(const channel::EntryRef& epoch);

    ChannelId channel_;
    MemberId member_;
    SeededRandom& random_;
    crypto::SigningKey device_key_;
    channel::Seat seat_;
    WriterKey writer_;
    std::uint64_t next_ = 1;
    Time now_{};
    std::map<channel::EntryRef, SharedEntry> held_;
    std::set<channel::EntryRef> accepted_;
    channel::EntryRef founding_;
    channel::Facts facts_;
    channel::GroupFacts group_;
    std::set<DeviceId> shut_out_;
    channel::View view_;
    channel::GroupKeys keys_;
    channel::GroupKeys stored_;
};

// Somebody who kept the keys of a device as they were, and gets everything that is ever sent.
class Eavesdropper {
  public:
    explicit Eavesdropper(const GroupDevice& device) : seat_(device.seat()), keys_(device.keys()) {}
    const channel::Seat& seat() const { return seat_; }
    // Follows whatever can be followed, whether it counts or not.
    void learn(const GroupDevice& omniscient, const std::vector<GroupMail>& mail);
    bool knows(const channel::EpochName& epoch) const { return keys_.holds(epoch); }

  private:
    channel::Seat seat_;
    channel::GroupKeys keys_;
};

}  // namespace liaise::test
