#include "tests/support/mls/forge.h"

namespace liaise::test {

using namespace liaise::mls;

namespace {

// A group does not give its membership key away; its stored state has it (docs/mls.md, "Stored state").
SecretBytes membership_key(const Group& group) {
    const SecretBytes blob = group.save();
    Decoder in(blob.view());
    constexpr std::size_t version = 2;
    constexpr std::size_t options = 4 * 4 + 1;
    constexpr std::size_t standing = 1;
    (void)in.raw(version + options + standing).value();
    LIAISE_CHECK(!in.presence().value());  // of a re-initialisation
    (void)GroupContext::decode(in).value();
    (void)RatchetTree::decode(in).value();
    (void)TreePrivateKeys::decode(in).value();
    for (int before = 0; before < 4; ++before) (void)in.opaque().value();
    return SecretBytes::copy_of(in.opaque().value());
}

}  // namespace

Bytes forged(const Group& author, const Signer& signer, BytesView honest, const ChangeMessage& change) {
    PublicMessage message = parse_message<PublicMessage>(honest).value();
    change(message);
    const Bytes context = encoded(author.context());
    const std::optional<Bytes> tag = message.auth.confirmation_tag;
    AuthenticatedContent content =
        sign_content(suite_3(), signer, WireFormat::public_message, std::move(message.content), context);
    content.auth.confirmation_tag = tag;
    return encoded_message(
        protect_public(suite_3(), membership_key(author).view(), std::move(content), context));
}

Bytes forged_commit(const Group& author, const Signer& signer, BytesView honest, const ChangeCommit& change) {
    return forged(author, signer, honest,
                  [&](PublicMessage& message) { change(std::get<Commit>(message.content.content)); });
}

Invitation Invitation::to(const Group& group, SharedSigner key) {
    Invitation invitation{group.context(), group.tree(), group.self(),
                          std::move(key),  {},           no_secret(suite_3())};
    invitation.secrets.joiner_secret = SecretBytes::copy_of(Bytes(32, 0x17));
    return invitation;
}

void Invitation::take_tree(RatchetTree with) {
    tree = std::move(with);
    context.tree_hash = to_bytes(tree.tree_hash(suite_3()).view());
}

GroupInfo Invitation::info() const {
    const MemberSecret member = MemberSecret::from(suite_3(), secrets.joiner_secret, psk_secret);
    const EpochSecrets epoch = member.epoch_secrets(suite_3(), encoded(context));
    GroupInfo info;
    info.group_context = context;
    info.extensions.set(extension_type::ratchet_tree, encoded(tree));
    info.confirmation_tag = to_bytes(
        suite_3().mac(epoch.confirmation_key.view(), {BytesView(context.confirmed_transcript_hash)}).view());
    info.signer = signer;
    info.sign(suite_3(), *key);
    return info;
}

Bytes Invitation::welcome(const OwnKeyPackage& newcomer, RandomSource& random) const {
    return welcome(newcomer, secrets.encode().view(), info(), random);
}

Bytes Invitation::welcome(const OwnKeyPackage& newcomer, BytesView group_secrets, const GroupInfo& info,
                          RandomSource& random) const {
    const MemberSecret member = MemberSecret::from(suite_3(), secrets.joiner_secret, psk_secret);
    Welcome welcome;
    welcome.encrypted_group_info = seal_group_info(suite_3(), member.welcome_secret(suite_3()), info);
    const LabeledHpke hpke(suite_3(), "Welcome", welcome.encrypted_group_info);
    const KeyPackage& package = newcomer.key_package;
    HPKECiphertext sealed = hpke.seal(package.init_key, group_secrets, random).value();
    welcome.secrets.push_back({to_bytes(package.reference(suite_3()).view()), std::move(sealed)});
    return encoded_message(std::move(welcome));
}

}  // namespace liaise::test
