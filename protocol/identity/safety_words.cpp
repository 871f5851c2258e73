#include "protocol/identity/safety_words.h"

#include <algorithm>

#include "protocol/identity/labels.h"

namespace liaise::identity {
namespace {

constexpr int rounds = 4096;

std::vector<std::string> split_typed(std::string_view typed) {
    std::vector<std::string> words(1);
    for (char c : typed) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c >= 'a' && c <= 'z')
            words.back() += c;
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

template <class Words>
Words words_of(std::string_view label, BytesView about, const VerifyKey& one, const VerifyKey& other) {
    const VerifyKey& lesser = std::min(one, other);
    const VerifyKey& greater = std::max(one, other);
    Hash hash;
    for (int round = 0; round < rounds; ++round)
        hash = labelled_hash<Hash>(label, {hash.view(), about, lesser.view(), greater.view()});
    Words words;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = safety_word_list()[hash.bytes[i]];
    return words;
}

}  // namespace

SafetyWords safety_words(const NetworkId& network, const VerifyKey& one, const VerifyKey& other) {
    return words_of<SafetyWords>("liaise/1 safety-words", network.view(), one, other);
}

DeviceWords device_words(const TicketId& ticket, const VerifyKey& one, const VerifyKey& other) {
    return words_of<DeviceWords>("liaise/1 device-words", ticket.view(), one, other);
}

std::string text_of(const SafetyWords& words) {
    std::string text;
    for (const std::string_view word : words) {
        if (!text.empty()) text += ' ';
        text += word;
    }
    return text;
}

bool words_match(const SafetyWords& words, std::string_view typed) {
    const auto said = split_typed(typed);
    return std::equal(words.begin(), words.end(), said.begin(), said.end());
}

}  // namespace liaise::identity
