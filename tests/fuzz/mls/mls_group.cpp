// A group fed with real messages of its conversation, mutated: each is refused or, unchanged, accepted. The
// same for what a malicious member would send, signed and tagged anew after the change. And with whatever
// else: as message, Welcome, group info or stored state.
//
// Input: a byte that picks the message (or, from 0xf0 on, what the rest is for: see the switch); then triples
// of offset (two bytes) and a byte to XOR there.
#include "protocol/crypto/init.h"
#include "tests/support/mls/forge.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

// One world for all inputs, from one seed: four members, the third of whom an outside service may speak for,
// and what one of them, or a stranger, may say to another.
struct Conversation {
    Conversation() : world(7) {
        crypto::initialise();
        found();
        late = world.members[0].group.protect(bytes_of("late"), {}, world.random).value().message;
        world.update(1);
        for (const WireFormat format : {WireFormat::private_message, WireFormat::public_message})
            say_everything(format);
        const Group& author = world.members[0].group;
        messages.push_back(author.protect(bytes_of("text"), {}, world.random).value().message);
        group_info = author.group_info(true);
        state = to_bytes(author.save().view());
        // Later ones, so that the positions above stay what the seeds mean by them.
        messages.push_back(late);
        say_from_outside();
        say_by_reference();
    }

    void found() {
        service = suite_3().draw_signer(world.random);
        ExtensionList extensions;
        extensions.set(extension_type::external_senders,
                       encode_external_senders({{to_bytes(service->public_key()), Credential::basic({})}}));
        world.psks.add(bytes_of("shared"), SecretBytes(32));
        world.found("founder", extensions);
        world.add(0, {"one", "two", "three"});
        newcomer = world.key_package("newcomer");
    }

    void say_everything(WireFormat format) {
        const Group& author = world.members[0].group;
        const Environment environment = world.environment();
        MessageOptions options;
        options.wire_format = format;
        CommitRequest commit;
        commit.message = options;
        commit.proposals = {test::adding(newcomer), test::removing({2})};
        Committed made = author.commit(commit, environment, world.random).value();
        if (format == WireFormat::public_message) opened = made.commit;
        messages.push_back(std::move(made.commit));
        welcome = std::move(*made.welcome);
        invitation = test::Invitation::to(made.next.merge().value(), world.members[0].own.signer);
        commit.proposals.clear();
        messages.push_back(author.commit(commit, environment, world.random).value().commit);
        messages.push_back(
            author.propose(test::removing({2}), options, environment, world.random).value().message);
        messages.push_back(author.propose_update({}, options, environment, world.random).value().message);
    }

    void say_from_outside() {
        const Group& group = world.members[0].group;
        const OwnKeyPackage asking = world.key_package("asks", true);
        messages.push_back(
            external_proposal(suite_3(), *service, 0, group.group_id(), group.epoch(), test::removing({2})));
        messages.push_back(proposal_to_join(suite_3(), asking, group.group_id(), group.epoch()));
        ExternalJoinRequest request;
        request.group_info = group_info;
        request.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("stranger")));
        request.signer = suite_3().draw_signer(world.random);
        messages.push_back(
            Group::join_external(request, {}, world.environment(), world.random).value().commit);
    }

    void say_by_reference() {
        const Group& author = world.members[0].group;
        PreSharedKeyID psk;
        psk.psk_id = to_bytes(bytes_of("shared"));
        psk.psk_nonce = Bytes(32, 1);
        CommitRequest request;
        request.proposals = {{PreSharedKey{psk}}, {GroupContextExtensions{}}};
        messages.push_back(author.commit(request, world.environment(), world.random).value().commit);
        request.proposals = {{ReInit{{1}, version_mls10, suite_x25519_chacha20, {}}}};
        messages.push_back(author.commit(request, world.environment(), world.random).value().commit);
    }

    MlsWorld world;
    SharedSigner service;
    OwnKeyPackage newcomer;
    std::vector<Bytes> messages;
    Bytes late;
    Bytes opened;  // a commit in a PublicMessage
    Bytes welcome;
    std::optional<test::Invitation> invitation;
    Bytes group_info;
    Bytes state;
};

Bytes mutated(Bytes message, BytesView changes) {
    for (; changes.size() >= 3; changes = changes.subspan(3))
        message[(std::size_t{changes[0]} << 8 | changes[1]) % message.size()] ^= changes[2];
    return message;
}

void join_by_group_info(Conversation& talk, BytesView info) {
    ExternalJoinRequest request;
    request.group_info = info;
    request.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("stranger")));
    request.signer = suite_3().draw_signer(talk.world.random);
    (void)Group::join_external(request, {}, talk.world.environment(), talk.world.random).ok();
}

// A commit changed by its own author, who signs and tags whatever it has become.
void forge_commit(Conversation& talk, BytesView changes) {
    const auto& author = talk.world.members[0];
    const Commit honest = std::get<Commit>(parse_message<PublicMessage>(talk.opened).value().content.content);
    const auto changed = decoded<Commit>(mutated(encoded(honest), changes));
    if (!changed) return;
    const Bytes message = test::forged_commit(author.group, *author.own.signer, talk.opened,
                                              [&](Commit& commit) { commit = *changed; });
    const auto received = talk.world.members[1].group.receive(message, talk.world.environment());
    LIAISE_CHECK(received.ok() == (*changed == honest));
}

// An invitation to a group whose tree or context was changed by whoever invites, rightly hashed and signed.
void forge_welcome(Conversation& talk, BytesView changes, bool in_tree) {
    test::Invitation invitation = *talk.invitation;
    if (in_tree) {
        auto tree = decoded<RatchetTree>(mutated(encoded(invitation.tree), changes));
        if (!tree) return;
        invitation.take_tree(std::move(tree.value()));
    } else {
        auto context = decoded<GroupContext>(mutated(encoded(invitation.context), changes));
        if (!context) return;
        invitation.context = std::move(context.value());
    }
    const Bytes welcome = invitation.welcome(talk.newcomer, talk.world.random);
    const auto joined =
        Group::join(talk.newcomer, welcome, std::nullopt, nullptr, {}, talk.world.environment());
    // Whatever is joined can be left, stored, spoken in and committed to.
    if (!joined) return;
    (void)joined->protect(bytes_of("hello"), {}, talk.world.random).ok();
    (void)joined->commit({}, talk.world.environment(), talk.world.random).ok();
    LIAISE_CHECK(Group::load(joined->save().view()).ok());
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
        case 0xf7:
            forge_commit(talk, rest);
            return 0;
        case 0xf8:
        case 0xf9:
            forge_welcome(talk, rest, data[0] == 0xf8);
            return 0;
        default: {
            const Bytes& original = talk.messages[data[0] % talk.messages.size()];
            const Bytes message = mutated(original, rest);
            LIAISE_CHECK(reader.receive(message, environment).ok() == (message == original));
            return 0;
        }
    }
}
