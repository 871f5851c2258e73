// Reading: timelines, conversations, what is unread, pinned or mentions this user.
#include "node/service/messages.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t read_most = 10'000;
constexpr std::size_t page = 200;
constexpr std::size_t climb_most = 1000;  // answers to answers, up to where a conversation began
constexpr std::size_t pins_looked_at = 10'000;

bool is_document(const store::MessageRow& row) {
    return row.kind == static_cast<std::uint8_t>(MessageKind::document);
}
// The library shows documents; what is left of one that was taken back stands among the messages.
bool is_for_library(const store::MessageRow& row) {
    return is_document(row) && row.state == static_cast<std::uint8_t>(MessageState::shown);
}
bool older(const store::MessageRow& a, const store::MessageRow& b) {
    return a.key < b.key;
}

}  // namespace

// The whole conversation that an entry belongs to. What it names as its cause is others' to say: answers may
// name each other in a ring, or an entry that is not here.
Outcome<std::vector<store::MessageRow>> Messages::thread(log::MessageRef of, std::size_t limit) {
    const auto row_at = [this](const log::MessageRef& ref) -> Outcome<std::optional<store::MessageRow>> {
        Channel* const channel = channels_.of_log(ref.log);
        const LogRuntime* const log = channel == nullptr ? nullptr : channel->log(ref.log);
        if (log == nullptr) return std::optional<store::MessageRow>();
        return or_refusal(core_.store.messages().find({log->row, ref.sequence}));
    };
    std::set<log::MessageRef> climbed{of};
    while (climbed.size() < climb_most) {
        const auto row = LIAISE_TRY(row_at(of));
        if (!row || !row->reply_to || !LIAISE_TRY(row_at(*row->reply_to))) break;
        if (!climbed.insert(*row->reply_to).second) break;
        of = *row->reply_to;
    }
    std::vector<store::MessageRow> rows;
    std::set<log::MessageRef> seen{of};
    std::vector<log::MessageRef> next{of};
    while (!next.empty() && rows.size() < limit) {
        const log::MessageRef ref = next.back();
        next.pop_back();
        if (const auto row = LIAISE_TRY(row_at(ref))) rows.push_back(*row);
        const auto replies = LIAISE_TRY(
            or_refusal(core_.store.messages().replies({ref.sequence, ref.log}, std::nullopt, limit)));
        for (auto reply = replies.rbegin(); reply != replies.rend(); ++reply) {
            const log::MessageRef at{reply->place.sequence, reply->log_id};
            if (seen.insert(at).second) next.push_back(at);
        }
    }
    std::stable_sort(rows.begin(), rows.end(), older);
    return rows;
}

Outcome<std::vector<store::MessageRow>> Messages::pinned(const std::optional<ChannelId>& within) {
    std::vector<store::MessageRow> rows;
    for (const log::MessageRef& ref : LIAISE_TRY(or_refusal(core_.store.marks().pinned(pins_looked_at)))) {
        Channel* const channel = channels_.of_log(ref.log);
        if (channel == nullptr || (within && channel->id() != *within)) continue;
        const LogRuntime* const log = channel->log(ref.log);
        const auto row = LIAISE_TRY(or_refusal(core_.store.messages().find({log->row, ref.sequence})));
        if (row && marks_.on(*channel, ref, row->author).pin) rows.push_back(*row);
    }
    std::stable_sort(rows.begin(), rows.end(), older);
    return rows;
}

// What is asked for by what it is, not by where it stands; oldest first.
Outcome<std::vector<store::MessageRow>> Messages::chosen(const ReadRequest& request,
                                                         const std::optional<ChannelId>& within,
                                                         std::size_t limit) {
    if (!request.thread.empty()) return thread(LIAISE_TRY(named(request.thread)), limit);
    if (request.pinned) return pinned(within);
    std::vector<store::MessageRow> rows;
    for (const auto& [id, channel] : channels_.all()) {
        if (within && id != *within) continue;
        const auto found = LIAISE_TRY(
            or_refusal(request.unread ? core_.store.messages().unread(id, std::nullopt, limit)
                                      : core_.store.messages().mentioning_us(id, std::nullopt, limit)));
        rows.insert(rows.end(), found.begin(), found.end());
    }
    std::stable_sort(rows.begin(), rows.end(), older);
    if (request.mentions && rows.size() > limit)  // of several channels the newest
        rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(limit));
    return rows;
}

Outcome<ReadAnswer> Messages::timeline(const ReadRequest& request, const std::optional<ChannelId>& within,
                                       std::size_t limit) {
    store::TimelineQuery query;
    query.limit = page;
    query.channel = within;
    if (!request.before.empty()) query.before = LIAISE_TRY(row_of(request.before)).key;
    if (!request.after.empty()) query.after = LIAISE_TRY(row_of(request.after)).key;
    query.newest_first = request.after.empty();

    ReadAnswer answer;
    std::vector<store::MessageRow> news;
    for (bool more = true; more && answer.messages.size() < limit;) {
        const auto rows = LIAISE_TRY(or_refusal(core_.store.messages().timeline(query)));
        more = rows.size() == query.limit;
        for (const store::MessageRow& row : rows) {
            if (answer.messages.size() == limit) break;
            if (is_for_library(row)) continue;
            auto shown = view(row);
            if (!shown) continue;
            if (is_muted(*shown)) {
                ++answer.muted;
                continue;
            }
            if (row.unread) news.push_back(row);
            answer.messages.push_back(*std::move(shown));
        }
        if (rows.empty()) break;
        (query.newest_first ? query.before : query.after) = rows.back().key;
    }
    if (query.newest_first == request.oldest_first)
        std::reverse(answer.messages.begin(), answer.messages.end());
    if (request.mark_read) LIAISE_TRY(mark_read(news));
    return answer;
}

Outcome<ReadAnswer> Messages::read(const ReadRequest& request) {
    const std::size_t limit = std::min(request.limit, read_most);
    std::optional<ChannelId> within;
    if (!request.channel.empty())
        within = LIAISE_TRY(channels_.named(request.channel))->id();
    else if (!trust_.in_network())
        return refusals::no_network();
    const bool by_what = !request.thread.empty() || request.unread || request.mentions || request.pinned;
    if (!by_what) return timeline(request, within, limit);

    ReadAnswer answer;
    std::vector<store::MessageRow> news;
    for (const store::MessageRow& row : LIAISE_TRY(chosen(request, within, limit))) {
        if (answer.messages.size() == limit) break;
        if (is_for_library(row) && !request.pinned) continue;
        auto shown = view(row);
        if (!shown) continue;
        if (is_muted(*shown)) {
            ++answer.muted;
            continue;
        }
        if (row.unread) news.push_back(row);
        answer.messages.push_back(*std::move(shown));
    }
    if (!request.oldest_first) std::reverse(answer.messages.begin(), answer.messages.end());
    if (request.mark_read) LIAISE_TRY(mark_read(news));
    return answer;
}

// The answer does not wait for it: to have read is no promise.
Outcome<Done> Messages::mark_read(const std::vector<store::MessageRow>& shown) {
    if (shown.empty()) return Done{};
    LIAISE_TRY(or_refusal(core_.batch.write()));
    std::set<ChannelId> channels;
    for (const store::MessageRow& row : shown) {
        channels.insert(row.channel);
        if (const auto marked = core_.store.messages().mark_read(row.key); !marked) {
            core_.batch.fail(marked.error());
            return refusals::from_store(marked.error());
        }
    }
    for (const ChannelId& id : channels)
        if (Channel* const channel = channels_.find(id)) tell_seen(*channel);
    return Done{};
}

void Messages::tell_seen(Channel& channel) {
    const channel::Charter* const charter = channel.state.charter();
    if (charter == nullptr || !charter->receipts || !channel.state.sealing_epoch()) return;
    channel::Seen seen;
    for (const auto& [writer, log] : channel.logs) {
        if (log.own || seen.lasts.size() == limits::seen_logs_max) continue;
        const auto unread = core_.store.messages().first_unread(channel.id(), log.row);
        if (!unread) return;
        const std::uint64_t last = *unread ? **unread - 1 : log.head.sequence;
        std::uint64_t& told = seen_told_[log.id];
        if (last <= told) continue;
        told = last;
        seen.lasts.push_back({last, log.id});
    }
    if (seen.lasts.empty()) return;
    std::sort(seen.lasts.begin(), seen.lasts.end(),
              [](const auto& a, const auto& b) { return a.log < b.log; });
    // What does not go out now is said with the next reading.
    if (!channels_.author(channel, std::move(seen))) core_.log.event(Level::debug, "receipt_not_written");
}

Outcome<DeliveryView> Messages::delivery(const std::string& message) {
    const store::MessageRow row = LIAISE_TRY(row_of(message));
    Channel* const channel = channels_.find(row.channel);
    const LogRuntime* const log = channel == nullptr ? nullptr : channel->log(row.log_id);
    auto shown = view(row);
    if (log == nullptr || !shown) return refusals::not_found("message", message, "");
    if (!log->own) return refusals::delivery_of_own_only();
    DeliveryView delivery{*std::move(shown), {}};
    for (const Deliveries::Device& device : deliveries_.devices(*channel, *log, row.place.sequence))
        delivery.devices.push_back({trust_.name_of(device.member), device.member, device.device,
                                    device.read    ? "read"
                                    : device.holds ? "delivered"
                                                   : "waiting"});
    return delivery;
}

}  // namespace liaise::node::service
