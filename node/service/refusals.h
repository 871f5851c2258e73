// Every sentence in which this node refuses something, in one place: what happened, why, what to do.
#pragma once

#include "node/service/refusal.h"
#include "protocol/base/bytes.h"
#include "protocol/identity/device_reply.h"

namespace liaise::node::service::refusals {

// Naming things. `kind` is "member", "channel", "document", "message" or "ticket".
Refusal not_found(std::string_view kind, std::string_view named,
                  std::string_view nearest);  // nearest may be empty
Refusal ambiguous(std::string_view kind, std::string_view named, std::size_t matches);

// Names and texts that people hand in.
Refusal bad_name(std::string_view what, const Error& error);
Refusal bad_role(std::string_view role);
Refusal bad_country(std::string_view country);
Refusal bad_kind(std::string_view what, std::string_view given, std::string_view allowed);
Refusal bad_span(std::string_view what, unsigned days_max);
Refusal bad_text(std::string_view what);
Refusal empty_text();
Refusal text_too_long(std::size_t bytes, std::size_t bytes_max);
Refusal bad_search();

// Networks and tickets.
Refusal no_network();
Refusal has_network(std::string_view name);
Refusal may_not_accredit(std::string_view role, std::string_view country);
Refusal ticket_mistyped();
Refusal ticket_is_none();
Refusal ticket_newer();
Refusal ticket_of_another_network(std::string_view own_network);
Refusal ticket_own();
Refusal ticket_expired(Time when, Time now);
Refusal ticket_used();
Refusal ticket_revoked();
Refusal ticket_not_open(std::string_view state);
Refusal ticket_unknown_to_inviter();
Refusal ticket_wrong_claim(std::string_view role, std::string_view country);
Refusal inviter_unreachable();
Refusal inviter_answer_bad(const Error& error);
Refusal no_addresses();
Refusal join_running();
Refusal accreditation_over(std::string_view standing, Time now);
Refusal may_not_revoke();
Refusal bad_ticket(const Error& error, Time now);
Refusal not_yourself(std::string_view what);

// Several devices of one member.
Refusal ticket_is_for_a_device();
Refusal ticket_is_for_a_person();
Refusal device_ticket_is_none();
Refusal no_identity_here(std::string_view what);  // "add devices"
Refusal home_waits_to_be_a_device();
Refusal home_is_somebodys(std::string_view name);
Refusal no_device_asks();
Refusal several_devices_ask(std::size_t count);
Refusal device_ticket_over(std::string_view state);
Refusal device_refused(identity::DeviceRefusal refusal, Time expires, Time now);
Refusal not_this_device();
Refusal device_revoked_already();
Refusal revoking_needs_sheet();
Refusal sheet_misread(std::uint64_t group);  // 0: more than one
Refusal sheet_is_none(std::uint64_t groups);
Refusal sheet_of_another();

// Channels.
Refusal not_convener(std::string_view channel);
Refusal no_longer_member(std::string_view channel);
Refusal already_member(std::string_view channel, std::string_view name);
Refusal not_member(std::string_view channel, std::string_view name);
Refusal announcement_only(std::string_view channel);
Refusal last_convener(std::string_view channel);
Refusal no_change(std::string_view channel);
Refusal already_convener(std::string_view channel, std::string_view name);
Refusal no_convener(std::string_view channel, std::string_view name);
Refusal ranks_above(std::string_view name);
Refusal place_not_below(std::size_t own);
Refusal voted_already(std::string_view name);
Refusal was_voted_out(std::string_view name);
Refusal demotes_self(std::string_view channel);
Refusal channel_name_taken(std::string_view name);
Refusal not_for_directory();
Refusal not_among_two();
Refusal contact_changed(std::string_view name);
Refusal waits_for_key(std::string_view channel);
Refusal no_devices(std::string_view name);
Refusal bad_switch(std::string_view what, std::string_view given);
Refusal in_already(std::string_view channel);
Refusal not_listed(std::string_view channel);
Refusal several_announce(std::string_view channel, std::string_view names);
Refusal asked_already(std::string_view channel, Time when);
Refusal asked_too_often(std::string_view channel, Time again);
Refusal not_asked(std::string_view channel);
Refusal not_invited(std::string_view channel);
Refusal no_aliases(std::string_view channel);
Refusal alias_is_a_person(std::string_view alias);
Refusal alias_taken(std::string_view channel, std::string_view alias);
Refusal has_alias_here(std::string_view channel, std::string_view name);
Refusal alias_cannot(std::string_view what, std::string_view alias);
Refusal alias_comes_anew(std::string_view alias);
Refusal no_request(std::string_view channel, std::string_view name);
Refusal limit_reached(std::string_view what, std::size_t limit);

// Messages.
Refusal not_the_author(std::string_view what);  // "edit", "retract"
Refusal message_is_gone();
Refusal revise_documents();
Refusal not_for_notices();
Refusal delivery_of_own_only();
Refusal too_many_marks(std::size_t limit);
Refusal bad_reaction(std::size_t bytes_max);
Refusal bad_reason(std::size_t bytes_max);
Refusal ambiguous_mention(std::string_view name);
Refusal too_many_mentions(std::size_t limit);

// Documents.
Refusal document_not_here(std::uint64_t have, std::uint64_t bytes);
Refusal document_too_large(std::uint64_t bytes_max);
Refusal document_empty();
Refusal bad_document(const Error& error);
Refusal no_such_revision(std::uint32_t revision);
Refusal document_altered();

// This node.
Refusal home_exists(std::string_view folder);
Refusal home_missing(std::string_view folder);
Refusal home_in_use(std::string_view folder, std::uint64_t process);
Refusal home_unusable(std::string_view folder, const Error& error);
Refusal short_passphrase(std::size_t bytes_min);
Refusal sheet_not_written_down(std::size_t group);
Refusal cannot_listen(std::string_view address, const Error& error);
Refusal self_test_failed(const Error& error);
Refusal own_log_behind();
Refusal locked();
Refusal not_locked();
Refusal wrong_passphrase();
Refusal disk_full();
Refusal store_altered();
Refusal store_of_another_version();
Refusal store_failed(const Error& error);
// For an Error of the store, whichever it is.
Refusal from_store(const Error& error);
// What cannot happen unless a peer or a file lies: names the rule, for a report.
Refusal internal(std::string_view what, const Error& error);

}  // namespace liaise::node::service::refusals
