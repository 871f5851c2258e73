// The rules of RFC 9420 sections 7.3, 10.1, 12.2 and 12.4, each refused by name.
#include <doctest/doctest.h>

#include "protocol/mls/message_protection.h"
#include "tests/support/mls/world.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

// What a commit by member 0 with these proposals breaks; nothing when it stands.
std::optional<Rule> refusal(MlsWorld& world, std::vector<Proposal> proposals, std::size_t committer = 0) {
    CommitRequest request;
    request.proposals = std::move(proposals);
    request.with_waiting = false;
    const auto made = world.members[committer].group.commit(request, world.environment(), world.random);
    return made ? std::nullopt : rule_of(made.error());
}

Proposal psk(Bytes nonce, Bytes id = {1}) {
    PreSharedKeyID key;
    key.psk_id = std::move(id);
    key.psk_nonce = std::move(nonce);
    return {PreSharedKey{key}};
}

// A key package changed before it is signed again.
template <class Change>
Proposal adding_changed(MlsWorld& world, Change change) {
    OwnKeyPackage own = world.key_package(world.next_name());
    change(own.key_package);
    own.key_package.leaf_node.sign(suite_3(), *own.signer, {});
    own.key_package.sign(suite_3(), *own.signer);
    return test::adding(own);
}

Bytes required_extension(ExtensionType type) {
    return encoded(RequiredCapabilities{{type}, {}, {}});
}

}  // namespace

TEST_CASE("proposal lists that section 12.2 forbids are refused by the committer") {
    MlsWorld world(1);
    world.found_with(4);
    const Proposal add = test::adding(world.key_package("new"));
    const Proposal extensions{GroupContextExtensions{}};
    const Proposal reinit{ReInit{{1}, version_mls10, suite_x25519_chacha20, {}}};

    CHECK(refusal(world, {add}) == std::nullopt);
    CHECK(refusal(world, {test::removing({0})}) == Rule::proposal_by_committer);
    CHECK(refusal(world, {test::removing({2}), test::removing({2})}) == Rule::proposal_same_leaf);
    CHECK(refusal(world, {test::removing({9})}) == Rule::remove_blank);
    CHECK(refusal(world, {test::removing({UINT32_MAX})}) == Rule::remove_blank);
    CHECK(refusal(world, {add, add}) == Rule::encryption_key_twice);
    CHECK(refusal(world, {extensions, extensions}) == Rule::proposal_extensions_twice);
    CHECK(refusal(world, {reinit, test::removing({1})}) == Rule::proposal_reinit_alone);
    CHECK(refusal(world, {{ReInit{{1}, 0, suite_x25519_chacha20, {}}}}) == Rule::reinit_version);
    CHECK(refusal(world, {{ExternalInit{Bytes(32)}}}) == Rule::proposal_external_init);
    CHECK(refusal(world, {psk(Bytes(31))}) == Rule::psk_nonce);
    CHECK(refusal(world, {psk(Bytes(32)), psk(Bytes(32))}) == Rule::psk_twice);
    CHECK(refusal(world, {psk(Bytes(32))}) == Rule::psk_missing);
    Proposal branch = psk(Bytes(32));
    std::get<PreSharedKey>(branch.content).psk.psktype = PSKType::resumption;
    std::get<PreSharedKey>(branch.content).psk.usage = ResumptionPSKUsage::branch;
    CHECK(refusal(world, {branch}) == Rule::psk_usage);
    CHECK(refusal(world, {test::adding(world.members[2].own)}) == Rule::encryption_key_twice);
    CHECK(refusal(world, {{Update{*world.members[0].group.tree().leaf({0})}}}) ==
          Rule::proposal_by_committer);
}

TEST_CASE("a client comes back in the commit that removes it") {
    MlsWorld world(2);
    world.found_with(3);
    // Same signature key, fresh encryption keys.
    const auto& old = world.members[2];
    const OwnKeyPackage again =
        OwnKeyPackage::make(suite_3(), ClientProfile::of(suite_3(), old.own.key_package.leaf_node.credential),
                            old.own.signer, world.random);
    CHECK(refusal(world, {test::adding(again)}) == Rule::signature_key_twice);
    CHECK(refusal(world, {test::adding(again), test::removing({2})}) == std::nullopt);
}

TEST_CASE("key packages that sections 7.3 and 10.1 forbid are refused") {
    MlsWorld world(3);
    world.found_with(2);
    const auto broken_by = [&](auto change) { return refusal(world, {adding_changed(world, change)}); };
    CHECK(broken_by([](KeyPackage&) {}) == std::nullopt);
    CHECK(broken_by([](KeyPackage& package) { package.version = 2; }) == Rule::key_package_version);
    CHECK(broken_by([](KeyPackage& package) { package.cipher_suite = 1; }) == Rule::key_package_suite);
    CHECK(broken_by([](KeyPackage& package) { package.init_key = package.leaf_node.encryption_key; }) ==
          Rule::key_package_init_key);
    CHECK(broken_by([](KeyPackage& package) { package.init_key.pop_back(); }) == Rule::public_key);
    CHECK(broken_by([](KeyPackage& package) {
              package.leaf_node.leaf_node_source = LeafNodeSource::update;
          }) == Rule::leaf_source);
    CHECK(broken_by([](KeyPackage& package) { package.leaf_node.capabilities.versions = {7}; }) ==
          Rule::leaf_version);
    CHECK(broken_by([](KeyPackage& package) { package.leaf_node.capabilities.cipher_suites = {1}; }) ==
          Rule::leaf_suite);
    CHECK(broken_by([](KeyPackage& package) { package.leaf_node.capabilities.credentials = {2}; }) ==
          Rule::leaf_credential);
    CHECK(broken_by([](KeyPackage& package) { package.leaf_node.extensions.set(0xf00d, {}); }) ==
          Rule::leaf_extension);
    // A credential type that the others do not support.
    CHECK(broken_by([](KeyPackage& package) {
              package.leaf_node.credential.credential_type = 0xf123;
              package.leaf_node.capabilities.credentials = {0xf123, credential_type::basic};
          }) == Rule::leaf_credential);

    OwnKeyPackage own = world.key_package("signed wrongly");
    own.key_package.signature[5] ^= 1;
    CHECK(refusal(world, {test::adding(own)}) == Rule::key_package_signature);
    own.key_package.leaf_node.signature[5] ^= 1;
    CHECK(refusal(world, {test::adding(own)}) == Rule::leaf_signature);
}

TEST_CASE("a lifetime is checked against the time that is given, and its length against the limit") {
    MlsWorld world(4);
    world.found_with(2);
    const Environment now{open_policy(), no_psks(), Time(std::chrono::seconds(1000)), 500};
    const auto at = [&](Lifetime lifetime) {
        CommitRequest request;
        request.proposals = {
            adding_changed(world, [&](KeyPackage& package) { package.leaf_node.lifetime = lifetime; })};
        const auto made = world.members[0].group.commit(request, now, world.random);
        return made ? std::nullopt : rule_of(made.error());
    };
    CHECK(at({800, 1200}) == std::nullopt);
    CHECK(at({1000, 1000}) == std::nullopt);
    CHECK(at({1001, 1200}) == Rule::leaf_lifetime);
    CHECK(at({800, 999}) == Rule::leaf_lifetime);
    CHECK(at({800, 1300}) == std::nullopt);
    CHECK(at({800, 1301}) == Rule::leaf_lifetime_range);
    CHECK(at({1200, 800}) == Rule::leaf_lifetime);
}

TEST_CASE("required capabilities hold for newcomers, and only what all support can be required") {
    MlsWorld world(5);
    world.found_with(3);
    ExtensionList wanted;
    wanted.set(extension_type::required_capabilities, required_extension(0xf00d));
    CHECK(refusal(world, {{GroupContextExtensions{wanted}}}) == Rule::leaf_required);
    wanted.set(extension_type::required_capabilities, required_extension(extension_type::external_senders));
    CHECK(refusal(world, {{GroupContextExtensions{wanted}}}) == std::nullopt);
    ExtensionList unknown;
    unknown.set(0xf00e, {});
    CHECK(refusal(world, {{GroupContextExtensions{unknown}}}) == Rule::leaf_group_extension);

    // New extensions count for the other proposals of the same commit.
    MlsWorld capable(6);
    ExtensionList required;
    required.set(extension_type::required_capabilities,
                 encoded(RequiredCapabilities{{}, {}, {credential_type::x509}}));
    const OwnKeyPackage founder = [&] {
        ClientProfile profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of("able")));
        profile.capabilities.credentials.push_back(credential_type::x509);
        return OwnKeyPackage::make(suite_3(), profile, suite_3().draw_signer(capable.random), capable.random);
    }();
    capable.members.push_back(
        {"able", founder,
         Group::create(suite_3(), founder, {9}, {}, {}, capable.environment(), capable.random).value()});
    const Proposal change{GroupContextExtensions{required}};
    const Proposal add = test::adding(capable.key_package("unable"));
    CHECK(refusal(capable, {change}) == std::nullopt);
    CHECK(refusal(capable, {add}) == std::nullopt);
    CHECK(refusal(capable, {add, change}) == Rule::leaf_required);
}

TEST_CASE("the application's policy is asked") {
    struct Strict final : Policy {
        bool accepts(const LeafNode& leaf) const override {
            return text_of(leaf.credential.content) != "forbidden";
        }
        std::optional<Bytes> client_id(const LeafNode& leaf) const override {
            return leaf.credential.content;
        }
    } const strict;
    MlsWorld world(7);
    world.found_with(2);
    const Environment environment{strict, no_psks(), std::nullopt};
    const auto by = [&](const std::string& name) {
        CommitRequest request;
        request.proposals = {test::adding(world.key_package(name))};
        const auto made = world.members[0].group.commit(request, environment, world.random);
        return made ? std::nullopt : rule_of(made.error());
    };
    CHECK(by("somebody") == std::nullopt);
    CHECK(by("forbidden") == Rule::leaf_refused);
    CHECK(by(world.members[1].name) == Rule::proposal_client_twice);
}

TEST_CASE("messages of the wrong kind, group or epoch are refused") {
    MlsWorld world(8);
    world.found_with(3);
    const Group& group = world.members[1].group;
    const auto by = [&](BytesView message) {
        const auto received = group.receive(message, world.environment());
        return received ? std::nullopt : rule_of(received.error());
    };
    CHECK(by(encoded_message(world.key_package("x").key_package)) == Rule::wire_format_unexpected);
    CHECK(by(Bytes{0, 2, 0, 1}) == Rule::version_unknown);
    CHECK(by(Bytes{0, 1, 0, 9}) == Rule::wire_format_unknown);
    MessageOptions open;
    open.wire_format = WireFormat::public_message;
    const Bytes proposal = world.members[0]
                               .group.propose(test::removing({2}), open, world.environment(), world.random)
                               .value()
                               .message;
    CHECK(by(proposal) == std::nullopt);
    const auto changed = [&](auto change) {
        PublicMessage message = parse_message<PublicMessage>(proposal).value();
        change(message);
        return by(encoded_message(message));
    };
    CHECK(changed([](PublicMessage& m) { m.content.group_id.push_back(1); }) == Rule::message_group);
    CHECK(changed([](PublicMessage& m) { ++m.content.epoch; }) == Rule::message_epoch);
    CHECK(changed([](PublicMessage& m) { m.content.sender.index = 1000; }) == Rule::sender_unknown);
    CHECK(changed([](PublicMessage& m) { m.membership_tag->front() ^= 1; }) == Rule::membership_tag);
    CHECK(changed([](PublicMessage& m) { m.content.content = ApplicationData{}; }) ==
          Rule::application_in_public);
    CHECK(changed([](PublicMessage& m) {
              m.content.sender = {SenderType::external, 0};
              m.membership_tag.reset();
          }) == Rule::external_sender);
    CHECK(changed([](PublicMessage& m) {
              m.content.sender = {SenderType::new_member_proposal, 0};
              m.membership_tag.reset();
          }) == Rule::external_proposal_type);
    CHECK(changed([](PublicMessage& m) {
              m.content.sender = {SenderType::new_member_commit, 0};
              m.membership_tag.reset();
          }) == Rule::message_sender);
}

TEST_CASE("a leaf may be as large as the limit and no larger") {
    MlsWorld world(9);
    world.found_with(2);
    const auto of_size = [&](std::size_t wanted) {
        const Proposal add = adding_changed(world, [&](KeyPackage& package) {
            LeafNode& leaf = package.leaf_node;
            leaf.signature.assign(64, 0);
            leaf.capabilities.extensions = {0xf001};
            leaf.extensions.set(0xf001, Bytes(limits::mls_leaf_bytes_max / 2));
            const std::size_t without = encoded(leaf).size() - leaf.extensions.items[0].extension_data.size();
            leaf.extensions.set(0xf001, Bytes(wanted - without));
            CHECK(encoded(leaf).size() == wanted);
        });
        return refusal(world, {add});
    };
    CHECK(of_size(limits::mls_leaf_bytes_max - 1) == std::nullopt);
    CHECK(of_size(limits::mls_leaf_bytes_max) == std::nullopt);
    CHECK(of_size(limits::mls_leaf_bytes_max + 1) == Rule::leaf_too_large);
}

TEST_CASE("the group's extensions may be as large as the limit and no larger") {
    MlsWorld world(10);
    world.found_with(2);
    const auto of_size = [&](std::size_t wanted) {
        // One external sender with a long name; all else has a fixed size here.
        ExternalSender sender{Bytes(32),
                              Credential::basic(Bytes(limits::mls_context_extensions_bytes_max / 2))};
        ExtensionList list;
        list.set(extension_type::external_senders, encode_external_senders({sender}));
        sender.credential.content.resize(sender.credential.content.size() + wanted - encoded(list).size());
        list.set(extension_type::external_senders, encode_external_senders({sender}));
        CHECK(encoded(list).size() == wanted);
        const auto proposed = world.members[0].group.propose({GroupContextExtensions{list}}, {},
                                                             world.environment(), world.random);
        const auto alone = proposed ? std::nullopt : rule_of(proposed.error());
        CHECK(refusal(world, {{GroupContextExtensions{list}}}) == alone);
        CHECK(refusal(world, {{ReInit{{1}, version_mls10, suite_x25519_chacha20, list}}}) == alone);
        return alone;
    };
    CHECK(of_size(limits::mls_context_extensions_bytes_max - 1) == std::nullopt);
    CHECK(of_size(limits::mls_context_extensions_bytes_max) == std::nullopt);
    CHECK(of_size(limits::mls_context_extensions_bytes_max + 1) == Rule::extensions_too_large);
}

TEST_CASE("a public key that no private key has is refused wherever it would enter the tree") {
    // Sealing to one of these fails for everybody: in the tree it would stop all commits.
    MlsWorld world(11);
    world.found_with(2);
    for (const char* const text : {"0000000000000000000000000000000000000000000000000000000000000000",
                                   "0100000000000000000000000000000000000000000000000000000000000000",
                                   "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
        const Bytes weak = from_hex(text).value();
        CHECK(refusal(world, {adding_changed(world, [&](KeyPackage& package) {
                          package.init_key = weak;
                      })}) == Rule::small_order_key);
        CHECK(refusal(world, {adding_changed(world, [&](KeyPackage& package) {
                          package.leaf_node.encryption_key = weak;
                      })}) == Rule::small_order_key);
    }
}

TEST_CASE("keys that do not belong together, and suites that cannot encrypt, make no group") {
    MlsWorld world(12);
    const auto created = [&](const CipherSuite& suite, const OwnKeyPackage& own) {
        const auto group = Group::create(suite, own, {1}, {}, {}, world.environment(), world.random);
        return group ? std::nullopt : rule_of(group.error());
    };
    const OwnKeyPackage own = world.key_package("founder");
    CHECK(created(suite_3(), own) == std::nullopt);
    for (const int which : {0, 1, 2}) {
        OwnKeyPackage mixed = own;
        const OwnKeyPackage other = world.key_package("other");
        if (which == 0) mixed.init_private = other.init_private;
        if (which == 1) mixed.encryption_private = other.encryption_private;
        if (which == 2) mixed.signer = other.signer;
        CHECK(created(suite_3(), mixed) == Rule::private_key);
    }
    CHECK(created(*find_suite(suite_x25519_aes128).value(), own) == Rule::suite_without_aead);
}
