// search, sync.
#include "cli/command/command.h"
#include "cli/moment.h"
#include "cli/people.h"
#include "cli/text.h"
#include "cli/words.h"
#include "protocol/base/limits.h"

namespace liaise::cli {
namespace {

void show_hit(Output& out, const SearchHit& hit) {
    std::string head;
    if (hit.message)
        head = out.paint(Style::bold, safe_line(author_of(*hit.message))) + "  " +
               out.paint(Style::faint, moment_for_people(hit.message->time)) + "  " +
               safe_line(hit.message->channel);
    if (hit.document)
        head = out.paint(Style::bold, safe_line(hit.document->title)) + "  " +
               out.paint(Style::faint, tr("document") + ", " + moment_for_people(hit.document->time)) + "  " +
               safe_line(hit.document->channel);
    out.styled(head);
    for (const std::string& line : wrap(safe_line(hit.snippet), out.prose_columns() - 2))
        out.styled("  " + line);
    out.styled(out.paint(Style::faint, "  " + safe_line(hit.message    ? hit.message->id
                                                        : hit.document ? hit.document->id
                                                                       : "")));
    out.styled("");
}

Exit search(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const auto limit =
        number_from("--limit", arguments.value("--limit", "50"), 1, limits::control_answer_entries_max);
    const SearchAnswer found = context.client().search(arguments.at(0), arguments.value("--channel"), limit);
    for (const SearchHit& hit : found.hits) {
        if (out.json())
            out.record(record_of(hit));
        else
            show_hit(out, hit);
    }
    if (found.hits.empty() && !out.json()) out.note(say("Nothing found for \"{0}\".", arguments.at(0)));
    say_muted(out, found.muted);
    if (found.incomplete)
        out.note(tr(
            "The index of older messages is still being made. Search again in a moment to find those too."));
    return Exit::done;
}

Exit sync(Context& context, const Arguments& arguments) {
    const std::uint32_t peers =
        context.client().sync(Wait{milliseconds_from("--wait", arguments.value("--wait", "30s"))});
    if (context.out().json())
        context.out().record(Record{}.add("in_step", true).add("peers", peers));
    else if (peers == 1)
        context.out().line(tr("In step with 1 peer."));
    else
        context.out().line(say("In step with {0} peers.", peers));
    return Exit::done;
}

}  // namespace

std::vector<Command> search_commands() {
    return {
        {"search",
         "find messages and documents by their words, newest first",
         {{"WORDS", "what to look for, in any script"}},
         {{"--channel", "CHANNEL", "only in this channel"},
          {"--limit", "N", "at most so many (default 50, at most 1000)"}},
         "Searches what is on this device. Nothing of it leaves.",
         {{"liaise search \"disposal\"", ""}, {"liaise search \"disposal\" --json", ""}},
         search},
        {"sync",
         "wait until this node is in step with every connected peer",
         {},
         {{"--wait", "SPAN", "at most so long (default 30s)"}},
         "Nodes keep in step by themselves; this only waits. The exit code is 1 when the time is up first.",
         {{"liaise sync --wait 10", "10 seconds"}},
         sync},
    };
}

}  // namespace liaise::cli
