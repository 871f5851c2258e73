// What a client of the control API sent, checked before it is copied: bounded, and UTF-8.
//
//     Input in;
//     const std::string who = in.word("member", params.getWho());
//     if (in.refusal()) ...      // the first fault found; the values of faulty fields are empty
#pragma once

#include <capnp/list.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "node/control/messages.h"
#include "protocol/base/limits.h"
#include "protocol/base/text.h"

namespace liaise::node::control {

class Input {
  public:
    std::string word(const char* what, capnp::Text::Reader text) {
        return bounded(what, text, limits::control_word_bytes_max);
    }
    std::string text(const char* what, capnp::Text::Reader text) {
        return bounded(what, text, limits::text_bytes_max);
    }
    std::vector<std::string> words(const char* what, capnp::List<capnp::Text>::Reader list) {
        if (list.size() > limits::control_list_max) {
            refuse(messages::too_many(what, limits::control_list_max));
            return {};
        }
        std::vector<std::string> words;
        for (const auto text : list) words.push_back(word(what, text));
        return words;
    }
    const std::optional<service::Refusal>& refusal() const { return refusal_; }

  private:
    std::string bounded(const char* what, capnp::Text::Reader text, std::size_t bytes_max) {
        const std::string_view view{text.begin(), text.size()};
        if (view.size() > bytes_max)
            refuse(messages::too_long(what, bytes_max));
        else if (!is_utf8(view))
            refuse(messages::not_text(what));
        else
            return std::string(view);
        return {};
    }
    void refuse(service::Refusal refusal) {
        if (!refusal_) refusal_ = std::move(refusal);
    }

    std::optional<service::Refusal> refusal_;
};

// A wait that a client asked for: never negative, never longer than a day.
inline Duration wait_from(std::int64_t milliseconds) {
    constexpr Duration longest = std::chrono::hours{24};
    return std::clamp(Duration{milliseconds}, Duration{0}, longest);
}

}  // namespace liaise::node::control
