// Keys that are used up are not merely out of reach: they are nowhere in the memory of the process (RFC 9420
// section 9.2), neither on the heap nor on what the stack has been.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <memory>

#include "tests/support/mls/world.h"

using namespace liaise;
using namespace liaise::mls;
using test::MlsWorld;

namespace {

// A secret as it is looked for: with all bits turned, so that it is not what is found.
using Needle = std::array<std::uint8_t, 32>;

Needle needle_of(const SecretBytes& secret) {
    Needle needle{};
    for (std::size_t i = 0; i < needle.size(); ++i) needle[i] = static_cast<std::uint8_t>(~secret.view()[i]);
    return needle;
}

bool stands_at(const std::uint8_t* bytes, const Needle& needle) {
    for (std::size_t i = 0; i < needle.size(); ++i)
        if (static_cast<std::uint8_t>(~bytes[i]) != needle[i]) return false;
    return true;
}

// How often the secret stands in these bytes, but for places that do not count.
template <class Skipped>
std::size_t copies_in(BytesView bytes, const Needle& needle, Skipped skipped) {
    std::size_t found = 0;
    for (std::size_t i = 0; i + needle.size() <= bytes.size(); ++i) {
        const void* const next =
            std::memchr(&bytes[i], static_cast<std::uint8_t>(~needle[0]), bytes.size() - i);
        if (next == nullptr) break;
        i = static_cast<std::size_t>(static_cast<const std::uint8_t*>(next) - bytes.data());
        if (i + needle.size() <= bytes.size() && !skipped(i) && stands_at(&bytes[i], needle)) ++found;
    }
    return found;
}

// How often the secret stands in memory that we can write. A window of our own reads it and is left out.
std::size_t copies_in_memory(const Needle& needle) {
    constexpr std::size_t window_bytes = 1 << 20;
    constexpr std::uintptr_t region_bytes_max = std::uintptr_t{1} << 30;  // more is a sanitizer's own
    static std::array<std::uint8_t, window_bytes> window;
    const auto ours = reinterpret_cast<std::uintptr_t>(window.data());
    const std::unique_ptr<FILE, int (*)(FILE*)> maps(std::fopen("/proc/self/maps", "r"), std::fclose);
    const int memory = ::open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    REQUIRE((maps && memory >= 0));
    std::size_t found = 0;
    std::array<char, 512> line;
    while (std::fgets(line.data(), static_cast<int>(line.size()), maps.get())) {
        std::uintptr_t from = 0;
        std::uintptr_t to = 0;
        std::array<char, 5> access{};
        if (std::sscanf(line.data(), "%" SCNxPTR "-%" SCNxPTR " %4s", &from, &to, access.data()) != 3)
            continue;
        if (access[0] != 'r' || access[1] != 'w' || to - from > region_bytes_max) continue;
        for (std::uintptr_t at = from; at < to; at += window_bytes - needle.size() + 1) {
            const std::size_t wanted = std::min<std::uintptr_t>(window_bytes, to - at);
            const ssize_t read = ::pread(memory, window.data(), wanted, static_cast<off_t>(at));
            if (read > 0)
                found += copies_in(
                    BytesView(window).first(static_cast<std::size_t>(read)), needle,
                    [&](auto i) { return at + i + needle.size() > ours && at + i < ours + window_bytes; });
        }
    }
    ::close(memory);
    crypto::wipe(window);
    return found;
}

}  // namespace

TEST_CASE("a message key, and what it could be derived from, is gone from memory once it is used") {
    Needle key;
    Needle root;
    std::optional<SecretTree> tree;
    {
        test::SeededRandom random(1);
        SecretBytes secret(32);
        random.fill(secret.mutable_view());
        root = needle_of(secret);
        tree = SecretTree(std::move(secret), TreeSize{8});
        CHECK(copies_in_memory(root) == 1);
        SecretTree::Taken taken = tree->take_next(suite_3(), {3}, RatchetType::application).value();
        key = needle_of(taken.key.key);
        CHECK(copies_in_memory(key) == 1);
        tree = std::move(taken.next);
    }
    CHECK(copies_in_memory(root) == 0);
    CHECK(copies_in_memory(key) == 0);
    CHECK(tree->secrets_held() > 0);
}

TEST_CASE("a skipped key is kept for its message and is then gone, too") {
    test::SeededRandom random(2);
    SecretBytes secret(32);
    random.fill(secret.mutable_view());
    SecretTree tree(std::move(secret), TreeSize{8});
    const Needle key = needle_of(tree.take_next(suite_3(), {3}, RatchetType::application).value().key.key);
    CHECK(copies_in_memory(key) == 0);
    tree = tree.take(suite_3(), {3}, RatchetType::application, 5, {}).value().next;
    CHECK(copies_in_memory(key) == 1);
    tree = tree.take(suite_3(), {3}, RatchetType::application, 0, {}).value().next;
    CHECK(copies_in_memory(key) == 0);
}

TEST_CASE("an epoch's secrets are gone from memory once everybody is two epochs on") {
    MlsWorld world(3);
    world.options.past_epochs_max = 1;
    world.options.resumption_keys_max = 1;
    world.found_with(3);
    world.update(1);
    const Needle authenticator = needle_of(world.members[0].group.epoch_authenticator());
    const Needle resumption =
        needle_of(*world.members[0].group.resumption_psk(world.members[0].group.epoch()));
    CHECK(copies_in_memory(authenticator) == 3);
    const Needle leaf = needle_of(world.members[0].own.encryption_private);
    CHECK(copies_in_memory(resumption) == 3);
    CHECK(world.all_read_all());
    world.update(0);
    CHECK(copies_in_memory(authenticator) == 0);
    CHECK(copies_in_memory(resumption) == 3);  // one past epoch's is kept
    world.update(2);
    CHECK(copies_in_memory(resumption) == 0);
    // The key package's own copy is the last one of a leaf key that was replaced.
    CHECK(copies_in_memory(leaf) == 1);
}
