// Groups that succeed others: re-initialisation and branching (RFC 9420 sections 11.2 and 11.3).
#include <algorithm>

#include "protocol/mls/group_state.h"

namespace liaise::mls {
namespace {

std::vector<Bytes> member_ids(const RatchetTree& tree, const Policy& policy) {
    std::vector<Bytes> ids;
    tree.for_each_leaf([&](LeafIndex, const SharedLeaf& leaf) { ids.push_back(policy.member_id(*leaf)); });
    std::sort(ids.begin(), ids.end());
    return ids;
}

// Whether every member of `some` is, for the application, a member of `all`.
bool all_are_members(const RatchetTree& some, const RatchetTree& all, const Policy& policy) {
    const auto wanted = member_ids(some, policy);
    const auto known = member_ids(all, policy);
    return std::includes(known.begin(), known.end(), wanted.begin(), wanted.end());
}

}  // namespace

Result<Committed> Group::succeed(const Group& origin, const OwnKeyPackage& own, const ReInit& parameters,
                                 ResumptionPSKUsage usage, std::vector<KeyPackage> members,
                                 const GroupOptions& options, const Environment& environment,
                                 RandomSource& random) {
    const CipherSuite& suite = *LIAISE_TRY(find_suite(parameters.cipher_suite));
    const Group founded = LIAISE_TRY(
        create(suite, own, parameters.group_id, parameters.extensions, options, environment, random));
    PreSharedKeyID id;
    id.psktype = PSKType::resumption;
    id.usage = usage;
    id.psk_group_id = to_bytes(origin.group_id());
    id.psk_epoch = origin.epoch();
    id.psk_nonce.resize(suite.hash_bytes());
    random.fill(id.psk_nonce);

    // The old group's key reaches the commit as one that the environment knows.
    struct WithOrigin final : PskSource {
        WithOrigin(const Group& old, const PskSource& others) : origin(old), rest(others) {}
        std::optional<SecretBytes> find(const PreSharedKeyID& wanted) const override {
            if (wanted.psktype == PSKType::resumption && same_bytes(wanted.psk_group_id, origin.group_id()))
                return origin.resumption_psk(wanted.psk_epoch);
            return rest.find(wanted);
        }
        const Group& origin;
        const PskSource& rest;
    } const psks(origin, environment.psks);

    CommitRequest request;
    for (KeyPackage& member : members) request.proposals.push_back({Add{std::move(member)}});
    request.proposals.push_back({PreSharedKey{std::move(id)}});
    const Environment with_origin{environment.policy, psks, environment.now,
                                  environment.lifetime_seconds_max};
    return founded.commit_as(request, usage, with_origin, random);
}

Result<Committed> Group::reinitialised(const OwnKeyPackage& own, std::vector<KeyPackage> members,
                                       const GroupOptions& options, const Environment& environment,
                                       RandomSource& random) const {
    if (standing_ != Standing::closed) return broken(Rule::resume_parameters);
    return succeed(*this, own, *reinit_, ResumptionPSKUsage::reinit, std::move(members), options, environment,
                   random);
}

Result<Committed> Group::branched(const OwnKeyPackage& own, Bytes group_id, std::vector<KeyPackage> members,
                                  const GroupOptions& options, const Environment& environment,
                                  RandomSource& random) const {
    LIAISE_TRY(is_active());
    const ReInit parameters{std::move(group_id), context().version, context().cipher_suite,
                            context().extensions};
    return succeed(*this, own, parameters, ResumptionPSKUsage::branch, std::move(members), options,
                   environment, random);
}

// The end of section 12.4.3.1: a new group that claims to succeed another must fit it.
Result<void> Group::check_origin(const Group& next, const std::vector<PreSharedKeyID>& psks,
                                 const Group* origin, const Environment& environment) {
    for (const PreSharedKeyID& psk : psks) {
        const bool reinit = psk.is_resumption_of(ResumptionPSKUsage::reinit);
        const bool branch = psk.is_resumption_of(ResumptionPSKUsage::branch);
        if (!reinit && !branch) continue;
        if (next.epoch() != 1) return broken(Rule::resume_epoch, next.epoch());
        if (origin == nullptr || !same_bytes(psk.psk_group_id, origin->group_id()))
            return broken(Rule::psk_missing);
        const GroupContext& now = next.context();
        if (reinit) {
            const ReInit* const wanted = origin->reinit();
            const bool fits = wanted && psk.psk_epoch == origin->epoch() &&
                              wanted->group_id == now.group_id && wanted->version == now.version &&
                              wanted->cipher_suite == now.cipher_suite &&
                              wanted->extensions == now.extensions;
            if (!fits) return broken(Rule::resume_parameters);
            if (!all_are_members(origin->tree(), next.tree(), environment.policy))
                return broken(Rule::resume_members);
        } else {
            const GroupContext& before = origin->context();
            if (before.version != now.version || before.cipher_suite != now.cipher_suite)
                return broken(Rule::resume_parameters);
            if (!all_are_members(next.tree(), origin->tree(), environment.policy))
                return broken(Rule::resume_members);
        }
    }
    return {};
}

}  // namespace liaise::mls
