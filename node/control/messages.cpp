#include "node/control/messages.h"

namespace liaise::node::control::messages {
namespace {

using service::Exit;

std::string seconds(Duration span) {
    // Rounded up: "wait 0 s" would be a lie.
    const auto count = std::chrono::ceil<std::chrono::seconds>(span).count();
    return std::to_string(count) + " s";
}

}  // namespace

Refusal locked() {
    return {Exit::not_allowed,
            "This node is locked: its keys are not in memory. Unlock it with `liaise unlock`."};
}

Refusal stopped_meanwhile() {
    return {Exit::failed,
            "The node was locked or stopped before this was done. Unlock it or start it, and ask again."};
}

Refusal too_many_tasks() {
    return {Exit::failed,
            "Too many transfers and waiting calls on one connection. Let some of them end, then ask again."};
}

Refusal failed_inside() {
    return {Exit::failed,
            "The node met a fault of its own and did nothing. The file `log` in its home says more."};
}

Refusal too_long(const std::string& what, std::size_t bytes_max) {
    return {Exit::usage, "The " + what + " is too long: at most " + std::to_string(bytes_max) +
                             " bytes fit. Shorten it; a long text can be published as a document."};
}

Refusal not_text(const std::string& what) {
    return {Exit::usage,
            "The " + what + " is not valid text (UTF-8). Save it as UTF-8, or publish it as a document."};
}

Refusal too_many(const std::string& what, std::size_t count_max) {
    return {Exit::usage, "Too many " + what + ": at most " + std::to_string(count_max) + " can be named."};
}

Refusal another_unlock() {
    return {Exit::failed, "Another attempt to unlock is under way. Wait until it has ended."};
}

Refusal guess_later(Duration wait) {
    return {Exit::not_allowed,
            "Too many wrong passphrases. Wait " + seconds(wait) + " before the next attempt."};
}

Refusal not_joined_in_time(Duration waited) {
    return {Exit::failed, "Not joined: the node that gave the ticket did not answer within " +
                              seconds(waited) +
                              ". Ask its owner whether it is up and can be reached from here, then join with "
                              "the same ticket again."};
}

Refusal not_in_step_in_time(Duration waited, std::size_t connected) {
    const std::string peers = connected == 0   ? "no peer is connected"
                              : connected == 1 ? "1 peer is connected"
                                               : std::to_string(connected) + " peers are connected";
    return {Exit::failed, "Not in step after " + seconds(waited) + ": " + peers +
                              ". Work goes on in the background; `liaise status` shows how far it is."};
}

Refusal not_fetched_in_time(const std::string& document, Duration waited) {
    return {Exit::failed, "The document \"" + document + "\" is not here in full after " + seconds(waited) +
                              ": nobody who has it is connected, or the line is slow. What arrived is kept; "
                              "ask again later."};
}

Refusal document_too_large() {
    return {Exit::failed, "The document is over 4 GiB, which is the most that can be published. Split it."};
}

Refusal upload_over() {
    return {Exit::failed, "This upload has ended already. Publish the document again."};
}

Refusal no_sink() {
    return {Exit::usage, "The call names no sink for what it asks for."};
}

Refusal no_such_act() {
    return {Exit::usage,
            "The call asks for something to be done with a message that this version does not know."};
}

}  // namespace liaise::node::control::messages
