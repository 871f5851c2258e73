#include "node/store/secret_store.h"

#include "protocol/base/writer.h"
#include "protocol/crypto/aead.h"

namespace liaise::node::store {
namespace {

constexpr std::size_t nonce_bytes = crypto::Nonce24::size_bytes;
constexpr std::size_t overhead_bytes = nonce_bytes + crypto::tag_bytes;
constexpr Error altered{ErrorCode::not_authentic, "stored secret does not open"};

Bytes place_of(std::uint16_t kind, BytesView name) {
    Writer place;
    place.raw(bytes_of("liaise/1 secret")).u8(0).u16(kind).raw(name);
    return std::move(place).take();
}

// nonce 24 | ciphertext | tag 16
Bytes seal(const crypto::Key& key, RandomSource& random, BytesView place, BytesView secret) {
    Bytes sealed(secret.size() + overhead_bytes);
    const auto nonce = random.draw<crypto::Nonce24>();
    std::copy(nonce.bytes.begin(), nonce.bytes.end(), sealed.begin());
    const MutableBytes whole(sealed);
    crypto::xchacha_seal_into(key, nonce, place, secret, whole.subspan(nonce_bytes, secret.size()),
                              whole.last<crypto::tag_bytes>());
    return sealed;
}

Result<crypto::SecretBytes> open(const crypto::Key& key, BytesView place, BytesView sealed) {
    if (sealed.size() < overhead_bytes) return altered;
    const auto nonce = LIAISE_TRY(crypto::Nonce24::from(sealed.first(nonce_bytes)));
    crypto::SecretBytes secret(sealed.size() - overhead_bytes);
    if (!crypto::xchacha_open_into(key, nonce, place, sealed.subspan(nonce_bytes, secret.size()),
                                   sealed.last<crypto::tag_bytes>(), secret.mutable_view()))
        return altered;
    return secret;
}

}  // namespace

struct SecretStore::Statements {
    explicit Statements(Database& opened) : database(opened) {}

    Database& database;
    Statement put{database, "INSERT OR REPLACE INTO secrets (kind, name, sealed) VALUES (?, ?, ?)"};
    Statement get{database, "SELECT sealed FROM secrets WHERE kind = ? AND name = ?"};
    Statement remove{database, "DELETE FROM secrets WHERE kind = ? AND name = ?"};
    Statement remove_all{database, "DELETE FROM secrets WHERE kind = ?"};
    Statement names{database, "SELECT name FROM secrets WHERE kind = ? AND name >= ? ORDER BY name"};
};

SecretStore::SecretStore(Database& database, const crypto::Key& key, RandomSource& random)
    : sql_(std::make_unique<Statements>(database)), key_(key), random_(random) {}
SecretStore::~SecretStore() = default;

Result<void> SecretStore::put(std::uint16_t kind, BytesView name, BytesView secret) {
    LIAISE_TRY(sql_->database.may_write());
    if (secret.size() > secret_bytes_max)
        return Error{ErrorCode::too_large, "secret is larger than it may be", secret.size()};
    return sql_->put.run(kind, name, seal(key_, random_, place_of(kind, name), secret));
}

Result<std::optional<crypto::SecretBytes>> SecretStore::get(std::uint16_t kind, BytesView name) {
    Query query = sql_->get.query(kind, name);
    if (!LIAISE_TRY(query.next())) return std::optional<crypto::SecretBytes>();
    return std::optional(LIAISE_TRY(open(key_, place_of(kind, name), query.bytes(0))));
}

Result<void> SecretStore::remove(std::uint16_t kind, BytesView name) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->remove.run(kind, name);
}

Result<void> SecretStore::remove_all(std::uint16_t kind) {
    LIAISE_TRY(sql_->database.may_write());
    return sql_->remove_all.run(kind);
}

Result<std::vector<Bytes>> SecretStore::names(std::uint16_t kind, BytesView prefix) {
    std::vector<Bytes> found;
    Query query = sql_->names.query(kind, prefix);
    while (LIAISE_TRY(query.next())) {
        const BytesView name = query.bytes(0);
        if (name.size() < prefix.size() || !same_bytes(name.first(prefix.size()), prefix)) break;
        found.push_back(to_bytes(name));
    }
    return found;
}

}  // namespace liaise::node::store
