// The transcript hashes (RFC 9420 section 8.2): a running hash over all commits.
#pragma once

#include "protocol/mls/framing.h"

namespace liaise::mls {

// `commit` is an AuthenticatedContent with a commit; its confirmation tag is not covered yet.
Digest confirmed_transcript_hash(const CipherSuite& suite, BytesView interim_before,
                                 const AuthenticatedContent& commit);
Digest interim_transcript_hash(const CipherSuite& suite, BytesView confirmed, BytesView confirmation_tag);

}  // namespace liaise::mls
