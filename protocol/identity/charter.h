// The charter that founds a network, and its amendments (docs/identity.md, "Charter").
//
//     charter body     version u8=1 | created u64 | terms
//     amendment body   version u8=1 | network 32 | number u32, from 1 | previous 32 | created u64 | terms
//     either travels   body length u16 | body | signature set
//
// The network's id is BLAKE2b-256("liaise/1 network-id" 0x00 charter body). `previous` is the hash of the
// body that the amendment replaces; for number 1 that is the network's id.
//
// - A charter carries the signatures of at least `threshold` of its founders, an amendment those of at least
//   the threshold of the founders *before* it. New terms stand whole in the amendment: nobody has to replay a
//   list of edits.
// - Signatures that are not founders' are refused with the charter, and not counted with an amendment: only
//   the directory knows who the founders were.
// - When amendments race for one place, every node chooses alike from the amendments alone: more founders'
//   signatures first, then the signers of higher rank, then the lesser hash. No clock and no order of arrival
//   counts. The hash decides only among bodies that the same founders signed: who grinds there could have
//   signed what they liked anyway. A threshold above half of the founders makes a race impossible unless a
//   founder signs both sides. A later, lower-ranked amendment cannot undo a removal by those above.
#pragma once

#include <optional>

#include "protocol/base/time.h"
#include "protocol/identity/signature_set.h"
#include "protocol/identity/terms.h"

namespace liaise::identity {

class Charter {
  public:
    // What founders sign; the terms pass their check.
    static Result<Bytes> body_of(const Terms& terms, Time created);
    // Checks everything: terms, founders' signatures, threshold.
    static Result<Charter> assemble(Bytes body, SignatureSet signatures);
    static Result<Charter> parse(BytesView bytes);
    // For founders whose keys are at hand, such as the only one.
    static Result<Charter> found(const Terms& terms, Time created,
                                 std::span<const crypto::SigningKey* const> founders);

    const NetworkId& network() const { return network_; }
    Time created() const { return created_; }
    const Terms& terms() const { return terms_; }
    BytesView body() const { return body_; }
    const SignatureSet& signatures() const { return signatures_; }
    Bytes encode() const;

    // Takes over more founders' signatures for the same body; true if there was a new one.
    bool unite(const Charter& other);
    bool operator==(const Charter&) const = default;

  private:
    Charter() = default;
    Bytes body_;
    SignatureSet signatures_;
    NetworkId network_;
    Time created_{};
    Terms terms_;
};

class Amendment {
  public:
    struct Fields {
        NetworkId network;
        std::uint32_t number = 0;
        Hash previous;
        Time created{};
        Terms terms;
        bool operator==(const Fields&) const = default;
    };
    static Result<Bytes> body_of(const Fields& fields);
    // The signatures are right for their keys; whether those are founders is for amended() to say.
    static Result<Amendment> assemble(Bytes body, SignatureSet signatures);
    static Result<Amendment> parse(BytesView bytes);

    const Fields& fields() const { return fields_; }
    const Hash& hash() const { return hash_; }  // BLAKE2b-256("liaise/1 amendment-id" 0x00 body)
    BytesView body() const { return body_; }
    const SignatureSet& signatures() const { return signatures_; }
    Bytes encode() const;

    bool unite(const Amendment& other);
    bool operator==(const Amendment&) const = default;

  private:
    Amendment() = default;
    Bytes body_;
    SignatureSet signatures_;
    Fields fields_;
    Hash hash_;
};

// The terms that hold after a charter and some amendments.
struct CharterInForce {
    NetworkId network;
    std::uint32_t number = 0;  // of the last amendment; 0 for the charter itself
    Hash head;                 // what the next amendment must name as previous
    Terms terms;
    bool operator==(const CharterInForce&) const = default;
};
CharterInForce in_force(const Charter& charter);
// conflict if the amendment is not for this place, not_permitted below the threshold.
Result<CharterInForce> amended(const CharterInForce& before, const Amendment& amendment);
// Whether `a` is chosen before `b` when both amend `before`: the rule above.
bool goes_before(const CharterInForce& before, const Amendment& a, const Amendment& b);

}  // namespace liaise::identity
