#include "tests/support/contents.h"

namespace liaise::test {

using namespace liaise::channel;

namespace {

template <class Id>
Id filled(std::uint8_t byte) {
    Id id;
    id.bytes.fill(byte);
    return id;
}

EntryRef ref(std::uint64_t sequence, std::uint8_t log) {
    return {sequence, filled<LogId>(log)};
}

Document document() {
    Document body;
    body.id = filled<DocumentId>(7);
    body.revision = 2;
    body.previous = ref(9, 3);
    body.title = "Xử lý kim tiêm";
    body.language = "vi";
    body.countries = {"VN", "KE"};
    body.topics = {"harm reduction", "needle disposal"};
    body.populations = {"people who use drugs"};
    body.kind = DocumentKind::guideline;
    body.licence = "CC-BY-4.0";
    body.file_name = "../guide.md";
    body.note = "Second edition.\nNew chapter.";
    body.manifest = Bytes(200, 5);
    return body;
}

Epoch epoch() {
    Epoch body;
    body.charter = ref(2, 1);
    body.id = filled<EpochId>(4);
    body.number = 12;
    body.parent = filled<EpochId>(3);
    body.sealed.resize(3);
    body.sealed[1].hint.fill(9);
    body.sealed[1].encapsulation.fill(8);
    body.sealed[2].ciphertext.fill(7);
    return body;
}

CommitEntry commit() {
    CommitEntry entry;
    entry.fact.charter = ref(2, 1);
    entry.fact.parent = ref(5, 2);
    entry.fact.from = {6, filled<AuthenticatorPrefix>(1)};
    entry.fact.to = {7, filled<AuthenticatorPrefix>(2)};
    entry.fact.key = filled<EpochId>(3);
    entry.fact.leaf = 4;
    entry.fact.parts = 1;
    entry.fact.removed = {{filled<MemberId>(5), filled<DeviceId>(6), 1}};
    entry.fact.added = {{{filled<MemberId>(7), filled<DeviceId>(8), 2}, ref(9, 3)}};
    entry.message = Bytes(300, 9);
    return entry;
}

Charter charter() {
    Charter body;
    body.parent = ref(2, 1);
    body.name = "Phòng chống";
    body.purpose = "To share what works.";
    body.kind = ChannelKind::library;
    body.history = History::from_start;
    body.handling_ceiling = Handling::amber_strict;
    body.retention_days = 365;
    body.receipts = true;
    body.conveners = {filled<MemberId>(9), filled<MemberId>(2)};
    body.demotions = {{filled<MemberId>(3), {ref(7, 1), ref(6, 5)}}};
    body.listed = true;
    body.aliases = AliasRule::role_and_country;
    return body;
}

Announcement announcement() {
    Announcement body{filled<ChannelId>(4), 3, charter()};
    body.card->parent = {};
    body.card->demotions.clear();
    return body;
}

}  // namespace

Content post_of(std::string text) {
    return {
        Time{std::chrono::milliseconds(1'795'000'000'000)}, Handling::green, {}, Post{std::move(text), {}}};
}

std::vector<Content> contents_of_each_kind() {
    const std::vector<Body> bodies{
        Introduction{Bytes(300, 1), filled<Signature>(2), 1},
        Post{"Referral instead of arrest: what worked in Kisumu.", ref(3, 4), {}},
        Post{"@Asha @Minh, who paid?", ref(3, 4), {filled<MemberId>(1), filled<MemberId>(2)}},
        Retract{ref(3, 4), Time{std::chrono::milliseconds(1'795'000'000'111)}},
        document(),
        DirectoryObject{Bytes(305, 3)},
        charter(),
        MemberAdded{
            ref(2, 1),
            filled<MemberId>(6),
            3,
            {{filled<DeviceId>(1), filled<DhPublicKey>(2)}, {filled<DeviceId>(3), filled<DhPublicKey>(4)}}},
        MemberAdded{ref(2, 1),
                    filled<MemberId>(7),
                    1,
                    {{filled<DeviceId>(1), filled<DhPublicKey>(2)}},
                    AliasCard{"Heron", AliasRule::full_card, "liaison", "UA", "Olena", "NGO", "Dr"}},
        MemberRemoved{ref(2, 1), filled<MemberId>(6), 3, {ref(8, 2), ref(1, 3)}},
        Left{1, {ref(8, 2)}},
        epoch(),
        Addresses{{"tcp://127.0.0.1:7000", "abcdefgh.onion:7000"}},
        KeysWanted{},
        commit(),
        CommitPart{Bytes(80, 6)},
        Acknowledgement{ref(9, 2)},
        KeyPackageOffer{2, true, Bytes(400, 7)},
        Edit{ref(3, 4), 2, "Referral instead of arrest: what works.", {filled<MemberId>(2)}},
        Reaction{ref(3, 4), "well done"},
        Pin{ref(3, 4)},
        Hide{ref(3, 4), "Names a person."},
        Lift{{ref(3, 4), ref(3, 5), ref(9, 1)}},
        Seen{{ref(9, 1), ref(3, 4)}},
        CharterAcknowledged{ref(5, 9)},
        DeviceRemoved{
            ref(2, 1), filled<MemberId>(7), 1, {filled<DeviceId>(1), filled<DeviceId>(3)}, {ref(8, 2)}},
        announcement(),
        Announcement{filled<ChannelId>(4), 4, std::nullopt},
    };
    std::vector<Content> contents;
    for (const Body& body : bodies)
        contents.push_back({Time{std::chrono::milliseconds(1'795'000'000'123)},
                            Handling::amber_strict,
                            {ref(17, 8), ref(1, 2)},
                            body});
    return contents;
}

}  // namespace liaise::test
