// Many members of a network and its channels, of whom none has a node: real identities, certificates, key
// packages and entries, signed and sealed as a node would, and one connection over which they all reach it.
#pragma once

#include "protocol/channel/epoch_keys.h"
#include "protocol/channel/introduction.h"
#include "protocol/channel/own_packages.h"
#include "protocol/identity/welcome.h"
#include "tests/bench/channel/wire.h"
#include "tests/support/memory_replica.h"

namespace liaise::bench {

class Crowd final : public Endpoint {
  public:
    // They join the network of `convener` with a ticket each.
    Crowd(Wire& wire, Host& convener, std::size_t count);

    // The name of a member, as the network has it.
    static std::string name_of(std::size_t member);
    std::string id_of(std::size_t member) const { return people_.at(member).certificate.member().text(); }
    // A key package, of a member or of nobody whom the network knows.
    Bytes package(std::size_t member);

    // The first `count` become members of the channel by name: invited, seated, each with an introduction
    // and, as a node would a minute later, an offer of new keys, which the convener takes up.
    void fill(const std::string& channel, std::size_t count);
    // Key packages of these into the directory, as their nodes would.
    void publish(std::size_t first, std::size_t last);
    void disconnect();

    void link_up(node::transport::LinkId link, const node::transport::LinkInfo& info) override;
    void frame(node::transport::LinkId link, BytesView bytes) override;
    void link_down(node::transport::LinkId link) override;
    DhPublicKey key() const override { return people_.front().device.transport.public_key(); }
    node::transport::Admission decide(const DhPublicKey&) override {
        return node::transport::Admission::refuse;
    }
    bool settle(Time now) override;
    std::optional<Time> deadline() const override;

  private:
    struct Place {
        crypto::SigningKey writer;
        log::LogHead head{};
    };
    struct Person {
        identity::IdentityKeys identity;
        identity::DeviceKeys device;
        identity::DeviceCertificate certificate;
        Bytes credential{};
        channel::OwnPackages packages{};
        std::map<ChannelId, Place> places{};
    };
    struct Inside {  // of a channel: what all of them write under
        EpochId epoch;
        crypto::Key key;
    };

    Person draw();
    void join(std::size_t member);
    void connect();
    void enter(const channel::ChannelKind& kind, BytesView parcel);
    void write(std::size_t member, const ChannelId& channel, channel::Body body);
    void introduce(std::size_t member, const ChannelId& channel);
    void perform(sync::Effects effects);

    Wire& wire_;
    Host& convener_;
    test::SeededRandom random_{77};
    std::vector<Person> people_;
    std::optional<identity::CharterInForce> rules_;
    std::optional<ChannelId> directory_;
    DeviceId convener_device_{};
    std::map<ChannelId, Inside> inside_;
    test::MemoryReplica replica_;
    node::transport::LinkId link_{}, guest_{};
    std::unique_ptr<sync::Session> session_;
    std::vector<sync::LogAdvance> grown_;
    Bytes answer_;                // to a guest
    std::vector<Bytes> parcels_;  // for the one who is connected
};

}  // namespace liaise::bench
