// What goes into the directory: taking in, waiting, and the questions whose answers only grow. What is said
// about members and devices is in directory_queries.cpp.
#include "protocol/identity/directory.h"

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

constexpr Error other_network{ErrorCode::conflict, "it belongs to another network"};

// Two encodings of one body differ in their signatures only; the lesser is kept, whichever came first.
template <class Object>
Applied keep_lesser(Object& here, const Object& other) {
    if (other.encoded() < here.encoded()) here = other;
    return Applied::known;
}

}  // namespace

std::string_view text_of(Standing standing) {
    switch (standing) {
        case Standing::accredited:
            return "accredited";
        case Standing::expired:
            return "expired";
        case Standing::revoked:
            return "revoked";
        case Standing::unknown:
            return "unknown";
    }
    return "";
}

Result<Applied> Directory::apply(const DirectoryObject& object) {
    const Applied applied = LIAISE_TRY(std::visit([this](const auto& one) { return add(one); }, object));
    const bool may_vouch = !std::holds_alternative<Revocation>(object);
    if (applied == Applied::added && may_vouch) look_at_waiting_again();
    return applied;
}

Result<Applied> Directory::wait(const Hash& id, const DirectoryObject& object) {
    const auto at = waiting_.find(id);
    if (at == waiting_.end()) {
        if (waiting_.size() >= limits::directory_waiting_max)
            return Error{ErrorCode::exhausted, "too many objects that nothing vouches for yet"};
        waiting_.emplace(id, object);
        return Applied::waiting;
    }
    if (auto* const amendment = std::get_if<Amendment>(&at->second))
        amendment->unite(std::get<Amendment>(object));
    else if (encode_object(object) < encode_object(at->second))
        at->second = object;
    return Applied::waiting;
}

void Directory::look_at_waiting_again() {
    for (bool again = true; again;) {
        again = false;
        const auto waiting = std::exchange(waiting_, {});
        for (const auto& [id, object] : waiting) {
            const auto applied = std::visit([this](const auto& one) { return add(one); }, object);
            again = again || (applied.ok() && *applied == Applied::added);
        }
    }
}

Result<Applied> Directory::add(const Charter& charter) {
    if (charter.network() != network_) return other_network;
    if (founding_.has_value()) {
        founding_->unite(charter);
        return Applied::known;
    }
    founding_ = charter;
    const CharterInForce start = in_force(charter);
    charters_.emplace(start.head, start);
    choose_charter();
    return Applied::added;
}

Result<Applied> Directory::add(const Amendment& amendment) {
    if (amendment.fields().network != network_) return other_network;
    const auto here = amendments_.find(amendment.hash());
    if (here != amendments_.end()) {
        // More signatures may decide a race.
        const bool more = here->second.unite(amendment);
        if (more) choose_charter();
        return more ? Applied::added : Applied::known;
    }
    // Signatures that came apart count together.
    Amendment united = amendment;
    if (const auto at = waiting_.find(amendment.hash()); at != waiting_.end())
        united.unite(std::get<Amendment>(at->second));
    const auto before = charters_.find(amendment.fields().previous);
    if (before == charters_.end()) return wait(amendment.hash(), united);
    const auto after = amended(before->second, united);
    if (!after) return wait(amendment.hash(), united);
    if (amendments_.size() >= limits::amendments_max)
        return Error{ErrorCode::exhausted, "too many amendments"};
    waiting_.erase(amendment.hash());
    amendments_.emplace(united.hash(), united);
    charters_.emplace(after->head, *after);
    choose_charter();
    return Applied::added;
}

void Directory::choose_charter() {
    if (!founding_.has_value()) return;
    charter_in_force_ = in_force(*founding_);
    for (;;) {
        const CharterInForce& before = *charter_in_force_;
        const Amendment* chosen = nullptr;
        for (const auto& [hash, amendment] : amendments_) {
            if (amendment.fields().previous != before.head) continue;
            if (chosen == nullptr || goes_before(before, amendment, *chosen)) chosen = &amendment;
        }
        if (chosen == nullptr) break;
        charter_in_force_ = charters_.at(chosen->hash());
    }
    founders_.clear();
    for (const Founder& founder : charter_in_force_->terms.founders)
        founders_.insert(member_id_of(founder.identity));
}

Result<Applied> Directory::add(const Accreditation& accreditation) {
    if (accreditation.fields().network != network_) return other_network;
    const auto here = accreditations_.find(accreditation.id());
    if (here != accreditations_.end()) return keep_lesser(here->second, accreditation);
    if (!ever_permitted(accreditation))
        return wait(Hash::from(accreditation.id().view()).value(), accreditation);
    LIAISE_TRY(check_quota(accreditation));
    accreditations_.emplace(accreditation.id(), accreditation);
    accreditations_of_[accreditation.member()].insert(accreditation.id());
    ++accreditations_by_[accreditation.accreditor()];
    return Applied::added;
}

Result<void> Directory::check_quota(const Accreditation& accreditation) const {
    constexpr Error exhausted{ErrorCode::exhausted, "too many accreditations"};
    if (accreditations_.size() >= limits::directory_accreditations_max) return exhausted;
    if (ever_founder(accreditation.fields().accreditor)) return {};
    const auto by = accreditations_by_.find(accreditation.accreditor());
    if (by != accreditations_by_.end() && by->second >= limits::accreditations_by_one_max) return exhausted;
    const auto of = accreditations_of_.find(accreditation.member());
    if (of == accreditations_of_.end()) return {};
    std::set<MemberId> accreditors;
    std::size_t by_this_one = 0;
    for (const AccreditationId& id : of->second) {
        const Accreditation& other = accreditations_.at(id);
        if (other.accreditor() == accreditation.accreditor()) ++by_this_one;
        if (!ever_founder(other.fields().accreditor)) accreditors.insert(other.accreditor());
    }
    accreditors.insert(accreditation.accreditor());
    const bool full = by_this_one >= limits::accreditations_of_one_max ||
                      accreditors.size() > limits::accreditors_of_one_max;
    return full ? Result<void>(exhausted) : Result<void>{};
}

Result<Applied> Directory::add(const DeviceCertificate& certificate) {
    if (!commitment_named(certificate.member(), certificate.fields().succession)) {
        const Hash id = labelled_hash<Hash>("liaise/1 certificate-id", {certificate.encoded()});
        return wait(id, certificate);
    }
    const auto here = certificates_.find({certificate.device(), certificate.member()});
    if (here != certificates_.end()) {
        // The renewed one counts: the later, or among equals the one with lesser bytes.
        const DeviceCertificate& old = here->second;
        if (old == certificate) return Applied::known;
        const bool confirms =
            commitments_[certificate.member()].insert(certificate.fields().succession).second;
        const bool newer =
            certificate.fields().created > old.fields().created ||
            (certificate.fields().created == old.fields().created && certificate.encoded() < old.encoded());
        if (newer) put(certificate);
        return newer || confirms ? Applied::added : Applied::known;
    }
    const auto of = devices_of_.find(certificate.member());
    if (of != devices_of_.end() && of->second.size() >= limits::devices_of_one_max)
        return Error{ErrorCode::exhausted, "too many devices of one member"};
    commitments_[certificate.member()].insert(certificate.fields().succession);
    put(certificate);
    return Applied::added;
}

void Directory::put(const DeviceCertificate& certificate) {
    const std::pair key{certificate.device(), certificate.member()};
    if (const auto old = certificates_.find(key); old != certificates_.end()) {
        const auto named = by_transport_.find(old->second.fields().transport);
        named->second.erase(certificate.device());
        if (named->second.empty()) by_transport_.erase(named);
    }
    certificates_.insert_or_assign(key, certificate);
    devices_of_[certificate.member()].insert(certificate.device());
    by_transport_[certificate.fields().transport].insert(certificate.device());
}

Result<Applied> Directory::add(const Revocation& revocation) {
    if (revocation.fields().network != network_) return other_network;
    const auto here = revocations_.find(revocation.id());
    if (here != revocations_.end()) return keep_lesser(here->second, revocation);
    if (!may_ever_revoke(revocation)) return wait(revocation.id(), revocation);
    LIAISE_TRY(check_quota(revocation));
    revocations_.emplace(revocation.id(), revocation);
    revocations_of_[revocation.fields().member].insert(revocation.id());
    return Applied::added;
}

Result<void> Directory::check_quota(const Revocation& revocation) const {
    constexpr Error exhausted{ErrorCode::exhausted, "too many revocations"};
    if (revocations_.size() >= limits::directory_revocations_max) return exhausted;
    const auto of = revocations_of_.find(revocation.fields().member);
    if (of == revocations_of_.end()) return {};
    // By each signer apart: a thief who signs many cannot keep the one out that shuts the thief out.
    const auto by_this_one = std::count_if(of->second.begin(), of->second.end(), [&](const Hash& id) {
        return revocations_.at(id).fields().signer == revocation.fields().signer;
    });
    const bool full = static_cast<std::size_t>(by_this_one) >= limits::revocations_of_one_max;
    return full ? Result<void>(exhausted) : Result<void>{};
}

bool Directory::ever_founder(const VerifyKey& identity) const {
    return std::any_of(charters_.begin(), charters_.end(), [&](const auto& charter) {
        return charter.second.terms.founder(identity) != nullptr;
    });
}

bool Directory::ever_permitted(const Accreditation& accreditation) const {
    const auto& below = accreditation.fields();
    if (ever_founder(below.accreditor)) return true;
    if (accreditation.member() == accreditation.accreditor()) return false;
    const auto of = accreditations_of_.find(accreditation.accreditor());
    if (of == accreditations_of_.end()) return false;
    for (const AccreditationId& id : of->second) {
        const auto& above = accreditations_.at(id).fields();
        for (const auto& [head, charter] : charters_)
            if (charter.terms.policy.permits(above.role, above.country, below.role, below.country))
                return true;
    }
    return false;
}

bool Directory::commitment_named(const MemberId& member, const Hash& succession) const {
    if (const auto of = accreditations_of_.find(member); of != accreditations_of_.end())
        for (const AccreditationId& id : of->second)
            if (accreditations_.at(id).fields().succession == succession) return true;
    return commitment_in_charter(member, succession);
}

bool Directory::commitment_in_charter(const MemberId& member, const Hash& succession) const {
    for (const auto& [head, charter] : charters_)
        for (const Founder& founder : charter.terms.founders)
            if (founder.succession == succession && member_id_of(founder.identity) == member) return true;
    return false;
}

bool Directory::is_successor(const VerifyKey& key, const MemberId& member) const {
    const Hash succession = succession_commitment(key);
    if (commitment_in_charter(member, succession)) return true;
    const auto of = commitments_.find(member);
    return of != commitments_.end() && of->second.contains(succession);
}

bool Directory::ever_above(const MemberId& signer, const MemberId& member, std::size_t links_left) const {
    const auto of = accreditations_of_.find(member);
    if (links_left == 0 || of == accreditations_of_.end()) return false;
    for (const AccreditationId& id : of->second) {
        const MemberId& accreditor = accreditations_.at(id).accreditor();
        if (accreditor == member) continue;
        if (accreditor == signer || ever_above(signer, accreditor, links_left - 1)) return true;
    }
    return false;
}

bool Directory::may_ever_revoke(const Revocation& revocation) const {
    const auto& fields = revocation.fields();
    const MemberId signer = member_id_of(fields.signer);
    if (signer == fields.member)
        return fields.what == Revoked::device && certificates_.contains({fields.device, fields.member});
    return ever_founder(fields.signer) || is_successor(fields.signer, fields.member) ||
           ever_above(signer, fields.member, limits::accreditation_chain_max);
}

}  // namespace liaise::identity
