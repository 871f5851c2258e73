#include "protocol/identity/accreditation_chain.h"

#include "protocol/base/limits.h"
#include "protocol/identity/clock.h"

namespace liaise::identity {
namespace {

bool stands_twice(const std::vector<Accreditation>& links) {
    // Every link but the first is the accreditor of the one below; the last accreditor is the root.
    for (std::size_t i = 0; i < links.size(); ++i)
        for (std::size_t above = i; above < links.size(); ++above)
            if (links[i].member() == links[above].accreditor()) return true;
    return false;
}

Result<void> check_link(const CharterInForce& charter, const Accreditation& link, std::size_t index,
                        std::optional<Time> now) {
    if (link.fields().network != charter.network)
        return Error{ErrorCode::conflict, "an accreditation of another network", index};
    if (now && too_early(link.fields().from, *now))
        return Error{ErrorCode::expired, "an accreditation whose time has not come", index};
    if (now && too_late(link.fields().until, *now))
        return Error{ErrorCode::expired, "an accreditation whose time is over", index};
    return {};
}

}  // namespace

Result<AccreditationChain> AccreditationChain::from(std::vector<Accreditation> links) {
    if (links.empty()) return Error{ErrorCode::malformed, "a chain without a link"};
    if (links.size() > limits::accreditation_chain_max)
        return Error{ErrorCode::too_large, "a chain of too many links", links.size()};
    for (std::size_t i = 0; i + 1 < links.size(); ++i)
        if (links[i].accreditor() != links[i + 1].member())
            return Error{ErrorCode::conflict, "a chain whose links do not meet", i};
    AccreditationChain chain;
    chain.links_ = std::move(links);
    return chain;
}

Result<AccreditationChain> AccreditationChain::parse(BytesView bytes) {
    Reader reader(bytes);
    const std::uint8_t count = LIAISE_TRY(reader.u8());
    if (count > limits::accreditation_chain_max)
        return Error{ErrorCode::too_large, "a chain of too many links", count};
    std::vector<Accreditation> links;
    for (std::size_t i = 0; i < count; ++i)
        links.push_back(
            LIAISE_TRY(Accreditation::parse(LIAISE_TRY(reader.sized16(limits::directory_object_bytes_max)))));
    LIAISE_TRY(reader.end());
    return from(std::move(links));
}

Bytes AccreditationChain::encode() const {
    Writer writer;
    writer.u8(static_cast<std::uint8_t>(links_.size()));
    for (const Accreditation& link : links_) writer.sized16(link.encoded());
    return std::move(writer).take();
}

Result<void> verify_chain(const CharterInForce& charter, const AccreditationChain& chain,
                          std::optional<Time> now) {
    const auto& links = chain.links();
    const std::size_t last = links.size() - 1;
    for (std::size_t i = 0; i <= last; ++i) LIAISE_TRY(check_link(charter, links[i], i, now));
    if (charter.terms.founder(links[last].fields().accreditor) == nullptr)
        return Error{ErrorCode::not_permitted, "a chain that does not end at a founder", last};
    const bool own_word = links.size() == 1 && links[0].member() == links[0].accreditor();
    if (!own_word && stands_twice(links))
        return Error{ErrorCode::not_permitted, "a chain in which someone stands twice"};
    for (std::size_t i = 0; i < last; ++i) {
        const auto& above = links[i + 1].fields();
        const auto& below = links[i].fields();
        if (!charter.terms.policy.permits(above.role, above.country, below.role, below.country))
            return Error{ErrorCode::not_permitted, "an accreditor who may not accredit this role", i};
    }
    return {};
}

}  // namespace liaise::identity
