#include "tests/simulation/node/attacker.h"

#include "node/service/kept_state.h"
#include "node/service/kinds.h"
#include "protocol/identity/credential.h"
#include "protocol/identity/directory.h"

namespace liaise::test {

namespace record = node::service::record;
namespace secret = node::service::secret;

namespace {
constexpr std::size_t everything = 100'000;
}

node::service::Own Attacker::own() {
    return node::service::load_own(store()).value();
}

identity::Directory Attacker::directory() {
    const Bytes network = store().records().get(record::network, {}).value().value();
    identity::Directory directory(NetworkId::from(BytesView(network).first(NetworkId::size_bytes)).value());
    const auto objects = store().records().list(record::directory_object, everything).value();
    for (const auto& kept : objects) directory.apply(identity::parse_object(kept.value).value()).value();
    return directory;
}

Bytes Attacker::credential() {
    const node::service::Own me = own();
    return identity::encode_credential(directory().chain(me.member(), world_.now()).value(), me.certificate);
}

DhPublicKey Attacker::inbox_of(const DeviceId& device) {
    return directory().certificate(device)->fields().inbox;
}

channel::ChannelState Attacker::state(const std::string& name) {
    const auto all = store().records().list(record::channel, everything).value();
    for (const auto& kept : all) {
        const auto id = ChannelId::from(kept.key).value();
        auto state = node::service::load_state(store().records(), id, kept.value).value().state;
        if (state.charter() != nullptr && state.charter()->name == name) return state;
    }
    LIAISE_CHECK(false);
    std::abort();
}

channel::Keyring Attacker::keyring(const ChannelId& channel) {
    channel::Keyring keyring;
    const auto names = store().secrets().names(secret::channel_key, channel.view()).value();
    for (const Bytes& name : names)
        keyring.import_secret(*store().secrets().get(secret::channel_key, name).value()).value();
    return keyring;
}

channel::AliasSeed Attacker::alias_seed() {
    const auto names = store().secrets().names(secret::alias_seed, {}).value();
    const auto seed = store().secrets().get(secret::alias_seed, names.at(0)).value();
    return channel::AliasSeed::copy_of(seed->view()).value();
}

// Written where the node keeps what it has to hand over, and found there when it starts.
void Attacker::hand_over(const std::vector<std::pair<DeviceId, Bytes>>& parcels) {
    {
        auto transaction = store().begin().value();
        for (const auto& [to, sealed] : parcels)
            store()
                .records()
                .put(record::parcel, Writer().u64(next_++).view(), Writer().fixed(to).raw(sealed).view())
                .value();
        transaction.commit().value();
    }  // the store goes with the node
    world_[who_].crash();
    LIAISE_CHECK(world_[who_].start());
}

DeviceId device_of(World& world, std::size_t who) {
    const auto devices = world[who].node().devices(world.now()).value();
    for (const auto& device : devices)
        if (device.this_one) return device.id;
    return {};
}

}  // namespace liaise::test
