// A channel's rules in words: what people give in and what they are shown, and what one charter changed of
// the one before.
#pragma once

#include "node/service/channels.h"
#include "node/service/node.h"

namespace liaise::node::service {

std::string_view text_of(channel::ChannelKind kind);
std::string_view text_of(channel::History history);
std::string_view text_of(channel::Handling handling);
std::string_view text_of(channel::AliasRule rule);  // none, full, role, accredited
std::optional<channel::Handling> handling_from(std::string_view text);

// The charter that `wishes` make of this one: what is empty in them stays. Refuses a word that is none; kind
// and history change only where `founding`.
Outcome<channel::Charter> wished_charter(channel::Charter charter, const CharterRequest& wishes,
                                         bool founding);

// A sentence for each difference that concerns people.
std::vector<std::string> changes_between(const channel::Charter& before, const channel::Charter& after,
                                         const Trust& trust);

// What a policy entry says to those who read the channel; nothing where it is nobody's news: the founding,
// one's own adding, a new key.
std::optional<std::string> notice_of(const channel::ChannelState& state, const channel::Body& body,
                                     const MemberId& author, const Trust& trust);
// How many entries of the channel have a notice.
std::size_t notices_in(const channel::ChannelState& state);

}  // namespace liaise::node::service
