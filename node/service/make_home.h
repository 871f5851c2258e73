// Makes a home: a store with a member and a device in it, then the vault that a passphrase opens.
//
// The vault is written last, and only by keep(): until then the home counts as empty. A HomeMaker that ends
// without keep() deletes what it wrote.
#pragma once

#include "node/service/own.h"
#include "node/service/refusal.h"
#include "protocol/identity/recovery_sheet.h"

namespace liaise::node::service {

struct NewHome {
    std::string name, role, country, organisation, rank;
    crypto::SecretBytes passphrase;
    crypto::PasswordCost cost;
};

class HomeMaker {
  public:
    // A home for a further device, which asks with this ticket once it is started (device_join.h).
    static Outcome<Done> make_device(const std::string& folder, const std::string& ticket,
                                     const crypto::SecretBytes& passphrase, const crypto::PasswordCost& cost,
                                     RandomSource& random, Time now);
    // Refused where a home is already, for a name, role or country that cannot be, or a passphrase that is
    // too short.
    static Outcome<std::unique_ptr<HomeMaker>> make(const std::string& folder, const NewHome& wishes,
                                                    RandomSource& random, Time now);
    ~HomeMaker();
    HomeMaker(const HomeMaker&) = delete;
    HomeMaker& operator=(const HomeMaker&) = delete;

    const MemberId& member() const { return member_; }
    const crypto::SecretBytes& sheet() const { return sheet_; }
    // The groups that the person is asked to type again.
    const std::array<std::size_t, 2>& groups() const { return groups_; }
    bool group_fits(std::size_t number, std::string_view typed) const {
        return code_.group_fits(number, typed);
    }

    Outcome<Done> keep();

  private:
    HomeMaker(store::Home home, bool made_folder, store::Vault vault, const identity::RecoverySeed& seed)
        : home_(std::move(home)),
          made_folder_(made_folder),
          vault_(std::move(vault)),
          code_(identity::RecoveryCode::of(seed)) {}
    // A home with nothing in it yet.
    static Outcome<std::unique_ptr<HomeMaker>> begin(const std::string& folder,
                                                     const crypto::SecretBytes& passphrase,
                                                     const crypto::PasswordCost& cost,
                                                     const identity::RecoverySeed& seed,
                                                     RandomSource& random);

    store::Home home_;
    bool made_folder_;
    bool kept_ = false;
    store::Vault vault_;
    identity::RecoveryCode code_;
    MemberId member_;
    crypto::SecretBytes sheet_;
    std::array<std::size_t, 2> groups_{};
};

}  // namespace liaise::node::service
