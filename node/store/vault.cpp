#include "node/store/vault.h"

#include "node/store/files.h"
#include "protocol/base/reader.h"
#include "protocol/base/writer.h"
#include "protocol/crypto/aead.h"
#include "protocol/crypto/kdf.h"

namespace liaise::node::store {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::uint8_t argon2id = 1;
constexpr std::size_t sealed_at = 1 + 1 + 4 + 4 + 16 + 24;  // what comes before is associated data
static_assert(sealed_at + 48 == vault_bytes);

std::string_view label_of(VaultUse use) {
    switch (use) {
        case VaultUse::pages:
            return "pages";
        case VaultUse::chunks:
            return "chunks";
        case VaultUse::secrets:
            return "secrets";
    }
    return "";
}

crypto::Nonce24 nonce_of(const VaultFile& file) {
    return crypto::Nonce24{file.nonce.bytes};
}

Result<VaultFile> wrap(const crypto::Key& master_key, const crypto::SecretBytes& passphrase,
                       crypto::PasswordCost cost, RandomSource& random) {
    VaultFile file{cost, random.draw<crypto::PasswordSalt>(), {}, {}};
    random.fill(file.nonce.bytes);
    const crypto::Key wrapping = LIAISE_TRY(crypto::key_from_password(passphrase, file.salt, cost));
    const MutableBytes body = MutableBytes(file.sealed_key.bytes).first<32>();
    std::copy(master_key.view().begin(), master_key.view().end(), body.begin());
    const Bytes head = file.bytes();
    crypto::xchacha_seal_in_place(wrapping, nonce_of(file), BytesView(head).first(sealed_at), body,
                                  std::span(file.sealed_key.bytes).last<16>());
    return file;
}

}  // namespace

Result<VaultFile> VaultFile::parse(BytesView bytes) {
    Reader reader(bytes);
    if (LIAISE_TRY(reader.u8()) != version)
        return Error{ErrorCode::unsupported, "vault of a version that is not known here", bytes[0]};
    if (LIAISE_TRY(reader.u8()) != argon2id)
        return Error{ErrorCode::unsupported, "vault with a key derivation that is not known here", bytes[1]};
    VaultFile file;
    file.cost.passes = LIAISE_TRY(reader.u32());
    file.cost.memory_kib = LIAISE_TRY(reader.u32());
    file.salt = LIAISE_TRY(reader.fixed<crypto::PasswordSalt>());
    file.nonce = LIAISE_TRY(reader.fixed<decltype(file.nonce)>());
    file.sealed_key = LIAISE_TRY(reader.fixed<decltype(file.sealed_key)>());
    LIAISE_TRY(reader.end());
    const auto& [least, most] = std::pair(crypto::password_cost_least, crypto::password_cost_most);
    if (file.cost.passes < least.passes || file.cost.memory_kib < least.memory_kib)
        return Error{ErrorCode::malformed, "vault with a passphrase cost below its least"};
    if (file.cost.passes > most.passes || file.cost.memory_kib > most.memory_kib)
        return Error{ErrorCode::too_large, "vault with a passphrase cost above its most"};
    return file;
}

Bytes VaultFile::bytes() const {
    Writer writer;
    writer.u8(version).u8(argon2id).u32(cost.passes).u32(cost.memory_kib);
    writer.fixed(salt).fixed(nonce).fixed(sealed_key);
    return std::move(writer).take();
}

Result<Vault> Vault::draw(const crypto::SecretBytes& passphrase, crypto::PasswordCost cost,
                          RandomSource& random) {
    crypto::Key master_key = crypto::Key::draw(random);
    const VaultFile file = LIAISE_TRY(wrap(master_key, passphrase, cost, random));
    return Vault(std::move(master_key), file);
}

Result<Vault> Vault::open(const std::string& path, const crypto::SecretBytes& passphrase) {
    const Bytes bytes = LIAISE_TRY(read_file(path, vault_bytes));
    const VaultFile file = LIAISE_TRY(VaultFile::parse(bytes));
    const crypto::Key wrapping = LIAISE_TRY(crypto::key_from_password(passphrase, file.salt, file.cost));
    crypto::Key master_key;
    const BytesView sealed = file.sealed_key.view();
    if (!crypto::xchacha_open_into(wrapping, nonce_of(file), BytesView(bytes).first(sealed_at),
                                   sealed.first(32), sealed.last<16>(), master_key.mutable_view()))
        return Error{ErrorCode::not_authentic, "wrong passphrase, or the vault was altered"};
    return Vault(std::move(master_key), file);
}

Result<void> Vault::save(const std::string& path) const {
    return replace_file(path, file_.bytes());
}

Result<void> Vault::change_passphrase(const crypto::SecretBytes& passphrase, crypto::PasswordCost cost,
                                      RandomSource& random) {
    file_ = LIAISE_TRY(wrap(master_key_, passphrase, cost, random));
    return {};
}

crypto::Key Vault::subkey(VaultUse use) const {
    crypto::Key key;
    crypto::hkdf_expand(master_key_.view(), {bytes_of("liaise/1 vault "), bytes_of(label_of(use))},
                        key.mutable_view());
    return key;
}

}  // namespace liaise::node::store
