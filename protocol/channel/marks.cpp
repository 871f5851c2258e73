#include "protocol/channel/marks.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace liaise::channel {

namespace {

bool retracted_by_author(const Mark& mark) {
    return std::any_of(mark.on_it.begin(), mark.on_it.end(), [&](const Mark& on_it) {
        return on_it.kind == MarkKind::retract && on_it.author == mark.author;
    });
}

bool may_set(const Mark& mark, MarkKind what, ChannelKind kind) {
    return mark.by_convener || (what == MarkKind::pin && members_may_pin(kind));
}

bool stands(const Mark& mark, ChannelKind kind) {
    if (!may_set(mark, mark.kind, kind) || retracted_by_author(mark)) return false;
    return std::none_of(mark.on_it.begin(), mark.on_it.end(), [&](const Mark& on_it) {
        return on_it.kind == MarkKind::lift && may_set(on_it, mark.kind, kind);
    });
}

auto edit_order(const Mark& mark) {
    return std::tie(mark.number, mark.time, mark.at);
}

bool earlier(const Mark& a, const Mark& b) {
    return std::tie(a.time, a.at) < std::tie(b.time, b.at);
}

std::vector<ReactionShown> shown(const std::map<std::string, std::set<MemberId>>& reactions) {
    std::vector<ReactionShown> all;
    for (const auto& [text, by] : reactions) all.push_back({text, {by.begin(), by.end()}});
    std::stable_sort(all.begin(), all.end(), [](const ReactionShown& a, const ReactionShown& b) {
        return a.by.size() > b.by.size();
    });
    if (all.size() > limits::reactions_shown_max) all.resize(limits::reactions_shown_max);
    return all;
}

}  // namespace

bool members_may_pin(ChannelKind kind) {
    return kind == ChannelKind::discussion || kind == ChannelKind::direct;
}

Marked resolve_marks(const MemberId& author, ChannelKind kind, const std::vector<Mark>& marks) {
    Marked marked;
    const Mark* newest = nullptr;
    std::map<std::string, std::set<MemberId>> reactions;
    for (const Mark& mark : marks) {
        switch (mark.kind) {
            case MarkKind::edit:
                if (mark.author != author || retracted_by_author(mark)) break;
                if (newest == nullptr || edit_order(*newest) < edit_order(mark)) newest = &mark;
                break;
            case MarkKind::retract:
                marked.retracted = marked.retracted || mark.author == author;
                break;
            case MarkKind::reaction:
                if (!retracted_by_author(mark)) reactions[mark.text].insert(mark.author);
                break;
            case MarkKind::pin:
                if (stands(mark, kind) && (!marked.pin || earlier(mark, *marked.pin))) marked.pin = mark;
                break;
            case MarkKind::hide:
                if (stands(mark, kind) && (!marked.hide || earlier(mark, *marked.hide))) marked.hide = mark;
                break;
            case MarkKind::lift:
                break;  // lifts marks, not messages
        }
    }
    if (newest != nullptr) marked.edit = newest->at;
    marked.reactions = shown(reactions);
    return marked;
}

}  // namespace liaise::channel
