// What an entry says, inside its encryption (protocol/schema/content.capnp, docs/protocol/content.md).
//
// In:  the plaintext of an entry, from anyone who holds the channel's key; or a Content made here.
// Out: ValidatedContent: every field of known size, every text well-formed UTF-8, every list within its
//      limit. It can only come from decode() or validate(), so nobody asks whether it was checked.
//
// - What we write passes the same checks as what we read: we cannot publish what others would refuse.
// - Names and titles obey check_name (no control or direction characters); texts of posts, purposes and
//   notes are any UTF-8 without NUL, since people write in many ways: whoever shows them neutralises them
//   (attack class 21).
// - unsupported means: from a newer version. The entry is kept, relayed and shown as such. malformed and
//   too_large mean that its author broke the rules; the entry is kept in its chain and not shown.
// - Whether its author may say this is not asked here: channel_state.h.
// - A new kind of content is a struct here, a member of the schema's union, a validator and a projection.
#pragma once

#include <optional>
#include <variant>

#include "protocol/base/limits.h"
#include "protocol/base/time.h"
#include "protocol/channel/commit_fact.h"
#include "protocol/channel/policy.h"
#include "protocol/log/entry.h"

namespace liaise::channel {

struct Post {
    std::string text;                  // 1 to limits::text_bytes_max bytes
    EntryRef reply_to;                 // or none
    std::vector<MemberId> mentions{};  // ascending: whom the text names with "@"
    bool operator==(const Post&) const = default;
};

struct Retract {
    EntryRef target;  // of the author's own
    Time time{};      // of the target, for those whom only the trace reaches; 1970: it leaves none
    bool operator==(const Retract&) const = default;
};

// The bodies that say something about another entry (marks.h has the rules).

struct Edit {
    EntryRef target;  // a post of the author's own
    std::uint32_t number = 1;
    std::string text;
    std::vector<MemberId> mentions{};
    bool operator==(const Edit&) const = default;
};

struct Reaction {
    EntryRef target;
    std::string text;  // a word or sign
    bool operator==(const Reaction&) const = default;
};

struct Pin {
    EntryRef target;
    bool operator==(const Pin&) const = default;
};

struct Hide {
    EntryRef target;
    std::string reason;
    bool operator==(const Hide&) const = default;
};

struct Lift {
    std::vector<EntryRef> entries;  // ascending: pins and hidings that are taken back
    bool operator==(const Lift&) const = default;
};

// What this device's user has read, where the charter turns receipts on.
struct Seen {
    std::vector<EntryRef> lasts;  // one a log, ascending
    bool operator==(const Seen&) const = default;
};

enum class DocumentKind : std::uint8_t { good_practice, protocol, guideline, statement, report, training };

struct Document {
    DocumentId id;
    std::uint32_t revision = 1;
    EntryRef previous;  // the entry that this one revises; none at revision 1
    std::string title;
    std::string language;  // "en", "pt-BR"
    std::vector<std::string> countries, topics, populations;
    DocumentKind kind = DocumentKind::good_practice;
    std::string licence;    // may be empty
    std::string file_name;  // hostile until document::safe_file_name made it harmless
    std::string note;       // may be empty
    // document::ManifestRef, encoded: the document's key, size, content hash and chunks. No media type: a
    // reader decides that from the content, and never takes a sender's word.
    Bytes manifest;
    bool operator==(const Document&) const = default;
};

// Charter, amendment, certificate, accreditation or revocation, as protocol/identity encodes it and judges
// it.
struct DirectoryObject {
    Bytes bytes;
    bool operator==(const DirectoryObject&) const = default;
};

// Where the writing device can be reached; replaces what it said before.
struct Addresses {
    std::vector<std::string> addresses;
    bool operator==(const Addresses&) const = default;
};

// A convener's word to the whole network that a channel exists, and by which rules
// (docs/protocol/request.md). Nobody outside can check it.
struct Announcement {
    ChannelId channel;
    std::uint32_t number = 1;     // of several of one member the highest counts
    std::optional<Charter> card;  // without parent and demotions; none: announced no more
    bool operator==(const Announcement&) const = default;
};

// The beginning of the message of a commit that is too long for one entry (commit_pieces.h).
struct CommitPart {
    Bytes bytes;
    bool operator==(const CommitPart&) const = default;
};

// A device's key package: in a channel for a seat of that term; in the directory, with term 0, for whoever
// seats the device in some channel.
struct KeyPackageOffer {
    std::uint32_t term = 0;
    bool lost = false;  // the device holds no state of the channel's group
    Bytes key_package;
    bool operator==(const KeyPackageOffer&) const = default;
};

using Body = std::variant<Introduction, Post, Retract, Document, DirectoryObject, Charter, MemberAdded,
                          MemberRemoved, Left, Epoch, Addresses, KeysWanted, CommitEntry, CommitPart,
                          Acknowledgement, KeyPackageOffer, Edit, Reaction, Pin, Hide, Lift, Seen,
                          CharterAcknowledged, Announcement, DeviceRemoved>;

struct Content {
    Time time;  // by its author's clock: a claim (ordering.h)
    Handling handling = Handling::amber;
    std::vector<EntryRef> causes;  // the newest entries of other logs that its author had read
    Body body;
    bool operator==(const Content&) const = default;
};

// policy for whatever concerns writers, membership, keys, the charter or the directory: the log verifies
// such entries one by one. An entry whose header says otherwise than its body is refused.
log::EntryKind kind_of(const Body& body);

class ValidatedContent {
  public:
    const Content& operator*() const { return content_; }
    const Content* operator->() const { return &content_; }
    log::EntryKind kind() const { return kind_of(content_.body); }
    template <class B>
    const B* as() const {
        return std::get_if<B>(&content_.body);
    }

  private:
    friend Result<ValidatedContent> validate(Content content);
    explicit ValidatedContent(Content content) : content_(std::move(content)) {}
    Content content_;
};

Result<ValidatedContent> validate(Content content);

Bytes encode(const ValidatedContent& content);
// Any bytes. malformed, too_large, or unsupported (a body or a value that this version does not know).
Result<ValidatedContent> decode(BytesView plain);

}  // namespace liaise::channel
