#include "protocol/mls/group_info.h"

namespace liaise::mls {
namespace {

constexpr std::string_view signature_label = "GroupInfoTBS";

}  // namespace

void GroupContext::encode(Encoder& out) const {
    out.u16(version).u16(cipher_suite).opaque(group_id).u64(epoch);
    out.opaque(tree_hash).opaque(confirmed_transcript_hash).value(extensions);
}

Result<GroupContext> GroupContext::decode(Decoder& in) {
    GroupContext value;
    value.version = LIAISE_TRY(in.u16());
    if (value.version != version_mls10) return broken(Rule::version_unknown, value.version);
    value.cipher_suite = LIAISE_TRY(in.u16());
    value.group_id = LIAISE_TRY(in.opaque_copy());
    value.epoch = LIAISE_TRY(in.u64());
    value.tree_hash = LIAISE_TRY(in.opaque_copy());
    value.confirmed_transcript_hash = LIAISE_TRY(in.opaque_copy());
    value.extensions = LIAISE_TRY(ExtensionList::decode(in));
    return value;
}

void GroupInfo::encode_content(Encoder& out) const {
    out.value(group_context).value(extensions).opaque(confirmation_tag).u32(signer.value);
}

void GroupInfo::encode(Encoder& out) const {
    encode_content(out);
    out.opaque(signature);
}

Result<GroupInfo> GroupInfo::decode(Decoder& in) {
    GroupInfo info;
    info.group_context = LIAISE_TRY(GroupContext::decode(in));
    info.extensions = LIAISE_TRY(ExtensionList::decode(in));
    info.confirmation_tag = LIAISE_TRY(in.opaque_copy());
    info.signer.value = LIAISE_TRY(in.u32());
    info.signature = LIAISE_TRY(in.opaque_copy());
    return info;
}

void GroupInfo::sign(const CipherSuite& suite, const Signer& key) {
    Encoder out;
    encode_content(out);
    signature = suite.sign_with_label(key, signature_label, out.view());
}

bool GroupInfo::signature_fits(const CipherSuite& suite, BytesView public_key) const {
    Encoder out;
    encode_content(out);
    return suite.verify_with_label(public_key, signature_label, out.view(), signature);
}

}  // namespace liaise::mls
