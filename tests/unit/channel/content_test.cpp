#include "protocol/channel/content.h"

#include <capnp/any.h>
#include <doctest/doctest.h>

#include "protocol/base/entering_limits.h"
#include "protocol/schema/codec.h"
#include "protocol/schema/content.capnp.h"
#include "tests/support/contents.h"
#include "tests/support/seeded_random.h"

using namespace liaise;
using namespace liaise::channel;

namespace {

Result<void> check(Content content) {
    const auto valid = validate(std::move(content));
    if (!valid) return valid.error();
    CHECK(*decode(encode(*valid)).value() == **valid);
    return {};
}

template <class B>
B sample() {
    for (const Content& content : test::contents_of_each_kind())
        if (const auto* body = std::get_if<B>(&content.body)) return *body;
    FAIL("no sample");
    return B{};
}

// The answer to a body that `change` altered.
template <class B, class Change>
Result<void> altered(Change change) {
    B body = sample<B>();
    change(body);
    return check({Time{}, Handling::clear, {}, body});
}

template <class B, class Change>
void refused(ErrorCode code, Change change) {
    const auto answer = altered<B>(change);
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().code == code);
}

EntryRef ref(std::uint64_t sequence, std::uint8_t log) {
    EntryRef entry;
    entry.sequence = sequence;
    entry.log.bytes.fill(log);
    return entry;
}

// `count` references to ascending logs.
std::vector<EntryRef> refs(std::size_t count) {
    std::vector<EntryRef> all;
    for (std::size_t i = 0; i < count; ++i) {
        EntryRef entry = ref(1, 1);
        entry.log.bytes[0] = static_cast<std::uint8_t>(i >> 8);
        entry.log.bytes[1] = static_cast<std::uint8_t>(i);
        all.push_back(entry);
    }
    return all;
}

std::string text(std::size_t size) {
    return std::string(size, 'a');
}

}  // namespace

TEST_CASE("what is encoded decodes to the same, for every kind") {
    for (const Content& content : test::contents_of_each_kind()) {
        const ValidatedContent valid = validate(content).value();
        const ValidatedContent again = decode(encode(valid)).value();
        CHECK(*again == content);
        CHECK(encode(again) == encode(valid));
    }
}

TEST_CASE("a post costs few bytes beyond its text") {
    const std::size_t bytes = encode(validate(test::post_of(text(500))).value()).size();
    CHECK_MESSAGE(bytes <= 500 + 40, bytes);
}

TEST_CASE("membership, keys, rules and the directory are policy, speech is content") {
    std::size_t content_kinds = 0;
    for (const Content& content : test::contents_of_each_kind())
        if (kind_of(content.body) == log::EntryKind::content) ++content_kinds;
    CHECK(content_kinds == 10);
    CHECK(kind_of(Post{}) == log::EntryKind::content);
    CHECK(kind_of(Epoch{}) == log::EntryKind::policy);
}

TEST_CASE("a post's text has 1 to 32 KiB of UTF-8 without NUL") {
    CHECK(altered<Post>([](Post& body) { body.text = text(1); }).ok());
    CHECK(altered<Post>([](Post& body) { body.text = text(limits::text_bytes_max - 1); }).ok());
    CHECK(altered<Post>([](Post& body) { body.text = text(limits::text_bytes_max); }).ok());
    refused<Post>(ErrorCode::too_large, [](Post& body) { body.text = text(limits::text_bytes_max + 1); });
    refused<Post>(ErrorCode::malformed, [](Post& body) { body.text = ""; });
    refused<Post>(ErrorCode::malformed, [](Post& body) { body.text = "\xc0\xaf"; });
    refused<Post>(ErrorCode::malformed, [](Post& body) { body.text = std::string("a\0b", 3); });
    // Attack class 21: kept as written, neutralised by whoever shows it.
    CHECK(altered<Post>([](Post& body) { body.text = "\x1b]0;owned\x07 \u202e"; }).ok());
}

TEST_CASE("references name an entry, or none where that is allowed") {
    CHECK(altered<Post>([](Post& body) { body.reply_to = {}; }).ok());
    CHECK(altered<Post>([](Post& body) { body.reply_to.sequence = limits::sequence_max; }).ok());
    refused<Post>(ErrorCode::malformed,
                  [](Post& body) { body.reply_to.sequence = limits::sequence_max + 1; });
    refused<Post>(ErrorCode::malformed, [](Post& body) { body.reply_to.sequence = 0; });
    refused<Post>(ErrorCode::malformed, [](Post& body) { body.reply_to = ref(1, 0); });
    refused<Retract>(ErrorCode::malformed, [](Retract& body) { body.target = {}; });
}

TEST_CASE("attack class 15: causes are limited") {
    Content content = test::post_of("hello");
    content.causes = refs(limits::causes_max - 1);
    CHECK(check(content).ok());
    content.causes = refs(limits::causes_max);
    CHECK(check(content).ok());
    content.causes = refs(limits::causes_max + 1);
    CHECK(check(content).error().code == ErrorCode::too_large);
    content.causes = {EntryRef{}};
    CHECK(check(content).error().code == ErrorCode::malformed);
}

TEST_CASE("each field of a document is checked") {
    refused<Document>(ErrorCode::malformed, [](Document& body) { body.revision = 0; });
    refused<Document>(ErrorCode::malformed, [](Document& body) { body.revision = 1; });  // has a predecessor
    refused<Document>(ErrorCode::malformed, [](Document& body) { body.previous = {}; });
    CHECK(altered<Document>([](Document& body) { body.title = text(limits::title_bytes_max); }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.title = text(limits::title_bytes_max + 1); });
    refused<Document>(ErrorCode::malformed, [](Document& body) { body.title = "a\u202eb"; });
    refused<Document>(ErrorCode::malformed, [](Document& body) { body.countries = {"Kenya"}; });
    CHECK(altered<Document>([](Document& body) { body.countries.assign(limits::labels_max, "KE"); }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.countries.assign(limits::labels_max + 1, "KE"); });
    CHECK(altered<Document>([](Document& body) { body.topics.assign(limits::labels_max, "x"); }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.topics.assign(limits::labels_max + 1, "x"); });
    CHECK(altered<Document>([](Document& body) { body.populations = {text(limits::label_bytes_max)}; }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.populations = {text(limits::label_bytes_max + 1)}; });
    CHECK(altered<Document>([](Document& body) { body.licence = ""; }).ok());
    CHECK(altered<Document>([](Document& body) { body.licence = text(limits::licence_bytes_max); }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.licence = text(limits::licence_bytes_max + 1); });
    CHECK(altered<Document>([](Document& body) { body.file_name = text(limits::file_name_bytes_max); }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.file_name = text(limits::file_name_bytes_max + 1); });
    refused<Document>(ErrorCode::malformed, [](Document& body) { body.file_name = ""; });
    CHECK(altered<Document>([](Document& body) { body.note = text(limits::note_bytes_max); }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.note = text(limits::note_bytes_max + 1); });
    CHECK(altered<Document>([](Document& body) {
              body.manifest.resize(limits::manifest_reference_bytes_max);
          }).ok());
    refused<Document>(ErrorCode::too_large,
                      [](Document& body) { body.manifest.resize(limits::manifest_reference_bytes_max + 1); });
    refused<Document>(ErrorCode::malformed, [](Document& body) { body.manifest.clear(); });
}

TEST_CASE("languages are tags") {
    for (const char* tag : {"en", "pt-BR", "zh-Hant-TW", "kok", "de-CH-1996"})
        CHECK_MESSAGE(altered<Document>([tag](Document& body) { body.language = tag; }).ok(), tag);
    for (const char* tag :
         {"e", "", "en-", "-en", "en--GB", "en_GB", "e-GB", "englishes9", "en-abcdefghi", "4n"})
        CHECK_MESSAGE(!altered<Document>([tag](Document& body) { body.language = tag; }).ok(), tag);
    refused<Document>(ErrorCode::too_large, [](Document& body) { body.language = text(36); });
}

TEST_CASE("directory objects, credentials and addresses keep their limits") {
    const auto object = [](std::size_t size) {
        return [size](DirectoryObject& body) { body.bytes.assign(size, 1); };
    };
    CHECK(altered<DirectoryObject>(object(limits::directory_object_bytes_max)).ok());
    CHECK(altered<DirectoryObject>(object(limits::directory_object_bytes_max + 1)).ok());  // its kind, too
    refused<DirectoryObject>(ErrorCode::too_large, object(limits::directory_object_bytes_max + 2));
    refused<DirectoryObject>(ErrorCode::malformed, object(0));
    const auto credential = [](std::size_t size) {
        return [size](Introduction& body) { body.credential.assign(size, 1); };
    };
    CHECK(altered<Introduction>(credential(limits::credential_bytes_max - 1)).ok());
    CHECK(altered<Introduction>(credential(limits::credential_bytes_max)).ok());
    refused<Introduction>(ErrorCode::too_large, credential(limits::credential_bytes_max + 1));
    refused<Introduction>(ErrorCode::malformed, [](Introduction& body) { body.term = 0; });
    const auto addresses = [](std::size_t count, std::size_t size) {
        return [count, size](Addresses& body) { body.addresses.assign(count, text(size)); };
    };
    CHECK(altered<Addresses>(addresses(0, 0)).ok());
    CHECK(altered<Addresses>(addresses(limits::addresses_max, limits::address_bytes_max)).ok());
    refused<Addresses>(ErrorCode::too_large, addresses(limits::addresses_max + 1, 1));
    refused<Addresses>(ErrorCode::too_large, addresses(1, limits::address_bytes_max + 1));
    refused<Addresses>(ErrorCode::malformed, [](Addresses& body) { body.addresses = {"tcp://a b"}; });
}

TEST_CASE("charters keep their limits") {
    const auto conveners = [](std::size_t count) {
        return [count](Charter& body) {
            body.conveners.clear();
            for (std::size_t i = 0; i < count; ++i) {
                MemberId id;
                id.bytes[3] = static_cast<std::uint8_t>(i + 1);
                body.conveners.push_back(id);
            }
        };
    };
    CHECK(altered<Charter>(conveners(limits::conveners_max)).ok());
    refused<Charter>(ErrorCode::too_large, conveners(limits::conveners_max + 1));
    refused<Charter>(ErrorCode::malformed, conveners(0));
    refused<Charter>(ErrorCode::malformed,
                     [](Charter& body) { body.conveners.push_back(body.conveners[0]); });
    refused<Charter>(ErrorCode::malformed, [](Charter& body) { body.name = " practice"; });
    CHECK(altered<Charter>([](Charter& body) { body.purpose = text(limits::purpose_bytes_max); }).ok());
    refused<Charter>(ErrorCode::too_large,
                     [](Charter& body) { body.purpose = text(limits::purpose_bytes_max + 1); });
    CHECK(altered<Charter>([](Charter& body) { body.retention_days = 36'500; }).ok());
    refused<Charter>(ErrorCode::too_large, [](Charter& body) { body.retention_days = 36'501; });
    CHECK(altered<Charter>([](Charter& body) { body.demotions[0].lasts = refs(limits::cut_logs_max); }).ok());
    refused<Charter>(ErrorCode::too_large,
                     [](Charter& body) { body.demotions[0].lasts = refs(limits::cut_logs_max + 1); });
    refused<Charter>(ErrorCode::too_large,
                     [](Charter& body) { body.parent = {}; });  // demotions in the first
    refused<Charter>(ErrorCode::too_large, [](Charter& body) {
        body.kind = ChannelKind::direct;
        body.conveners.resize(3);
    });
}

TEST_CASE("an announcement names a listed channel, and its card is a charter without a past") {
    const auto number = [](std::uint32_t value) {
        return [value](Announcement& body) { body.number = value; };
    };
    refused<Announcement>(ErrorCode::malformed, number(0));
    CHECK(altered<Announcement>(number(1)).ok());
    CHECK(altered<Announcement>(number(limits::announcement_number_max)).ok());
    refused<Announcement>(ErrorCode::malformed, number(limits::announcement_number_max + 1));
    refused<Announcement>(ErrorCode::malformed, [](Announcement& body) { body.channel = {}; });
    refused<Announcement>(ErrorCode::malformed, [](Announcement& body) { body.card->listed = false; });
    refused<Announcement>(ErrorCode::malformed, [](Announcement& body) { body.card->parent = ref(1, 2); });
    refused<Announcement>(ErrorCode::malformed,
                          [](Announcement& body) { body.card->kind = ChannelKind::directory; });
    refused<Announcement>(ErrorCode::too_large, [](Announcement& body) { body.card->demotions.resize(1); });
    refused<Announcement>(ErrorCode::malformed, [](Announcement& body) { body.card->name = "a\nb"; });
    refused<Charter>(ErrorCode::malformed, [](Charter& body) {
        body.kind = ChannelKind::direct;
        body.conveners.resize(2);
    });
}

TEST_CASE("membership entries keep their limits") {
    const auto devices = [](std::size_t count) {
        return [count](MemberAdded& body) {
            body.devices.resize(count);
            for (std::size_t i = 0; i < count; ++i)
                body.devices[i].id.bytes[0] = static_cast<std::uint8_t>(i + 1);
        };
    };
    CHECK(altered<MemberAdded>(devices(limits::member_devices_max)).ok());
    refused<MemberAdded>(ErrorCode::too_large, devices(limits::member_devices_max + 1));
    refused<MemberAdded>(ErrorCode::malformed, devices(0));
    refused<MemberAdded>(ErrorCode::malformed,
                         [](MemberAdded& body) { std::swap(body.devices[0], body.devices[1]); });
    refused<MemberAdded>(ErrorCode::malformed, [](MemberAdded& body) { body.term = 0; });
    refused<MemberAdded>(ErrorCode::malformed, [](MemberAdded& body) { body.term = UINT32_MAX; });
    CHECK(altered<MemberRemoved>([](MemberRemoved& body) { body.lasts = refs(limits::cut_logs_max); }).ok());
    refused<MemberRemoved>(ErrorCode::too_large,
                           [](MemberRemoved& body) { body.lasts = refs(limits::cut_logs_max + 1); });
    refused<MemberRemoved>(ErrorCode::malformed, [](MemberRemoved& body) {
        body.lasts = {ref(1, 2), ref(2, 2)};
    });
    refused<Left>(ErrorCode::too_large, [](Left& body) { body.lasts = refs(limits::cut_logs_max + 1); });
    const auto out = [](std::size_t count) {
        std::vector<DeviceId> all;
        for (std::size_t i = 0; i < count; ++i) all.push_back(DeviceId{{static_cast<std::uint8_t>(i + 1)}});
        return all;
    };
    for (const std::size_t count : {limits::member_devices_max - 1, limits::member_devices_max})
        CHECK(altered<DeviceRemoved>([&](DeviceRemoved& body) { body.devices = out(count); }).ok());
    refused<DeviceRemoved>(ErrorCode::too_large,
                           [&](DeviceRemoved& body) { body.devices = out(limits::member_devices_max + 1); });
    refused<DeviceRemoved>(ErrorCode::malformed, [](DeviceRemoved& body) { body.devices.clear(); });
    refused<DeviceRemoved>(ErrorCode::malformed,
                           [](DeviceRemoved& body) { std::swap(body.devices[0], body.devices[1]); });
    refused<DeviceRemoved>(ErrorCode::malformed, [](DeviceRemoved& body) { body.term = 0; });
    refused<DeviceRemoved>(ErrorCode::too_large,
                           [](DeviceRemoved& body) { body.lasts = refs(limits::cut_logs_max + 1); });
}

TEST_CASE("epochs keep their limits") {
    CHECK(altered<Epoch>([](Epoch& body) { body.sealed.resize(limits::sealed_keys_max); }).ok());
    refused<Epoch>(ErrorCode::too_large,
                   [](Epoch& body) { body.sealed.resize(limits::sealed_keys_max + 1); });
    refused<Epoch>(ErrorCode::malformed, [](Epoch& body) { body.number = 1; });
    refused<Epoch>(ErrorCode::malformed, [](Epoch& body) { body.parent = {}; });
    refused<Epoch>(ErrorCode::malformed, [](Epoch& body) { body.parent = body.id; });
    refused<Epoch>(ErrorCode::malformed, [](Epoch& body) { body.number = UINT64_MAX; });
}

TEST_CASE("entries of the channel's group keep their limits") {
    const auto package = [](std::size_t size) {
        return [size](KeyPackageOffer& body) { body.key_package.assign(size, 1); };
    };
    CHECK(altered<KeyPackageOffer>(package(limits::key_package_bytes_max - 1)).ok());
    CHECK(altered<KeyPackageOffer>(package(limits::key_package_bytes_max)).ok());
    refused<KeyPackageOffer>(ErrorCode::too_large, package(limits::key_package_bytes_max + 1));
    refused<KeyPackageOffer>(ErrorCode::malformed, package(0));
    CHECK(altered<KeyPackageOffer>([](KeyPackageOffer& body) { body.term = 0; }).ok());  // in the directory
    refused<KeyPackageOffer>(ErrorCode::malformed, [](KeyPackageOffer& body) { body.term = UINT32_MAX; });
    refused<Acknowledgement>(ErrorCode::malformed, [](Acknowledgement& body) { body.commit = {}; });
    refused<CommitPart>(ErrorCode::malformed, [](CommitPart& body) { body.bytes.clear(); });
    refused<CommitEntry>(ErrorCode::malformed, [](CommitEntry& body) { body.message.clear(); });
    refused<CommitEntry>(ErrorCode::malformed, [](CommitEntry& body) { body.fact.to.number = 9; });
}

TEST_CASE("mentions, edits and reactions keep their limits") {
    const auto mentions = [](auto& body, std::size_t count) {
        body.mentions.assign(count, {});
        for (std::size_t i = 0; i < count; ++i) body.mentions[i].bytes[0] = static_cast<std::uint8_t>(i + 1);
    };
    for (const std::size_t count : {std::size_t{0}, limits::mentions_max - 1, limits::mentions_max}) {
        CHECK(altered<Post>([&](Post& body) { mentions(body, count); }).ok());
        CHECK(altered<Edit>([&](Edit& body) { mentions(body, count); }).ok());
    }
    refused<Post>(ErrorCode::too_large, [&](Post& body) { mentions(body, limits::mentions_max + 1); });
    refused<Edit>(ErrorCode::too_large, [&](Edit& body) { mentions(body, limits::mentions_max + 1); });
    refused<Post>(ErrorCode::malformed, [](Post& body) { body.mentions.assign(2, MemberId{}); });

    CHECK(altered<Edit>([](Edit& body) { body.text = text(limits::text_bytes_max - 1); }).ok());
    CHECK(altered<Edit>([](Edit& body) { body.text = text(limits::text_bytes_max); }).ok());
    refused<Edit>(ErrorCode::too_large, [](Edit& body) { body.text = text(limits::text_bytes_max + 1); });
    refused<Edit>(ErrorCode::malformed, [](Edit& body) { body.text = ""; });
    refused<Edit>(ErrorCode::malformed, [](Edit& body) { body.number = 0; });
    CHECK(altered<Edit>([](Edit& body) { body.number = limits::edit_number_max - 1; }).ok());
    CHECK(altered<Edit>([](Edit& body) { body.number = limits::edit_number_max; }).ok());
    refused<Edit>(ErrorCode::malformed, [](Edit& body) { body.number = limits::edit_number_max + 1; });
    refused<Edit>(ErrorCode::malformed, [](Edit& body) { body.target = {}; });

    CHECK(altered<Reaction>([](Reaction& body) { body.text = text(limits::reaction_bytes_max - 1); }).ok());
    CHECK(altered<Reaction>([](Reaction& body) { body.text = text(limits::reaction_bytes_max); }).ok());
    CHECK(altered<Reaction>([](Reaction& body) { body.text = "\U0001f44d"; }).ok());
    refused<Reaction>(ErrorCode::too_large,
                      [](Reaction& body) { body.text = text(limits::reaction_bytes_max + 1); });
    refused<Reaction>(ErrorCode::malformed, [](Reaction& body) { body.text = ""; });
    refused<Reaction>(ErrorCode::malformed, [](Reaction& body) { body.text = "two\nlines"; });
    refused<Reaction>(ErrorCode::malformed, [](Reaction& body) { body.text = "\u202e"; });
}

TEST_CASE("pins, hidings, what takes them back, and receipts keep their limits") {
    refused<Pin>(ErrorCode::malformed, [](Pin& body) { body.target = {}; });
    CHECK(altered<Hide>([](Hide& body) { body.reason = text(limits::reason_bytes_max - 1); }).ok());
    CHECK(altered<Hide>([](Hide& body) { body.reason = text(limits::reason_bytes_max); }).ok());
    refused<Hide>(ErrorCode::too_large, [](Hide& body) { body.reason = text(limits::reason_bytes_max + 1); });
    refused<Hide>(ErrorCode::malformed, [](Hide& body) { body.reason = ""; });
    const auto lifted = [](std::size_t count) { return [count](Lift& body) { body.entries = refs(count); }; };
    CHECK(altered<Lift>(lifted(limits::lifted_max - 1)).ok());
    CHECK(altered<Lift>(lifted(limits::lifted_max)).ok());
    refused<Lift>(ErrorCode::too_large, lifted(limits::lifted_max + 1));
    refused<Lift>(ErrorCode::malformed, lifted(0));
    refused<Lift>(ErrorCode::malformed, [](Lift& body) { body.entries.push_back(body.entries.front()); });
    const auto seen = [](std::size_t count) { return [count](Seen& body) { body.lasts = refs(count); }; };
    CHECK(altered<Seen>(seen(limits::seen_logs_max - 1)).ok());
    CHECK(altered<Seen>(seen(limits::seen_logs_max)).ok());
    refused<Seen>(ErrorCode::too_large, seen(limits::seen_logs_max + 1));
    refused<Seen>(ErrorCode::malformed, seen(0));
    refused<Seen>(ErrorCode::malformed, [](Seen& body) { body.lasts = {ref(1, 2), ref(2, 2)}; });
}

TEST_CASE("a body or a value of a newer version is unsupported, not malformed") {
    const auto with_data_byte = [](std::size_t at, std::uint8_t value) {
        capnp::MallocMessageBuilder message;
        auto root = message.initRoot<schema::Content>();
        root.initPost().setText("hello");
        auto any = message.getRoot<capnp::AnyStruct>();
        REQUIRE(any.getDataSection().size() == 16);
        any.getDataSection()[at] = value;
        return decode(schema::write_packed(message.getRoot<schema::Content>()));
    };
    CHECK(with_data_byte(0, 1).ok());
    CHECK(with_data_byte(10, 200).error().code == ErrorCode::unsupported);  // the union's tag
    CHECK(with_data_byte(8, 9).error().code == ErrorCode::unsupported);     // the handling code
}

TEST_CASE("attack class 16: zeros, bombs, and cuts of honest contents are refused without harm") {
    CHECK_FALSE(decode({}).ok());
    CHECK_FALSE(decode(Bytes(64, 0)).ok());
    CHECK(decode(Bytes(limits::payload_bytes_max + 1, 0)).error().code == ErrorCode::too_large);
    Bytes bomb;  // packed zeros: each pair stands for up to 256 words
    for (int i = 0; i < 30'000; ++i) bomb.insert(bomb.end(), {0x00, 0xff});
    CHECK_FALSE(decode(bomb).ok());
    for (const Content& content : test::contents_of_each_kind()) {
        const Bytes bytes = encode(validate(content).value());
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 300)
            (void)decode(BytesView(bytes).first(size));
    }
}

TEST_CASE("altered bytes never give something that would not encode again") {
    test::SeededRandom random(16);
    for (const Content& content : test::contents_of_each_kind()) {
        const Bytes honest = encode(validate(content).value());
        for (int i = 0; i < 400; ++i) {
            Bytes bytes = honest;
            bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.number());
            const auto decoded = decode(bytes);
            if (decoded) CHECK(*decode(encode(*decoded)).value() == **decoded);
        }
    }
}
