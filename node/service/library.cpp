#include "node/service/library.h"

#include <array>

#include "node/service/naming.h"
#include "protocol/document/file_name.h"
#include "protocol/document/media_type.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t documents_most = 10'000;
constexpr std::uint64_t small_document_bytes = 1024 * 1024;  // fetched without being asked for
constexpr std::size_t search_body_bytes_max = 1024 * 1024;

// States of a stored revision: what the search index holds of it.
constexpr std::uint8_t not_indexed = 0;
constexpr std::uint8_t head_indexed = 1;
constexpr std::uint8_t body_indexed = 2;
constexpr std::uint8_t forgotten = 3;  // retracted or expired: only its place in the tree is left

constexpr std::array kind_texts{"good-practice", "protocol", "guideline", "statement", "report", "training"};

Result<std::optional<document::RevisionId>> kept_predecessor(BytesView details) {
    Reader reader(details);
    document::RevisionId id;
    id.log = LIAISE_TRY(reader.fixed<LogId>());
    id.sequence = LIAISE_TRY(reader.u64());
    return id.sequence == 0 ? std::optional<document::RevisionId>() : std::optional(id);
}

}  // namespace

std::string_view text_of(channel::DocumentKind kind) {
    return kind_texts.at(static_cast<std::size_t>(kind));
}

std::optional<channel::DocumentKind> document_kind_from(std::string_view text) {
    for (std::size_t i = 0; i < kind_texts.size(); ++i)
        if (text == kind_texts.at(i)) return static_cast<channel::DocumentKind>(i);
    return std::nullopt;
}

Library::Library(Core& core, Trust& trust, Channels& channels, Messages& messages)
    : core_(core), trust_(trust), channels_(channels), messages_(messages) {
    core_.batch.before_commit([this] { return write_pending(); });
}

Result<void> Library::load() {
    fetches_.clear();
    pending_.clear();
    resume_due_ = true;
    return {};
}

void Library::resume() {
    if (!std::exchange(resume_due_, false)) return;
    const auto rows = core_.store.documents().wanted_and_incomplete(documents_most);
    if (!rows) return core_.log.event(Level::error, "read_failed", {{"code", name_of(rows.error().code)}});
    for (const store::RevisionRow row : *rows) {
        const auto revision = core_.store.documents().get(row);
        if (!revision || !*revision || fetches_.contains(row)) continue;
        if (const auto ref = ref_of(**revision)) begin_fetch(**revision, *ref);
    }
}

Result<void> Library::opened(const OpenedEntry& entry, const channel::Document& document) {
    if (LIAISE_TRY(core_.store.documents().find(entry.place()))) return {};
    const auto ref = document::parse_manifest_ref(document.manifest);
    const auto language = document::language_tag_of(document.language);
    if (!ref || !language) return {};  // its author broke the rules: kept in the log, shown nowhere
    const bool founds = channel::is_none(document.previous);
    if (founds &&
        document.id != document::document_id_of(entry.channel.id(), entry.log.writer, entry.sequence))
        return {};

    document::RevisionTree tree =
        LIAISE_TRY(tree_of(LIAISE_TRY(core_.store.documents().revisions(document.id))));
    document::Revision revision{{entry.log.id, entry.sequence}, std::nullopt, document.revision, *language};
    if (!founds)
        revision.predecessor = document::RevisionId{document.previous.log, document.previous.sequence};
    if (!tree.add(revision)) return {};

    store::RevisionFields fields;
    fields.document = document.id;
    fields.channel = entry.channel.id();
    fields.place = entry.place();
    fields.number = document.revision;
    fields.title = document.title;
    fields.language = *language;
    fields.kind = text_of(document.kind);
    fields.file_name = document::safe_file_name(document.file_name);
    fields.media_type = "application/octet-stream";
    fields.bytes = ref->content_bytes;
    fields.author = entry.accepted.author;
    fields.time = entry.content->time;
    const store::RevisionRow row = LIAISE_TRY(core_.store.documents().add(fields));
    LIAISE_TRY(messages_.add(entry, MessageKind::document, std::nullopt));

    const auto stored = LIAISE_TRY(core_.store.documents().get(row));
    const bool for_others = channels_.carries(entry.channel);  // who cannot ask each other
    if (entry.log.own || for_others || ref->content_bytes <= small_document_bytes) LIAISE_TRY(want(*stored));
    return {};
}

Result<channel::ValidatedContent> Library::content_of(const store::StoredRevision& revision) {
    Channel* const channel = channels_.find(revision.fields.channel);
    const LogRuntime* const log = channel == nullptr ? nullptr : channel->log(revision.log_id);
    if (log == nullptr) return Error{ErrorCode::not_known, "the channel is not here"};
    auto content = LIAISE_TRY(channels_.content(*channel, *log, revision.fields.place.sequence));
    if (content.as<channel::Document>() == nullptr)
        return Error{ErrorCode::malformed, "the entry publishes no document"};
    return content;
}

Result<document::ManifestRef> Library::ref_of(const store::StoredRevision& revision) {
    const auto content = LIAISE_TRY(content_of(revision));
    return document::parse_manifest_ref(content.as<channel::Document>()->manifest);
}

Result<document::Manifest> Library::manifest_of(const document::ManifestRef& ref) {
    std::vector<Bytes> pieces;
    for (const ChunkId& piece : ref.pieces) pieces.push_back(LIAISE_TRY(core_.store.chunks().read(piece)));
    return document::open_manifest(ref, pieces);
}

Result<document::RevisionTree> Library::tree_of(const std::vector<store::StoredRevision>& revisions) {
    document::RevisionTree tree;
    for (const store::StoredRevision& stored : revisions) {
        document::Revision revision{{stored.log_id, stored.fields.place.sequence},
                                    std::nullopt,
                                    stored.fields.number,
                                    stored.fields.language};
        if (stored.fields.state == forgotten) {
            revision.predecessor = LIAISE_TRY(kept_predecessor(stored.fields.details));
        } else {
            const auto content = content_of(stored);
            if (!content) continue;
            const channel::EntryRef& previous = content->as<channel::Document>()->previous;
            if (!channel::is_none(previous))
                revision.predecessor = document::RevisionId{previous.log, previous.sequence};
        }
        static_cast<void>(tree.add(revision));  // each was accepted when it was stored
    }
    return tree;
}

DocumentView Library::view(const store::StoredRevision& revision) {
    DocumentView view;
    view.id = revision.fields.document;
    view.revision = revision.fields.number;
    const auto all = core_.store.documents().revisions(revision.fields.document);
    view.revisions = all ? static_cast<std::uint32_t>(all->size()) : 1;
    view.channel_id = revision.fields.channel;
    if (const Channel* const channel = channels_.find(revision.fields.channel))
        view.channel = channel->name();
    view.title = revision.fields.title;
    view.language = revision.fields.language;
    view.kind = revision.fields.kind;
    view.file_name = revision.fields.file_name;
    view.media_type = revision.fields.media_type;
    view.bytes = revision.fields.bytes;
    const auto here = core_.store.documents().bytes_here(revision.row);
    view.bytes_here = revision.fields.complete ? view.bytes : here ? std::min(*here, view.bytes) : 0;
    const PersonView author = trust_.view(revision.fields.author);
    view.author_id = revision.fields.author;
    view.author = author.name;
    view.role = author.role;
    view.country = author.country;
    view.verified = author.verified();
    view.time = revision.fields.time;
    view.state = revision.fields.complete ? "here" : view.bytes_here > 0 ? "partial" : "elsewhere";
    if (const auto content = content_of(revision)) {
        const auto& document = *content->as<channel::Document>();
        view.licence = document.licence;
        view.note = document.note;
        view.countries = document.countries;
        view.topics = document.topics;
        view.populations = document.populations;
    }
    return view;
}

std::optional<DocumentView> Library::view_at(const store::EntryPlace& place) {
    const auto revision = core_.store.documents().find(place);
    if (!revision || !*revision) return std::nullopt;
    return view(**revision);
}

Outcome<DocumentId> Library::named(const std::string& document) {
    if (!trust_.in_network()) return refusals::no_network();
    std::vector<Named<DocumentId>> all;
    for (const DocumentId& id :
         LIAISE_TRY(or_refusal(core_.store.documents().documents(std::nullopt, documents_most)))) {
        const auto latest = pick(id, 0);
        all.push_back({id, id.text(), latest ? latest->fields.title : std::string()});
    }
    return find_named("document", document, all);
}

// number 0: the latest.
Outcome<store::StoredRevision> Library::pick(const DocumentId& document, std::uint32_t number) {
    const auto revisions = LIAISE_TRY(or_refusal(core_.store.documents().revisions(document)));
    const auto tree = LIAISE_TRY(or_refusal(tree_of(revisions)));
    const document::Revision* const wanted = number == 0 ? tree.latest() : tree.numbered(number);
    const store::StoredRevision* newest = nullptr;
    for (const store::StoredRevision& revision : revisions) {
        if (revision.fields.state == forgotten) continue;
        if (wanted != nullptr &&
            wanted->id == document::RevisionId{revision.log_id, revision.fields.place.sequence})
            return revision;
        const auto order = [](const store::StoredRevision& each) {
            return std::tuple(each.fields.number, each.log_id, each.fields.place.sequence);
        };
        if (newest == nullptr || order(*newest) < order(revision)) newest = &revision;
    }
    // The latest was taken back, or what it stands on never came here: the newest that can be read.
    if (number == 0 && newest != nullptr) return *newest;
    return refusals::no_such_revision(number);
}

Outcome<std::vector<DocumentView>> Library::list(const std::string& channel) {
    std::optional<ChannelId> within;
    if (!channel.empty())
        within = LIAISE_TRY(channels_.named(channel))->id();
    else if (!trust_.in_network())
        return refusals::no_network();
    std::vector<DocumentView> views;
    for (const DocumentId& id :
         LIAISE_TRY(or_refusal(core_.store.documents().documents(within, documents_most))))
        if (const auto latest = pick(id, 0)) views.push_back(view(*latest));
    return views;
}

Outcome<DocumentView> Library::show(const std::string& document) {
    return view(LIAISE_TRY(pick(LIAISE_TRY(named(document)), 0)));
}

Outcome<std::vector<DocumentView>> Library::history(const std::string& document) {
    const DocumentId id = LIAISE_TRY(named(document));
    std::vector<DocumentView> views;
    for (const store::StoredRevision& revision :
         LIAISE_TRY(or_refusal(core_.store.documents().revisions(id))))
        if (revision.fields.state != forgotten) views.push_back(view(revision));
    return views;
}

std::optional<std::vector<channel::EntryRef>> Library::own_revisions(const std::string& document) {
    const auto id = named(document);
    if (!id) return std::nullopt;
    std::vector<channel::EntryRef> own;
    if (const auto revisions = core_.store.documents().revisions(*id))
        for (const store::StoredRevision& revision : *revisions)
            if (const Channel* const channel = channels_.of_log(revision.log_id);
                channel != nullptr && revision.fields.author == channel->state.own().member &&
                revision.fields.state != forgotten)
                own.push_back({revision.fields.place.sequence, revision.log_id});
    return own;
}

Result<void> Library::forget(const store::MessageRow& row) {
    const auto revision = LIAISE_TRY(core_.store.documents().find(row.place));
    if (!revision || revision->fields.state == forgotten) return {};
    if (row.indexed && revision->fields.state != not_indexed) {
        const std::string text = text_for_search(*revision, revision->fields.state == body_indexed);
        LIAISE_TRY(core_.store.search().remove(row.key, text));
    }
    Writer place;
    if (const auto content = content_of(*revision)) {
        const channel::EntryRef& previous = content->as<channel::Document>()->previous;
        place.fixed(previous.log).u64(previous.sequence);
    } else {
        place.fixed(LogId{}).u64(0);
    }
    fetches_.erase(revision->row);
    maybe_unused_chunks_ = true;
    return core_.store.documents().forget(revision->row, forgotten, place.view());
}

Result<void> Library::drop_unused_chunks(std::size_t count_max) {
    if (!maybe_unused_chunks_) return {};
    maybe_unused_chunks_ = LIAISE_TRY(core_.store.chunks().drop_unused(count_max)) == count_max;
    return {};
}

std::string Library::text_for_search(const store::StoredRevision& revision, bool with_body) {
    std::string text = revision.fields.title;
    if (const auto content = content_of(revision)) {
        const auto& document = *content->as<channel::Document>();
        for (const std::string& topic : document.topics) text += "\n" + topic;
        text += "\n" + document.note;
    }
    const bool readable =
        revision.fields.media_type.starts_with("text/") && revision.fields.bytes <= search_body_bytes_max;
    if (!with_body || !readable) return text;
    auto download = open_download(revision);
    if (!download) return text;
    text += "\n";
    for (;;) {
        const auto piece = (*download)->next();
        if (!piece || piece->empty()) return text;
        text += liaise::text_of(*piece);
    }
}

std::string Library::searchable_text(const store::EntryPlace& place) {
    const auto revision = core_.store.documents().find(place);
    return revision && *revision ? text_for_search(**revision, (*revision)->fields.complete) : std::string();
}

Result<void> Library::note_indexed(const store::EntryPlace& place) {
    const auto revision = LIAISE_TRY(core_.store.documents().find(place));
    if (!revision) return {};
    return core_.store.documents().set_state(revision->row,
                                             revision->fields.complete ? body_indexed : head_indexed);
}

Result<void> Library::finish_fetch(store::RevisionRow row) {
    auto revision = LIAISE_TRY(core_.store.documents().get(row));
    if (!revision) return {};
    LIAISE_TRY(core_.batch.write());
    LIAISE_TRY(core_.store.documents().set_complete(row, true));
    revision->fields.complete = true;
    auto download = open_download(*revision);
    if (!download) return {};
    const auto beginning = (*download)->next();
    if (beginning) {
        const BytesView probe =
            BytesView(*beginning).first(std::min(beginning->size(), document::media_probe_bytes));
        revision->fields.media_type =
            std::string(document::name_of(document::media_type_of(probe, revision->fields.file_name)));
        LIAISE_TRY(core_.store.documents().set_media_type(row, revision->fields.media_type));
    }
    if (revision->fields.state != head_indexed) return {};
    const auto message = LIAISE_TRY(core_.store.messages().find(revision->fields.place));
    if (!message) return {};
    LIAISE_TRY(core_.store.search().remove(message->key, text_for_search(*revision, false)));
    LIAISE_TRY(core_.store.search().add(message->key, text_for_search(*revision, true)));
    return core_.store.documents().set_state(row, body_indexed);
}

}  // namespace liaise::node::service
