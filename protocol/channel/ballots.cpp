#include "protocol/channel/ballots.h"

#include <algorithm>

namespace liaise::channel {
namespace {

const Charter* charter_at(const Facts& facts, const EntryRef& at) {
    const auto found = facts.find(at);
    return found == facts.end() ? nullptr : std::get_if<Charter>(&found->second.what);
}

bool convenes(const Charter& charter, const MemberId& member) {
    return std::find(charter.conveners.begin(), charter.conveners.end(), member) != charter.conveners.end();
}

// A log, read in its order.
class Reader {
  public:
    Reader(const Facts& facts, const WriterFact& author, Ballots& ballots)
        : facts_(facts), author_(author), ballots_(ballots) {}

    void take(const EntryRef& at, const Fact& fact) {
        if (std::holds_alternative<Left>(fact.what)) left_ = true;
        const EntryRef* const named = named_charter_of(at, fact);
        if (named == nullptr) return;
        if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) vote(at, *removed);
        pass(*named);
    }

  private:
    void vote(const EntryRef& at, const MemberRemoved& removed) {
        const Charter* const charter = charter_at(facts_, removed.charter);
        const bool may = charter != nullptr && may_vote(author_.member, removed.member, *charter);
        if (!may || left_ || passed_.contains(removed.charter)) return;
        std::vector<Ballot>& ballots = ballots_[removed.charter];
        auto ballot = std::find_if(ballots.begin(), ballots.end(), [&removed](const Ballot& each) {
            return each.member == removed.member && each.term == removed.term;
        });
        if (ballot == ballots.end())
            ballot = ballots.insert(ballots.end(), {removed.member, removed.term, {}});
        const auto [known, is_new] = ballot->votes.try_emplace(author_.member, at);
        if (!is_new && at < known->second) known->second = at;
    }

    // All charters before this one are old for this log.
    void pass(const EntryRef& named) {
        const Charter* charter = charter_at(facts_, named);
        while (charter != nullptr && !is_none(charter->parent) && passed_.insert(charter->parent).second)
            charter = charter_at(facts_, charter->parent);
    }

    const Facts& facts_;
    const WriterFact& author_;
    Ballots& ballots_;
    std::set<EntryRef> passed_;
    bool left_ = false;
};

}  // namespace

bool may_vote(const MemberId& author, const MemberId& member, const Charter& charter) {
    if (charter.kind == ChannelKind::direct || charter.kind == ChannelKind::directory) return false;
    return author != member && convenes(charter, author) && convenes(charter, member);
}

const EntryRef* named_charter_of(const EntryRef& at, const Fact& fact) {
    if (std::holds_alternative<Charter>(fact.what)) return &at;
    if (const auto* added = std::get_if<MemberAdded>(&fact.what)) return &added->charter;
    if (const auto* removed = std::get_if<MemberRemoved>(&fact.what)) return &removed->charter;
    if (const auto* out = std::get_if<DeviceRemoved>(&fact.what)) return &out->charter;
    if (const auto* known = std::get_if<CharterAcknowledged>(&fact.what)) return &known->charter;
    if (const auto* epoch = std::get_if<EpochFact>(&fact.what)) return &epoch->charter;
    if (const auto* commit = std::get_if<CommitFact>(&fact.what)) return &commit->charter;
    return nullptr;
}

Ballots ballots_in(const Facts& facts) {
    // Most channels never vote: only logs in which a convener removes another one are read.
    std::set<LogId> voting;
    std::map<LogId, const WriterFact*> writers;
    for (const auto& [at, fact] : facts) {
        if (const auto* writer = std::get_if<WriterFact>(&fact.what)) writers[at.log] = writer;
        const auto* removed = std::get_if<MemberRemoved>(&fact.what);
        const Charter* const charter = removed == nullptr ? nullptr : charter_at(facts, removed->charter);
        if (charter != nullptr && convenes(*charter, removed->member)) voting.insert(at.log);
    }
    Ballots ballots;
    if (voting.empty()) return ballots;
    std::map<LogId, Reader> readers;
    for (const LogId& log : voting)
        if (const auto writer = writers.find(log); writer != writers.end())
            readers.emplace(log, Reader(facts, *writer->second, ballots));
    for (const auto& [at, fact] : facts)  // by sequence, so each log in its order
        if (const auto reader = readers.find(at.log); reader != readers.end()) reader->second.take(at, fact);
    return ballots;
}

}  // namespace liaise::channel
