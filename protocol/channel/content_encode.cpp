#include "protocol/channel/content.h"
#include "protocol/schema/codec.h"
#include "protocol/schema/content.capnp.h"

namespace liaise::channel {

namespace {

std::uint64_t number_of(const LogId& log) {
    std::uint64_t number = 0;
    for (const std::uint8_t byte : log.bytes) number = number << 8 | byte;
    return number;
}

using schema::data_of;

capnp::Text::Reader text(const std::string& value) {
    return {value.c_str(), value.size()};
}

template <class List>
void write_refs(List list, const std::vector<EntryRef>& refs) {
    for (unsigned i = 0; i < refs.size(); ++i) {
        list.set(2 * i, number_of(refs[i].log));
        list.set(2 * i + 1, refs[i].sequence);
    }
}

unsigned count(std::size_t size) {
    return static_cast<unsigned>(size);
}

template <class Id>
Bytes joined(const std::vector<Id>& ids) {
    Bytes bytes;
    for (const Id& id : ids) append(bytes, id.view());
    return bytes;
}

template <class Target>
void write_target(Target to, const EntryRef& target) {
    to.setLog(number_of(target.log));
    to.setSequence(target.sequence);
}

template <class List>
void write_texts(List list, const std::vector<std::string>& texts) {
    for (unsigned i = 0; i < texts.size(); ++i) list.set(i, text(texts[i]));
}

void write(schema::Content::Builder out, const Introduction& body) {
    auto to = out.initIntroduction();
    to.setCredential(data_of(body.credential));
    to.setSignature(data_of(body.signature.view()));
    to.setTerm(body.term);
}

void write(schema::Content::Builder out, const Post& body) {
    auto to = out.initPost();
    to.setText(text(body.text));
    to.setReplyToLog(number_of(body.reply_to.log));
    to.setReplyToSequence(body.reply_to.sequence);
    if (!body.mentions.empty()) to.setMentions(data_of(joined(body.mentions)));
}

void write(schema::Content::Builder out, const Retract& body) {
    auto to = out.initRetract();
    write_target(to, body.target);
    to.setTime(to_milliseconds(body.time));
}

void write(schema::Content::Builder out, const Edit& body) {
    auto to = out.initEdit();
    write_target(to, body.target);
    to.setNumber(body.number);
    to.setText(text(body.text));
    if (!body.mentions.empty()) to.setMentions(data_of(joined(body.mentions)));
}

void write(schema::Content::Builder out, const Reaction& body) {
    auto to = out.initReaction();
    write_target(to, body.target);
    to.setText(text(body.text));
}

void write(schema::Content::Builder out, const Pin& body) {
    write_target(out.initPin(), body.target);
}

void write(schema::Content::Builder out, const Hide& body) {
    auto to = out.initHide();
    write_target(to, body.target);
    to.setReason(text(body.reason));
}

void write(schema::Content::Builder out, const Lift& body) {
    write_refs(out.initLift().initEntries(count(2 * body.entries.size())), body.entries);
}

void write(schema::Content::Builder out, const Seen& body) {
    write_refs(out.initSeen().initLasts(count(2 * body.lasts.size())), body.lasts);
}

void write(schema::Content::Builder out, const Document& body) {
    auto to = out.initDocument();
    to.setId(data_of(body.id.view()));
    to.setRevision(body.revision);
    to.setPreviousLog(number_of(body.previous.log));
    to.setPreviousSequence(body.previous.sequence);
    to.setTitle(text(body.title));
    to.setLanguage(text(body.language));
    if (!body.countries.empty()) write_texts(to.initCountries(count(body.countries.size())), body.countries);
    if (!body.topics.empty()) write_texts(to.initTopics(count(body.topics.size())), body.topics);
    if (!body.populations.empty())
        write_texts(to.initPopulations(count(body.populations.size())), body.populations);
    to.setKind(static_cast<schema::DocumentKind>(body.kind));
    if (!body.licence.empty()) to.setLicence(text(body.licence));
    to.setFileName(text(body.file_name));
    if (!body.note.empty()) to.setNote(text(body.note));
    to.setManifest(data_of(body.manifest));
}

void write(schema::Content::Builder out, const DirectoryObject& body) {
    out.initDirectoryObject().setBytes(data_of(body.bytes));
}

void write(schema::Content::Builder out, const Addresses& body) {
    write_texts(out.initAddresses().initAddresses(count(body.addresses.size())), body.addresses);
}

void write(schema::Content::Builder out, const KeysWanted& body) {
    auto to = out.initKeysWanted();
    write_refs(to.initEntries(count(2 * body.entries.size())), body.entries);
    to.setAgain(body.again);
}

void write(schema::Charter::Builder to, const Charter& body) {
    to.setParentLog(number_of(body.parent.log));
    to.setParentSequence(body.parent.sequence);
    to.setName(text(body.name));
    to.setPurpose(text(body.purpose));
    to.setKind(static_cast<schema::ChannelKind>(body.kind));
    to.setHistory(static_cast<schema::History>(body.history));
    to.setHandlingCeiling(static_cast<schema::Handling>(body.handling_ceiling));
    to.setRetentionDays(body.retention_days);
    to.setReceipts(body.receipts);
    to.setListed(body.listed);
    to.setAliases(static_cast<schema::AliasRule>(body.aliases));
    auto conveners = to.initConveners(count(body.conveners.size()));
    for (unsigned i = 0; i < conveners.size(); ++i) conveners.set(i, data_of(body.conveners[i].view()));
    auto demotions = to.initDemotions(count(body.demotions.size()));
    for (unsigned i = 0; i < demotions.size(); ++i) {
        demotions[i].setMember(data_of(body.demotions[i].member.view()));
        write_refs(demotions[i].initLasts(count(2 * body.demotions[i].lasts.size())),
                   body.demotions[i].lasts);
    }
}

void write(schema::Content::Builder out, const Charter& body) {
    write(out.initCharter(), body);
}

void write(schema::Content::Builder out, const Announcement& body) {
    auto to = out.initAnnouncement();
    to.setChannel(data_of(body.channel.view()));
    to.setNumber(body.number);
    if (body.card) write(to.initCard(), *body.card);
}

void write(schema::Content::Builder out, const MemberAdded& body) {
    auto to = out.initMemberAdded();
    to.setCharterLog(number_of(body.charter.log));
    to.setCharterSequence(body.charter.sequence);
    to.setMember(data_of(body.member.view()));
    to.setTerm(body.term);
    Bytes devices;
    for (const Device& device : body.devices) {
        append(devices, device.id.view());
        append(devices, device.inbox.view());
    }
    to.setDevices(data_of(devices));
    if (!body.alias) return;
    auto card = to.initAlias();
    card.setName(text(body.alias->name));
    card.setShows(static_cast<schema::AliasRule>(body.alias->shows));
    card.setRole(text(body.alias->role));
    card.setCountry(text(body.alias->country));
    card.setPerson(text(body.alias->person));
    card.setOrganisation(text(body.alias->organisation));
    card.setRank(text(body.alias->rank));
}

void write(schema::Content::Builder out, const MemberRemoved& body) {
    auto to = out.initMemberRemoved();
    to.setCharterLog(number_of(body.charter.log));
    to.setCharterSequence(body.charter.sequence);
    to.setMember(data_of(body.member.view()));
    to.setTerm(body.term);
    write_refs(to.initLasts(count(2 * body.lasts.size())), body.lasts);
}

void write(schema::Content::Builder out, const DeviceRemoved& body) {
    auto to = out.initDeviceRemoved();
    to.setCharterLog(number_of(body.charter.log));
    to.setCharterSequence(body.charter.sequence);
    to.setMember(data_of(body.member.view()));
    to.setTerm(body.term);
    Bytes devices;
    for (const DeviceId& device : body.devices) append(devices, device.view());
    to.setDevices(data_of(devices));
    write_refs(to.initLasts(count(2 * body.lasts.size())), body.lasts);
}

void write(schema::Content::Builder out, const CharterAcknowledged& body) {
    auto to = out.initCharterAcknowledged();
    to.setCharterLog(number_of(body.charter.log));
    to.setCharterSequence(body.charter.sequence);
}

void write(schema::Content::Builder out, const Left& body) {
    auto to = out.initLeft();
    to.setTerm(body.term);
    write_refs(to.initLasts(count(2 * body.lasts.size())), body.lasts);
}

void write(schema::Content::Builder out, const Epoch& body) {
    auto to = out.initEpoch();
    to.setCharterLog(number_of(body.charter.log));
    to.setCharterSequence(body.charter.sequence);
    to.setId(data_of(body.id.view()));
    to.setNumber(body.number);
    to.setParent(data_of(body.parent.view()));
    Bytes sealed;
    sealed.reserve(body.sealed.size() * SealedKey::bytes);
    for (const SealedKey& key : body.sealed) {
        append(sealed, key.hint);
        append(sealed, key.encapsulation);
        append(sealed, key.ciphertext);
    }
    to.setSealed(data_of(sealed));
}

void write(schema::Content::Builder out, const CommitEntry& body) {
    out.initCommit().setEntry(data_of(encode(body)));
}

void write(schema::Content::Builder out, const CommitPart& body) {
    out.initCommitPart().setBytes(data_of(body.bytes));
}

void write(schema::Content::Builder out, const Acknowledgement& body) {
    auto to = out.initAcknowledgement();
    to.setCommitLog(number_of(body.commit.log));
    to.setCommitSequence(body.commit.sequence);
}

void write(schema::Content::Builder out, const KeyPackageOffer& body) {
    auto to = out.initOffer();
    to.setKeyPackage(data_of(body.key_package));
    to.setTerm(body.term);
    to.setLost(body.lost);
}

}  // namespace

Bytes encode(const ValidatedContent& content) {
    capnp::MallocMessageBuilder message;
    auto root = message.initRoot<schema::Content>();
    root.setTime(to_milliseconds(content->time));
    root.setHandling(static_cast<schema::Handling>(content->handling));
    if (!content->causes.empty())
        write_refs(root.initCauses(count(2 * content->causes.size())), content->causes);
    std::visit([&root](const auto& body) { write(root, body); }, content->body);
    return schema::write_packed(root);
}

}  // namespace liaise::channel
