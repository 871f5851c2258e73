// What MLS leaves to the application (RFC 9420 sections 5.3.1, 8.4, 12.2, 16.11): two interfaces and a time.
//
// They are handed to each operation and not kept. Every answer must be the same at all members, or the group
// falls apart; the defaults accept what the RFC accepts.
#pragma once

#include "protocol/base/time.h"
#include "protocol/mls/framing.h"

namespace liaise::mls {

class Policy {
  public:
    virtual ~Policy() = default;
    // Whether the credential is what it claims to be, and bound to the leaf's signature key.
    virtual bool accepts(const LeafNode&) const { return true; }
    virtual bool accepts_external_sender(const ExternalSender&) const { return true; }
    // Whether a stranger may ask to be added (a proposal from new_member_proposal).
    virtual bool may_ask_to_join(const KeyPackage&) const { return true; }
    // Whether a member may become this leaf, by Update or by its own commit.
    virtual bool may_become(const LeafNode& /*old*/, const LeafNode& /*next*/) const { return true; }
    // Whether the author of an external commit may replace that member by itself.
    virtual bool may_resync(const LeafNode& old, const LeafNode& next) const {
        return old.credential == next.credential;
    }
    // What identifies a client; two members may not share it. Nothing: the signature key alone does.
    virtual std::optional<Bytes> client_id(const LeafNode&) const { return std::nullopt; }
    // Whether this client is in a group of that id already (section 12.4.3.1).
    virtual bool already_in(BytesView /*group_id*/) const { return false; }
    // What makes a leaf of a successor group the same member as a leaf of the old one (sections 11.2, 11.3).
    virtual Bytes member_id(const LeafNode& leaf) const { return encoded(leaf.credential); }

  protected:
    Policy() = default;
    Policy(const Policy&) = default;
    Policy& operator=(const Policy&) = default;
};

// Pre-shared keys: external ones, and resumption keys of other groups. A group finds those of its own kept
// epochs itself.
class PskSource {
  public:
    virtual ~PskSource() = default;
    virtual std::optional<SecretBytes> find(const PreSharedKeyID& id) const = 0;

  protected:
    PskSource() = default;
    PskSource(const PskSource&) = default;
    PskSource& operator=(const PskSource&) = default;
};

// External keys by their id, for those who have a handful.
class PskList final : public PskSource {
  public:
    void add(BytesView psk_id, SecretBytes psk) { items_.emplace_back(to_bytes(psk_id), std::move(psk)); }
    std::optional<SecretBytes> find(const PreSharedKeyID& id) const override {
        for (const auto& [psk_id, psk] : items_)
            if (id.psktype == PSKType::external && same_bytes(id.psk_id, psk_id)) return psk;
        return std::nullopt;
    }

  private:
    std::vector<std::pair<Bytes, SecretBytes>> items_;
};

const Policy& open_policy();  // the defaults
const PskSource& no_psks();   // knows none

struct Environment {
    const Policy& policy = open_policy();
    const PskSource& psks = no_psks();
    // Lifetimes are checked against it; without it they are not (section 7.3 recommends the check only).
    std::optional<Time> now;
    // The longest lifetime a leaf may claim (section 7.2), with `now`.
    std::uint64_t lifetime_seconds_max = UINT64_MAX;
};

}  // namespace liaise::mls
