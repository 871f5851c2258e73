#include "node/service/mutes.h"

#include "node/service/kinds.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t everything = 100'000;

Bytes key_of(const MemberId& member, const ChannelId& channel) {
    Writer key;
    key.fixed(member).fixed(channel);
    return std::move(key).take();
}

}  // namespace

Result<void> Mutes::load() {
    muted_.clear();
    for (const auto& kept : LIAISE_TRY(core_.store.records().list(record::mute, everything))) {
        Reader reader(kept.key);
        const auto member = LIAISE_TRY(reader.fixed<MemberId>());
        muted_.emplace(member, LIAISE_TRY(reader.fixed<ChannelId>()));
    }
    return {};
}

Result<void> Mutes::set(const MemberId& member, const std::optional<ChannelId>& channel, bool on) {
    LIAISE_TRY(core_.batch.write());
    const ChannelId where = channel.value_or(ChannelId{});
    if (on) {
        muted_.emplace(member, where);
        LIAISE_TRY(core_.store.records().put(record::mute, key_of(member, where), Bytes{1}));
        return {};
    }
    for (auto each = muted_.lower_bound({member, ChannelId{}});
         each != muted_.end() && each->first == member;) {
        if (channel && each->second != where) {
            ++each;
            continue;
        }
        LIAISE_TRY(core_.store.records().remove(record::mute, key_of(member, each->second)));
        each = muted_.erase(each);
    }
    return {};
}

bool Mutes::has(const MemberId& member, const ChannelId& channel) const {
    return !muted_.empty() && (muted_.contains({member, ChannelId{}}) || muted_.contains({member, channel}));
}

bool Mutes::anywhere(const MemberId& member) const {
    const auto first = muted_.lower_bound({member, ChannelId{}});
    return first != muted_.end() && first->first == member;
}

}  // namespace liaise::node::service
