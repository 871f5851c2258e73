#include "protocol/mls/key_schedule.h"

namespace liaise::mls {
namespace {

constexpr std::string_view external_init_label = "MLS 1.0 external init secret";

struct WelcomeKey {
    SecretBytes key;
    SecretBytes nonce;
};
WelcomeKey welcome_key(const CipherSuite& suite, const SecretBytes& welcome_secret) {
    return {suite.expand_with_label(welcome_secret.view(), "key", {}, suite.aead_key_bytes()),
            suite.expand_with_label(welcome_secret.view(), "nonce", {}, suite.aead_nonce_bytes())};
}

}  // namespace

EpochSecrets EpochSecrets::from_epoch_secret(const CipherSuite& suite, const SecretBytes& epoch_secret) {
    const auto derive = [&](std::string_view label) {
        return suite.derive_secret(epoch_secret.view(), label);
    };
    EpochSecrets secrets;
    secrets.sender_data_secret = derive("sender data");
    secrets.encryption_secret = derive("encryption");
    secrets.exporter_secret = derive("exporter");
    secrets.external_secret = derive("external");
    secrets.confirmation_key = derive("confirm");
    secrets.membership_key = derive("membership");
    secrets.resumption_psk = derive("resumption");
    secrets.epoch_authenticator = derive("authentication");
    secrets.init_secret = derive("init");
    return secrets;
}

SecretBytes joiner_secret(const CipherSuite& suite, const SecretBytes& init_secret,
                          const SecretBytes& commit_secret, BytesView context) {
    const SecretBytes extracted = suite.extract(init_secret.view(), commit_secret.view());
    return suite.expand_with_label(extracted.view(), "joiner", context, suite.hash_bytes());
}

MemberSecret MemberSecret::from(const CipherSuite& suite, const SecretBytes& joiner,
                                const SecretBytes& psk_secret) {
    return {suite.extract(joiner.view(), psk_secret.view())};
}

SecretBytes MemberSecret::welcome_secret(const CipherSuite& suite) const {
    return suite.derive_secret(secret.view(), "welcome");
}

EpochSecrets MemberSecret::epoch_secrets(const CipherSuite& suite, BytesView context) const {
    return EpochSecrets::from_epoch_secret(
        suite, suite.expand_with_label(secret.view(), "epoch", context, suite.hash_bytes()));
}

Bytes seal_group_info(const CipherSuite& suite, const SecretBytes& welcome_secret, const GroupInfo& info) {
    const WelcomeKey key = welcome_key(suite, welcome_secret);
    return suite.seal(key.key.view(), key.nonce.view(), {}, encoded(info));
}

Result<GroupInfo> open_group_info(const CipherSuite& suite, const SecretBytes& welcome_secret,
                                  BytesView sealed) {
    const WelcomeKey key = welcome_key(suite, welcome_secret);
    const auto plain = suite.open(key.key.view(), key.nonce.view(), {}, sealed);
    if (!plain) return broken(Rule::group_info_open);
    return decoded<GroupInfo>(*plain);
}

SecretBytes psk_secret(const CipherSuite& suite, const std::vector<PskValue>& psks) {
    SecretBytes secret = no_secret(suite);
    for (std::size_t i = 0; i < psks.size(); ++i) {
        Encoder label;  // PSKLabel
        label.value(psks[i].id);
        label.u16(static_cast<std::uint16_t>(i)).u16(static_cast<std::uint16_t>(psks.size()));
        const SecretBytes extracted = suite.extract(no_secret(suite).view(), psks[i].psk.view());
        const SecretBytes input =
            suite.expand_with_label(extracted.view(), "derived psk", label.view(), suite.hash_bytes());
        secret = suite.extract(input.view(), secret.view());
    }
    return secret;
}

Result<ExternalInitSecret> send_external_init(const CipherSuite& suite, BytesView external_pub,
                                              RandomSource& random) {
    auto sender = crypto::hpke::set_up_sender(suite.kem(), external_pub, {}, random);
    if (!sender) return broken(Rule::small_order_key);
    return ExternalInitSecret{
        std::move(sender->encapsulation),
        sender->context.export_secret(bytes_of(external_init_label), suite.hash_bytes())};
}

Result<SecretBytes> receive_external_init(const CipherSuite& suite, const SecretBytes& external_secret,
                                          BytesView kem_output) {
    const HpkeKeyPair pair = suite.derive_key_pair(external_secret.view());
    const auto context =
        crypto::hpke::set_up_receiver(suite.kem(), kem_output, pair.private_key, pair.public_key, {});
    if (!context) return broken(Rule::decryption);
    return context->export_secret(bytes_of(external_init_label), suite.hash_bytes());
}

SecretBytes export_secret(const CipherSuite& suite, const SecretBytes& exporter_secret,
                          std::string_view label, BytesView context, std::size_t bytes) {
    const SecretBytes derived = suite.derive_secret(exporter_secret.view(), label);
    return suite.expand_with_label(derived.view(), "exported", suite.hash({context}).view(), bytes);
}

}  // namespace liaise::mls
