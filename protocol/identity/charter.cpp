#include "protocol/identity/charter.h"

#include <algorithm>

#include "protocol/base/limits.h"
#include "protocol/identity/fields.h"
#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

struct SignedBody {
    BytesView body;
    SignatureSet signatures;
};

Result<SignedBody> read_signed(BytesView bytes, crypto::Purpose purpose) {
    Reader reader(bytes);
    const BytesView body = LIAISE_TRY(reader.sized16(limits::directory_object_bytes_max));
    SignatureSet signatures = LIAISE_TRY(SignatureSet::read(reader, purpose, body));
    LIAISE_TRY(reader.end());
    return SignedBody{body, std::move(signatures)};
}

Bytes write_signed(BytesView body, const SignatureSet& signatures) {
    Writer writer;
    writer.sized16(body);
    signatures.write(writer);
    return std::move(writer).take();
}

// The founders who signed, by rank.
std::vector<std::size_t> signers(const Terms& terms, const SignatureSet& signatures) {
    std::vector<std::size_t> ranks;
    for (std::size_t rank = 0; rank < terms.founders.size(); ++rank)
        if (signatures.has(terms.founders[rank].identity)) ranks.push_back(rank);
    return ranks;
}

}  // namespace

Result<Bytes> Charter::body_of(const Terms& terms, Time created) {
    LIAISE_TRY(terms.check());
    Writer writer;
    writer.u8(format_version);
    write_time(writer, created);
    terms.write(writer);
    return std::move(writer).take();
}

Result<Charter> Charter::assemble(Bytes body, SignatureSet signatures) {
    Charter charter;
    Reader reader(body);
    LIAISE_TRY(read_version(reader));
    charter.created_ = LIAISE_TRY(read_time(reader));
    charter.terms_ = LIAISE_TRY(Terms::read(reader));
    LIAISE_TRY(reader.end());
    const std::size_t count = signers(charter.terms_, signatures).size();
    if (count != signatures.size())
        return Error{ErrorCode::not_permitted, "a charter signed by someone who is no founder"};
    if (count < charter.terms_.threshold)
        return Error{ErrorCode::not_permitted, "a charter signed by too few founders", count};
    charter.network_ = labelled_hash<NetworkId>("liaise/1 network-id", {body});
    charter.body_ = std::move(body);
    charter.signatures_ = std::move(signatures);
    return charter;
}

Result<Charter> Charter::parse(BytesView bytes) {
    SignedBody parts = LIAISE_TRY(read_signed(bytes, crypto::Purpose::charter));
    return assemble(to_bytes(parts.body), std::move(parts.signatures));
}

Result<Charter> Charter::found(const Terms& terms, Time created,
                               std::span<const crypto::SigningKey* const> founders) {
    Bytes body = LIAISE_TRY(body_of(terms, created));
    SignatureSet signatures;
    for (const crypto::SigningKey* const founder : founders)
        signatures.add(*founder, crypto::Purpose::charter, body);
    return assemble(std::move(body), std::move(signatures));
}

Bytes Charter::encode() const {
    return write_signed(body_, signatures_);
}

bool Charter::unite(const Charter& other) {
    LIAISE_CHECK(other.network_ == network_);
    return signatures_.unite(other.signatures_);
}

Result<Bytes> Amendment::body_of(const Fields& fields) {
    LIAISE_TRY(fields.terms.check());
    if (fields.number == 0) return Error{ErrorCode::malformed, "amendments are numbered from one"};
    Writer writer;
    writer.u8(format_version).fixed(fields.network).u32(fields.number).fixed(fields.previous);
    write_time(writer, fields.created);
    fields.terms.write(writer);
    return std::move(writer).take();
}

Result<Amendment> Amendment::assemble(Bytes body, SignatureSet signatures) {
    Amendment amendment;
    Reader reader(body);
    LIAISE_TRY(read_version(reader));
    Fields& fields = amendment.fields_;
    fields.network = LIAISE_TRY(reader.fixed<NetworkId>());
    fields.number = LIAISE_TRY(reader.u32());
    if (fields.number == 0) return Error{ErrorCode::malformed, "amendments are numbered from one"};
    fields.previous = LIAISE_TRY(reader.fixed<Hash>());
    fields.created = LIAISE_TRY(read_time(reader));
    fields.terms = LIAISE_TRY(Terms::read(reader));
    LIAISE_TRY(reader.end());
    amendment.hash_ = labelled_hash<Hash>("liaise/1 amendment-id", {body});
    amendment.body_ = std::move(body);
    amendment.signatures_ = std::move(signatures);
    return amendment;
}

Result<Amendment> Amendment::parse(BytesView bytes) {
    SignedBody parts = LIAISE_TRY(read_signed(bytes, crypto::Purpose::charter_amendment));
    return assemble(to_bytes(parts.body), std::move(parts.signatures));
}

Bytes Amendment::encode() const {
    return write_signed(body_, signatures_);
}

bool Amendment::unite(const Amendment& other) {
    LIAISE_CHECK(other.hash_ == hash_);
    return signatures_.unite(other.signatures_);
}

CharterInForce in_force(const Charter& charter) {
    const Hash head = Hash::from(charter.network().view()).value();
    return {charter.network(), 0, head, charter.terms()};
}

Result<CharterInForce> amended(const CharterInForce& before, const Amendment& amendment) {
    const Amendment::Fields& fields = amendment.fields();
    const bool next = fields.network == before.network && fields.previous == before.head &&
                      std::uint64_t{fields.number} == std::uint64_t{before.number} + 1;
    if (!next)
        return Error{ErrorCode::conflict, "an amendment of other terms than those in force", fields.number};
    const std::size_t count = signers(before.terms, amendment.signatures()).size();
    if (count < before.terms.threshold)
        return Error{ErrorCode::not_permitted, "an amendment signed by too few founders", count};
    return CharterInForce{before.network, fields.number, amendment.hash(), fields.terms};
}

bool goes_before(const CharterInForce& before, const Amendment& a, const Amendment& b) {
    const auto by_a = signers(before.terms, a.signatures());
    const auto by_b = signers(before.terms, b.signatures());
    if (by_a.size() != by_b.size()) return by_a.size() > by_b.size();
    if (by_a != by_b) return by_a < by_b;
    return a.hash() < b.hash();
}

}  // namespace liaise::identity
