#include "protocol/channel/epoch_keys.h"

#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/hash.h"

namespace liaise::channel {

namespace {

using namespace std::string_view_literals;

constexpr auto epoch_id_domain = "liaise/1 epoch-id\0"sv;
constexpr auto entry_key_domain = "liaise/1 entry-key\0"sv;

enum RecordKind : std::uint8_t { epoch_record = 1, entry_record = 2, tag_record = 3, writer_record = 4 };

crypto::SecretBytes record(RecordKind kind, BytesView name, const crypto::Key& key) {
    crypto::SecretBytes bytes(1 + name.size() + key.size_bytes);
    const MutableBytes out = bytes.mutable_view();
    out[0] = kind;
    std::copy(name.begin(), name.end(), out.begin() + 1);
    std::copy(key.view().begin(), key.view().end(),
              out.begin() + 1 + static_cast<std::ptrdiff_t>(name.size()));
    return bytes;
}

}  // namespace

EpochId epoch_id_of(const ChannelId& channel, const crypto::Key& key) {
    EpochId id;
    const Hash hash = crypto::keyed_blake2b(key, {bytes_of(epoch_id_domain), channel.view()});
    std::copy_n(hash.bytes.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

crypto::Key entry_key(const crypto::Key& epoch_key, const ChannelId& channel, const WriterKey& writer,
                      std::uint64_t sequence) {
    const Bytes place = to_bytes(Writer().fixed(channel).fixed(writer).u64(sequence).view());
    Hash hash = crypto::keyed_blake2b(epoch_key, {bytes_of(entry_key_domain), place});
    const crypto::Key key = crypto::Key::copy_of(hash.view()).value();
    crypto::wipe(hash.bytes);
    return key;
}

std::optional<EpochKey> Keyring::current() const {
    if (!current_) return std::nullopt;
    const crypto::Key* const key = find(*current_);
    if (key == nullptr) return std::nullopt;
    return EpochKey{*current_, key};
}

const crypto::Key* Keyring::find(const EpochId& id) const {
    const auto found = epochs_.find(id);
    return found == epochs_.end() ? nullptr : &found->second;
}

const crypto::Key* Keyring::find_entry(const EntryRef& entry) const {
    const auto found = entries_.find(entry);
    return found == entries_.end() ? nullptr : &found->second;
}

bool Keyring::add(const EpochId& id, const crypto::Key& key) {
    return epochs_.try_emplace(id, key).second;
}

bool Keyring::add_entry(const EntryRef& entry, const crypto::Key& key) {
    return entries_.try_emplace(entry, key).second;
}

std::vector<crypto::SecretBytes> Keyring::export_secrets() const {
    std::vector<crypto::SecretBytes> records;
    records.reserve(size() + 2);
    records.push_back(record(tag_record, {}, tag_key));
    records.push_back(record(writer_record, {}, writer_seed));
    for (const auto& [id, key] : epochs_) records.push_back(record(epoch_record, id.view(), key));
    for (const auto& [entry, key] : entries_)
        records.push_back(record(entry_record, Writer().fixed(entry.log).u64(entry.sequence).view(), key));
    return records;
}

Result<void> Keyring::import_secret(const crypto::SecretBytes& record) {
    Reader reader(record.view());
    const std::uint8_t kind = LIAISE_TRY(reader.u8());
    const auto key_at_end = [&reader]() -> Result<crypto::Key> {
        const BytesView bytes = LIAISE_TRY(reader.raw(crypto::Key::size_bytes));
        LIAISE_TRY(reader.end());
        return crypto::Key::copy_of(bytes);
    };
    switch (kind) {
        case epoch_record: {
            const auto id = LIAISE_TRY(reader.fixed<EpochId>());
            add(id, LIAISE_TRY(key_at_end()));
            return {};
        }
        case entry_record: {
            EntryRef entry;
            entry.log = LIAISE_TRY(reader.fixed<LogId>());
            entry.sequence = LIAISE_TRY(reader.u64());
            add_entry(entry, LIAISE_TRY(key_at_end()));
            return {};
        }
        case tag_record:
            tag_key = LIAISE_TRY(key_at_end());
            return {};
        case writer_record:
            writer_seed = LIAISE_TRY(key_at_end());
            return {};
        default:
            return Error{ErrorCode::unsupported, "secret of an unknown kind", kind};
    }
}

bool Keyring::operator==(const Keyring& other) const {
    return current_ == other.current_ && epochs_ == other.epochs_ && entries_ == other.entries_ &&
           tag_key == other.tag_key && writer_seed == other.writer_seed;
}

}  // namespace liaise::channel
