// welcome, passive clients.
#include "protocol/mls/group.h"
#include "tests/vectors/mls/kinds.h"

namespace liaise::test::mls_vectors {

using namespace liaise::mls;

void run_welcome(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    const auto key_package = take(parse_message<KeyPackage>(hex(vector, "key_package")), "key_package");
    const auto welcome = take(parse_message<Welcome>(hex(vector, "welcome")), "welcome");
    require(key_package.signature_fits(suite), "key package signature");
    const auto* entry = welcome.find(key_package.reference(suite).view());
    require(entry != nullptr, "find the entry for the key package");
    const auto plain =
        take(LabeledHpke(suite, "Welcome", welcome.encrypted_group_info)
                 .open(entry->encrypted_group_secrets, secret_hex(vector, "init_priv"), key_package.init_key),
             "open the group secrets");
    const GroupSecrets secrets = take(GroupSecrets::decode(plain.view()), "group secrets");
    const MemberSecret member = MemberSecret::from(suite, secrets.joiner_secret, no_secret(suite));
    const auto info = take(open_group_info(suite, member.welcome_secret(suite), welcome.encrypted_group_info),
                           "open the group info");
    require(info.signature_fits(suite, hex(vector, "signer_pub")), "group info signature");
    const EpochSecrets epoch = member.epoch_secrets(suite, encoded(info.group_context));
    const Digest tag =
        suite.mac(epoch.confirmation_key.view(), {BytesView(info.group_context.confirmed_transcript_hash)});
    require(same_bytes(tag.view(), info.confirmation_tag), "confirmation tag");
}

namespace {

Bytes received(const Group& group, Group& next, const Bytes& message, const Environment& environment,
               const std::string& step) {
    Received result = take(group.receive(message, environment), step);
    next = std::move(result.next);
    return to_bytes(next.epoch_authenticator().view());
}

}  // namespace

void run_passive_client(const Json& vector) {
    const CipherSuite& suite = suite_of(vector);
    OwnKeyPackage own;
    own.key_package = take(parse_message<KeyPackage>(hex(vector, "key_package")), "key_package");
    own.init_private = secret_hex(vector, "init_priv");
    own.encryption_private = secret_hex(vector, "encryption_priv");
    own.signer = take(suite.signer_of(secret_hex(vector, "signature_priv")), "signature_priv");
    take(own.check(suite), "private keys belong to the key package");
    PskList psks;
    for (const Json& psk : vector.at("external_psks")) psks.add(hex(psk, "psk_id"), secret_hex(psk, "psk"));
    const Environment environment{open_policy(), psks, std::nullopt};

    std::optional<Bytes> tree;
    if (!vector.at("ratchet_tree").is_null()) tree = hex(vector, "ratchet_tree");
    Group group =
        take(Group::join(own, hex(vector, "welcome"), tree ? std::optional<BytesView>(*tree) : std::nullopt,
                         nullptr, GroupOptions{}, environment),
             "join");
    require(same_bytes(group.epoch_authenticator().view(), hex(vector, "initial_epoch_authenticator")),
            "initial_epoch_authenticator");
    std::size_t number = 0;
    for (const Json& epoch : vector.at("epochs")) {
        const std::string where = " of epoch " + std::to_string(number++);
        // Saved and loaded in between: a group that was stored goes on the same way.
        group = take(Group::load(group.save().view()), "load" + where);
        for (const Json& proposal : epoch.at("proposals"))
            received(group, group, from_hex(proposal.get<std::string>()).value(), environment,
                     "proposal" + where);
        const Bytes authenticator =
            received(group, group, hex(epoch, "commit"), environment, "commit" + where);
        require(authenticator == hex(epoch, "epoch_authenticator"), "epoch_authenticator" + where);
    }
}

}  // namespace liaise::test::mls_vectors
