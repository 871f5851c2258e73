#include "protocol/channel/alias_letter.h"

#include <algorithm>
#include <functional>

#include "protocol/base/entering_limits.h"
#include "protocol/base/reader.h"
#include "protocol/base/text.h"
#include "protocol/base/writer.h"
#include "protocol/channel/content.h"
#include "protocol/channel/own_packages.h"
#include "protocol/channel/padding.h"
#include "protocol/channel/sealed_letter.h"
#include "protocol/crypto/hash.h"

namespace liaise::channel {

namespace {

using namespace std::string_view_literals;
using Act = AliasLetter::Act;

constexpr LetterKind kind{5, "liaise/1 alias-letter\0"sv};
constexpr auto code_label = "liaise/1 alias-letter-code\0"sv;
constexpr std::size_t credential_bytes = 161;
constexpr std::size_t petition_bytes_max =
    1 + limits::alias_name_bytes_max + credential_bytes + 2 + limits::alias_package_bytes_max;
constexpr std::size_t handed_bytes_max =
    1 + limits::alias_name_bytes_max + 32 + 32 + 1 + 32 * limits::conveners_max;
constexpr std::size_t body_bytes_max = 256 + limits::alias_letter_text_bytes_max + petition_bytes_max +
                                       limits::alias_card_bytes_max + handed_bytes_max;

static_assert(petition_bytes_max < limits::alias_card_bytes_max, "a letter has one or the other");
static_assert((256 + limits::alias_letter_text_bytes_max + limits::alias_card_bytes_max + handed_bytes_max +
               limits::credential_bytes_max + 256) *
                  112 / 100 <=
              limits::alias_parcel_bytes_max);

Result<Hash> code_of(BytesView body, const crypto::DhKey& own, const DhPublicKey& other,
                     const DeviceId& author, const DeviceId& reader) {
    const crypto::Key shared = LIAISE_TRY(own.agree(other.view()));
    const Hash key = crypto::keyed_blake2b(shared, {bytes_of(code_label), author.view(), reader.view()});
    return crypto::keyed_blake2b(LIAISE_TRY(crypto::Key::copy_of(key.view())), {body});
}

Result<void> check_code(const Hash& code, const Hash& due) {
    if (crypto::equal(code.view(), due.view())) return {};
    return Error{ErrorCode::not_authentic, "letter was written by somebody else"};
}

Result<void> check(const AliasLetter::Handed& handed) {
    LIAISE_TRY(check_alias_name(handed.name));
    if (handed.told.empty() || handed.told.size() > limits::conveners_max)
        return Error{ErrorCode::too_large, "number of those who were told", handed.told.size()};
    if (std::adjacent_find(handed.told.begin(), handed.told.end(), std::greater_equal<>()) !=
        handed.told.end())
        return Error{ErrorCode::malformed, "those who were told are not in order"};
    return {};
}

Result<void> check(const AliasLetter& letter, const MemberId& sender) {
    if (letter.act < Act::ask || letter.act > Act::hand)
        return Error{ErrorCode::unsupported, "letter of a newer version"};
    if (letter.number == 0 || letter.number > limits::sequence_max)
        return Error{ErrorCode::malformed, "number of a request out of range", letter.number};
    const bool by_asker = letter.act == Act::ask || letter.act == Act::withdraw || letter.act == Act::hand;
    if (by_asker && letter.asker != sender)
        return Error{ErrorCode::not_permitted, "a request in another's name"};
    if (letter.petition.has_value() != (letter.act == Act::ask))
        return Error{ErrorCode::malformed, "a petition comes with asking, and only then"};
    if (letter.card.has_value() != (letter.act == Act::offer || letter.act == Act::hand))
        return Error{ErrorCode::malformed, "a charter comes with an offer or an alias, and only then"};
    if (letter.handed.has_value() != (letter.act == Act::hand))
        return Error{ErrorCode::malformed, "an alias comes with the handing, and only then"};
    if (letter.act == Act::withdraw && !letter.text.empty())
        return Error{ErrorCode::malformed, "taken back with a text"};
    if (letter.petition) {
        LIAISE_TRY(check_alias_name(letter.petition->name));
        if (letter.petition->key_package.size() > limits::alias_package_bytes_max)
            return Error{ErrorCode::too_large, "key package over its limit"};
    }
    if (letter.handed) LIAISE_TRY(check(*letter.handed));
    if (letter.card && letter.card->aliases == AliasRule::none)
        return Error{ErrorCode::malformed, "offer to ask where there are no aliases"};
    return letter.text.empty() ? Result<void>()
                               : check_name(letter.text, limits::alias_letter_text_bytes_max);
}

Bytes encode(const AliasLetter::Petition& petition) {
    Writer writer;
    writer.u8(static_cast<std::uint8_t>(petition.name.size())).raw(bytes_of(petition.name));
    writer.raw(petition.credential).sized16(petition.key_package);
    return std::move(writer).take();
}

Result<AliasLetter::Petition> decode_petition(BytesView bytes) {
    Reader reader(bytes);
    AliasLetter::Petition petition;
    const std::size_t size = LIAISE_TRY(reader.u8());
    if (size > limits::alias_name_bytes_max) return Error{ErrorCode::too_large, "name over its limit", size};
    const BytesView name = LIAISE_TRY(reader.raw(size));
    petition.name.assign(name.begin(), name.end());
    petition.credential = to_bytes(LIAISE_TRY(reader.raw(credential_bytes)));
    petition.key_package = to_bytes(LIAISE_TRY(reader.sized16(limits::alias_package_bytes_max)));
    LIAISE_TRY(reader.end());
    return petition;
}

Bytes encode(const AliasLetter::Handed& handed) {
    Writer writer;
    writer.u8(static_cast<std::uint8_t>(handed.name.size())).raw(bytes_of(handed.name));
    writer.raw(handed.seed.view()).fixed(handed.device).u8(static_cast<std::uint8_t>(handed.told.size()));
    for (const MemberId& convener : handed.told) writer.fixed(convener);
    return std::move(writer).take();
}

Result<AliasLetter::Handed> decode_handed(BytesView bytes) {
    Reader reader(bytes);
    AliasLetter::Handed handed;
    handed.name = std::string(text_of(LIAISE_TRY(reader.raw(LIAISE_TRY(reader.u8())))));
    handed.seed = LIAISE_TRY(AliasSeed::copy_of(LIAISE_TRY(reader.raw(AliasSeed::size_bytes))));
    handed.device = LIAISE_TRY(reader.fixed<DeviceId>());
    for (std::uint8_t left = LIAISE_TRY(reader.u8()); left > 0; --left)
        handed.told.push_back(LIAISE_TRY(reader.fixed<MemberId>()));
    LIAISE_TRY(reader.end());
    return handed;
}

Result<Bytes> encode_body(const AliasLetter& letter, const DeviceId& to) {
    Writer writer;
    write_head(writer,
               {static_cast<std::uint8_t>(letter.act), letter.channel, letter.asker, letter.number,
                letter.time, letter.text},
               to);
    writer.sized16(letter.petition ? encode(*letter.petition) : Bytes{});
    Bytes card;
    if (letter.card) {
        card = channel::encode(LIAISE_TRY(validate({{}, Handling::clear, {}, *letter.card})));
        if (card.size() > limits::alias_card_bytes_max)
            return Error{ErrorCode::too_large, "charter too long for a letter", card.size()};
    }
    writer.sized16(card);
    if (letter.handed) writer.sized16(encode(*letter.handed));
    return std::move(writer).take();
}

Result<AliasLetter> decode_body(BytesView bytes, const DeviceId& device) {
    Reader reader(bytes);
    LetterHead head = LIAISE_TRY(read_head(reader, device, limits::alias_letter_text_bytes_max));
    AliasLetter letter;
    letter.act = static_cast<Act>(head.act);
    letter.channel = head.channel;
    letter.asker = head.asker;
    letter.number = head.number;
    letter.time = head.time;
    letter.text = std::move(head.text);
    const BytesView petition = LIAISE_TRY(reader.sized16(petition_bytes_max));
    if (!petition.empty()) letter.petition = LIAISE_TRY(decode_petition(petition));
    const BytesView card = LIAISE_TRY(reader.sized16(limits::alias_card_bytes_max));
    if (letter.act == Act::hand)
        letter.handed = LIAISE_TRY(decode_handed(LIAISE_TRY(reader.sized16(handed_bytes_max))));
    LIAISE_TRY(reader.end());
    if (card.empty()) return letter;
    const ValidatedContent content = LIAISE_TRY(decode(card));
    const auto* const charter = content.as<Charter>();
    if (charter == nullptr) return Error{ErrorCode::malformed, "a card that is no charter"};
    letter.card = *charter;
    return letter;
}

// The alias of a petition: its credential, its code and its key package are of one.
Result<ProvenDevice> prove(const AliasLetter& letter, BytesView body, const Hash& code,
                           const DeviceId& device, const crypto::DhKey& inbox) {
    const ProvenDevice alias = LIAISE_TRY(prove_alias(letter.petition->credential, letter.channel));
    LIAISE_TRY(check_code(code, LIAISE_TRY(code_of(body, inbox, alias.inbox, alias.device, device))));
    const Occupant of = LIAISE_TRY(read_package(letter.petition->key_package));
    if (of != Occupant{alias.member, alias.device})
        return Error{ErrorCode::not_authentic, "key package of somebody else"};
    return alias;
}

}  // namespace

bool is_alias_letter(BytesView parcel) {
    return !parcel.empty() && parcel[0] == kind.kind;
}

Result<Bytes> seal_alias_letter(const AliasLetter& letter, const Device& to, const AliasLetterAuthor& author,
                                RandomSource& random) {
    LIAISE_TRY(check(letter, author.member));
    const Bytes body = LIAISE_TRY(encode_body(letter, to.id));
    Writer writer;
    writer.sized16(body).sized16(author.credential);
    writer.fixed(LIAISE_TRY(code_of(body, author.inbox, to.inbox, author.device, to.id)));
    writer.fixed(letter.petition ? LIAISE_TRY(code_of(body, author.alias->inbox, to.inbox,
                                                      author.alias->device_id(), to.id))
                                 : Hash{});
    return seal_letter(kind, pad(writer.view()), to, random);
}

Result<OpenedAliasLetter> open_alias_letter(BytesView parcel, const DeviceId& device,
                                            const crypto::DhKey& inbox,
                                            const Accreditations& accreditations) {
    if (parcel.size() > limits::alias_parcel_bytes_max)
        return Error{ErrorCode::too_large, "letter over its limit", parcel.size()};
    const auto padded = LIAISE_TRY(open_letter(kind, parcel, device, inbox));
    Reader reader(padded.view().first(LIAISE_TRY(unpadded_size(padded.view()))));
    const BytesView body = LIAISE_TRY(reader.sized16(body_bytes_max));
    const BytesView credential = LIAISE_TRY(reader.sized16(limits::credential_bytes_max));
    const auto code = LIAISE_TRY(reader.fixed<Hash>());
    const auto alias_code = LIAISE_TRY(reader.fixed<Hash>());
    LIAISE_TRY(reader.end());
    const ProvenDevice sender = LIAISE_TRY(accreditations.prove(credential));
    LIAISE_TRY(check_code(code, LIAISE_TRY(code_of(body, inbox, sender.inbox, sender.device, device))));
    AliasLetter letter = LIAISE_TRY(decode_body(body, device));
    LIAISE_TRY(check(letter, sender.member));
    std::optional<ProvenDevice> alias;
    if (letter.petition) alias = LIAISE_TRY(prove(letter, body, alias_code, device, inbox));
    return OpenedAliasLetter{std::move(letter), sender, alias};
}

}  // namespace liaise::channel
