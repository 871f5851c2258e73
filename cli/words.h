// Every text for people passes through here, so that it can be translated: the English text is the key
// (gettext's way), and {0}, {1} ... stand for what is put in, so that another language can order them freely.
//
//     say("There is no file {0}.", name)
//
// What is put in is not neutralised here; Output does that when it prints.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace liaise::cli {

// The text in the person's language; English where there is no translation.
std::string tr(const char* text);

std::string fill(std::string_view pattern, const std::vector<std::string>& values);

template <class Value>
std::string word_of(const Value& value) {
    if constexpr (std::is_convertible_v<const Value&, std::string_view>)
        return std::string(std::string_view(value));
    else
        return std::to_string(value);
}

template <class... Values>
std::string say(const char* text, const Values&... values) {
    return fill(tr(text), {word_of(values)...});
}

}  // namespace liaise::cli
