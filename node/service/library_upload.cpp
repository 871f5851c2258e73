// Publishing: bytes come in pieces, chunks go to the disk as they are cut, and the entry that names them is
// written last.
#include "node/service/library.h"
#include "protocol/base/text.h"
#include "protocol/document/chunk_seal.h"

namespace liaise::node::service {
namespace {

constexpr std::size_t write_together_bytes = 4 * 1024 * 1024;
constexpr std::string_view kinds_allowed =
    "good-practice, protocol, guideline, statement, report or training";

}  // namespace

class LibraryUpload final : public Upload {
  public:
    LibraryUpload(Library& library, Channel& channel, channel::Document document, const crypto::Key& key)
        : library_(library),
          core_(library.core_),
          channel_(channel.id()),
          document_(std::move(document)),
          writer_(key, [this](const document::SealedChunk& chunk) { return keep(chunk); }) {}

    Outcome<Done> write(BytesView bytes) override {
        if (const auto taken = writer_.write(bytes); !taken) return refuse(taken.error());
        return Done{};
    }

    Outcome<DocumentView> finish(Time) override {
        if (writer_.bytes_taken() == 0) return refusals::document_empty();
        const auto ref = writer_.finish();
        if (!ref) return refuse(ref.error());
        document_.manifest = document::encode(*ref);
        if (const auto written = write_out(); !written) return refuse(written.error());

        Channel* const channel = library_.channels_.find(channel_);
        if (channel == nullptr) return refusals::not_found("channel", channel_.text(), "");
        LIAISE_TRY(or_refusal(core_.batch.commit()));
        const WriterKey writer = log::writer_key_of(channel->writer);
        const std::uint64_t sequence = library_.channels_.own_log(*channel).head.sequence + 1;
        if (channel::is_none(document_.previous))
            document_.id = document::document_id_of(channel_, writer, sequence);
        LIAISE_TRY(or_refusal(core_.batch.write()));
        if (const auto indexed = core_.store.chunks().index(placed_); !indexed) {
            core_.batch.fail(indexed.error());
            return refuse(indexed.error());
        }
        LIAISE_TRY(library_.channels_.author(*channel, document_));
        LIAISE_TRY(or_refusal(core_.batch.commit()));
        LIAISE_TRY(or_refusal(core_.batch.commit()));  // what the first one set off: the revision is complete
        return library_.show(document_.id.text());
    }

  private:
    Result<void> keep(const document::SealedChunk& chunk) {
        if (!given_.insert(chunk.id).second) return {};
        held_bytes_ += chunk.sealed.size();
        held_.push_back(chunk);
        return held_bytes_ < write_together_bytes ? Result<void>{} : write_out();
    }

    Result<void> write_out() {
        std::vector<store::ChunkView> views;
        for (const document::SealedChunk& chunk : held_) views.push_back({chunk.id, chunk.sealed});
        if (views.empty()) return {};
        const auto placed = LIAISE_TRY(core_.store.chunks().write_batch(views));
        placed_.insert(placed_.end(), placed.begin(), placed.end());
        held_.clear();
        held_bytes_ = 0;
        return {};
    }

    static Refusal refuse(const Error& error) {
        if (error.code == ErrorCode::too_large)
            return refusals::document_too_large(limits::document_bytes_max);
        return refusals::from_store(error);
    }

    Library& library_;
    Core& core_;
    ChannelId channel_;
    channel::Document document_;
    std::vector<document::SealedChunk> held_;
    std::size_t held_bytes_ = 0;
    std::set<ChunkId> given_;
    std::vector<store::PlacedChunk> placed_;
    document::DocumentWriter writer_;
};

Outcome<std::unique_ptr<Upload>> Library::publish(const PublishRequest& request) {
    channel::Document document;
    Channel* channel = nullptr;
    auto key = crypto::Key::draw(core_.random);
    if (request.document.empty()) {
        channel = LIAISE_TRY(channels_.named(request.channel));
        document.title = request.title;
        document.language = request.language;
    } else {
        const store::StoredRevision latest = LIAISE_TRY(pick(LIAISE_TRY(named(request.document)), 0));
        const auto content = content_of(latest);
        const auto ref = ref_of(latest);
        channel = channels_.find(latest.fields.channel);
        if (!content || !ref || channel == nullptr) return refusals::document_altered();
        document = *content->as<channel::Document>();
        document.previous = {latest.fields.place.sequence, latest.log_id};
        if (!request.title.empty()) document.title = request.title;
        const bool translation = !request.language.empty() && request.language != document.language;
        if (translation) document.language = request.language;
        if (!translation) ++document.revision;
        const auto payload = LIAISE_TRY(or_refusal(core_.store.entries().payload(latest.fields.place)));
        const auto then = payload ? channel::epoch_of(*payload) : EpochId{};
        const bool keys_changed = !then || channel->state.sealing_epoch() != *then;
        key = document::key_for_revision(ref->document_key, keys_changed, core_.random);
    }

    if (const auto good = check_name(document.title, limits::title_bytes_max); !good)
        return refusals::bad_name("title", good.error());
    const auto language = document::language_tag_of(document.language);
    if (!language)
        return refusals::bad_kind("language", document.language, "a tag such as en, vi, uk or pt-BR");
    document.language = *language;
    if (request.document.empty() || !request.kind.empty()) {
        const auto kind = document_kind_from(request.kind);
        if (!kind) return refusals::bad_kind("kind", request.kind, kinds_allowed);
        document.kind = *kind;
    }
    if (!request.licence.empty()) document.licence = request.licence;
    if (!request.countries.empty()) document.countries = request.countries;
    if (!request.topics.empty()) document.topics = request.topics;
    if (!request.populations.empty()) document.populations = request.populations;
    document.note = request.note;
    document.file_name = request.file_name;
    document.manifest.assign(1, 0);  // what stands there follows from the bytes that are still to come
    if (const auto good = channel::validate({core_.now(), channel::Handling::amber, {}, document}); !good)
        return refusals::bad_document(good.error());
    if (const auto may = channel->state.may_write({core_.now(), channel::Handling::amber, {}, document});
        !may)
        return may_not_write(*channel, may.error());
    return std::unique_ptr<Upload>(new LibraryUpload(*this, *channel, std::move(document), key));
}

}  // namespace liaise::node::service
