// Whom this node knows: the network's directory as an applied value, persisted object by object, and what the
// local user decided about contacts (design: states of a contact). Answers the channels' question what a
// credential is worth.
#pragma once

#include "node/service/core.h"
#include "node/service/views.h"
#include "protocol/channel/introduction.h"
#include "protocol/identity/contact_state.h"
#include "protocol/identity/credential.h"
#include "protocol/identity/directory.h"

namespace liaise::node::service {

// Members that no directory knows: those of channels with aliases (channels.h answers).
class AliasNames {
  public:
    virtual ~AliasNames() = default;
    virtual std::string label_of(const MemberId& alias) const = 0;  // "Heron (alias, accredited)"; or empty
    virtual const channel::AliasCard* card_of(const MemberId& alias) const = 0;
    virtual bool is_own(const MemberId& alias) const = 0;
    virtual std::size_t devices_of(const MemberId& alias) const = 0;
    virtual std::optional<MemberId> person_behind(const MemberId& alias) const = 0;  // where we convene
};

class Trust final : public channel::Accreditations {
  public:
    explicit Trust(Core& core) : core_(core) {}

    // From the store, at start and after a failed batch.
    Result<void> load();
    // This home joins or founds a network: an empty directory from here on. Within an open batch.
    Result<void> enter(const NetworkId& network);

    bool in_network() const { return directory_.has_value(); }
    const identity::Directory& directory() const { return *directory_; }
    // Applies one object and keeps it, within the open batch. A refusal of the directory changes nothing.
    Result<identity::Applied> learn(const identity::DirectoryObject& object);

    // Signatures of one credential or key package are verified once, whichever channels show it how often.
    Result<channel::ProvenDevice> prove(BytesView credential) const override;
    Result<channel::ProvenDevice> identify(BytesView credential) const override;
    Result<channel::Occupant> owner_of(BytesView key_package) const override;
    // What this device shows to others; not_permitted unless it is accredited now.
    Result<Bytes> own_credential() const;
    identity::Standing own_standing() const;

    // A member by id, unique beginning of the id, or unique name; suggests the nearest name.
    Outcome<MemberId> find(const std::string& who) const;
    // Or the beginning of the id. An alias never reads like a person: "Heron (alias, accredited)".
    std::string name_of(const MemberId& member) const;
    void set_aliases(const AliasNames& aliases) { aliases_ = &aliases; }
    // Whether somebody of the network is called so, or nearly.
    bool is_taken(const std::string& name) const;
    PersonView view(const MemberId& member) const;
    std::vector<PersonView> everyone() const;

    identity::ContactState contact(const MemberId& member) const;
    Result<void> set_contact(const MemberId& member, identity::ContactState state);  // within an open batch

  private:
    Result<const identity::VerifiedCredential*> verified(BytesView credential, std::optional<Time> now) const;

    Core& core_;
    const AliasNames* aliases_ = nullptr;
    std::optional<identity::Directory> directory_;
    std::map<MemberId, identity::ContactState> contacts_;
    mutable std::map<Hash, identity::VerifiedCredential> credentials_;  // by their digests, at most so many
    mutable std::map<Hash, channel::Occupant> packages_;                // likewise
};

}  // namespace liaise::node::service
