#include "node/service/refusals.h"

namespace liaise::node::service::refusals {
namespace {

Refusal failed(std::string sentence) {
    return {Exit::failed, std::move(sentence)};
}
Refusal usage(std::string sentence) {
    return {Exit::usage, std::move(sentence)};
}
Refusal not_allowed(std::string sentence) {
    return {Exit::not_allowed, std::move(sentence)};
}

std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::string list_command(std::string_view kind) {
    if (kind == "member") return "liaise who";
    if (kind == "channel") return "liaise channel list";
    if (kind == "document") return "liaise doc list";
    if (kind == "ticket") return "liaise ticket list";
    return "liaise read";
}

std::string day_of(Time time) {
    return to_rfc3339(time).substr(0, 10);
}

}  // namespace

Refusal not_found(std::string_view kind, std::string_view named, std::string_view nearest) {
    std::string sentence = "There is no " + std::string(kind) + " " + quoted(named) + " here.";
    sentence +=
        nearest.empty() ? " See `" + list_command(kind) + "`." : " Did you mean " + quoted(nearest) + "?";
    return {Exit::not_found, std::move(sentence)};
}

Refusal ambiguous(std::string_view kind, std::string_view named, std::size_t matches) {
    return {Exit::not_found, quoted(named) + " fits " + std::to_string(matches) + " " + std::string(kind) +
                                 "s. Give more of the name or of the id; see `" + list_command(kind) + "`."};
}

Refusal bad_name(std::string_view what, const Error& error) {
    return usage("The " + std::string(what) + " cannot be used: " + error.phrase + ".");
}
Refusal bad_role(std::string_view role) {
    return usage("There is no role " + quoted(role) +
                 ". Use focal-point, organiser, liaison, coordinator, researcher or relay.");
}
Refusal bad_country(std::string_view country) {
    return usage("There is no country " + quoted(country) +
                 ". Use a two-letter code of ISO 3166-1, such as KE or VN.");
}
Refusal bad_kind(std::string_view what, std::string_view given, std::string_view allowed) {
    return usage("The " + std::string(what) + " cannot be " + quoted(given) + ". Use " +
                 std::string(allowed) + ".");
}
Refusal bad_span(std::string_view what, unsigned days_max) {
    return usage("A " + std::string(what) + " is valid for at most " + std::to_string(days_max) +
                 " days, such as 7d.");
}
Refusal bad_text(std::string_view what) {
    return usage("The " + std::string(what) + " is not valid UTF-8 text. Save it as UTF-8 and try again.");
}
Refusal empty_text() {
    return usage("There is no text to send.");
}
Refusal text_too_long(std::size_t bytes, std::size_t bytes_max) {
    return usage("The text has " + std::to_string(bytes) + " bytes and at most " + std::to_string(bytes_max) +
                 " fit into a message. Publish it as a document instead: `liaise doc publish`.");
}
Refusal bad_search() {
    return usage("There is no word to search for.");
}

Refusal no_network() {
    return failed(
        "This home belongs to no network yet. Join one with `liaise join TICKET`, or found one with `liaise "
        "network found NAME`.");
}
Refusal has_network(std::string_view name) {
    return failed("This home already belongs to the network " + quoted(name) +
                  ". Use another home (--home) for another network.");
}
Refusal may_not_accredit(std::string_view role, std::string_view country) {
    return not_allowed("The charter does not let you accredit a " + std::string(role) + " for " +
                       std::string(country) +
                       ". Ask a founder or coordinator; `liaise network show` lists who may.");
}
Refusal ticket_mistyped() {
    return usage("The ticket is mistyped or cut short. Copy it again, whole.");
}
Refusal ticket_is_none() {
    return usage("That is no Liaise ticket. A ticket begins with \"liaise1-\".");
}
Refusal ticket_newer() {
    return failed("The ticket was made by a newer version of Liaise. Update Liaise, then join.");
}
Refusal ticket_of_another_network(std::string_view own_network) {
    return failed("The ticket is for another network; this home belongs to " + quoted(own_network) +
                  ". Use another home (--home) to join it.");
}
Refusal ticket_own() {
    return failed("You made this ticket yourself. Give it to the person who shall join.");
}
Refusal ticket_expired(Time when, Time now) {
    return failed(
        "The ticket expired on " + day_of(when) + "; this computer's clock says " + day_of(now) +
        ". Ask the person who gave it to you for a new one, or set the clock right if it is wrong.");
}
Refusal ticket_used() {
    return failed(
        "The ticket has been used already; each admits one person. Ask the person who gave it to you for a "
        "new one.");
}
Refusal ticket_revoked() {
    return not_allowed("The ticket was revoked by the person who made it. Ask them for a new one.");
}
Refusal ticket_not_open(std::string_view state) {
    return failed("The ticket is " + std::string(state) + " and cannot be revoked.");
}
Refusal ticket_unknown_to_inviter() {
    return failed("The person who should have made this ticket does not know it. Ask them for a new one.");
}
Refusal ticket_wrong_claim(std::string_view role, std::string_view country) {
    return not_allowed(
        "The ticket is for a " + std::string(role) + " of " + std::string(country) +
        ", and this home was made for someone else. Ask for a ticket that fits, or make a home that does.");
}
Refusal bad_ticket(const Error& error, Time now) {
    switch (error.code) {
        case ErrorCode::not_authentic:
            return ticket_mistyped();
        case ErrorCode::unsupported:
            return ticket_newer();
        case ErrorCode::expired:
            return ticket_expired(time_from_milliseconds(static_cast<std::int64_t>(error.at)), now);
        default:
            return ticket_is_none();
    }
}

Refusal inviter_unreachable() {
    return failed(
        "The person who gave you the ticket cannot be reached now. Both must be online: try again when they "
        "are.");
}
Refusal inviter_answer_bad(const Error& error) {
    return failed(std::string("The answer to the ticket is not valid (") + error.phrase +
                  "). Do not trust this ticket; ask its maker by phone.");
}
Refusal no_addresses() {
    return failed(
        "This node has no address that others could dial, so nobody could use the ticket. Start it with "
        "`liaise up "
        "--listen ADDRESS:PORT`, and name by --announce where it is reached if that is elsewhere.");
}
Refusal join_running() {
    return failed("A join is running already. Wait for its answer.");
}
Refusal accreditation_over(std::string_view standing, Time now) {
    if (standing == "expired")
        return not_allowed(
            "Your accreditation does not hold on " + day_of(now) +
            ", which is today by this computer's clock, so you cannot write. Set the clock right if "
            "it is wrong; else ask the person who accredited you for a new one.");
    return not_allowed("Your accreditation is " + std::string(standing) +
                       ", so you cannot write. Ask the person who accredited you.");
}
Refusal may_not_revoke() {
    return not_allowed(
        "Only the person who accredited them, someone above, or a founder may revoke an accreditation.");
}
Refusal not_yourself(std::string_view what) {
    return usage("You cannot " + std::string(what) + " yourself.");
}

Refusal not_convener(std::string_view channel) {
    return not_allowed("Only a convener of " + quoted(channel) +
                       " may do that. `liaise channel show` names them.");
}
Refusal no_longer_member(std::string_view channel) {
    return not_allowed("You are no longer a member of " + quoted(channel) +
                       ". What you received before stays readable.");
}
Refusal already_member(std::string_view channel, std::string_view name) {
    return failed(std::string(name) + " is a member of " + quoted(channel) + " already.");
}
Refusal not_member(std::string_view channel, std::string_view name) {
    return {Exit::not_found, std::string(name) + " is no member of " + quoted(channel) + "."};
}
Refusal announcement_only(std::string_view channel) {
    return not_allowed("In " + quoted(channel) + " only conveners post.");
}
Refusal last_convener(std::string_view channel) {
    return failed("You are the only convener of " + quoted(channel) +
                  ", and others are left in it. Hand it over first: `liaise channel handover` names another "
                  "convener and then takes you out.");
}
Refusal no_change(std::string_view channel) {
    return usage("The charter of " + quoted(channel) +
                 " says that already; nothing was changed. `liaise channel charter` shows it.");
}
Refusal already_convener(std::string_view channel, std::string_view name) {
    return failed(std::string(name) + " convenes " + quoted(channel) +
                  " already. Give another place with --rank; `liaise channel conveners` lists them.");
}
Refusal no_convener(std::string_view channel, std::string_view name) {
    return {Exit::not_found, std::string(name) + " is no convener of " + quoted(channel) +
                                 ". `liaise channel conveners` lists them."};
}
Refusal ranks_above(std::string_view name) {
    return not_allowed(
        std::string(name) +
        " ranks above you. A convener changes only the ranks below the own one; more than half of "
        "the others together remove a convener, from three conveners on.");
}
Refusal place_not_below(std::size_t own) {
    return not_allowed("Your own place among the conveners is " + std::to_string(own) +
                       ", and you rank others only below it. To give it up to somebody, use `liaise channel "
                       "handover`.");
}
Refusal voted_already(std::string_view name) {
    return failed(
        "You have voted to remove " + std::string(name) +
        " already. It takes more than half of the conveners; `liaise channel show` counts the votes.");
}
Refusal was_voted_out(std::string_view name) {
    return not_allowed(std::string(name) +
                       " was voted out, and does not become a convener of this channel again.");
}
Refusal demotes_self(std::string_view channel) {
    return usage("Nobody takes the own rank back. To give " + quoted(channel) +
                 " up, use `liaise channel handover` or `liaise channel leave`.");
}
Refusal channel_name_taken(std::string_view name) {
    return failed("A channel named " + quoted(name) + " is here already. Choose another name.");
}
Refusal not_among_two() {
    return usage("A conversation of two has nobody to hand over to. To go, use `liaise channel leave`.");
}
Refusal not_for_directory() {
    return not_allowed(
        "The directory belongs to the network: accrediting and revoking change it, nothing else.");
}
Refusal contact_changed(std::string_view name) {
    return not_allowed("The key of " + std::string(name) +
                       " has changed. Compare safety words with them first: `liaise verify NAME`.");
}
Refusal waits_for_key(std::string_view channel) {
    return failed("The members of " + quoted(channel) +
                  " have changed, and its conveners have not given out the new key yet. Try again "
                  "once a convener is connected.");
}
Refusal no_devices(std::string_view name) {
    return failed(std::string(name) + " has no device in good standing, so nothing can be sent to them.");
}
Refusal limit_reached(std::string_view what, std::size_t limit) {
    return failed("No more than " + std::to_string(limit) + " " + std::string(what) + " are possible.");
}

Refusal not_the_author(std::string_view what) {
    return not_allowed("Only its author can " + std::string(what) +
                       " a message. A convener can hide it for all: `liaise hide`.");
}
Refusal message_is_gone() {
    return failed("This message was retracted or has expired: its text is gone.");
}
Refusal revise_documents() {
    return usage("This entry publishes a document. Use `liaise doc revise` for a new revision of it.");
}
Refusal not_for_notices() {
    return failed("This entry changed the channel's rules or members. It stays as it is.");
}
Refusal delivery_of_own_only() {
    return failed("Only what this device wrote is followed on its way to others.");
}
Refusal too_many_marks(std::size_t limit) {
    return failed("This was done " + std::to_string(limit) +
                  " times with this message from this device, and more would not count. Post a new one.");
}
Refusal bad_reaction(std::size_t bytes_max) {
    return usage("A reaction is a sign or a short word: up to " + std::to_string(bytes_max) +
                 " bytes, one line, no control characters.");
}
Refusal bad_reason(std::size_t bytes_max) {
    return usage("Give a reason of up to " + std::to_string(bytes_max) +
                 " bytes with --reason: everybody in the channel will see it.");
}
Refusal ambiguous_mention(std::string_view name) {
    return usage(
        "More than one member here fits \"@" + std::string(name) +
        "\". Write the full name, or @ and the first eight characters of the id that `liaise who` shows.");
}
Refusal too_many_mentions(std::size_t limit) {
    return usage("A message can mention at most " + std::to_string(limit) + " members.");
}

Refusal document_not_here(std::uint64_t have, std::uint64_t bytes) {
    return failed("Only " + std::to_string(have) + " of " + std::to_string(bytes) +
                  " bytes are here, and no connected peer has the rest. It goes on by itself once one is "
                  "connected: try again then.");
}
Refusal document_too_large(std::uint64_t bytes_max) {
    return usage("The document is larger than " + std::to_string(bytes_max / (1024 * 1024)) +
                 " MiB, which is the most.");
}
Refusal document_empty() {
    return usage("The document is empty.");
}
Refusal bad_document(const Error& error) {
    constexpr std::string_view size_of = "size of ";
    const std::string_view phrase = error.phrase;
    if (phrase.starts_with(size_of))
        return usage(
            "The document cannot be published: its " + std::string(phrase.substr(size_of.size())) +
            " is empty or too long. Give it another; `liaise doc publish --help` lists the options.");
    return usage(std::string("The document cannot be published: ") + error.phrase + ".");
}
Refusal no_such_revision(std::uint32_t revision) {
    return {Exit::not_found,
            "The document has no revision " + std::to_string(revision) + ". See `liaise doc history`."};
}
Refusal document_altered() {
    return failed(
        "A part of the document on this disk was altered or lost. It was thrown away and will be fetched "
        "again: try again.");
}

Refusal home_exists(std::string_view folder) {
    return failed("There is a home in " + std::string(folder) +
                  " already. Use it with `liaise up`, or choose another folder with --home.");
}
Refusal home_missing(std::string_view folder) {
    return failed("There is no home in " + std::string(folder) + ". Make one with `liaise init`.");
}
Refusal home_in_use(std::string_view folder, std::uint64_t process) {
    return failed("Another daemon (process " + std::to_string(process) + ") works in " + std::string(folder) +
                  ". One home has one daemon: stop that one first.");
}
Refusal home_unusable(std::string_view folder, const Error& error) {
    return failed("The home " + std::string(folder) + " cannot be used: " + error.phrase + ".");
}
Refusal short_passphrase(std::size_t bytes_min) {
    return usage("The passphrase is too short: it has to have at least " + std::to_string(bytes_min) +
                 " characters. Four words that you do not find together in a book are a good one.");
}
Refusal sheet_not_written_down(std::size_t group) {
    return failed("Group " + std::to_string(group) +
                  " is not what the sheet says. Nothing was kept: run `liaise init` again.");
}
Refusal cannot_listen(std::string_view address, const Error& error) {
    return failed("Cannot listen on " + std::string(address) + ": " + error.phrase +
                  ". Choose another address or port.");
}
Refusal self_test_failed(const Error& error) {
    return failed(std::string("The door did not refuse a stranger's key at start (") + error.phrase +
                  "), so the node does not open it. Please report this.");
}

Refusal own_log_behind() {
    return not_allowed(
        "Peers hold newer entries of your own than this home does: it was restored from an old copy. Writing "
        "would fork your log, so this home only reads from now on.");
}
Refusal locked() {
    return not_allowed("The node is locked. Unlock it with `liaise unlock`.");
}
Refusal not_locked() {
    return failed("The node is not locked.");
}
Refusal wrong_passphrase() {
    return not_allowed("The passphrase is wrong.");
}
Refusal disk_full() {
    return failed("The disk is full. Nothing was changed; free some space and try again.");
}
Refusal store_altered() {
    return failed(
        "The store of this home was altered or damaged, and nothing in it can be trusted. Put back a whole "
        "copy "
        "of the home.");
}
Refusal store_of_another_version() {
    return failed(
        "This home was written by another version of Liaise: update Liaise if that was a newer one. If it "
        "was one "
        "from before version 0.1, its channels cannot be read any more: make another home with `liaise "
        "init`.");
}
Refusal store_failed(const Error& error) {
    return failed(std::string("The store failed (") + error.phrase +
                  "). Nothing was changed. See `liaise doctor`.");
}
Refusal from_store(const Error& error) {
    switch (error.code) {
        case ErrorCode::exhausted:
            return disk_full();
        case ErrorCode::not_authentic:
            return store_altered();
        case ErrorCode::unsupported:
            return store_of_another_version();
        default:
            return store_failed(error);
    }
}
Refusal internal(std::string_view what, const Error& error) {
    return failed(std::string(what) + " failed: " + error.phrase + " (" + name_of(error.code) + " at " +
                  std::to_string(error.at) + ").");
}

}  // namespace liaise::node::service::refusals
