// Stores and entries for the tests of node/store.
#pragma once

#include "node/store/store.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temp_folder.h"

namespace liaise::test {

inline const crypto::Key& sample_key() {
    static const crypto::Key key = [] {
        SeededRandom random(99);
        return crypto::Key::draw(random);
    }();
    return key;
}

inline crypto::SecretBytes passphrase(std::string_view text) {
    return crypto::SecretBytes::copy_of(bytes_of(text));
}

// A database alone, in a folder of its own.
struct SampleDatabase {
    SampleDatabase() { reopen(); }
    void reopen() {
        database.reset();
        node::store::DatabaseOptions options;
        options.existing = node::store::Existing::optional;
        database = std::move(node::store::Database::open(path(), sample_key(), random, options)).value();
    }
    std::string path() const { return folder / "store.db"; }
    node::store::Transaction begin() { return std::move(node::store::Transaction::begin(*database)).value(); }

    SeededRandom random{1};
    TempFolder folder;
    std::unique_ptr<node::store::Database> database;
};

// Runs of entries of one writer, signed by nobody: the store does not look at signatures.
class SampleLog {
  public:
    explicit SampleLog(std::uint64_t seed) : random_(seed) {
        channel = random_.draw<ChannelId>();
        writer = random_.draw<WriterKey>();
    }
    SampleLog(std::uint64_t seed, const ChannelId& in) : SampleLog(seed) { channel = in; }

    // The next `count` entries, the last one verified. Views last until the next call.
    const std::vector<node::store::EntryView>& run(std::size_t count, std::size_t payload_bytes = 300) {
        payloads_.assign(count, Bytes(payload_bytes));
        run_.clear();
        for (Bytes& payload : payloads_) {
            random_.fill(payload);
            node::store::EntryView& entry = run_.emplace_back();
            entry.sequence = ++head;
            entry.signature = random_.draw<Signature>();
            entry.id = random_.draw<EntryId>();
            entry.payload = payload;
            entry.payload_bytes = static_cast<std::uint32_t>(payload_bytes);
        }
        if (!run_.empty()) run_.back().verified = true;
        return run_;
    }

    ChannelId channel;
    WriterKey writer;
    std::uint64_t head = 0;

  private:
    SeededRandom random_;
    std::vector<Bytes> payloads_;
    std::vector<node::store::EntryView> run_;
};

inline std::vector<node::store::EntryView> entries_of(node::store::EntryStore& entries,
                                                      node::store::LogRow log, std::uint64_t first,
                                                      std::size_t count_max) {
    std::vector<node::store::EntryView> found;
    if (count_max == 0) return found;
    const auto visited = entries.visit(log, first, [&](const node::store::EntryView& entry) {
        found.push_back(entry);
        found.back().payload.reset();  // borrowed from the row
        return found.size() < count_max;
    });
    LIAISE_CHECK(visited.ok());
    return found;
}

}  // namespace liaise::test
