#include "node/store/migrate.h"

#include <string>

#include "node/store/transaction.h"

namespace liaise::node::store {

Result<void> migrate(Database& database, std::span<const Migration> steps) {
    const auto version = static_cast<std::uint64_t>(LIAISE_TRY(database.number("PRAGMA user_version")));
    if (version > steps.size())
        return Error{ErrorCode::unsupported, "store was made by a newer Liaise", version};
    for (std::size_t done = version; done < steps.size(); ++done) {
        Transaction step = LIAISE_TRY(Transaction::begin(database));
        LIAISE_TRY(database.execute(steps[done].sql));
        const std::string stamp = "PRAGMA user_version = " + std::to_string(done + 1);
        LIAISE_TRY(database.execute(stamp.c_str()));
        LIAISE_TRY(step.commit());
    }
    return {};
}

Result<void> migrate(Database& database) {
    return migrate(database, migrations());
}

}  // namespace liaise::node::store
