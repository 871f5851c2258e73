// Documents: publishing and revising, listing, fetching what is missing, handing out.
//
// - A revision is an entry of its channel; its chunks are beside the logs. What is small is fetched when its
// entry arrives, everything else
//   when somebody asks for it. A fetch survives restarts: what is wanted is on disk, and so is every chunk
//   that came.
// - Chunks that arrive are written together, once a batch, and count when the batch is durable.
#pragma once

#include <deque>

#include "node/service/messages.h"
#include "protocol/document/fetch_plan.h"
#include "protocol/document/manifest.h"
#include "protocol/document/revision.h"

namespace liaise::node::service {

// Where chunks can be asked for: the sessions with members of a channel.
class ChunkSources {
  public:
    virtual ~ChunkSources() = default;
    virtual std::vector<DeviceId> sources(const ChannelId& channel) = 0;
    // False when the peer takes no more questions now.
    virtual bool ask(const DeviceId& peer, const ChannelId& channel, const ChunkId& chunk) = 0;
};

class Library {
  public:
    Library(Core& core, Trust& trust, Channels& channels, Messages& messages);

    void set_sources(ChunkSources* sources) { sources_ = sources; }
    Result<void> load();

    Outcome<std::unique_ptr<Upload>> publish(const PublishRequest& request);
    Outcome<std::vector<DocumentView>> list(const std::string& channel);
    Outcome<DocumentView> show(const std::string& document);
    Outcome<std::vector<DocumentView>> history(const std::string& document);
    void get(const std::string& document, std::uint32_t revision, Callback<std::unique_ptr<Download>> done);

    // An entry that publishes a revision, within the open batch.
    Result<void> opened(const OpenedEntry& entry, const channel::Document& document);

    // From and for peers.
    void chunk_arrived(const DeviceId& peer, const ChunkId& id, Bytes sealed);
    void chunk_unavailable(const DeviceId& peer, const ChunkId& id);
    std::optional<Bytes> serve(const ChannelId& channel, const ChunkId& id);
    // Goes on with what was wanted when the home was opened. Writes, as loading must not: after a failed
    // write everything is loaded anew, and on a full disk the next would fail as well.
    void resume();
    // Puts the questions that are due; call when sources, time or fetches changed.
    void pump();
    std::optional<Time> deadline() const;

    // The revisions of a document that are ours, by id or title; nothing when there is no such document.
    std::optional<std::vector<channel::EntryRef>> own_revisions(const std::string& document);
    // An entry that published a revision is being erased, within the open batch: its chunks are no longer
    // listed, its words leave the index. What is left says where it stood, for those that revise it.
    Result<void> forget(const store::MessageRow& row);
    // Gives the places of chunks that no revision lists back to the disk. No batch may be open.
    Result<void> drop_unused_chunks(std::size_t count_max);

    std::string searchable_text(const store::EntryPlace& place);
    // The index holds searchable_text() of now.
    Result<void> note_indexed(const store::EntryPlace& place);
    std::optional<DocumentView> view_at(const store::EntryPlace& place);

  private:
    friend class LibraryUpload;
    struct Fetch {
        ChannelId channel;
        store::EntryPlace place;
        document::ManifestRef ref;
        bool pieces;  // fetching the manifest's pieces; then the chunks
        document::FetchPlan plan;
        std::set<DeviceId> peers;
        std::vector<std::function<void()>> waiting;
    };
    struct Pending {
        ChunkId id;
        Bytes sealed;
    };

    Outcome<DocumentId> named(const std::string& document);
    Outcome<store::StoredRevision> pick(const DocumentId& document, std::uint32_t number);
    Result<document::RevisionTree> tree_of(const std::vector<store::StoredRevision>& revisions);
    Result<channel::ValidatedContent> content_of(const store::StoredRevision& revision);
    Result<document::ManifestRef> ref_of(const store::StoredRevision& revision);
    Result<document::Manifest> manifest_of(const document::ManifestRef& ref);
    DocumentView view(const store::StoredRevision& revision);
    std::string text_for_search(const store::StoredRevision& revision, bool with_body);

    Result<void> want(const store::StoredRevision& revision);
    // The reference by value: it may stand in the very fetch that this one replaces.
    void begin_fetch(const store::StoredRevision& revision, document::ManifestRef ref);
    void advance(store::RevisionRow row);
    Result<void> finish_fetch(store::RevisionRow row);
    Result<void> write_pending();
    Outcome<std::unique_ptr<Download>> open_download(const store::StoredRevision& revision);

    Core& core_;
    Trust& trust_;
    Channels& channels_;
    Messages& messages_;
    ChunkSources* sources_ = nullptr;
    std::map<store::RevisionRow, Fetch> fetches_;
    bool resume_due_ = false;
    std::vector<Pending> pending_;
    bool maybe_unused_chunks_ = true;
};

// What the schema calls "goodPractice" and people call "good-practice".
std::string_view text_of(channel::DocumentKind kind);
std::optional<channel::DocumentKind> document_kind_from(std::string_view text);

}  // namespace liaise::node::service
