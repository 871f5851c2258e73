// People and their devices in a channel, for tests: everything real but the directory, which is a table,
// and the network, which is a call.
#pragma once

#include <memory>

#include "protocol/channel/entry_sealing.h"
#include "protocol/channel/group_work.h"
#include "protocol/channel/invitation.h"
#include "protocol/channel/open.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

// Proves every device of the table, whose credentials are the devices' ids. Knows their key packages.
class TestDirectory final : public channel::Accreditations {
  public:
    Result<channel::ProvenDevice> prove(BytesView credential) const override;
    Result<channel::ProvenDevice> identify(BytesView credential) const override { return prove(credential); }
    void add(const channel::ProvenDevice& device) { devices_[device.device] = device; }
    void forget(const DeviceId& device) { devices_.erase(device); }
    void publish(const DeviceId& device, Bytes package) { packages_[device] = std::move(package); }
    void withdraw(const DeviceId& device) { packages_.erase(device); }
    std::optional<Bytes> package_of(const DeviceId& device) const;

  private:
    std::map<DeviceId, channel::ProvenDevice> devices_;
    std::map<DeviceId, Bytes> packages_;
};

// An entry as it travels, without what the log adds.
struct TestEntry {
    channel::Place place;
    Bytes payload;
    channel::EntryRef ref() const { return {place.sequence, log::log_id_of(place.channel, place.writer)}; }
};

// One device with its view of one channel.
class TestDevice {
  public:
    // A new device of a member, known to the directory.
    TestDevice(const MemberId& member, TestDirectory& directory, SeededRandom& random);

    channel::OwnDevice own() const { return {proven_, to_bytes(proven_.device.view())}; }
    channel::Device device() const { return {proven_.device, proven_.inbox}; }
    const MemberId& member() const { return proven_.member; }
    const crypto::SigningKey& device_key() const { return device_key_; }
    const crypto::DhKey& inbox() const { return inbox_; }

    // Founds a channel and writes its first entries.
    void found(channel::Charter charter);
    // Opens a parcel, and enters the channel, or takes the keys where it is known.
    Result<void> take_parcel(BytesView parcel);

    // Writes an entry, and takes it in like any other.
    Result<void> write(channel::Body body);
    Result<void> write_all(const std::vector<channel::Body>& bodies);
    // Writes a plan's entries and the commit that is due then; gives the parcels for those whom it seated.
    struct Mail {
        DeviceId to;
        Bytes parcel;
    };
    std::vector<Mail> perform(const channel::Plan& plan);
    // Writes the commit that is due, if any, without waiting for a turn.
    std::vector<Mail> commit();
    // Whether one of that kind is due.
    bool owes(channel::GroupWork::Kind kind) const;
    // Does what is due of the other kinds. Whether there was any.
    bool do_duties();
    std::vector<Mail> begin_again();

    // Asks for what it cannot open, if anything.
    bool ask_for_keys();
    bool misses_keys() const;
    // Parcels for those who joined while an entry was under way (Change::keys_due).
    std::vector<Mail> mail_due();

    // Takes entries in, in any order; those that wait are tried again when anything changed.
    void take(const std::vector<TestEntry>& entries);
    void retry();

    channel::ChannelState& state() { return *state_; }
    const channel::ChannelState& state() const { return *state_; }
    bool in_channel() const { return state_ != nullptr; }
    channel::Keyring& keyring() { return keyring_; }
    const channel::Keyring& keyring() const { return keyring_; }
    channel::GroupKeys& group() { return *group_; }
    void set_time(Time now) { now_ = now; }
    // As the node's own upkeep: what is stored is loaded.
    void restart();
    // Another device of this member is gone: its keys count no more.
    std::vector<channel::Change> shut_out(const DeviceId& device);
    const std::vector<TestEntry>& entries() const { return held_; }  // all that it holds
    std::vector<TestEntry> own_entries() const;
    channel::Coverage lasts() const;
    // Texts of posts that open and count, in order of log and place.
    std::set<std::string> readable();
    // Of the entry: what receiving it says now.
    Result<channel::Accepted> verdict(const TestEntry& entry);

  private:
    Result<channel::SealedEntry> seal_at(const channel::Place& place,
                                         const channel::ValidatedContent& content);
    Result<channel::ValidatedContent> open_held(const TestEntry& entry);
    void use(const channel::EntryRef& entry, const std::optional<channel::MessageKeys::Taken>& key);
    void store(const channel::ValidatedContent& content);
    Result<channel::CommitEntry> commit_at(const channel::EntryRef& at) const;
    channel::PackageSource packages() const;
    bool follow();
    std::vector<Mail> publish(const channel::GroupKeys::Made& made);

    TestDirectory& directory_;
    SeededRandom& random_;
    crypto::SigningKey device_key_;
    crypto::DhKey inbox_;
    crypto::SigningKey writer_;
    channel::ProvenDevice proven_;
    std::unique_ptr<channel::ChannelState> state_;
    channel::Keyring keyring_;
    std::optional<channel::GroupKeys> group_;
    channel::OwnPackages published_;
    Time now_{};
    std::uint64_t next_sequence_ = 1;
    std::vector<TestEntry> held_;
    std::set<channel::EntryRef> known_;
    std::set<channel::EntryRef> accepted_;
    std::set<DeviceId> keys_due_;
    std::map<channel::EntryRef, crypto::Key> message_keys_;
    std::map<Bytes, crypto::SecretBytes> kept_parts_;
};

channel::Charter test_charter(const MemberId& founder,
                              channel::History history = channel::History::from_joining,
                              channel::ChannelKind kind = channel::ChannelKind::discussion);
MemberId test_member(std::uint8_t number);

}  // namespace liaise::test
