// A group as all its members hold it, in one process, for tests: each commit is delivered to everybody,
// newcomers join by the Welcome, the removed keep what they had. One seed, one world.
#pragma once

#include <string>

#include "protocol/mls/group.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

struct MlsClient {
    std::string name;
    mls::OwnKeyPackage own;
    mls::Group group;
};

class MlsWorld {
  public:
    explicit MlsWorld(std::uint64_t seed) : random(seed) {}

    mls::OwnKeyPackage key_package(const std::string& name, bool grease = false);
    // The first member.
    void found(const std::string& name, mls::ExtensionList extensions = {});
    // A group of that many, the founder adding all others in one commit.
    void found_with(std::size_t members);

    // Commits, delivers, and lets `newcomers` join; stops the test when anything is refused or somebody
    // disagrees.
    mls::Committed commit(std::size_t committer, const mls::CommitRequest& request,
                          const std::vector<std::pair<std::string, mls::OwnKeyPackage>>& newcomers = {});
    // By value: adds clients of those names.
    mls::Committed add(std::size_t committer, const std::vector<std::string>& names, bool with_path = true);
    mls::Committed remove(std::size_t committer, mls::LeafIndex leaf);
    void update(std::size_t committer);  // an empty commit
    // Sends a proposal and lets everybody receive it.
    Bytes propose(std::size_t proposer, mls::Proposal proposal, const mls::MessageOptions& options = {});
    Bytes propose_update(std::size_t proposer, const mls::LeafChange& change = {});
    void receive_all(BytesView message, std::size_t but);
    // A newcomer by external commit, replacing `replaces` when given.
    Bytes join_external(const std::string& name, std::optional<mls::LeafIndex> replaces = {});

    bool all_agree() const;
    // A message of each opens for all others.
    bool all_read_all();
    std::size_t at_leaf(mls::LeafIndex leaf) const;

    SeededRandom random;
    mls::PskList psks;
    mls::GroupOptions options;
    std::vector<MlsClient> members;
    std::vector<MlsClient> removed;
    unsigned names = 0;

    mls::Environment environment() const { return {mls::open_policy(), psks, std::nullopt}; }
    std::string next_name() { return "client " + std::to_string(names++); }

  private:
    void deliver(std::size_t but, BytesView message);
};

// An Add of that key package, as a proposal.
inline mls::Proposal adding(const mls::OwnKeyPackage& own) {
    return {mls::Add{own.key_package}};
}
inline mls::Proposal removing(mls::LeafIndex leaf) {
    return {mls::Remove{leaf}};
}

}  // namespace liaise::test
