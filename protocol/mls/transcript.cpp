#include "protocol/mls/transcript.h"

namespace liaise::mls {

Digest confirmed_transcript_hash(const CipherSuite& suite, BytesView interim_before,
                                 const AuthenticatedContent& commit) {
    Encoder input(1024);  // ConfirmedTranscriptHashInput
    input.u16(static_cast<std::uint16_t>(commit.wire_format)).value(commit.content);
    input.opaque(commit.auth.signature);
    return suite.hash({interim_before, input.view()});
}

Digest interim_transcript_hash(const CipherSuite& suite, BytesView confirmed, BytesView confirmation_tag) {
    return suite.hash({confirmed, LengthHeader(confirmation_tag.size()).view(), confirmation_tag});
}

}  // namespace liaise::mls
