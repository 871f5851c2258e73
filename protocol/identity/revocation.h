// A revocation: someone answerable takes back what was said about a member (docs/identity.md, "Revocation").
//
//     version u8=1 | network 32 | what u8 | member concerned 32 | target 32 | reason u8 | time u64 |
//     signer's key 32 |                                        139 bytes: the body
//     signature 64 (signer, Purpose::revocation)               203 bytes in all, always
//
// The target is a device id, an accreditation id, or zeros for the member as a whole.
//
// Who may sign, as the directory judges it:
//  - an accreditor, or anyone above in the chain: what stands on that chain;
//  - a founder: anyone who is no founder. Founders go by amendment of the charter, so that one of them cannot
//    seize the network;
//  - the member's own identity key: the member's own devices, not the member: a thief of a device holds that
//    key, and must not be able to shut the owner out for good;
//  - the member's succession key (on paper): anything of the member's, founder or not.
// It takes effect when it arrives, whatever `time` says; there is no way to take it back. A person who was
// revoked in error is accredited again.
#pragma once

#include "protocol/identity/accreditation.h"

namespace liaise::identity {

enum class Revoked : std::uint8_t { member = 0, device = 1, accreditation = 2 };

enum class Reason : std::uint8_t {
    unspecified = 0,
    left = 1,           // left the post or the network
    device_lost = 2,    // lost or stolen
    key_exposed = 3,    // someone else may hold the key
    made_in_error = 4,  // should not have been accredited
    misconduct = 5,
    superseded = 6,  // replaced by a newer one
};
inline constexpr std::uint8_t reason_count = 7;
std::string_view text_of(Reason reason);  // "device-lost"
Result<Reason> reason_from_text(std::string_view text);

class Revocation {
  public:
    struct Fields {
        NetworkId network;
        Revoked what = Revoked::member;
        MemberId member;
        DeviceId device;                // zeros unless what == device
        AccreditationId accreditation;  // zeros unless what == accreditation
        Reason reason = Reason::unspecified;
        Time time{};
        VerifyKey signer;
        bool operator==(const Fields&) const = default;
    };
    static constexpr std::size_t body_bytes = 139;
    static constexpr std::size_t encoded_bytes = 203;

    // `fields.signer` is set to the key's.
    static Result<Revocation> issue(Fields fields, const crypto::SigningKey& signer);
    static Result<Revocation> parse(BytesView bytes);

    const Fields& fields() const { return fields_; }
    const Hash& id() const { return id_; }  // BLAKE2b-256("liaise/1 revocation-id" 0x00 body)
    const Bytes& encoded() const { return bytes_; }
    bool operator==(const Revocation& other) const { return bytes_ == other.bytes_; }

  private:
    Revocation() = default;
    Bytes bytes_;
    Fields fields_;
    Hash id_;
};

}  // namespace liaise::identity
