#include "tests/support/mls/world.h"

namespace liaise::test {

using namespace liaise::mls;

OwnKeyPackage MlsWorld::key_package(const std::string& name, bool grease) {
    ClientProfile profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of(name)));
    if (grease) profile.add_grease(random);
    return OwnKeyPackage::make(suite_3(), profile, suite_3().draw_signer(random), random);
}

void MlsWorld::found(const std::string& name, ExtensionList extensions) {
    OwnKeyPackage own = key_package(name);
    Group group = Group::create(suite_3(), own, to_bytes(bytes_of("a group")), std::move(extensions), options,
                                environment(), random)
                      .value();
    members.push_back({name, std::move(own), std::move(group)});
}

void MlsWorld::found_with(std::size_t count) {
    found(next_name());
    std::vector<std::string> others;
    for (std::size_t i = 1; i < count; ++i) others.push_back(next_name());
    if (!others.empty()) add(0, others);
}

void MlsWorld::deliver(std::size_t but, BytesView message) {
    std::vector<MlsClient> stay;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i != but) {
            Received received = members[i].group.receive(message, environment()).value();
            members[i].group = std::move(received.next);
        }
        const bool left = members[i].group.standing() == Standing::removed;
        (left ? removed : stay).push_back(std::move(members[i]));
    }
    members = std::move(stay);
}

Committed MlsWorld::commit(std::size_t committer, const CommitRequest& request,
                           const std::vector<std::pair<std::string, OwnKeyPackage>>& newcomers) {
    Committed made = members[committer].group.commit(request, environment(), random).value();
    members[committer].group = made.next.merge().value();
    deliver(committer, made.commit);
    for (const auto& [name, own] : newcomers) {
        const bool inside = request.tree_in_welcome;
        Group group = Group::join(own, made.welcome.value(),
                                  inside ? std::nullopt : std::optional<BytesView>(made.ratchet_tree),
                                  nullptr, options, environment())
                          .value();
        members.push_back({name, own, std::move(group)});
    }
    LIAISE_CHECK(all_agree());
    return made;
}

Committed MlsWorld::add(std::size_t committer, const std::vector<std::string>& wanted, bool with_path) {
    CommitRequest request;
    request.with_path = with_path;
    std::vector<std::pair<std::string, OwnKeyPackage>> newcomers;
    for (const std::string& name : wanted) {
        newcomers.emplace_back(name, key_package(name));
        request.proposals.push_back(adding(newcomers.back().second));
    }
    return commit(committer, request, newcomers);
}

Committed MlsWorld::remove(std::size_t committer, LeafIndex leaf) {
    CommitRequest request;
    request.proposals.push_back(removing(leaf));
    return commit(committer, request);
}

void MlsWorld::update(std::size_t committer) {
    CommitRequest request;
    request.with_waiting = false;
    commit(committer, request);
}

void MlsWorld::receive_all(BytesView message, std::size_t but) {
    deliver(but, message);
}

Bytes MlsWorld::propose(std::size_t proposer, Proposal proposal, const MessageOptions& message) {
    Sent sent = members[proposer].group.propose(std::move(proposal), message, environment(), random).value();
    members[proposer].group = std::move(sent.next);
    deliver(proposer, sent.message);
    return sent.message;
}

Bytes MlsWorld::propose_update(std::size_t proposer, const LeafChange& change) {
    Sent sent = members[proposer].group.propose_update(change, {}, environment(), random).value();
    members[proposer].group = std::move(sent.next);
    deliver(proposer, sent.message);
    return sent.message;
}

Bytes MlsWorld::join_external(const std::string& name, std::optional<LeafIndex> replaces) {
    const Bytes info = members[0].group.group_info(true);
    ExternalJoinRequest request;
    request.group_info = info;
    request.profile = ClientProfile::of(suite_3(), Credential::basic(bytes_of(name)));
    request.signer = suite_3().draw_signer(random);
    request.replaces = replaces;
    ExternalJoin joined = Group::join_external(request, options, environment(), random).value();
    deliver(members.size(), joined.commit);
    members.push_back({name, {}, std::move(joined.group)});
    LIAISE_CHECK(all_agree());
    return joined.commit;
}

bool MlsWorld::all_agree() const {
    for (const MlsClient& member : members) {
        const Group& first = members.front().group;
        const bool same = member.group.epoch_authenticator() == first.epoch_authenticator() &&
                          member.group.context() == first.context();
        if (!same) return false;
    }
    return true;
}

bool MlsWorld::all_read_all() {
    for (std::size_t from = 0; from < members.size(); ++from) {
        Bytes text(random.below(100));
        random.fill(text);
        Sent sent = members[from].group.protect(text, {}, random).value();
        members[from].group = std::move(sent.next);
        for (std::size_t to = 0; to < members.size(); ++to) {
            if (to == from) continue;
            Received received = members[to].group.receive(sent.message, environment()).value();
            members[to].group = std::move(received.next);
            const auto* message = std::get_if<ApplicationMessage>(&received.event);
            if (message == nullptr || message->data != text || message->sender != members[from].group.self())
                return false;
        }
    }
    return true;
}

std::size_t MlsWorld::at_leaf(LeafIndex leaf) const {
    for (std::size_t i = 0; i < members.size(); ++i)
        if (members[i].group.self() == leaf) return i;
    LIAISE_CHECK(false);
    return 0;
}

}  // namespace liaise::test
