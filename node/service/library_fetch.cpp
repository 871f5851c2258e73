// Getting what is missing, and handing out what is here.
#include "node/service/library.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t users_looked_at = 64;

// One revision's plaintext, chunk by chunk. The last piece is handed out once the whole has the right hash.
class ChunkDownload final : public Download {
  public:
    ChunkDownload(DocumentView document, const document::ManifestRef& ref, document::Manifest manifest,
                  store::ChunkFile& chunks)
        : document_(std::move(document)),
          cipher_(document::DocumentKeys(ref.document_key)),
          manifest_(std::move(manifest)),
          chunks_(chunks) {}

    const DocumentView& document() const override { return document_; }

    Outcome<Bytes> next() override {
        if (at_ == manifest_.chunks.size()) return Bytes{};
        const document::ManifestChunk& chunk = manifest_.chunks[at_];
        const auto sealed = chunks_.read(chunk.id);
        if (!sealed) return refusals::document_altered();
        auto plain = cipher_.open(document::ChunkKind::content, chunk.id, *sealed, chunk.plain_bytes);
        if (!plain) return refusals::document_altered();
        hash_.update(*plain);
        if (++at_ == manifest_.chunks.size() && hash_.finish() != manifest_.content_hash)
            return refusals::document_altered();
        return *std::move(plain);
    }

  private:
    DocumentView document_;
    document::ChunkCipher cipher_;
    document::Manifest manifest_;
    store::ChunkFile& chunks_;
    crypto::Blake2b hash_;
    std::size_t at_ = 0;
};

std::vector<ChunkId> ids_of(const document::Manifest& manifest) {
    std::vector<ChunkId> ids;
    for (const document::ManifestChunk& chunk : manifest.chunks) ids.push_back(chunk.id);
    return ids;
}

std::vector<store::ChunkPresence> presence_of(const document::ManifestRef& ref,
                                              const document::Manifest* manifest) {
    std::vector<store::ChunkPresence> presence;
    std::set<ChunkId> seen;
    const auto list = [&](const ChunkId& id, std::size_t bytes) {
        if (seen.insert(id).second) presence.push_back({id, static_cast<std::uint32_t>(bytes), false});
    };
    for (std::size_t i = 0; i < ref.pieces.size(); ++i) list(ref.pieces[i], ref.piece_bytes(i));
    if (manifest != nullptr)
        for (const document::ManifestChunk& chunk : manifest->chunks) list(chunk.id, chunk.plain_bytes);
    return presence;
}

}  // namespace

Outcome<std::unique_ptr<Download>> Library::open_download(const store::StoredRevision& revision) {
    const auto ref = ref_of(revision);
    if (!ref) return refusals::document_altered();
    auto manifest = manifest_of(*ref);
    if (!manifest) return refusals::document_altered();
    return std::unique_ptr<Download>(
        new ChunkDownload(view(revision), *ref, *std::move(manifest), core_.store.chunks()));
}

void Library::get(const std::string& document, std::uint32_t number,
                  Callback<std::unique_ptr<Download>> done) {
    const auto wanted = [&]() -> Outcome<store::StoredRevision> {
        return pick(LIAISE_TRY(named(document)), number);
    }();
    if (!wanted) return done(wanted.refusal());
    if (wanted->fields.complete) return done(open_download(*wanted));

    const auto begun = [&]() -> Result<void> {
        LIAISE_TRY(want(*wanted));
        return core_.batch.commit();
    }();
    if (!begun) return done(refusals::from_store(begun.error()));
    const store::RevisionRow row = wanted->row;
    const auto answer = [this, row, done] {
        const auto revision = core_.store.documents().get(row);
        if (!revision || !*revision) return done(refusals::document_altered());
        done(open_download(**revision));
    };
    const auto fetch = fetches_.find(row);
    if (fetch == fetches_.end()) return answer();
    fetch->second.waiting.push_back(answer);
    pump();
}

Result<void> Library::want(const store::StoredRevision& revision) {
    if (fetches_.contains(revision.row)) return {};
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.documents().set_wanted(revision.row, true));
    const auto ref = LIAISE_TRY(ref_of(revision));
    begin_fetch(revision, ref);
    return {};
}

void Library::begin_fetch(const store::StoredRevision& revision, document::ManifestRef ref) {
    const auto stored = [this](const ChunkId& id) {
        const auto here = core_.store.chunks().contains(id);
        return here && *here;
    };
    const auto manifest = manifest_of(ref);
    const bool pieces = !manifest.ok();
    const std::vector<ChunkId> wanted = pieces ? ref.pieces : ids_of(*manifest);
    // The list of chunks is what makes them servable to others and keeps them from being dropped.
    const auto listed = [&]() -> Result<void> {
        LIAISE_TRY(core_.batch.write());
        return core_.store.documents().set_chunks(revision.row,
                                                  presence_of(ref, pieces ? nullptr : &*manifest));
    }();
    if (!listed) return core_.batch.fail(listed.error());
    std::vector<std::function<void()>> waiting;
    if (const auto before = fetches_.find(revision.row); before != fetches_.end()) {
        waiting = std::move(before->second.waiting);
        fetches_.erase(before);
    }
    fetches_.emplace(revision.row, Fetch{revision.fields.channel,
                                         revision.fields.place,
                                         ref,
                                         pieces,
                                         document::FetchPlan(wanted, stored),
                                         {},
                                         std::move(waiting)});
    advance(revision.row);
}

// A plan that has all it wanted goes on to the chunks, or is done.
void Library::advance(store::RevisionRow row) {
    const auto found = fetches_.find(row);
    if (found == fetches_.end() || !found->second.plan.done()) return;
    core_.batch.after([this, row] {
        const auto fetch = fetches_.find(row);
        if (fetch == fetches_.end() || !fetch->second.plan.done()) return;
        if (fetch->second.pieces) {
            const auto revision = core_.store.documents().get(row);
            if (revision && *revision) begin_fetch(**revision, fetch->second.ref);
            return pump();
        }
        const auto waiting = std::move(fetch->second.waiting);
        fetches_.erase(fetch);
        if (const auto finished = finish_fetch(row); !finished) return core_.batch.fail(finished.error());
        for (const auto& answer : waiting) core_.batch.after(answer);
    });
}

void Library::chunk_arrived(const DeviceId& peer, const ChunkId& id, Bytes sealed) {
    bool wanted = false;
    for (auto& [row, fetch] : fetches_) {
        if (!fetch.plan.expects(peer, id)) continue;
        fetch.plan.arrived(peer, id, core_.now());
        wanted = true;
    }
    if (!wanted) return;
    if (const auto open = core_.batch.write(); !open) return;
    pending_.push_back({id, std::move(sealed)});
    std::vector<store::RevisionRow> rows;
    for (const auto& [row, fetch] : fetches_) rows.push_back(row);
    for (const store::RevisionRow row : rows) advance(row);
    pump();
}

void Library::chunk_unavailable(const DeviceId& peer, const ChunkId& id) {
    for (auto& [row, fetch] : fetches_) fetch.plan.unavailable(peer, id, core_.now());
    pump();
}

Result<void> Library::write_pending() {
    if (pending_.empty()) return {};
    const std::vector<Pending> batch = std::exchange(pending_, {});
    std::vector<store::ChunkView> views;
    for (const Pending& chunk : batch) views.push_back({chunk.id, chunk.sealed});
    return core_.store.chunks().index(LIAISE_TRY(core_.store.chunks().write_batch(views)));
}

void Library::pump() {
    if (sources_ == nullptr) return;
    const Time now = core_.now();
    for (auto& [row, fetch] : fetches_) {
        const auto list = sources_->sources(fetch.channel);
        const std::set<DeviceId> peers(list.begin(), list.end());
        for (const DeviceId& peer : fetch.peers)
            if (!peers.contains(peer)) fetch.plan.peer_left(peer);
        for (const DeviceId& peer : peers)
            if (!fetch.peers.contains(peer)) fetch.plan.peer_came(peer, now);
        fetch.peers = peers;
        for (const document::Ask& ask : fetch.plan.next(now))
            if (!sources_->ask(ask.peer, fetch.channel, ask.chunk))
                fetch.plan.unavailable(ask.peer, ask.chunk, now);
    }
}

std::optional<Time> Library::deadline() const {
    if (resume_due_) return core_.now();
    std::optional<Time> earliest;
    for (const auto& [row, fetch] : fetches_) {
        const auto due = fetch.plan.deadline();
        if (due && (!earliest || *due < *earliest)) earliest = due;
    }
    return earliest;
}

std::optional<Bytes> Library::serve(const ChannelId& channel, const ChunkId& id) {
    const auto users = core_.store.documents().users_of(id, users_looked_at);
    if (!users) return std::nullopt;
    for (const store::RevisionRow row : *users) {
        const auto revision = core_.store.documents().get(row);
        if (!revision || !*revision || (*revision)->fields.channel != channel) continue;
        auto sealed = core_.store.chunks().read(id);
        if (sealed) return *std::move(sealed);
    }
    return std::nullopt;
}

}  // namespace liaise::node::service
