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
Refusal no_request(std::string_view channel, std::string_view name) {
    return {Exit::not_found, std::string(name) + " does not ask to enter " + quoted(channel) +
                                 ". `liaise channel requests` shows who does."};
}

}  // namespace liaise::node::service::refusals
