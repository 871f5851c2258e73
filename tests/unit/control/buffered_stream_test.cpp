#include "node/control/buffered_stream.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace liaise::node::control {
namespace {

struct Ends {
    kj::AsyncIoContext io = kj::setupAsyncIo();
    kj::TwoWayPipe pipe = kj::newTwoWayPipe();
    kj::Own<kj::AsyncIoStream> far = kj::mv(pipe.ends[0]);
    BufferedStream near{kj::mv(pipe.ends[1])};

    std::string read(size_t least, size_t most) {
        std::string got(most, '?');
        got.resize(near.tryRead(got.data(), least, most).wait(io.waitScope));
        return got;
    }
    kj::Promise<void> send(std::string_view bytes) { return far->write(bytes.data(), bytes.size()); }
};

TEST_SUITE("a stream that reads ahead") {
    TEST_CASE("hands bytes out in order, in whatever pieces they are asked for") {
        Ends ends;
        auto sent = ends.send("abcdefghij");
        CHECK(ends.read(1, 3) == "abc");
        CHECK(ends.read(2, 2) == "de");
        CHECK(ends.read(1, 100) == "fghij");
        sent.wait(ends.io.waitScope);
    }

    TEST_CASE("a read that wants more than is there waits for the rest") {
        Ends ends;
        auto sent = ends.send("abc").then([&] { return ends.send("defg"); }).eagerlyEvaluate(nullptr);
        CHECK(ends.read(1, 1) == "a");
        CHECK(ends.read(5, 6) == "bcdefg");
        sent.wait(ends.io.waitScope);
    }

    TEST_CASE("a piece larger than the buffer arrives whole") {
        Ends ends;
        std::string large(100'000, 'x');
        for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>('a' + i % 26);
        auto sent = ends.send(large);
        CHECK(ends.read(7, 7) == large.substr(0, 7));
        CHECK(ends.read(large.size() - 7, large.size() - 7) == large.substr(7));
        sent.wait(ends.io.waitScope);
    }

    TEST_CASE("the end comes after the last byte") {
        Ends ends;
        auto sent = ends.send("abc").then([&] { ends.far->shutdownWrite(); }).eagerlyEvaluate(nullptr);
        CHECK(ends.read(2, 2) == "ab");
        CHECK(ends.read(2, 2) == "c");
        CHECK(ends.read(1, 1).empty());
        sent.wait(ends.io.waitScope);
    }
}

}  // namespace
}  // namespace liaise::node::control
