// A chain of accreditations, the member's own first, a founder's last: it travels whole, so that whoever has
// the charter can judge a stranger without asking anyone.
//
//     u8 count 1..3 | count * (u16 length | accreditation)
//
// A chain holds when
//  1. every link is of this network and in its time (clock.h);
//  2. each link's accreditor is the next link's member, and the last link's accreditor is a founder of the
//     charter in force;
//  3. the policy lets each accreditor's role and country accredit the link below; founders may accredit all;
//  4. nobody stands in it twice, except a founder who accredits themselves, alone.
// Short (3), so that a mistake is never far from a founder. Revocations are the directory's: a chain that
// holds here may still have been revoked.
#pragma once

#include <vector>

#include "protocol/identity/accreditation.h"
#include "protocol/identity/charter.h"

namespace liaise::identity {

class AccreditationChain {
  public:
    // too_large over three links, malformed without any, conflict where one link does not lead to the next.
    static Result<AccreditationChain> from(std::vector<Accreditation> links);
    static Result<AccreditationChain> parse(BytesView bytes);
    Bytes encode() const;

    const Accreditation& own() const { return links_.front(); }
    const std::vector<Accreditation>& links() const { return links_; }
    bool operator==(const AccreditationChain&) const = default;

  private:
    AccreditationChain() = default;
    std::vector<Accreditation> links_;
};

// expired, not_permitted, or conflict for another network; Error::at is the index of the link. Without a
// time: whether it ever held.
Result<void> verify_chain(const CharterInForce& charter, const AccreditationChain& chain,
                          std::optional<Time> now);

}  // namespace liaise::identity
