#include "protocol/identity/signature_set.h"

#include "protocol/base/limits.h"

namespace liaise::identity {

Result<SignatureSet> SignatureSet::read(Reader& reader, crypto::Purpose purpose, BytesView body) {
    const std::size_t start = reader.position();
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count == 0) return Error{ErrorCode::malformed, "no signature", start};
    if (count > limits::founders_max) return Error{ErrorCode::too_large, "too many signatures", start};
    SignatureSet set;
    for (std::size_t i = 0; i < count; ++i) {
        const auto key = LIAISE_TRY(reader.fixed<VerifyKey>());
        const auto signature = LIAISE_TRY(reader.fixed<Signature>());
        if (!set.by_key_.empty() && key <= set.by_key_.rbegin()->first)
            return Error{ErrorCode::malformed, "signatures out of order", i};
        LIAISE_TRY(crypto::verify(key, purpose, body, signature));
        set.by_key_.emplace_hint(set.by_key_.end(), key, signature);
    }
    return set;
}

void SignatureSet::write(Writer& writer) const {
    LIAISE_CHECK(!by_key_.empty() && by_key_.size() <= limits::founders_max);
    writer.u8(static_cast<std::uint8_t>(by_key_.size()));
    for (const auto& [key, signature] : by_key_) writer.fixed(key).fixed(signature);
}

void SignatureSet::add(const crypto::SigningKey& key, crypto::Purpose purpose, BytesView body) {
    by_key_.insert_or_assign(key.public_key(), key.sign(purpose, body));
}

bool SignatureSet::unite(const SignatureSet& other) {
    bool changed = false;
    for (const auto& [key, signature] : other.by_key_) {
        const auto [at, is_new] = by_key_.try_emplace(key, signature);
        changed = changed || is_new;
        if (signature < at->second) at->second = signature;
    }
    return changed;
}

}  // namespace liaise::identity
