// An accreditation: someone whom the charter lets say so, says who an identity key is (docs/identity.md,
// "Accreditation").
//
//     version u8=1 | network 32 | identity key 32 | succession commitment 32 | accreditor's identity key 32 |
//     role u8 | country 2 | from u64 | until u64 | predecessor 32 |                     180 bytes
//     name | organisation | rank | post, each u8 length and text                        5 to 404 bytes
//     signature 64 (accreditor, Purpose::accreditation)                                 249 to 648 in all
//
// - Parsing checks the form and the signature. Whether the accreditor may say so is for verify_chain and the
//   directory: it depends on the charter.
// - It binds the succession commitment that the newcomer showed: what a thief signs later cannot change it.
// - A post ("focal point, Kenya") outlives its holder: `post` names it and `predecessor` the accreditation of
//   the holder before (zeros for the first). A predecessor without a post is malformed.
// - Only founders accredit themselves: that is how a founder comes to a name and a role.
#pragma once

#include "protocol/identity/fields.h"
#include "protocol/identity/identity_keys.h"

namespace liaise::identity {

// BLAKE2b-256("liaise/1 accreditation-id" 0x00 body): a revocation that names it covers every signature on
// it.
using AccreditationId = FixedBytes<struct AccreditationIdMeaning, 32>;

class Accreditation {
  public:
    struct Fields {
        NetworkId network;
        VerifyKey identity;
        Hash succession;
        VerifyKey accreditor;
        Role role;
        Country country;
        Time from;
        Time until;
        AccreditationId predecessor;
        std::string name;
        std::string organisation;  // may be empty, as may rank and post
        std::string rank;
        std::string post;
        bool operator==(const Fields&) const = default;
    };

    // `fields.accreditor` is set to the key's. Refused like something read: names, span of time.
    static Result<Accreditation> issue(Fields fields, const crypto::SigningKey& accreditor);
    static Result<Accreditation> parse(BytesView bytes);

    const Fields& fields() const { return fields_; }
    const AccreditationId& id() const { return id_; }
    const MemberId& member() const { return member_; }
    const MemberId& accreditor() const { return accreditor_; }
    const Bytes& encoded() const { return bytes_; }
    bool operator==(const Accreditation& other) const { return bytes_ == other.bytes_; }

  private:
    explicit Accreditation(Fields fields) : fields_(std::move(fields)) {}
    Bytes bytes_;
    Fields fields_;
    AccreditationId id_;
    MemberId member_;
    MemberId accreditor_;
};

}  // namespace liaise::identity
