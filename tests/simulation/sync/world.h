// One simulated world: a network, its channels and people, what they do under faults, and what must hold once
// the faults are over.
//
// Checked when all is quiet:
//   1. members of a channel hold the same entries and the same forks of every log;
//   2. every entry that an honest writer stored is at every honest member;
//   3. nobody holds an entry of an honest writer that it did not write;
//   4. honest neighbours know that they are in step, and never closed a session on each other for
//   misbehaviour;
//   5. a log that was written on both sides of a copy is forked for everyone, at the same place;
//   6. what a node was told of a peer's heads and parcels was true.
#pragma once

#include <set>
#include <string>

#include "tests/simulation/sync/network.h"

namespace liaise::simulation {

class World {
  public:
    explicit World(std::uint64_t seed);

    // Runs the whole story; empty, or what went wrong.
    std::string run();

    // Prints each frame between two nodes, and what else happens to them.
    void trace(std::size_t one, std::size_t other);

    const Counts& counts() const { return network_.counts; }
    std::uint64_t posts() const { return posts_; }
    std::uint64_t forks() const { return forks_; }
    Duration virtual_time() const { return network_.now - began_; }

  private:
    struct Channel {
        ChannelId id;
        std::set<std::size_t> members;
        std::map<WriterKey, std::size_t> writers;
        std::map<WriterKey, std::vector<EntryId>> written;  // by those who never lost their place
    };

    void found_channels();
    void add_member(Channel& channel, std::size_t member, bool slowly);
    void learn(Channel& channel, std::size_t who, std::size_t of);
    void draw_activity();
    void post(Channel& channel, std::size_t author);
    void post_badly_signed(Channel& channel, std::size_t author);
    void share_writer(Channel& channel);
    void exchange_chunks(Channel& channel);
    void send_parcel();
    bool honest(std::size_t index) const { return !network_.hostile(index); }
    bool tainted(const WriterKey& writer) const { return tainted_.contains(writer); }

    std::string check();
    std::string neighbours(std::size_t index);
    std::string check_channel(const Channel& channel);
    std::string check_reports();

    Network network_;
    Time began_;
    std::vector<Channel> channels_;
    std::set<WriterKey> tainted_;  // restored, shared, or badly signing
    std::set<std::size_t> restored_;
    std::map<std::pair<std::size_t, sync::ParcelId>, std::pair<std::size_t, Bytes>> parcels_;
    std::uint64_t posts_ = 0;
    std::uint64_t forks_ = 0;
};

}  // namespace liaise::simulation
