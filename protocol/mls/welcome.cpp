#include "protocol/mls/welcome.h"

namespace liaise::mls {

SecretBytes GroupSecrets::encode() const {
    Encoder out = Encoder::for_secrets();
    out.opaque(joiner_secret.view()).u8(path_secret ? 1 : 0);
    if (path_secret) out.opaque(path_secret->view());
    out.list(psks);
    return std::move(out).take_secret();
}

Result<GroupSecrets> GroupSecrets::decode(BytesView bytes) {
    Decoder in(bytes);
    GroupSecrets secrets;
    secrets.joiner_secret = SecretBytes::copy_of(LIAISE_TRY(in.opaque()));
    if (LIAISE_TRY(in.presence())) secrets.path_secret = SecretBytes::copy_of(LIAISE_TRY(in.opaque()));
    secrets.psks = LIAISE_TRY(in.list<PreSharedKeyID>(limits::mls_psks_max));
    LIAISE_TRY(in.end());
    return secrets;
}

void EncryptedGroupSecrets::encode(Encoder& out) const {
    out.opaque(new_member).value(encrypted_group_secrets);
}

Result<EncryptedGroupSecrets> EncryptedGroupSecrets::decode(Decoder& in) {
    EncryptedGroupSecrets value;
    value.new_member = LIAISE_TRY(in.opaque_copy());
    value.encrypted_group_secrets = LIAISE_TRY(HPKECiphertext::decode(in));
    return value;
}

const EncryptedGroupSecrets* Welcome::find(BytesView key_package_ref) const {
    for (const EncryptedGroupSecrets& entry : secrets)
        if (same_bytes(entry.new_member, key_package_ref)) return &entry;
    return nullptr;
}

void Welcome::encode(Encoder& out) const {
    out.u16(cipher_suite).list(secrets).opaque(encrypted_group_info);
}

Result<Welcome> Welcome::decode(Decoder& in) {
    Welcome value;
    value.cipher_suite = LIAISE_TRY(in.u16());
    value.secrets = LIAISE_TRY(in.list<EncryptedGroupSecrets>(limits::mls_leaves_max));
    value.encrypted_group_info = LIAISE_TRY(in.opaque_copy());
    return value;
}

}  // namespace liaise::mls
