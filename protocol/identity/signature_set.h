// Signatures of several people over one body: those of founders under a charter or an amendment.
//
//     u8 count 1..16 | count * (key 32 | signature 64), keys strictly ascending
//
// - A set is parsed together with what it signs, and every signature in it is right: a wrong one refuses the
//   whole. Whether a key is a founder's is for the reader of the charter to say.
// - Signatures are outside the body's hash, so that founders can sign one after the other. Two sets for one
//   body unite; where one key signed twice the lesser signature stays, so that the order of arrival is no
//   matter.
#pragma once

#include <map>

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/sign.h"

namespace liaise::identity {

class SignatureSet {
  public:
    static Result<SignatureSet> read(Reader& reader, crypto::Purpose purpose, BytesView body);
    void write(Writer& writer) const;

    void add(const crypto::SigningKey& key, crypto::Purpose purpose, BytesView body);
    // True if this brought something new.
    bool unite(const SignatureSet& other);

    std::size_t size() const { return by_key_.size(); }
    bool has(const VerifyKey& key) const { return by_key_.contains(key); }
    bool operator==(const SignatureSet&) const = default;

  private:
    std::map<VerifyKey, Signature> by_key_;
};

}  // namespace liaise::identity
