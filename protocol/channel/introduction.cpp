#include "protocol/channel/introduction.h"

#include "protocol/base/writer.h"
#include "protocol/channel/alias.h"

namespace liaise::channel {

namespace {

Bytes bound_bytes(const ChannelId& channel, const WriterKey& writer, std::uint32_t term) {
    return to_bytes(Writer().fixed(channel).fixed(writer).u32(term).view());
}

}  // namespace

Introduction introduce(const ChannelId& channel, const WriterKey& writer, std::uint32_t term,
                       Bytes credential, const crypto::SigningKey& device_key) {
    return {std::move(credential),
            device_key.sign(crypto::Purpose::writer_binding, bound_bytes(channel, writer, term)), term};
}

Result<ProvenDevice> verify(const Introduction& introduction, const ChannelId& channel,
                            const WriterKey& writer, VouchedBy by, const Accreditations& accreditations) {
    const BytesView credential = introduction.credential;
    const ProvenDevice device = LIAISE_TRY(is_alias_credential(credential) ? prove_alias(credential, channel)
                                           : by == VouchedBy::adding ? accreditations.identify(credential)
                                                                     : accreditations.prove(credential));
    LIAISE_TRY(crypto::verify(device.signing_key, crypto::Purpose::writer_binding,
                              bound_bytes(channel, writer, introduction.term), introduction.signature));
    return device;
}

}  // namespace liaise::channel
