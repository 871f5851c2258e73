#include <algorithm>

#include "protocol/base/entering_limits.h"
#include "protocol/base/text.h"
#include "protocol/channel/alias.h"
#include "protocol/channel/commit_pieces.h"

namespace liaise::channel {

namespace {

constexpr std::uint32_t term_max = 1'000'000;
constexpr std::uint32_t retention_days_max = 36'500;
constexpr std::uint32_t revision_max = 1'000'000;
constexpr std::uint64_t epoch_number_max = std::uint64_t{1} << 40;

Result<void> fail(ErrorCode code, const char* phrase, std::uint64_t at = 0) {
    return Error{code, phrase, at};
}

Result<void> check_size(std::size_t size, std::size_t least, std::size_t most, const char* phrase) {
    if (size > most) return fail(ErrorCode::too_large, phrase, size);
    if (size < least) return fail(ErrorCode::malformed, phrase, size);
    return {};
}

Result<void> check_text(std::string_view text, std::size_t least, std::size_t most, const char* phrase) {
    LIAISE_TRY(check_size(text.size(), least, most, phrase));
    if (text.find('\0') != text.npos || !is_utf8(text))
        return fail(ErrorCode::malformed, "text is not UTF-8");
    return {};
}

Result<void> check_ref(const EntryRef& ref) {
    if (ref.sequence == 0 || ref.sequence > limits::sequence_max || ref.log.is_zero())
        return fail(ErrorCode::malformed, "reference to no entry", ref.sequence);
    return {};
}

Result<void> check_optional_ref(const EntryRef& ref) {
    return is_none(ref) ? Result<void>() : check_ref(ref);
}

template <class Value, class Key>
Result<void> check_ascending(const std::vector<Value>& values, Key key) {
    const auto wrong = std::adjacent_find(values.begin(), values.end(),
                                          [key](const Value& a, const Value& b) { return key(a) >= key(b); });
    if (wrong != values.end()) return fail(ErrorCode::malformed, "list is not in ascending order");
    return {};
}

// One reference for each log, in order of logs.
Result<void> check_frontier(const std::vector<EntryRef>& refs, std::size_t most) {
    LIAISE_TRY(check_size(refs.size(), 0, most, "too many logs"));
    for (const EntryRef& ref : refs) LIAISE_TRY(check_ref(ref));
    return check_ascending(refs, [](const EntryRef& ref) { return ref.log; });
}

Result<void> check_term(std::uint32_t term) {
    if (term == 0 || term > term_max) return fail(ErrorCode::malformed, "term out of range", term);
    return {};
}

Result<void> check(const Introduction& body) {
    LIAISE_TRY(check_size(body.credential.size(), 1, limits::credential_bytes_max, "size of credential"));
    return check_term(body.term);
}

Result<void> check_mentions(const std::vector<MemberId>& mentions) {
    LIAISE_TRY(check_size(mentions.size(), 0, limits::mentions_max, "too many mentions"));
    return check_ascending(mentions, [](const MemberId& id) { return id; });
}

Result<void> check(const Post& body) {
    LIAISE_TRY(check_text(body.text, 1, limits::text_bytes_max, "size of text"));
    LIAISE_TRY(check_mentions(body.mentions));
    return check_optional_ref(body.reply_to);
}

Result<void> check(const Retract& body) {
    return check_ref(body.target);
}

Result<void> check(const Edit& body) {
    if (body.number == 0 || body.number > limits::edit_number_max)
        return fail(ErrorCode::malformed, "number of an edit out of range", body.number);
    LIAISE_TRY(check_text(body.text, 1, limits::text_bytes_max, "size of text"));
    LIAISE_TRY(check_mentions(body.mentions));
    return check_ref(body.target);
}

Result<void> check(const Reaction& body) {
    LIAISE_TRY(check_name(body.text, limits::reaction_bytes_max));
    return check_ref(body.target);
}

Result<void> check(const Pin& body) {
    return check_ref(body.target);
}

Result<void> check(const Hide& body) {
    LIAISE_TRY(check_text(body.reason, 1, limits::reason_bytes_max, "size of reason"));
    return check_ref(body.target);
}

Result<void> check(const Lift& body) {
    LIAISE_TRY(check_size(body.entries.size(), 1, limits::lifted_max, "number of entries taken back"));
    for (const EntryRef& entry : body.entries) LIAISE_TRY(check_ref(entry));
    return check_ascending(body.entries, [](const EntryRef& entry) { return entry; });
}

Result<void> check(const Seen& body) {
    LIAISE_TRY(check_size(body.lasts.size(), 1, limits::seen_logs_max, "number of logs read"));
    return check_frontier(body.lasts, limits::seen_logs_max);
}

// "en", "pt-BR", "zh-Hant-TW": subtags of 1 to 8 letters or digits, the first of 2 to 8 letters.
Result<void> check_language(std::string_view tag) {
    LIAISE_TRY(check_size(tag.size(), 2, limits::language_bytes_max, "size of language"));
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t length = 0;
    bool first = true;
    for (const char c : tag) {
        if (c == '-') {
            if (length == 0 || (first && length < 2)) return fail(ErrorCode::malformed, "language is no tag");
            length = 0;
            first = false;
        } else if (!(letter(c) || (!first && digit(c))) || ++length > 8) {
            return fail(ErrorCode::malformed, "language is no tag");
        }
    }
    if (length == 0 || (first && length < 2)) return fail(ErrorCode::malformed, "language is no tag");
    return {};
}

Result<void> check_labels(const std::vector<std::string>& labels) {
    LIAISE_TRY(check_size(labels.size(), 0, limits::labels_max, "too many labels"));
    for (const std::string& label : labels) LIAISE_TRY(check_name(label, limits::label_bytes_max));
    return {};
}

Result<void> check(const Document& body) {
    if (body.revision == 0 || body.revision > revision_max)
        return fail(ErrorCode::malformed, "revision out of range", body.revision);
    if ((body.revision == 1) != is_none(body.previous))
        return fail(ErrorCode::malformed, "only the first revision has no predecessor", body.revision);
    LIAISE_TRY(check_optional_ref(body.previous));
    LIAISE_TRY(check_name(body.title, limits::title_bytes_max));
    LIAISE_TRY(check_language(body.language));
    LIAISE_TRY(check_size(body.countries.size(), 0, limits::labels_max, "too many countries"));
    for (const std::string& country : body.countries)
        if (!is_country_code(country)) return fail(ErrorCode::malformed, "country is no code");
    LIAISE_TRY(check_labels(body.topics));
    LIAISE_TRY(check_labels(body.populations));
    if (!body.licence.empty()) LIAISE_TRY(check_name(body.licence, limits::licence_bytes_max));
    LIAISE_TRY(check_text(body.file_name, 1, limits::file_name_bytes_max, "size of file name"));
    LIAISE_TRY(check_text(body.note, 0, limits::note_bytes_max, "size of note"));
    return check_size(body.manifest.size(), 1, limits::manifest_reference_bytes_max, "size of manifest");
}

Result<void> check(const DirectoryObject& body) {
    return check_size(body.bytes.size(), 1, limits::directory_object_bytes_max + 1,
                      "size of directory object");
}

Result<void> check(const Addresses& body) {
    LIAISE_TRY(check_size(body.addresses.size(), 0, limits::addresses_max, "too many addresses"));
    for (const std::string& address : body.addresses) {
        LIAISE_TRY(check_size(address.size(), 1, limits::address_bytes_max, "size of address"));
        if (std::any_of(address.begin(), address.end(), [](char c) { return c <= ' ' || c > '~'; }))
            return fail(ErrorCode::malformed, "address with more than printable ASCII");
    }
    return {};
}

Result<void> check(const KeysWanted& body) {
    LIAISE_TRY(check_size(body.entries.size(), 0, limits::wanted_entries_max, "number of entries wanted"));
    for (const EntryRef& entry : body.entries) LIAISE_TRY(check_ref(entry));
    return check_ascending(body.entries, [](const EntryRef& entry) { return entry; });
}

Result<void> check(const Cut& cut) {
    return check_frontier(cut.lasts, limits::cut_logs_max);
}

Result<void> check(const Charter& body) {
    LIAISE_TRY(check_optional_ref(body.parent));
    LIAISE_TRY(check_name(body.name, limits::name_bytes_max));
    LIAISE_TRY(check_text(body.purpose, 0, limits::purpose_bytes_max, "size of purpose"));
    if (body.retention_days > retention_days_max)
        return fail(ErrorCode::too_large, "retention over a hundred years", body.retention_days);
    const std::size_t most = body.kind == ChannelKind::direct ? 2 : limits::conveners_max;
    LIAISE_TRY(check_size(body.conveners.size(), 1, most, "number of conveners"));
    if (body.listed && body.kind == ChannelKind::direct)
        return fail(ErrorCode::malformed, "a direct channel is never listed");
    const bool two_or_all = body.kind == ChannelKind::direct || body.kind == ChannelKind::directory;
    if (body.aliases != AliasRule::none && two_or_all)
        return fail(ErrorCode::malformed, "no aliases in a channel of this kind");
    std::vector<MemberId> sorted = body.conveners;
    std::sort(sorted.begin(), sorted.end());
    LIAISE_TRY(check_ascending(sorted, [](const MemberId& id) { return id; }));
    LIAISE_TRY(check_size(body.demotions.size(), 0, is_none(body.parent) ? 0 : limits::conveners_max,
                          "number of demotions"));
    for (const Cut& cut : body.demotions) LIAISE_TRY(check(cut));
    return check_ascending(body.demotions, [](const Cut& cut) { return cut.member; });
}

Result<void> check(const Announcement& body) {
    if (body.number == 0 || body.number > limits::announcement_number_max)
        return fail(ErrorCode::malformed, "number of an announcement out of range", body.number);
    if (body.channel.is_zero()) return fail(ErrorCode::malformed, "announcement of no channel");
    if (!body.card) return {};
    const Charter& card = *body.card;
    if (!card.listed || card.kind == ChannelKind::direct || card.kind == ChannelKind::directory)
        return fail(ErrorCode::malformed, "announcement of a channel that is not listed");
    if (!is_none(card.parent)) return fail(ErrorCode::malformed, "card with a parent");
    return check(card);
}

Result<void> check(const MemberAdded& body) {
    LIAISE_TRY(check_ref(body.charter));
    LIAISE_TRY(check_term(body.term));
    LIAISE_TRY(check_size(body.devices.size(), 1, limits::member_devices_max, "number of devices"));
    if (body.alias) LIAISE_TRY(check_card(*body.alias));
    return check_ascending(body.devices, [](const Device& device) { return device.id; });
}

Result<void> check(const MemberRemoved& body) {
    LIAISE_TRY(check_ref(body.charter));
    LIAISE_TRY(check_term(body.term));
    return check_frontier(body.lasts, limits::cut_logs_max);
}

Result<void> check(const DeviceRemoved& body) {
    LIAISE_TRY(check_ref(body.charter));
    LIAISE_TRY(check_term(body.term));
    LIAISE_TRY(check_size(body.devices.size(), 1, limits::member_devices_max, "number of devices"));
    LIAISE_TRY(check_ascending(body.devices, [](const DeviceId& device) { return device; }));
    return check_frontier(body.lasts, limits::cut_logs_max);
}

Result<void> check(const CharterAcknowledged& body) {
    return check_ref(body.charter);
}

Result<void> check(const Left& body) {
    LIAISE_TRY(check_term(body.term));
    return check_frontier(body.lasts, limits::cut_logs_max);
}

Result<void> check(const Epoch& body) {
    LIAISE_TRY(check_ref(body.charter));
    if (body.number == 0 || body.number > epoch_number_max)
        return fail(ErrorCode::malformed, "epoch number out of range", body.number);
    if ((body.number == 1) != body.parent.is_zero() || body.id.is_zero() || body.id == body.parent)
        return fail(ErrorCode::malformed, "epoch with the wrong parent", body.number);
    return check_size(body.sealed.size(), 0, limits::sealed_keys_max, "too many sealed keys");
}

Result<void> check(const CommitEntry& body) {
    return check_piece(body);
}

Result<void> check(const CommitPart& body) {
    return check_size(body.bytes.size(), 1, limits::commit_piece_bytes_max, "size of a commit's part");
}

Result<void> check(const Acknowledgement& body) {
    return check_ref(body.commit);
}

Result<void> check(const KeyPackageOffer& body) {
    if (body.term > term_max) return fail(ErrorCode::malformed, "term out of range", body.term);
    return check_size(body.key_package.size(), 1, limits::key_package_bytes_max, "size of key package");
}

}  // namespace

log::EntryKind kind_of(const Body& body) {
    return std::visit(
        []<class B>(const B&) {
            constexpr bool content =
                std::is_same_v<B, Post> || std::is_same_v<B, Retract> || std::is_same_v<B, Document> ||
                std::is_same_v<B, Edit> || std::is_same_v<B, Reaction> || std::is_same_v<B, Pin> ||
                std::is_same_v<B, Hide> || std::is_same_v<B, Lift> || std::is_same_v<B, Seen>;
            return content ? log::EntryKind::content : log::EntryKind::policy;
        },
        body);
}

Result<ValidatedContent> validate(Content content) {
    LIAISE_TRY(check_size(content.causes.size(), 0, limits::causes_max, "too many causes"));
    for (const EntryRef& cause : content.causes) LIAISE_TRY(check_ref(cause));
    LIAISE_TRY(std::visit([](const auto& body) { return check(body); }, content.body));
    return ValidatedContent(std::move(content));
}

}  // namespace liaise::channel
