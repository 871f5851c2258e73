// What the directory says about members and devices at a time.
#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/identity/clock.h"
#include "protocol/identity/directory.h"

namespace liaise::identity {
namespace {

// Of several accreditations or chains, the better word counts; a revocation says more than an expiry.
bool better(Standing a, Standing b) {
    const auto rank = [](Standing standing) {
        switch (standing) {
            case Standing::accredited:
                return 0;
            case Standing::revoked:
                return 1;
            case Standing::expired:
                return 2;
            case Standing::unknown:
                return 3;
        }
        return 3;
    };
    return rank(a) < rank(b);
}

bool is_member_of(std::span<const Accreditation* const> links, const MemberId& member) {
    return std::any_of(links.begin(), links.end(),
                       [&](const Accreditation* link) { return link->member() == member; });
}

}  // namespace

bool Directory::is_founder(const MemberId& member) const {
    return founders_.contains(member);
}

// A founder whose identity was revoked with the succession key, by the only person who has it.
bool Directory::founder_shut_out(const MemberId& founder) const {
    const auto of = revocations_of_.find(founder);
    if (of == revocations_of_.end()) return false;
    return std::any_of(of->second.begin(), of->second.end(), [&](const Hash& id) {
        const auto& fields = revocations_.at(id).fields();
        return fields.what == Revoked::member && is_successor(fields.signer, founder);
    });
}

// `from_here_up` are the links of the chain from this accreditation to the founder.
bool Directory::revoked(const Accreditation& accreditation,
                        std::span<const Accreditation* const> from_here_up) const {
    const auto of = revocations_of_.find(accreditation.member());
    if (of == revocations_of_.end()) return false;
    const bool founder = is_founder(accreditation.member());
    return std::any_of(of->second.begin(), of->second.end(), [&](const Hash& id) {
        const auto& fields = revocations_.at(id).fields();
        const bool meant = fields.what == Revoked::member || (fields.what == Revoked::accreditation &&
                                                              fields.accreditation == accreditation.id());
        if (!meant) return false;
        const MemberId signer = member_id_of(fields.signer);
        if (signer == accreditation.member()) return false;
        const bool above =
            std::any_of(from_here_up.begin(), from_here_up.end(),
                        [&](const Accreditation* link) { return link->accreditor() == signer; });
        return above || (is_founder(signer) && !founder) ||
               is_successor(fields.signer, accreditation.member());
    });
}

bool Directory::device_revoked(const DeviceCertificate& certificate) const {
    const MemberId& member = certificate.member();
    const auto of = revocations_of_.find(member);
    if (of == revocations_of_.end()) return false;
    const bool founder = is_founder(member);
    return std::any_of(of->second.begin(), of->second.end(), [&](const Hash& id) {
        const auto& fields = revocations_.at(id).fields();
        if (fields.what != Revoked::device || fields.device != certificate.device()) return false;
        const MemberId signer = member_id_of(fields.signer);
        if (signer == member || is_successor(fields.signer, member)) return true;
        return !founder &&
               (is_founder(signer) || ever_above(signer, member, limits::accreditation_chain_max));
    });
}

Standing Directory::judge_link(const Links& links, std::size_t index, Time now) const {
    const Accreditation& link = *links[index];
    const auto& below = link.fields();
    if (index + 1 < links.size()) {
        const auto& above = links[index + 1]->fields();
        if (!charter_in_force_->terms.policy.permits(above.role, above.country, below.role, below.country))
            return Standing::unknown;
    }
    if (too_early(below.from, now) || too_late(below.until, now)) return Standing::expired;
    return revoked(link, std::span(links).subspan(index)) ? Standing::revoked : Standing::accredited;
}

// A chain that reaches a founder stands as its first faulty link, from the member up.
Standing Directory::judge_whole(const Links& links, Time now) const {
    for (std::size_t i = 0; i < links.size(); ++i) {
        const Standing standing = judge_link(links, i, now);
        if (standing != Standing::accredited) return standing;
    }
    return founder_shut_out(links.back()->accreditor()) ? Standing::revoked : Standing::accredited;
}

void Directory::climb(Links& links, Time now, Standing& standing, Links& best) const {
    const Accreditation& top = *links.back();
    const auto note = [&](Standing found) {
        if (!better(found, standing)) return;
        standing = found;
        best = links;
    };
    if (charter_in_force_->terms.founder(top.fields().accreditor) != nullptr) {
        const bool in_a_ring = links.size() > 1 && is_member_of(links, top.accreditor());
        if (!in_a_ring) note(judge_whole(links, now));
        return;
    }
    if (ever_founder(top.fields().accreditor)) note(Standing::revoked);
    const auto of = accreditations_of_.find(top.accreditor());
    if (of == accreditations_of_.end() || links.size() == limits::accreditation_chain_max) return;
    if (is_member_of(links, top.accreditor())) return;
    for (const AccreditationId& id : of->second) {
        links.push_back(&accreditations_.at(id));
        climb(links, now, standing, best);
        links.pop_back();
        if (standing == Standing::accredited) return;
    }
}

Directory::Links Directory::best_links(const MemberId& member, Time now, Standing& standing) const {
    standing = Standing::unknown;
    const auto of = accreditations_of_.find(member);
    if (!charter_in_force_.has_value() || of == accreditations_of_.end()) return {};
    Links own;
    for (const AccreditationId& id : of->second) own.push_back(&accreditations_.at(id));
    std::stable_sort(own.begin(), own.end(), [](const Accreditation* a, const Accreditation* b) {
        return a->fields().until > b->fields().until;
    });
    Links best{own.front()};
    for (const Accreditation* const accreditation : own) {
        Links links{accreditation};
        climb(links, now, standing, best);
        if (standing == Standing::accredited) break;
    }
    return best;
}

Standing Directory::standing(const MemberId& member, Time now) const {
    // A founder stands by the charter, so that an expired card cannot lock a network.
    if (is_founder(member)) return founder_shut_out(member) ? Standing::revoked : Standing::accredited;
    Standing standing = Standing::unknown;
    best_links(member, now, standing);
    return standing;
}

std::optional<Card> Directory::card(const MemberId& member, Time now) const {
    Standing judged = Standing::unknown;
    const Links links = best_links(member, now, judged);
    if (links.empty()) return std::nullopt;
    const Accreditation& own = *links.front();
    const auto& fields = own.fields();
    const bool founder = is_founder(member);
    return Card{member,      fields.identity,  fields.name,
                fields.role, fields.country,   fields.organisation,
                fields.rank, fields.post,      founder ? standing(member, now) : judged,
                founder,     own.accreditor(), own.id(),
                fields.from, fields.until};
}

std::vector<MemberId> Directory::members() const {
    std::vector<MemberId> members;
    members.reserve(accreditations_of_.size());
    for (const auto& [member, accreditations] : accreditations_of_) members.push_back(member);
    return members;
}

std::optional<AccreditationChain> Directory::chain(const MemberId& member, Time now) const {
    Standing standing = Standing::unknown;
    const Links links = best_links(member, now, standing);
    if (standing != Standing::accredited) return std::nullopt;
    std::vector<Accreditation> owned;
    for (const Accreditation* const link : links) owned.push_back(*link);
    return AccreditationChain::from(std::move(owned)).value();
}

bool Directory::may_accredit(const MemberId& member, Role role, const Country& country, Time now) const {
    if (is_founder(member)) return standing(member, now) == Standing::accredited;
    Standing judged = Standing::unknown;
    const Links links = best_links(member, now, judged);
    // The newcomer's chain is one link longer than the accreditor's.
    if (judged != Standing::accredited || links.size() >= limits::accreditation_chain_max) return false;
    const auto& own = links.front()->fields();
    return charter_in_force_->terms.policy.permits(own.role, own.country, role, country);
}

std::vector<DeviceId> Directory::devices(const MemberId& member, Time now) const {
    std::vector<DeviceId> active;
    if (standing(member, now) != Standing::accredited) return active;
    for (const DeviceId& device : all_devices(member))
        if (device_standing(device, now) == DeviceStanding::active && member_of(device) == member)
            active.push_back(device);
    return active;
}

std::vector<DeviceId> Directory::all_devices(const MemberId& member) const {
    const auto of = devices_of_.find(member);
    if (of == devices_of_.end()) return {};
    return {of->second.begin(), of->second.end()};
}

const DeviceCertificate* Directory::certificate(const DeviceId& device) const {
    const auto at = certificates_.lower_bound({device, MemberId{}});
    if (at == certificates_.end() || at->first.first != device) return nullptr;
    const auto second = std::next(at);
    const bool claimed_twice = second != certificates_.end() && second->first.first == device;
    return claimed_twice ? nullptr : &at->second;
}

std::optional<MemberId> Directory::member_of(const DeviceId& device) const {
    const DeviceCertificate* const found = certificate(device);
    if (found == nullptr) return std::nullopt;
    return found->member();
}

std::optional<DeviceStanding> Directory::device_standing(const DeviceId& device, Time now) const {
    const DeviceCertificate* const found = certificate(device);
    if (found == nullptr) return std::nullopt;
    if (device_revoked(*found)) return DeviceStanding::revoked;
    const bool out = too_early(found->fields().created, now) || too_late(found->fields().expires, now);
    return out ? DeviceStanding::expired : DeviceStanding::active;
}

bool Directory::in_good_standing(const DeviceId& device, Time now) const {
    return device_standing(device, now) == DeviceStanding::active &&
           standing(*member_of(device), now) == Standing::accredited;
}

std::vector<DeviceId> Directory::devices_by_transport(const DhPublicKey& transport, Time now) const {
    std::vector<DeviceId> devices;
    const auto named = by_transport_.find(transport);
    if (named == by_transport_.end()) return devices;
    for (const DeviceId& device : named->second)
        if (in_good_standing(device, now) && certificate(device)->fields().transport == transport)
            devices.push_back(device);
    return devices;
}

std::optional<DeviceId> Directory::device_by_transport(const DhPublicKey& transport, Time now) const {
    const auto devices = devices_by_transport(transport, now);
    if (devices.empty()) return std::nullopt;
    return devices.front();
}

std::vector<DhPublicKey> Directory::transport_keys(Time now) const {
    std::vector<DhPublicKey> keys;
    for (const auto& [transport, devices] : by_transport_)
        if (device_by_transport(transport, now).has_value()) keys.push_back(transport);
    return keys;
}

std::vector<DirectoryObject> Directory::charter_path() const {
    std::vector<DirectoryObject> path;
    if (!founding_.has_value()) return path;
    for (Hash head = charter_in_force_->head; amendments_.contains(head);) {
        const Amendment& amendment = amendments_.at(head);
        path.emplace_back(amendment);
        head = amendment.fields().previous;
    }
    path.emplace_back(*founding_);
    std::reverse(path.begin(), path.end());
    return path;
}

std::vector<DirectoryObject> Directory::objects() const {
    std::vector<DirectoryObject> objects;
    if (founding_.has_value()) objects.emplace_back(*founding_);
    std::vector<const Amendment*> amendments;
    for (const auto& [hash, amendment] : amendments_) amendments.push_back(&amendment);
    std::stable_sort(amendments.begin(), amendments.end(), [](const Amendment* a, const Amendment* b) {
        return a->fields().number < b->fields().number;
    });
    for (const Amendment* const amendment : amendments) objects.emplace_back(*amendment);
    // An accreditation comes after those that permit it: a second directory says when.
    Directory second(network_);
    for (const DirectoryObject& object : objects) LIAISE_CHECK(second.apply(object).ok());
    std::vector<const Accreditation*> left;
    for (const auto& [id, accreditation] : accreditations_) left.push_back(&accreditation);
    for (std::size_t before = left.size() + 1; !left.empty() && left.size() < before;) {
        before = left.size();
        std::erase_if(left, [&](const Accreditation* accreditation) {
            if (!second.ever_permitted(*accreditation)) return false;
            LIAISE_CHECK(second.add(*accreditation).ok());
            objects.emplace_back(*accreditation);
            return true;
        });
    }
    LIAISE_CHECK(left.empty());
    for (const auto& [key, certificate] : certificates_) objects.emplace_back(certificate);
    for (const auto& [id, revocation] : revocations_) objects.emplace_back(revocation);
    return objects;
}

}  // namespace liaise::identity
