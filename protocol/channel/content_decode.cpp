#include "protocol/base/reader.h"
#include "protocol/channel/content.h"
#include "protocol/schema/codec.h"
#include "protocol/schema/content.capnp.h"

namespace liaise::channel {

namespace {

constexpr schema::ReadLimits content_limits{16 * 1024};
static_assert(content_limits.words_max * sizeof(std::uint64_t) >= 2 * limits::payload_bytes_max);

BytesView view(capnp::Data::Reader data) {
    return schema::view_of(data);
}

// Whether it is text at all is validate()'s to say.
std::string text(capnp::Text::Reader value) {
    return {value.begin(), value.size()};
}

EntryRef ref(std::uint64_t log, std::uint64_t sequence) {
    EntryRef entry;
    for (std::size_t i = entry.log.bytes.size(); i-- > 0; log >>= 8)
        entry.log.bytes[i] = static_cast<std::uint8_t>(log);
    entry.sequence = sequence;
    return entry;
}

Result<std::vector<EntryRef>> read_refs(capnp::List<std::uint64_t>::Reader list, std::size_t most) {
    if (list.size() % 2 != 0) return Error{ErrorCode::malformed, "half a reference", list.size()};
    if (list.size() / 2 > most) return Error{ErrorCode::too_large, "too many references", list.size() / 2};
    std::vector<EntryRef> refs;
    refs.reserve(list.size() / 2);
    for (unsigned i = 0; i < list.size(); i += 2) refs.push_back(ref(list[i], list[i + 1]));
    return refs;
}

Result<std::vector<std::string>> read_texts(capnp::List<capnp::Text>::Reader list, std::size_t most) {
    if (list.size() > most) return Error{ErrorCode::too_large, "too many texts", list.size()};
    std::vector<std::string> texts;
    texts.reserve(list.size());
    for (const auto value : list) texts.push_back(text(value));
    return texts;
}

// Ids or keys of a fixed size, one behind the other.
template <class Id>
Result<std::vector<Id>> read_fixed(capnp::Data::Reader data, std::size_t most) {
    if (data.size() / Id::size_bytes > most) return Error{ErrorCode::too_large, "too many ids", data.size()};
    Reader reader(view(data));
    std::vector<Id> ids;
    while (!reader.done()) ids.push_back(LIAISE_TRY(reader.fixed<Id>()));
    return ids;
}

template <class Enum, class Wire>
Result<Enum> read_enum(Wire value, Enum last) {
    const auto number = static_cast<std::uint16_t>(value);
    if (number > static_cast<std::uint16_t>(last))
        return Error{ErrorCode::unsupported, "value of a newer version", number};
    return static_cast<Enum>(number);
}

Result<Introduction> read(schema::Introduction::Reader from) {
    const auto signature = LIAISE_TRY(Signature::from(view(from.getSignature())));
    return Introduction{to_bytes(view(from.getCredential())), signature, from.getTerm()};
}

Result<Post> read(schema::Post::Reader from) {
    auto mentions = LIAISE_TRY(read_fixed<MemberId>(from.getMentions(), limits::mentions_max));
    return Post{text(from.getText()), ref(from.getReplyToLog(), from.getReplyToSequence()),
                std::move(mentions)};
}

Result<Retract> read(schema::Retract::Reader from) {
    return Retract{ref(from.getLog(), from.getSequence()), time_from_milliseconds(from.getTime())};
}

Result<Edit> read(schema::Edit::Reader from) {
    auto mentions = LIAISE_TRY(read_fixed<MemberId>(from.getMentions(), limits::mentions_max));
    return Edit{ref(from.getLog(), from.getSequence()), from.getNumber(), text(from.getText()),
                std::move(mentions)};
}

Result<Reaction> read(schema::Reaction::Reader from) {
    return Reaction{ref(from.getLog(), from.getSequence()), text(from.getText())};
}

Result<Pin> read(schema::Pin::Reader from) {
    return Pin{ref(from.getLog(), from.getSequence())};
}

Result<Hide> read(schema::Hide::Reader from) {
    return Hide{ref(from.getLog(), from.getSequence()), text(from.getReason())};
}

Result<Lift> read(schema::Lift::Reader from) {
    return Lift{LIAISE_TRY(read_refs(from.getEntries(), limits::lifted_max))};
}

Result<KeysWanted> read(schema::KeysWanted::Reader from) {
    return KeysWanted{LIAISE_TRY(read_refs(from.getEntries(), limits::wanted_entries_max)), from.getAgain()};
}

Result<Seen> read(schema::Seen::Reader from) {
    return Seen{LIAISE_TRY(read_refs(from.getLasts(), limits::seen_logs_max))};
}

Result<Document> read(schema::Document::Reader from) {
    Document body;
    body.id = LIAISE_TRY(DocumentId::from(view(from.getId())));
    body.revision = from.getRevision();
    body.previous = ref(from.getPreviousLog(), from.getPreviousSequence());
    body.title = text(from.getTitle());
    body.language = text(from.getLanguage());
    body.countries = LIAISE_TRY(read_texts(from.getCountries(), limits::labels_max));
    body.topics = LIAISE_TRY(read_texts(from.getTopics(), limits::labels_max));
    body.populations = LIAISE_TRY(read_texts(from.getPopulations(), limits::labels_max));
    body.kind = LIAISE_TRY(read_enum(from.getKind(), DocumentKind::training));
    body.licence = text(from.getLicence());
    body.file_name = text(from.getFileName());
    body.note = text(from.getNote());
    body.manifest = to_bytes(view(from.getManifest()));
    return body;
}

Result<DirectoryObject> read(schema::DirectoryObject::Reader from) {
    return DirectoryObject{to_bytes(view(from.getBytes()))};
}

Result<Addresses> read(schema::Addresses::Reader from) {
    return Addresses{LIAISE_TRY(read_texts(from.getAddresses(), limits::addresses_max))};
}

Result<Charter> read(schema::Charter::Reader from) {
    Charter body;
    body.parent = ref(from.getParentLog(), from.getParentSequence());
    body.name = text(from.getName());
    body.purpose = text(from.getPurpose());
    body.kind = LIAISE_TRY(read_enum(from.getKind(), ChannelKind::directory));
    body.history = LIAISE_TRY(read_enum(from.getHistory(), History::from_start));
    body.handling_ceiling = LIAISE_TRY(read_enum(from.getHandlingCeiling(), Handling::red));
    body.retention_days = from.getRetentionDays();
    body.receipts = from.getReceipts();
    body.listed = from.getListed();
    body.aliases = LIAISE_TRY(read_enum(from.getAliases(), AliasRule::accredited));
    if (from.getConveners().size() > limits::conveners_max ||
        from.getDemotions().size() > limits::conveners_max)
        return Error{ErrorCode::too_large, "too many conveners"};
    for (const auto convener : from.getConveners())
        body.conveners.push_back(LIAISE_TRY(MemberId::from(view(convener))));
    for (const auto cut : from.getDemotions())
        body.demotions.push_back({LIAISE_TRY(MemberId::from(view(cut.getMember()))),
                                  LIAISE_TRY(read_refs(cut.getLasts(), limits::cut_logs_max))});
    return body;
}

Result<AliasCard> read(schema::AliasCard::Reader from) {
    AliasCard card;
    card.name = text(from.getName());
    card.shows = LIAISE_TRY(read_enum(from.getShows(), AliasRule::accredited));
    card.role = text(from.getRole());
    card.country = text(from.getCountry());
    card.person = text(from.getPerson());
    card.organisation = text(from.getOrganisation());
    card.rank = text(from.getRank());
    return card;
}

Result<MemberAdded> read(schema::MemberAdded::Reader from) {
    MemberAdded body;
    body.charter = ref(from.getCharterLog(), from.getCharterSequence());
    body.member = LIAISE_TRY(MemberId::from(view(from.getMember())));
    body.term = from.getTerm();
    Reader devices(view(from.getDevices()));
    while (!devices.done()) {
        if (body.devices.size() == limits::member_devices_max)
            return Error{ErrorCode::too_large, "too many devices", body.devices.size()};
        const auto id = LIAISE_TRY(devices.fixed<DeviceId>());
        body.devices.push_back({id, LIAISE_TRY(devices.fixed<DhPublicKey>())});
    }
    if (from.hasAlias()) body.alias = LIAISE_TRY(read(from.getAlias()));
    return body;
}

Result<MemberRemoved> read(schema::MemberRemoved::Reader from) {
    MemberRemoved body;
    body.charter = ref(from.getCharterLog(), from.getCharterSequence());
    body.member = LIAISE_TRY(MemberId::from(view(from.getMember())));
    body.term = from.getTerm();
    body.lasts = LIAISE_TRY(read_refs(from.getLasts(), limits::cut_logs_max));
    return body;
}

Result<DeviceRemoved> read(schema::DeviceRemoved::Reader from) {
    DeviceRemoved body;
    body.charter = ref(from.getCharterLog(), from.getCharterSequence());
    body.member = LIAISE_TRY(MemberId::from(view(from.getMember())));
    body.term = from.getTerm();
    Reader devices(view(from.getDevices()));
    while (!devices.done()) {
        if (body.devices.size() == limits::member_devices_max)
            return Error{ErrorCode::too_large, "too many devices", body.devices.size()};
        body.devices.push_back(LIAISE_TRY(devices.fixed<DeviceId>()));
    }
    body.lasts = LIAISE_TRY(read_refs(from.getLasts(), limits::cut_logs_max));
    return body;
}

Result<Announcement> read(schema::Announcement::Reader from) {
    Announcement body;
    body.channel = LIAISE_TRY(ChannelId::from(view(from.getChannel())));
    body.number = from.getNumber();
    if (from.hasCard()) body.card = LIAISE_TRY(read(from.getCard()));
    return body;
}

CharterAcknowledged read(schema::CharterAcknowledged::Reader from) {
    return {ref(from.getCharterLog(), from.getCharterSequence())};
}

Result<Left> read(schema::Left::Reader from) {
    return Left{from.getTerm(), LIAISE_TRY(read_refs(from.getLasts(), limits::cut_logs_max))};
}

template <std::size_t N>
Result<void> read_array(Reader& reader, std::array<std::uint8_t, N>& to) {
    const BytesView bytes = LIAISE_TRY(reader.raw(N));
    std::copy(bytes.begin(), bytes.end(), to.begin());
    return {};
}

Result<Epoch> read(schema::Epoch::Reader from) {
    Epoch body;
    body.charter = ref(from.getCharterLog(), from.getCharterSequence());
    body.id = LIAISE_TRY(EpochId::from(view(from.getId())));
    body.number = from.getNumber();
    body.parent = LIAISE_TRY(EpochId::from(view(from.getParent())));
    Reader sealed(view(from.getSealed()));
    while (!sealed.done()) {
        if (body.sealed.size() == limits::sealed_keys_max)
            return Error{ErrorCode::too_large, "too many sealed keys", body.sealed.size()};
        SealedKey& key = body.sealed.emplace_back();
        LIAISE_TRY(read_array(sealed, key.hint));
        LIAISE_TRY(read_array(sealed, key.encapsulation));
        LIAISE_TRY(read_array(sealed, key.ciphertext));
    }
    return body;
}

Result<CommitEntry> read(schema::Commit::Reader from) {
    return decode_commit(view(from.getEntry()));
}

Result<CommitPart> read(schema::CommitPart::Reader from) {
    return CommitPart{to_bytes(view(from.getBytes()))};
}

Result<Acknowledgement> read(schema::Acknowledgement::Reader from) {
    return Acknowledgement{ref(from.getCommitLog(), from.getCommitSequence())};
}

Result<KeyPackageOffer> read(schema::Offer::Reader from) {
    return KeyPackageOffer{from.getTerm(), from.getLost(), to_bytes(view(from.getKeyPackage()))};
}

template <class B>
Result<Body> body_of(Result<B> body) {
    if (!body) return body.error();
    return Body(std::move(body).value());
}

Result<Body> read_body(schema::Content::Reader from) {
    switch (from.which()) {
        case schema::Content::INTRODUCTION:
            return body_of(read(from.getIntroduction()));
        case schema::Content::POST:
            return body_of(read(from.getPost()));
        case schema::Content::RETRACT:
            return body_of(read(from.getRetract()));
        case schema::Content::DOCUMENT:
            return body_of(read(from.getDocument()));
        case schema::Content::DIRECTORY_OBJECT:
            return body_of(read(from.getDirectoryObject()));
        case schema::Content::CHARTER:
            return body_of(read(from.getCharter()));
        case schema::Content::MEMBER_ADDED:
            return body_of(read(from.getMemberAdded()));
        case schema::Content::MEMBER_REMOVED:
            return body_of(read(from.getMemberRemoved()));
        case schema::Content::LEFT:
            return body_of(read(from.getLeft()));
        case schema::Content::EPOCH:
            return body_of(read(from.getEpoch()));
        case schema::Content::ADDRESSES:
            return body_of(read(from.getAddresses()));
        case schema::Content::KEYS_WANTED:
            return body_of(read(from.getKeysWanted()));
        case schema::Content::COMMIT:
            return body_of(read(from.getCommit()));
        case schema::Content::COMMIT_PART:
            return body_of(read(from.getCommitPart()));
        case schema::Content::ACKNOWLEDGEMENT:
            return body_of(read(from.getAcknowledgement()));
        case schema::Content::OFFER:
            return body_of(read(from.getOffer()));
        case schema::Content::EDIT:
            return body_of(read(from.getEdit()));
        case schema::Content::REACTION:
            return body_of(read(from.getReaction()));
        case schema::Content::PIN:
            return body_of(read(from.getPin()));
        case schema::Content::HIDE:
            return body_of(read(from.getHide()));
        case schema::Content::LIFT:
            return body_of(read(from.getLift()));
        case schema::Content::SEEN:
            return body_of(read(from.getSeen()));
        case schema::Content::CHARTER_ACKNOWLEDGED:
            return Body(read(from.getCharterAcknowledged()));
        case schema::Content::ANNOUNCEMENT:
            return body_of(read(from.getAnnouncement()));
        case schema::Content::DEVICE_REMOVED:
            return body_of(read(from.getDeviceRemoved()));
    }
    return Error{ErrorCode::unsupported, "content of a newer version",
                 static_cast<std::uint64_t>(from.which())};
}

Result<Content> read_content(schema::Content::Reader from) {
    Content content;
    content.time = time_from_milliseconds(from.getTime());
    content.handling = LIAISE_TRY(read_enum(from.getHandling(), Handling::red));
    content.causes = LIAISE_TRY(read_refs(from.getCauses(), limits::causes_max));
    content.body = LIAISE_TRY(read_body(from));
    return content;
}

}  // namespace

Result<ValidatedContent> decode(BytesView plain) {
    if (plain.size() > limits::payload_bytes_max)
        return Error{ErrorCode::too_large, "content over its limit", plain.size()};
    return validate(LIAISE_TRY(schema::read_packed<schema::Content>(plain, content_limits, read_content)));
}

}  // namespace liaise::channel
