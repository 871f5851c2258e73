// Documents in memory, whole: in by an upload, out by a download.
#include "tests/support/fake_node.h"

#include "protocol/base/limits.h"
#include "protocol/base/text.h"

namespace liaise::test {

using namespace node::service;

namespace {

class FakeUpload final : public Upload {
  public:
    FakeUpload(FakeNode& node, PublishRequest request) : node_(node), request_(std::move(request)) {
        ++node_.uploads_open;
    }
    ~FakeUpload() override { --node_.uploads_open; }
    Outcome<Done> write(BytesView bytes) override {
        append(content_, bytes);
        return Done{};
    }
    Outcome<DocumentView> finish(Time now) override { return node_.take(request_, std::move(content_), now); }

  private:
    FakeNode& node_;
    PublishRequest request_;
    Bytes content_;
};

class FakeDownload final : public Download {
  public:
    FakeDownload(FakeNode& node, DocumentView document, Bytes content)
        : node_(node), document_(std::move(document)), content_(std::move(content)) {
        ++node_.downloads_open;
    }
    ~FakeDownload() override { --node_.downloads_open; }
    const DocumentView& document() const override { return document_; }
    Outcome<Bytes> next() override {
        const std::size_t size = std::min(content_.size() - at_, limits::chunk_plain_bytes_max);
        const Bytes piece(content_.begin() + static_cast<std::ptrdiff_t>(at_),
                          content_.begin() + static_cast<std::ptrdiff_t>(at_ + size));
        at_ += size;
        return piece;
    }

  private:
    FakeNode& node_;
    DocumentView document_;
    Bytes content_;
    std::size_t at_ = 0;
};

}  // namespace

Outcome<std::unique_ptr<Upload>> FakeNode::publish(const PublishRequest& request, Time) {
    if (request.document.empty()) {
        const auto in = find_channel(request.channel);
        if (!in.ok()) return in.refusal();
    } else {
        const auto found = find_document(request.document);
        if (!found.ok()) return found.refusal();
    }
    return std::unique_ptr<Upload>(std::make_unique<FakeUpload>(*this, request));
}

Outcome<DocumentView> FakeNode::take(const PublishRequest& request, Bytes content, Time now) {
    DocumentView document;
    std::size_t at = documents_.size();
    if (request.document.empty()) {
        const std::size_t in = *find_channel(request.channel);
        document.id = new_id<DocumentId>();
        document.channel_id = channels_[in].id;
        document.channel = channels_[in].name;
        ++channels_[in].documents;
        documents_.emplace_back();
    } else {
        at = *find_document(request.document);
        document = documents_[at].revisions.back();
    }
    const auto replace = [](std::string& field, const std::string& value) {
        if (!value.empty()) field = value;
    };
    replace(document.title, request.title);
    replace(document.language, request.language);
    replace(document.kind, request.kind);
    replace(document.file_name, request.file_name);
    replace(document.licence, request.licence);
    document.note = request.note;
    if (!request.countries.empty()) document.countries = request.countries;
    if (!request.topics.empty()) document.topics = request.topics;
    if (!request.populations.empty()) document.populations = request.populations;
    const bool markdown =
        document.file_name.size() > 3 && document.file_name.substr(document.file_name.size() - 3) == ".md";
    document.media_type = markdown ? "text/markdown" : "application/octet-stream";
    document.handling = "green";
    document.bytes = document.bytes_here = content.size();
    document.author_id = self().id;
    document.author = self().name;
    document.role = self().role;
    document.country = self().country;
    document.verified = true;
    document.time = now;
    document.state = "here";
    document.revision = document.revisions = static_cast<std::uint32_t>(documents_[at].revisions.size() + 1);
    documents_[at].revisions.push_back(document);
    documents_[at].contents.push_back(std::move(content));
    return document;
}

Outcome<std::vector<DocumentView>> FakeNode::documents(const std::string& channel, Time) {
    std::vector<DocumentView> found;
    if (!channel.empty())
        if (const auto in = find_channel(channel); !in.ok()) return in.refusal();
    for (const Library& document : documents_)
        if (channel.empty() || document.revisions.back().channel_id == channels_[*find_channel(channel)].id)
            found.push_back(document.revisions.back());
    return found;
}

Outcome<DocumentView> FakeNode::document(const std::string& document, Time) {
    const auto found = find_document(document);
    if (!found.ok()) return found.refusal();
    return documents_[*found].revisions.back();
}

Outcome<std::vector<DocumentView>> FakeNode::history(const std::string& document, Time) {
    const auto found = find_document(document);
    if (!found.ok()) return found.refusal();
    return documents_[*found].revisions;
}

void FakeNode::get_document(const std::string& document, std::uint32_t revision, Time,
                            Callback<std::unique_ptr<Download>> done) {
    if (!answers) return keep(std::move(done));
    const auto found = find_document(document);
    if (!found.ok()) return done(found.refusal());
    const Library& library = documents_[*found];
    const std::size_t index = revision == 0 ? library.revisions.size() : revision;
    if (index > library.revisions.size())
        return done(Refusal{Exit::not_found, "There is no revision " + std::to_string(revision) +
                                                 " of this document. The newest is " +
                                                 std::to_string(library.revisions.size()) + "."});
    done(Outcome<std::unique_ptr<Download>>(
        std::make_unique<FakeDownload>(*this, library.revisions[index - 1], library.contents[index - 1])));
}

}  // namespace liaise::test
