#include "protocol/mls/key_package.h"

namespace liaise::mls {
namespace {

constexpr std::string_view signature_label = "KeyPackageTBS";
constexpr std::string_view reference_label = "MLS 1.0 KeyPackage Reference";

// One of 0x0A0A, 0x1A1A ... 0xEAEA.
std::uint16_t grease_value(RandomSource& random) {
    std::array<std::uint8_t, 1> choice{};
    random.fill(choice);
    const unsigned byte = 0x10U * (choice[0] % 15) + 0x0AU;
    return static_cast<std::uint16_t>(byte << 8 | byte);
}

}  // namespace

void KeyPackage::encode_content(Encoder& out) const {
    out.u16(version).u16(cipher_suite).opaque(init_key).value(leaf_node).value(extensions);
}

void KeyPackage::encode(Encoder& out) const {
    encode_content(out);
    out.opaque(signature);
}

Result<KeyPackage> KeyPackage::decode(Decoder& in) {
    KeyPackage value;
    value.version = LIAISE_TRY(in.u16());
    value.cipher_suite = LIAISE_TRY(in.u16());
    value.init_key = LIAISE_TRY(in.opaque_copy());
    value.leaf_node = LIAISE_TRY(LeafNode::decode(in));
    value.extensions = LIAISE_TRY(ExtensionList::decode(in));
    value.signature = LIAISE_TRY(in.opaque_copy());
    return value;
}

void KeyPackage::sign(const CipherSuite& suite, const Signer& signer) {
    Encoder out(512);
    encode_content(out);
    signature = suite.sign_with_label(signer, signature_label, out.view());
}

bool KeyPackage::signature_fits(const CipherSuite& suite) const {
    Encoder out(512);
    encode_content(out);
    return suite.verify_with_label(leaf_node.signature_key, signature_label, out.view(), signature);
}

Digest KeyPackage::reference(const CipherSuite& suite) const {
    return suite.ref_hash(reference_label, encoded(*this));
}

ClientProfile ClientProfile::of(const CipherSuite& suite, Credential credential) {
    ClientProfile profile;
    profile.capabilities.versions = {version_mls10};
    profile.capabilities.cipher_suites = {suite.id()};
    profile.capabilities.credentials = {credential.credential_type};
    profile.credential = std::move(credential);
    return profile;
}

void ClientProfile::add_grease(RandomSource& random) {
    const auto add = [&](std::vector<std::uint16_t>& values, std::uint16_t value) {
        if (!Capabilities::lists(values, value)) values.push_back(value);
    };
    add(capabilities.cipher_suites, grease_value(random));
    add(capabilities.proposals, grease_value(random));
    add(capabilities.credentials, grease_value(random));
    // What stands in the extension lists must stand in the capabilities too (sections 7.2 and 10).
    for (ExtensionList* const list : {&leaf_extensions, &key_package_extensions}) {
        const std::uint16_t value = grease_value(random);
        Bytes data(8);
        random.fill(data);
        list->set(value, std::move(data));
        add(capabilities.extensions, value);
    }
}

OwnKeyPackage OwnKeyPackage::make(const CipherSuite& suite, const ClientProfile& profile, SharedSigner signer,
                                  RandomSource& random) {
    const auto draw_pair = [&] {
        SecretBytes secret(suite.hash_bytes());
        random.fill(secret.mutable_view());
        return suite.derive_key_pair(secret.view());
    };
    HpkeKeyPair init = draw_pair();
    HpkeKeyPair encryption = draw_pair();

    OwnKeyPackage own;
    own.signer = std::move(signer);
    own.init_private = std::move(init.private_key);
    own.encryption_private = std::move(encryption.private_key);
    KeyPackage& package = own.key_package;
    package.cipher_suite = suite.id();
    package.init_key = std::move(init.public_key);
    package.extensions = profile.key_package_extensions;
    LeafNode& leaf = package.leaf_node;
    leaf.encryption_key = std::move(encryption.public_key);
    leaf.credential = profile.credential;
    leaf.capabilities = profile.capabilities;
    leaf.lifetime = profile.lifetime;
    leaf.extensions = profile.leaf_extensions;
    leaf.sign(suite, *own.signer, {});
    package.sign(suite, *own.signer);
    return own;
}

Result<void> OwnKeyPackage::check(const CipherSuite& suite) const {
    LIAISE_TRY(suite.check_key_pair(init_private, key_package.init_key));
    LIAISE_TRY(suite.check_key_pair(encryption_private, key_package.leaf_node.encryption_key));
    if (!same_bytes(signer->public_key(), key_package.leaf_node.signature_key))
        return broken(Rule::private_key);
    return {};
}

}  // namespace liaise::mls
