#include "node/control/transfer.h"

#include "protocol/base/limits.h"
#include "tests/support/seeded_random.h"
#include "tests/unit/control/fixture.h"

using namespace liaise;
using namespace liaise::test;

namespace {

struct Received {
    Bytes bytes;
    std::size_t largest = 0;
    int ends = 0;
    bool fail = false;
};
class Collect final : public api::ByteSink::Server {
  public:
    explicit Collect(Received& received) : received_(received) {}
    kj::Promise<void> write(WriteContext context) override {
        if (received_.fail) return KJ_EXCEPTION(FAILED, "disk full");
        const auto data = context.getParams().getBytes();
        append(received_.bytes, {data.begin(), data.size()});
        received_.largest = std::max(received_.largest, data.size());
        return kj::READY_NOW;
    }
    kj::Promise<void> end(EndContext) override {
        ++received_.ends;
        return kj::READY_NOW;
    }

  private:
    Received& received_;
};

struct TransferFixture : ControlFixture {
    Bytes content = Bytes(3'000'001);
    std::string id;

    TransferFixture() {
        SeededRandom random{7};
        random.fill(content);
        id = publish(content);
    }
    std::string publish(BytesView bytes) {
        auto request = control.publishRequest();
        auto draft = request.initDraft();
        draft.setChannel("practice");
        draft.setTitle("Needle disposal");
        auto upload = ask(kj::mv(request)).getUpload();
        for (std::size_t at = 0; at < bytes.size(); at += limits::control_piece_bytes_max) {
            const auto piece =
                bytes.subspan(at, std::min(limits::control_piece_bytes_max, bytes.size() - at));
            auto write = upload.writeRequest();
            write.setBytes(kj::arrayPtr(piece.data(), piece.size()));
            write.send().wait(io.waitScope);
        }
        const auto done = upload.finishRequest().send().wait(io.waitScope);
        CHECK(done.getDocument().getBytes() == bytes.size());
        return done.getDocument().getId().cStr();
    }
};

}  // namespace

TEST_CASE_FIXTURE(TransferFixture, "a document goes in and comes out byte for byte") {
    Received received;
    auto get = control.getDocumentRequest();
    get.setDocument(id);
    get.setSink(kj::heap<Collect>(received));
    get.setWaitMilliseconds(1000);
    const auto answer = ask(kj::mv(get));
    CHECK(answer.getDocument().getTitle() == "Needle disposal");
    CHECK(received.bytes == content);
    CHECK(received.ends == 1);
    CHECK(received.largest <= limits::control_piece_bytes_max);
    CHECK(daemon.fake().downloads_open == 0);
}

TEST_CASE_FIXTURE(TransferFixture, "an upload that is dropped leaves nothing behind") {
    {
        auto request = control.publishRequest();
        request.initDraft().setChannel("practice");
        auto upload = ask(kj::mv(request)).getUpload();
        auto write = upload.writeRequest();
        write.setBytes(kj::arrayPtr(content.data(), 1000));
        write.send().wait(io.waitScope);
        CHECK(daemon.fake().uploads_open == 1);
    }
    io.waitScope.poll();
    CHECK(daemon.fake().uploads_open == 0);
    CHECK(ask(control.documentsRequest()).getDocuments().size() == 1);
}

TEST_CASE_FIXTURE(TransferFixture, "an upload that has ended takes no more") {
    auto request = control.publishRequest();
    request.initDraft().setChannel("practice");
    auto upload = ask(kj::mv(request)).getUpload();
    CHECK(upload.finishRequest().send().wait(io.waitScope).hasDocument());
    auto write = upload.writeRequest();
    write.setBytes(kj::arrayPtr(content.data(), 1000));
    write.send().wait(io.waitScope);
    CHECK(refused(upload.finishRequest().send().wait(io.waitScope), Exit::failed));
}

TEST_CASE_FIXTURE(TransferFixture,
                  "a reader whose disk is full ends the download, and nothing is kept open") {
    Received received;
    received.fail = true;
    auto get = control.getDocumentRequest();
    get.setDocument(id);
    get.setSink(kj::heap<Collect>(received));
    CHECK_THROWS_AS(ask(kj::mv(get)), kj::Exception);
    io.waitScope.poll();
    CHECK(daemon.fake().downloads_open == 0);
    CHECK(received.ends == 0);
}

TEST_CASE_FIXTURE(TransferFixture, "a document that nobody has ends with a sentence when time is up") {
    daemon.fake().answers = false;
    Received received;
    auto get = control.getDocumentRequest();
    get.setDocument(id);
    get.setSink(kj::heap<Collect>(received));
    get.setWaitMilliseconds(100);
    auto promise = get.send();
    pass(100 * kj::MILLISECONDS);
    CHECK(refused(promise.wait(io.waitScope), Exit::failed));
    CHECK(received.ends == 0);
}

TEST_CASE_FIXTURE(TransferFixture, "a missing revision is not found") {
    Received received;
    auto get = control.getDocumentRequest();
    get.setDocument(id);
    get.setRevision(9);
    get.setSink(kj::heap<Collect>(received));
    CHECK(refused(ask(kj::mv(get)), Exit::not_found));
}
