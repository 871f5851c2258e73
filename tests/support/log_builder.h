// Builds logs for tests: signs entries one after the other, honestly or not, and puts them into runs.
#pragma once

#include "protocol/log/run.h"
#include "tests/support/seeded_random.h"

namespace liaise::test {

// One writer's log, whole and in memory.
class LogBuilder {
  public:
    LogBuilder(RandomSource& random, const ChannelId& channel)
        : key_(crypto::SigningKey::draw(random)), channel_(channel) {}
    LogBuilder(const crypto::SigningKey& key, const ChannelId& channel) : key_(key), channel_(channel) {}

    const log::Entry& add(BytesView payload, log::EntryKind kind = log::EntryKind::content) {
        entries_.push_back(log::sign_entry(key_, channel_, head(), kind, payload).value());
        return entries_.back();
    }
    const log::Entry& add(std::string_view text, log::EntryKind kind = log::EntryKind::content) {
        return add(bytes_of(text), kind);
    }
    // An entry whose signature is garbage, with later ones chained to it.
    const log::Entry& add_badly_signed(std::string_view text) {
        add(text);
        entries_.back().signature.bytes[3] ^= 1;
        entries_.back().id = log::id_of(entries_.back().signed_header());
        return entries_.back();
    }
    // A copy that goes on from `sequence` on its own: what an equivocating writer does.
    LogBuilder branch_after(std::uint64_t sequence) const {
        LogBuilder branch(key_, channel_);
        branch.entries_.assign(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(sequence));
        return branch;
    }

    const crypto::SigningKey& key() const { return key_; }
    const ChannelId& channel() const { return channel_; }
    WriterKey writer() const { return log::writer_key_of(key_); }
    log::LogHead head() const { return head_at(entries_.size()); }
    log::LogHead head_at(std::uint64_t sequence) const {
        return sequence == 0 ? log::LogHead{} : entries_[sequence - 1].head();
    }
    const std::vector<log::Entry>& entries() const { return entries_; }
    const log::Entry& at(std::uint64_t sequence) const { return entries_[sequence - 1]; }

    // A run of first..last, whatever is in them.
    Bytes run(std::uint64_t first, std::uint64_t last) const {
        log::RunBuilder builder({}, writer(), first);
        for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
            const log::Entry& entry = at(sequence);
            builder.add(entry.header.kind, entry.signature, entry.payload.value_or(Bytes{}), true);
        }
        return std::move(builder).finish();
    }

  private:
    crypto::SigningKey key_;
    ChannelId channel_;
    std::vector<log::Entry> entries_;
};

}  // namespace liaise::test
