#include "protocol/log/message_ref.h"

#include <charconv>

#include "protocol/base/limits.h"

namespace liaise::log {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t log_text_chars = 13;  // 8 bytes in base32

// The letter as it stands in the alphabet, or 0.
char canonical(char letter) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (letter == 'o') return '0';
    if (letter == 'i' || letter == 'l') return '1';
    return alphabet.find(letter) == std::string_view::npos ? '\0' : letter;
}

// The number before the dot; moves `text` behind it.
Result<std::uint64_t> take_sequence(std::string_view& text) {
    std::uint64_t sequence = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), sequence);
    const bool leading_zero = !text.empty() && text.front() == '0';
    if (fault != std::errc{} || leading_zero || sequence > limits::sequence_max)
        return Error{ErrorCode::malformed, "a message's name begins with its number"};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return sequence;
}

}  // namespace

std::string to_text(const MessageRef& ref) {
    return std::to_string(ref.sequence) + "." + ref.log.text();
}

Result<MessageRef> message_ref_from_text(std::string_view text) {
    const std::string_view whole = text;
    MessageRef ref;
    ref.sequence = LIAISE_TRY(take_sequence(text));
    if (text.size() != 1 + log_text_chars || text.front() != '.')
        return Error{ErrorCode::malformed, "a message's name is a number, a dot and 13 letters",
                     whole.size() - text.size()};
    ref.log = LIAISE_TRY(LogId::from_text(text.substr(1)));
    return ref;
}

Result<MessageRefPrefix> MessageRefPrefix::parse(std::string_view text) {
    const std::size_t size = text.size();
    MessageRefPrefix prefix;
    prefix.sequence_ = LIAISE_TRY(take_sequence(text));
    if (text.empty()) return prefix;
    if (text.front() != '.' || text.size() > 1 + log_text_chars)
        return Error{ErrorCode::malformed, "a message's name is a number, a dot and up to 13 letters",
                     size - text.size()};
    for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
        const char letter = canonical(text.front());
        if (letter == '\0')
            return Error{ErrorCode::malformed, "not a letter of a message's name", size - text.size()};
        prefix.log_beginning_.push_back(letter);
    }
    return prefix;
}

bool MessageRefPrefix::matches(const LogId& log) const {
    return log.text().starts_with(log_beginning_);
}

}  // namespace liaise::log
