#include "protocol/crypto/password.h"

#include <sodium.h>

namespace liaise::crypto {

Result<Key> key_from_password(const SecretBytes& password, const PasswordSalt& salt, PasswordCost cost) {
    if (cost.passes < password_cost_least.passes || cost.memory_kib < password_cost_least.memory_kib)
        return Error{ErrorCode::malformed, "passphrase cost below its least"};
    if (cost.passes > password_cost_most.passes || cost.memory_kib > password_cost_most.memory_kib)
        return Error{ErrorCode::too_large, "passphrase cost above its most"};
    Key key;
    if (crypto_pwhash(key.mutable_view().data(), key.view().size(),
                      reinterpret_cast<const char*>(password.view().data()), password.size(),
                      salt.bytes.data(), cost.passes, std::size_t{cost.memory_kib} * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return Error{ErrorCode::exhausted, "not enough memory to check the passphrase", cost.memory_kib};
    return key;
}

}  // namespace liaise::crypto
