#include "protocol/document/media_type.h"

#include <doctest/doctest.h>

using namespace liaise;
using namespace liaise::document;

namespace {
std::string_view type_of(std::string_view content, std::string_view name) {
    return name_of(media_type_of(bytes_of(content), name));
}
}  // namespace

TEST_CASE("content and extension that agree give the type") {
    CHECK(type_of("# Needle disposal\n", "guide.md") == "text/markdown");
    CHECK(type_of("# Needle disposal\n", "GUIDE.Markdown") == "text/markdown");
    CHECK(type_of("plain\ttext\r\n", "notes.txt") == "text/plain");
    CHECK(type_of("plain", "README") == "text/plain");
    CHECK(type_of("", "empty.md") == "text/markdown");
    CHECK(type_of("%PDF-1.7\n...", "a.pdf") == "application/pdf");
    CHECK(type_of("%PDF-1.7\n...", "scan") == "application/pdf");
    CHECK(type_of("\x89PNG\r\n\x1a\n....", "a.png") == "image/png");
    CHECK(type_of("\xff\xd8\xff\xe0....", "a.JPEG") == "image/jpeg");
    CHECK(type_of("GIF89a....", "a.gif") == "image/gif");
    CHECK(type_of("RIFF\x10\x20\x30\x40WEBPVP8 ", "a.webp") == "image/webp");
}

TEST_CASE("where they disagree, or nothing is known, it is a file and no more") {
    using namespace std::string_view_literals;
    for (const auto& [content, name] : {
             std::pair{"%PDF-1.7\n"sv, "a.txt"sv},
             std::pair{"%PDF-1.7\n"sv, "a.exe"sv},
             std::pair{"text, not an image"sv, "a.png"sv},
             std::pair{"<svg onload=x>"sv, "a.svg"sv},
             std::pair{"<html>"sv, "a.html"sv},
             std::pair{"#!/bin/sh\n"sv, "a.sh"sv},
             std::pair{"MZ\x90\0"sv, "a.txt"sv},
             std::pair{"a\0b"sv, "a.txt"sv},
             std::pair{"a\x1b[31m"sv, "a.txt"sv},
             std::pair{"a\x7f"sv, "a.txt"sv},
             std::pair{"a\xc2\x9b"sv, "a.txt"sv},  // a C1 control in UTF-8
             std::pair{"caf\xe9"sv, "latin.txt"sv},
             std::pair{" %PDF-1.7"sv, "late.pdf"sv},
             std::pair{"text"sv, "a. md "sv},
             std::pair{"text"sv, "a.md\0.exe"sv},
         })
        CHECK_MESSAGE(type_of(content, name) == "application/octet-stream", name);
}

TEST_CASE("a dot in a folder's name is no extension") {
    CHECK(type_of("text", "v1.0/README") == "text/plain");
    CHECK(type_of("text", "..\\a.md") == "text/markdown");
}

TEST_CASE("only the beginning counts, and a character cut at its end is forgiven there alone") {
    std::string text(media_probe_bytes - 1, 'a');
    CHECK(type_of(text + "\xd0\xb4 and more", "a.txt") == "text/plain");
    CHECK(type_of(text + "a" + '\0', "a.txt") == "text/plain");
    CHECK(type_of("short \xd0", "a.txt") == "application/octet-stream");
}
