#include "protocol/mls/leaf_node.h"

#include <algorithm>

namespace liaise::mls {
namespace {

constexpr std::string_view signature_label = "LeafNodeTBS";

Result<LeafNodeSource> decode_source(Decoder& in) {
    const std::size_t start = in.position();
    const std::uint8_t value = LIAISE_TRY(in.u8());
    if (value < 1 || value > 3) return broken(Rule::leaf_source_unknown, start);
    return static_cast<LeafNodeSource>(value);
}

}  // namespace

bool Capabilities::lists(const std::vector<std::uint16_t>& values, std::uint16_t value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

void Capabilities::encode(Encoder& out) const {
    out.numbers16(versions)
        .numbers16(cipher_suites)
        .numbers16(extensions)
        .numbers16(proposals)
        .numbers16(credentials);
}

Result<Capabilities> Capabilities::decode(Decoder& in) {
    Capabilities value;
    value.versions = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    value.cipher_suites = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    value.extensions = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    value.proposals = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    value.credentials = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    return value;
}

void LeafNode::encode_content(Encoder& out) const {
    out.opaque(encryption_key).opaque(signature_key).value(credential).value(capabilities);
    out.u8(static_cast<std::uint8_t>(leaf_node_source));
    if (leaf_node_source == LeafNodeSource::key_package) out.u64(lifetime.not_before).u64(lifetime.not_after);
    if (leaf_node_source == LeafNodeSource::commit) out.opaque(parent_hash);
    out.value(extensions);
}

void LeafNode::encode(Encoder& out) const {
    encode_content(out);
    out.opaque(signature);
}

Result<LeafNode> LeafNode::decode(Decoder& in) {
    LeafNode leaf;
    leaf.encryption_key = LIAISE_TRY(in.opaque_copy());
    leaf.signature_key = LIAISE_TRY(in.opaque_copy());
    leaf.credential = LIAISE_TRY(Credential::decode(in));
    leaf.capabilities = LIAISE_TRY(Capabilities::decode(in));
    leaf.leaf_node_source = LIAISE_TRY(decode_source(in));
    if (leaf.leaf_node_source == LeafNodeSource::key_package) {
        leaf.lifetime.not_before = LIAISE_TRY(in.u64());
        leaf.lifetime.not_after = LIAISE_TRY(in.u64());
    }
    if (leaf.leaf_node_source == LeafNodeSource::commit) leaf.parent_hash = LIAISE_TRY(in.opaque_copy());
    leaf.extensions = LIAISE_TRY(ExtensionList::decode(in));
    leaf.signature = LIAISE_TRY(in.opaque_copy());
    return leaf;
}

Bytes LeafNode::to_be_signed(const LeafPlace& place) const {
    Encoder out(512);
    encode_content(out);
    if (leaf_node_source != LeafNodeSource::key_package)
        out.opaque(place.group_id).u32(place.leaf_index.value);
    return std::move(out).take();
}

void LeafNode::sign(const CipherSuite& suite, const Signer& signer, const LeafPlace& place) {
    signature_key = to_bytes(signer.public_key());
    signature = suite.sign_with_label(signer, signature_label, to_be_signed(place));
}

bool LeafNode::signature_fits(const CipherSuite& suite, const LeafPlace& place) const {
    return suite.verify_with_label(signature_key, signature_label, to_be_signed(place), signature);
}

}  // namespace liaise::mls
