// Refusals about listed channels, requests to enter and invitations.
#include "node/service/refusals.h"

namespace liaise::node::service::refusals {
namespace {

std::string quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::string minute_of(Time time) {
    std::string text = to_rfc3339(time).substr(0, 16);
    text[10] = ' ';
    return text + " UTC";
}

}  // namespace

Refusal bad_switch(std::string_view what, std::string_view given) {
    return bad_kind(what, given, "on or off");
}

Refusal in_already(std::string_view channel) {
    return {Exit::failed, "You are in " + quoted(channel) + " already."};
}
Refusal not_listed(std::string_view channel) {
    return {Exit::not_found,
            "Nobody announces a channel " + quoted(channel) +
                ". `liaise channel list --all` shows the listed ones; into others one is invited."};
}
Refusal several_announce(std::string_view channel, std::string_view names) {
    return {Exit::not_found, "Several channels fit " + quoted(channel) + ": announced by " +
                                 std::string(names) +
                                 ". Look at them with `liaise channel charter`, and say whose you mean: "
                                 "--convener NAME."};
}
Refusal asked_already(std::string_view channel, Time when) {
    return {Exit::failed, "You asked to enter " + quoted(channel) + " on " + minute_of(when) +
                              ", and its conveners have not answered yet."};
}
Refusal asked_too_often(std::string_view channel, Time again) {
    return {Exit::failed, "You asked to enter " + quoted(channel) +
                              " often enough for a week. Ask again after " + minute_of(again) + "."};
}
Refusal not_asked(std::string_view channel) {
    return {Exit::not_found, "No request of yours to enter " + quoted(channel) + " waits for an answer."};
}
Refusal not_invited(std::string_view channel) {
    return {Exit::failed, "No invitation into " + quoted(channel) +
                              " waits for an answer. `liaise channel leave` takes you out of a channel."};
}
Refusal no_aliases(std::string_view channel) {
    return {Exit::failed, "Members of " + quoted(channel) +
                              " are there in their own names: its charter allows no aliases. Ask without "
                              "--alias, or not at all."};
}
Refusal alias_is_a_person(std::string_view alias) {
    return {Exit::failed, "Somebody in this network is called " + quoted(alias) +
                              ", or nearly. An alias must not be taken for a person: choose another."};
}
Refusal alias_taken(std::string_view channel, std::string_view alias) {
    return {Exit::failed, "Somebody in " + quoted(channel) + " is, or was, called " + quoted(alias) +
                              ". Deny the request with that reason (`liaise channel deny`), so that they can "
                              "ask under another name."};
}
Refusal has_alias_here(std::string_view channel, std::string_view name) {
    return {Exit::failed, std::string(name) + " is in " + quoted(channel) +
                              " under an alias. Nobody is in a channel under two names: the members could "
                              "see that they are one person. Remove the alias first."};
}
Refusal alias_cannot(std::string_view what, std::string_view alias) {
    return {Exit::failed, std::string(alias) + " cannot be " + std::string(what) +
                              ": conveners stand with their own names and cards."};
}
Refusal alias_comes_anew(std::string_view alias) {
    return {Exit::failed,
            std::string(alias) +
                " is an alias, and is not added again. Whoever stands behind it asks anew, under "
                "a new name: `liaise channel request --alias`."};
}
Refusal no_request(std::string_view channel, std::string_view name) {
    return {Exit::not_found, std::string(name) + " does not ask to enter " + quoted(channel) +
                                 ". `liaise channel requests` shows who does."};
}

}  // namespace liaise::node::service::refusals
