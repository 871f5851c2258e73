#include "node/store/chunk_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/store/transaction.h"
#include "protocol/base/limits.h"
#include "protocol/crypto/aead.h"

namespace liaise::node::store {
namespace {

constexpr std::size_t nonce_bytes = crypto::Nonce24::size_bytes;
static_assert(nonce_bytes + crypto::tag_bytes == chunk_record_overhead_bytes);

using PlaceBytes = std::array<std::uint8_t, 15 + ChunkId::size_bytes>;

PlaceBytes place_of(const ChunkId& id) {
    PlaceBytes place{};
    const BytesView label = bytes_of("liaise/1 chunk\n");
    std::copy(label.begin(), label.end(), place.begin());
    std::copy(id.bytes.begin(), id.bytes.end(), place.begin() + 15);
    return place;
}

}  // namespace

struct ChunkFile::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    Statement end{database, "SELECT at, bytes FROM chunks ORDER BY at DESC LIMIT 1"};
    Statement find{database, "SELECT at, bytes FROM chunks WHERE id = ?"};
    Statement add{database, "INSERT OR IGNORE INTO chunks (at, bytes, id) VALUES (?, ?, ?) RETURNING at"};
    Statement unused{database,
                     "SELECT at, bytes FROM chunks WHERE NOT EXISTS"
                     " (SELECT 1 FROM chunk_uses WHERE chunk_uses.chunk = chunks.id) LIMIT ?"};
    Statement remove{database, "DELETE FROM chunks WHERE at = ?"};
};

ChunkFile::ChunkFile(Descriptor file, std::unique_ptr<Statements> sql, const crypto::Key& key,
                     RandomSource& random)
    : file_(std::move(file)), sql_(std::move(sql)), key_(key), random_(random) {}
ChunkFile::~ChunkFile() = default;

Result<std::unique_ptr<ChunkFile>> ChunkFile::open(const std::string& path, Database& database,
                                                   const crypto::Key& key, RandomSource& random) {
    const bool is_new = !file_exists(path);
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) return system_error("chunk file cannot be opened");
    if (is_new) LIAISE_TRY(sync_folder(folder_of(path)));
    std::unique_ptr<ChunkFile> chunks(
        new ChunkFile(std::move(file), std::make_unique<Statements>(database), key, random));
    {
        Query last = chunks->sql_->end.query();
        if (LIAISE_TRY(last.next()))
            chunks->end_ =
                static_cast<std::uint64_t>(last.number(0) + last.number(1)) + chunk_record_overhead_bytes;
    }
    struct stat status {};
    if (::fstat(chunks->file_.number(), &status) != 0) return system_error("chunk file cannot be looked at");
    if (static_cast<std::uint64_t>(status.st_size) > chunks->end_ &&
        ::ftruncate(chunks->file_.number(), static_cast<off_t>(chunks->end_)) != 0)
        return system_error("chunk file cannot be cut");
    return chunks;
}

Result<bool> ChunkFile::contains(const ChunkId& id) {
    return sql_->find.query(id).next();
}

Result<Bytes> ChunkFile::read(const ChunkId& id) {
    constexpr Error altered{ErrorCode::not_authentic, "stored chunk was damaged or altered"};
    Query query = sql_->find.query(id);
    if (!LIAISE_TRY(query.next())) return Error{ErrorCode::not_known, "chunk is not here"};
    const auto size = static_cast<std::size_t>(query.number(1));
    if (size > limits::chunk_bytes_max) return altered;
    Bytes record(size + chunk_record_overhead_bytes);
    const Result<void> got = read_all(file_, record, static_cast<std::uint64_t>(query.number(0)));
    if (!got) return got.error().code == ErrorCode::malformed ? altered : got.error();
    const auto nonce = LIAISE_TRY(crypto::Nonce24::from(BytesView(record).first(nonce_bytes)));
    const MutableBytes whole(record);
    Bytes chunk(size);
    if (!crypto::xchacha_open_into(key_, nonce, place_of(id), whole.subspan(nonce_bytes, size),
                                   whole.last<crypto::tag_bytes>(), chunk))
        return altered;
    return chunk;
}

Result<std::vector<PlacedChunk>> ChunkFile::write_batch(std::span<const ChunkView> chunks) {
    std::vector<PlacedChunk> placed;
    std::uint64_t at = end_;
    for (const ChunkView& chunk : chunks) {
        if (chunk.bytes.size() > limits::chunk_bytes_max)
            return Error{ErrorCode::too_large, "chunk is larger than it may be", chunk.bytes.size()};
        record_.resize(chunk.bytes.size() + chunk_record_overhead_bytes);
        const auto nonce = random_.draw<crypto::Nonce24>();
        std::copy(nonce.bytes.begin(), nonce.bytes.end(), record_.begin());
        const MutableBytes whole(record_);
        crypto::xchacha_seal_into(key_, nonce, place_of(chunk.id), chunk.bytes,
                                  whole.subspan(nonce_bytes, chunk.bytes.size()),
                                  whole.last<crypto::tag_bytes>());
        LIAISE_TRY(write_all(file_, record_, at));
        placed.push_back({chunk.id, at, static_cast<std::uint32_t>(chunk.bytes.size())});
        at += record_.size();
    }
    if (::fdatasync(file_.number()) != 0) return system_error("chunk file cannot be made durable");
    end_ = at;
    return placed;
}

Result<void> ChunkFile::index(std::span<const PlacedChunk> placed) {
    LIAISE_TRY(sql_->database.may_write());
    for (const PlacedChunk& chunk : placed) {
        Query query = sql_->add.query(chunk.at, chunk.bytes, chunk.id);
        if (LIAISE_TRY(query.next())) {
            LIAISE_TRY(query.next());
        } else {
            punch(chunk.at, chunk.bytes + chunk_record_overhead_bytes);
        }
    }
    return {};
}

Result<std::size_t> ChunkFile::drop_unused(std::size_t count_max) {
    std::vector<PlacedChunk> unused;
    {
        Query query = sql_->unused.query(count_max);
        while (LIAISE_TRY(query.next()))
            unused.push_back({{},
                              static_cast<std::uint64_t>(query.number(0)),
                              static_cast<std::uint32_t>(query.number(1))});
    }
    if (unused.empty()) return std::size_t{0};
    Transaction transaction = LIAISE_TRY(Transaction::begin(sql_->database));
    for (const PlacedChunk& chunk : unused) LIAISE_TRY(sql_->remove.run(chunk.at));
    LIAISE_TRY(transaction.commit());
    for (const PlacedChunk& chunk : unused) punch(chunk.at, chunk.bytes + chunk_record_overhead_bytes);
    return unused.size();
}

// Best effort: a file system that cannot punch keeps the sealed bytes until the file goes.
void ChunkFile::punch(std::uint64_t at, std::uint64_t bytes) {
    static_cast<void>(::fallocate(file_.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                  static_cast<off_t>(at), static_cast<off_t>(bytes)));
}

}  // namespace liaise::node::store
