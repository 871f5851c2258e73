// An alias: who a member is in one channel that allows it, and nowhere else (docs/protocol/channel.md,
// "Aliases").
//
// In:  a seed drawn for the alias, which all of the person's devices have, and one drawn on each of them.
// Out: a member id, a device id and an inbox key like everybody's, and a credential that proves that they
//      belong together. What the person is worth is the convener's word: AliasCard, in the act that adds
//      them.
//
//     alias's seed  --> alias key   --hash--> MemberId
//     device's seed --> device key  --hash--> DeviceId
//                   \-> inbox key
//     credential: version 2 | alias key 32 | device key 32 | inbox key 32 | signature 64 by the alias key,
//                 purpose alias_device, over channel 16 | device key 32 | inbox key 32
//
// - Nothing in it comes from the person's other keys: who sees two aliases, or an alias and a person, sees
//   keys that have nothing in common. Nothing in it says when it was made.
// - A device's own seed never leaves it. Who has the alias's seed says who its devices are, and that alone:
//   it opens nothing, and no device counts that conveners did not add (channel_receive.cpp).
//   Why: each of the person's devices has that seed, one that was stolen too.
// - The ids of aliases are hashed under a label of their own. So no alias can pass for an accredited member,
//   nor the other way round, whatever keys somebody uses for both.
// - The signature names the channel: the credential is worth nothing in another.
#pragma once

#include "protocol/channel/introduction.h"
#include "protocol/crypto/dh.h"

namespace liaise::channel {

using AliasSeed = crypto::Secret<32>;

struct AliasKeys {
    crypto::SigningKey member;
    crypto::SigningKey device;
    crypto::DhKey inbox;

    static AliasKeys derive(const AliasSeed& alias, const AliasSeed& device);
    MemberId member_id() const;
    DeviceId device_id() const;
};

MemberId alias_id_of(const VerifyKey& alias);

Bytes alias_credential(const AliasKeys& keys, const ChannelId& channel);
// Whether a credential speaks of an alias; else it is for the directory to judge.
bool is_alias_credential(BytesView credential);
// malformed, unsupported; not_authentic where it was made for another channel.
Result<ProvenDevice> prove_alias(BytesView credential, const ChannelId& channel);

// A name that cannot pass for a card: letters of any script, digits, spaces, "-", "'" and ".". Gives the
// phrase that says what is wrong.
Result<void> check_alias_name(std::string_view name);
// What stands on the card is what the rule asks for, and nothing else.
Result<void> check_card(const AliasCard& card);

}  // namespace liaise::channel
