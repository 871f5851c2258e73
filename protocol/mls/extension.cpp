#include "protocol/mls/extension.h"

#include <algorithm>

namespace liaise::mls {

void Extension::encode(Encoder& out) const {
    out.u16(extension_type).opaque(extension_data);
}

Result<Extension> Extension::decode(Decoder& in) {
    Extension value;
    value.extension_type = LIAISE_TRY(in.u16());
    value.extension_data = LIAISE_TRY(in.opaque_copy());
    return value;
}

const Bytes* ExtensionList::find(ExtensionType type) const {
    for (const Extension& item : items)
        if (item.extension_type == type) return &item.extension_data;
    return nullptr;
}

void ExtensionList::set(ExtensionType type, Bytes data) {
    for (Extension& item : items) {
        if (item.extension_type != type) continue;
        item.extension_data = std::move(data);
        return;
    }
    items.push_back({type, std::move(data)});
}

void ExtensionList::encode(Encoder& out) const {
    out.list(items);
}

Result<ExtensionList> ExtensionList::decode(Decoder& in) {
    const std::size_t start = in.position();
    ExtensionList list{LIAISE_TRY(in.list<Extension>(limits::mls_extensions_max))};
    std::vector<ExtensionType> types;
    types.reserve(list.items.size());
    for (const Extension& item : list.items) types.push_back(item.extension_type);
    std::sort(types.begin(), types.end());
    if (std::adjacent_find(types.begin(), types.end()) != types.end())
        return broken(Rule::extension_twice, start);
    return list;
}

void Credential::encode(Encoder& out) const {
    out.u16(credential_type).opaque(content);
}

Result<Credential> Credential::decode(Decoder& in) {
    Credential value;
    value.credential_type = LIAISE_TRY(in.u16());
    value.content = LIAISE_TRY(in.opaque_copy());
    return value;
}

void RequiredCapabilities::encode(Encoder& out) const {
    out.numbers16(extension_types).numbers16(proposal_types).numbers16(credential_types);
}

Result<RequiredCapabilities> RequiredCapabilities::decode(Decoder& in) {
    RequiredCapabilities value;
    value.extension_types = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    value.proposal_types = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    value.credential_types = LIAISE_TRY(in.numbers16(limits::mls_capabilities_max));
    return value;
}

void ExternalSender::encode(Encoder& out) const {
    out.opaque(signature_key).value(credential);
}

Result<ExternalSender> ExternalSender::decode(Decoder& in) {
    ExternalSender value;
    value.signature_key = LIAISE_TRY(in.opaque_copy());
    value.credential = LIAISE_TRY(Credential::decode(in));
    return value;
}

Bytes encode_external_senders(const std::vector<ExternalSender>& senders) {
    Encoder out;
    out.list(senders);
    return std::move(out).take();
}

Result<std::vector<ExternalSender>> decode_external_senders(BytesView data) {
    Decoder in(data);
    auto senders = LIAISE_TRY(in.list<ExternalSender>(limits::mls_external_senders_max));
    LIAISE_TRY(in.end());
    return senders;
}

Bytes encode_external_pub(BytesView public_key) {
    Encoder out;
    out.opaque(public_key);
    return std::move(out).take();
}

Result<Bytes> decode_external_pub(BytesView data) {
    Decoder in(data);
    Bytes key = LIAISE_TRY(in.opaque_copy());
    LIAISE_TRY(in.end());
    return key;
}

}  // namespace liaise::mls
