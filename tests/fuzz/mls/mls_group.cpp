// A group fed with real messages of its conversation, mutated: each is refused or, unchanged, accepted. And
// with whatever else: as message, Welcome, group info or stored state.
//
// Input: a byte that picks the message (or, from 0xf0 on, what the rest is fed to as it stands); then triples
// of offset (two bytes) and a byte to XOR there.

#include "protocol/crypto/init.h"
#include "tests/support/mls/world.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

// One world for all inputs, from one seed: three members, and what one of them may say to another.
struct Conversation {
    Conversation() : world(7) {
        crypto::initialise();
        world.found_with(3);
        world.update(1);
        const Group& author = world.members[0].group;
        const Environment environment = world.environment();
        newcomer = world.key_package("newcomer");
        for (const WireFormat format : {WireFormat::private_message, WireFormat::public_message}) {
            MessageOptions options;
            options.wire_format = format;
            CommitRequest commit;
            commit.message = options;
            commit.proposals = {test::adding(newcomer), test::removing({2})};
            Committed made = author.commit(commit, environment, world.random).value();
            messages.push_back(std::move(made.commit));
            welcome = std::move(*made.welcome);
            commit.proposals.clear();
            messages.push_back(author.commit(commit, environment, world.random).value().commit);
            messages.push_back(
                author.propose(test::removing({2}), options, environment, world.random).value().message);
            messages.push_back(author.propose_update({}, options, environment, world.random).value().message);
        }
        messages.push_back(author.protect(bytes_of("text"), {}, world.random).value().message);
        group_info = author.group_info(true);
        state = to_bytes(author.save().view());
    }
    MlsWorld world;
    OwnKeyPackage newcomer;
    std::vector<Bytes> messages;
    Bytes welcome;
    Bytes group_info;
    Bytes state;
};

Bytes mutated(Bytes message, BytesView changes) {
    for (; changes.size() >= 3; changes = changes.subspan(3))
        message[(changes[0] << 8U | changes[1]) % message.size()] ^= changes[2];
    return message;
}

void join_by_group_info(Conversation& talk, BytesView info) {
    ExternalJoinRequest request;
    request.group_info = info;
    request.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("stranger")));
    request.signer = suite_3().draw_signer(talk.world.random);
    (void)Group::join_external(request, {}, talk.world.environment(), talk.world.random).ok();
}

void load(Conversation& talk, BytesView state) {
    const auto group = Group::load(state);
    if (!group) return;
    (void)group->save();
    (void)group->commit({}, talk.world.environment(), talk.world.random).ok();
    for (const Bytes& message : talk.messages) (void)group->receive(message, talk.world.environment()).ok();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Conversation talk;
    if (size == 0) return 0;
    const BytesView rest(data + 1, size - 1);
    const Group& reader = talk.world.members[1].group;
    const Environment environment = talk.world.environment();
    const auto join = [&](BytesView welcome) {
        return Group::join(talk.newcomer, welcome, std::nullopt, nullptr, {}, environment).ok();
    };
    switch (data[0]) {
        case 0xf0:
            (void)reader.receive(rest, environment).ok();
            return 0;
        case 0xf1:
            (void)join(rest);
            return 0;
        case 0xf2:
            join_by_group_info(talk, rest);
            return 0;
        case 0xf3:
            load(talk, rest);
            return 0;
        case 0xf4:
            load(talk, mutated(talk.state, rest));
            return 0;
        case 0xf5: {
            const Bytes welcome = mutated(talk.welcome, rest);
            LIAISE_CHECK(join(welcome) == (welcome == talk.welcome));
            return 0;
        }
        case 0xf6:
            join_by_group_info(talk, mutated(talk.group_info, rest));
            return 0;
        default: {
            const Bytes& original = talk.messages[data[0] % talk.messages.size()];
            const Bytes message = mutated(original, rest);
            LIAISE_CHECK(reader.receive(message, environment).ok() == (message == original));
            return 0;
        }
    }
}
