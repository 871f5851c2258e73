// How people name an entry: "17.k3f9x2mqabcde", its sequence number and its log (docs/protocol/log.md,
// "Names"). Any beginning that is unique will do: "17.k3f", or "17" where only one log is at hand.
#pragma once

#include "protocol/base/ids.h"

namespace liaise::log {

struct MessageRef {
    std::uint64_t sequence = 0;
    LogId log;

    auto operator<=>(const MessageRef&) const = default;
};

std::string to_text(const MessageRef& ref);
// The whole form only; else malformed at the first bad character.
Result<MessageRef> message_ref_from_text(std::string_view text);

// The beginning of a MessageRef's text: the sequence number is always whole, the log may be cut short.
class MessageRefPrefix {
  public:
    // "17", "17.", "17.k3f9", or the whole form, in either case. malformed for anything else.
    static Result<MessageRefPrefix> parse(std::string_view text);

    std::uint64_t sequence() const { return sequence_; }
    bool matches(const LogId& log) const;
    bool matches(const MessageRef& ref) const { return ref.sequence == sequence_ && matches(ref.log); }

  private:
    std::uint64_t sequence_ = 0;
    std::string log_beginning_;  // base32, lower case, its confusions resolved
};

}  // namespace liaise::log
