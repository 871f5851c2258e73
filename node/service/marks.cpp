#include "node/service/marks.h"

namespace liaise::node::service {

using channel::MarkKind;

namespace {

std::uint8_t number_of(MarkKind kind) {
    return static_cast<std::uint8_t>(kind);
}

// A retraction counts beyond its author's removal, too (channel_receive.cpp says why).
std::optional<MemberId> counting_author(const Channel& channel, const store::MarkRow& row) {
    const channel::EntryRef at{row.place.sequence, row.log_id};
    if (row.kind == number_of(MarkKind::retract)) return row.author;
    for (const auto& [writer, log] : channel.logs)
        if (log.id == row.log_id && log.forked_at != 0 && at.sequence >= log.forked_at) return std::nullopt;
    const auto author = channel.state.author_of(at);
    return author ? std::optional(author->author) : std::nullopt;
}

}  // namespace

Result<void> Marks::add(const OpenedEntry& entry, MarkKind kind, const channel::EntryRef& target,
                        std::uint32_t number, Time time, const std::string& text) {
    return core_.store.marks().add({entry.place(),
                                    entry.log.id,
                                    number_of(kind),
                                    {target.sequence, target.log},
                                    entry.accepted.author,
                                    number,
                                    time,
                                    text},
                                   limits::marks_each_max);
}

Result<void> Marks::keep(const OpenedEntry& entry, MarkKind kind, const channel::EntryRef& target,
                         std::uint32_t number, const std::string& text) {
    LIAISE_TRY(add(entry, kind, target, number, entry.content->time, text));
    const bool erasable = kind == MarkKind::edit || kind == MarkKind::reaction;
    const bool gone = LIAISE_TRY(retracted(entry.channel, entry.ref())) ||
                      (kind == MarkKind::edit && LIAISE_TRY(retracted(entry.channel, target)));
    return gone && erasable ? erase_mark(entry.place()) : Result<void>();
}

// Its time is the target's: for the trace.
Result<void> Marks::keep_retraction(const OpenedEntry& entry, const channel::Retract& retract) {
    return add(entry, MarkKind::retract, retract.target, 0, retract.time, "");
}

std::vector<channel::Mark> Marks::marks_on(const Channel& channel, const channel::EntryRef& target,
                                           bool deep) {
    std::vector<channel::Mark> marks;
    const auto rows = core_.store.marks().on({target.sequence, target.log});
    if (!rows) return marks;
    for (const store::MarkRow& row : *rows) {
        const auto author = counting_author(channel, row);
        if (!author) continue;
        const channel::EntryRef at{row.place.sequence, row.log_id};
        channel::Mark& mark = marks.emplace_back();
        mark.kind = static_cast<MarkKind>(row.kind);
        mark.at = at;
        mark.author = *author;
        mark.by_convener = channel.state.wrote_as_convener(at);
        mark.number = row.number;
        mark.time = row.time;
        mark.text = row.text;
        if (deep) mark.on_it = marks_on(channel, at, false);
    }
    return marks;
}

channel::Marked Marks::on(const Channel& channel, const channel::EntryRef& target, const MemberId& author) {
    const auto marks = marks_on(channel, target, true);
    if (marks.empty()) return {};
    const channel::Charter* const charter = channel.state.charter();
    return channel::resolve_marks(
        author, charter != nullptr ? charter->kind : channel::ChannelKind::discussion, marks);
}

Result<bool> Marks::retracted(const Channel& channel, const channel::EntryRef& target) {
    const channel::WriterFact* const writer = channel.state.writer(target.log);
    for (const store::MarkRow& row : LIAISE_TRY(core_.store.marks().on({target.sequence, target.log})))
        if (row.kind == number_of(MarkKind::retract) && writer != nullptr && row.author == writer->member)
            return true;
    return false;
}

Result<Time> Marks::trace_time(const Channel& channel, const channel::EntryRef& target) {
    Time newest{};
    const channel::WriterFact* const writer = channel.state.writer(target.log);
    for (const store::MarkRow& row : LIAISE_TRY(core_.store.marks().on({target.sequence, target.log}))) {
        const bool counts =
            row.kind == number_of(MarkKind::retract) && writer != nullptr && row.author == writer->member;
        if (counts) newest = std::max(newest, row.time);
    }
    return newest;
}

Result<void> Marks::erase_on(Channel& channel, const channel::EntryRef& target) {
    for (const store::MarkRow& row : LIAISE_TRY(core_.store.marks().on({target.sequence, target.log})))
        if (row.kind == number_of(MarkKind::edit) || row.kind == number_of(MarkKind::reaction))
            if (channel.log(row.log_id) != nullptr) LIAISE_TRY(erase_mark(row.place));
    return {};
}

Result<void> Marks::erase_mark(const store::EntryPlace& place) {
    LIAISE_TRY(core_.store.entries().erase_payload(place));
    return core_.store.marks().clear_text(place);
}

Result<bool> Marks::is_erasable_mark(const store::EntryPlace& place) {
    for (const store::MarkRow& row : LIAISE_TRY(core_.store.marks().said_by(place)))
        if (row.kind == number_of(MarkKind::edit) || row.kind == number_of(MarkKind::reaction)) return true;
    return false;
}

std::vector<channel::EntryRef> Marks::standing(const Channel& channel, const channel::EntryRef& target,
                                               MarkKind kind, const std::string& text,
                                               const std::optional<MemberId>& author) {
    std::vector<channel::EntryRef> found;
    for (const channel::Mark& mark : marks_on(channel, target, true)) {
        if (mark.kind != kind || (author && mark.author != *author)) continue;
        if (kind == MarkKind::reaction && mark.text != text) continue;
        const bool over = std::any_of(mark.on_it.begin(), mark.on_it.end(), [&](const channel::Mark& on_it) {
            return on_it.kind == MarkKind::lift ||
                   (on_it.kind == MarkKind::retract && on_it.author == mark.author);
        });
        if (!over || kind != MarkKind::reaction) found.push_back(mark.at);
    }
    std::sort(found.begin(), found.end());
    return found;
}

Result<std::uint32_t> Marks::next_edit_number(const channel::EntryRef& target) {
    std::uint32_t highest = 0;
    for (const store::MarkRow& row : LIAISE_TRY(core_.store.marks().on({target.sequence, target.log})))
        if (row.kind == number_of(MarkKind::edit)) highest = std::max(highest, row.number);
    return std::min(highest + 1, limits::edit_number_max);
}

Result<std::size_t> Marks::used(const LogRuntime& log, const channel::EntryRef& target, MarkKind kind) {
    std::size_t count = 0;
    for (const store::MarkRow& row : LIAISE_TRY(core_.store.marks().on({target.sequence, target.log})))
        count += row.kind == number_of(kind) && row.place.log == log.row ? 1 : 0;
    return count;
}

}  // namespace liaise::node::service
