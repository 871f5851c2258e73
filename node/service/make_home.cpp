#include "node/service/make_home.h"

#include <filesystem>

#include "node/service/device_join.h"
#include "node/service/kinds.h"
#include "node/service/refusals.h"
#include "protocol/base/text.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t passphrase_bytes_min = 8;

Outcome<Profile> profile_of(const NewHome& wishes) {
    const auto check = [](const char* what, const std::string& name) -> Outcome<Done> {
        if (const auto good = check_name(name, limits::name_bytes_max); !good)
            return refusals::bad_name(what, good.error());
        return Done{};
    };
    LIAISE_TRY(check("name", wishes.name));
    if (!wishes.organisation.empty()) LIAISE_TRY(check("organisation", wishes.organisation));
    if (!wishes.rank.empty()) LIAISE_TRY(check("rank", wishes.rank));
    const auto role = identity::role_from_text(wishes.role);
    if (!role) return refusals::bad_role(wishes.role);
    const auto country = identity::Country::from_text(wishes.country);
    if (!country) return refusals::bad_country(wishes.country);
    return Profile{wishes.name, *role, *country, wishes.organisation, wishes.rank};
}

Refusal cannot_make(const std::string& folder, const Error& error) {
    if (error.code == ErrorCode::conflict) return refusals::home_in_use(folder, error.at);
    return refusals::home_unusable(folder, error);
}

}  // namespace

Outcome<std::unique_ptr<HomeMaker>> HomeMaker::begin(const std::string& folder,
                                                     const crypto::SecretBytes& passphrase,
                                                     const crypto::PasswordCost& cost,
                                                     const identity::RecoverySeed& seed,
                                                     RandomSource& random) {
    if (passphrase.size() < passphrase_bytes_min) return refusals::short_passphrase(passphrase_bytes_min);
    std::error_code ignored;
    const bool made_folder = !std::filesystem::exists(folder, ignored);
    if (made_folder)
        std::filesystem::create_directories(std::filesystem::path(folder).parent_path(), ignored);
    auto home = store::Home::open(folder);
    if (!home) return cannot_make(folder, home.error());
    if (home->initialised()) return refusals::home_exists(folder);
    auto vault = store::Vault::draw(passphrase, cost, random);
    if (!vault) return refusals::internal("Making the vault", vault.error());
    return std::unique_ptr<HomeMaker>(new HomeMaker(*std::move(home), made_folder, *std::move(vault), seed));
}

Outcome<std::unique_ptr<HomeMaker>> HomeMaker::make(const std::string& folder, const NewHome& wishes,
                                                    RandomSource& random, Time now) {
    const Profile profile = LIAISE_TRY(profile_of(wishes));
    const auto seed = identity::RecoverySeed::draw(random);
    auto maker = LIAISE_TRY(begin(folder, wishes.passphrase, wishes.cost, seed, random));
    auto store = store::Store::create(paths_of(maker->home_), maker->vault_, random);
    if (!store) return refusals::from_store(store.error());
    const auto own = [&]() -> Result<Own> {
        auto transaction = LIAISE_TRY((*store)->begin());
        auto made = LIAISE_TRY(make_own(**store, profile, seed, random, now));
        LIAISE_TRY(transaction.commit());
        return made;
    }();
    if (!own) return refusals::from_store(own.error());
    maker->member_ = own->member();
    maker->sheet_ = identity::recovery_sheet({profile.name, own->member(), now}, seed);
    maker->groups_ = identity::pick_groups(random);
    return maker;
}

Outcome<Done> HomeMaker::make_device(const std::string& folder, const std::string& ticket,
                                     const crypto::SecretBytes& passphrase, const crypto::PasswordCost& cost,
                                     RandomSource& random, Time now) {
    LIAISE_TRY(device_ticket_of(ticket, now));
    const auto maker =
        LIAISE_TRY(begin(folder, passphrase, cost, identity::RecoverySeed::draw(random), random));
    auto store = store::Store::create(paths_of(maker->home_), maker->vault_, random);
    if (!store) return refusals::from_store(store.error());
    const auto made = [&]() -> Result<void> {
        auto transaction = LIAISE_TRY((*store)->begin());
        LIAISE_TRY(make_own_device(**store, random, now));
        LIAISE_TRY((*store)->secrets().put(secret::device_join, {}, bytes_of(ticket)));
        return transaction.commit();
    }();
    if (!made) return refusals::from_store(made.error());
    return maker->keep();
}

Outcome<Done> HomeMaker::keep() {
    if (const auto saved = vault_.save(home_.vault()); !saved) return refusals::from_store(saved.error());
    kept_ = true;
    return Done{};
}

HomeMaker::~HomeMaker() {
    if (kept_) return;
    std::error_code ignored;
    for (const std::string& path : {home_.database(), home_.database() + "-wal", home_.chunks()})
        std::filesystem::remove(path, ignored);
    if (!made_folder_) return;
    std::filesystem::remove(home_.path_of("lock"), ignored);
    std::filesystem::remove(home_.folder(), ignored);
}

}  // namespace liaise::node::service
