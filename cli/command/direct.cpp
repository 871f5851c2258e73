// dm: a word to one person alone.
#include "cli/charter.h"
#include "cli/input.h"
#include "cli/words.h"
#include "protocol/base/limits.h"

namespace liaise::cli {
namespace {

Exit direct(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const Channel channel = context.client().direct(arguments.at(0));
    if (arguments.at(1).empty()) {
        if (out.json())
            out.record(record_of(channel));
        else
            out.line(
                say("The direct channel with {0} is open. Write with `liaise dm` or `liaise post`, read with "
                    "`liaise read`, and their name.",
                    channel.name));
        return Exit::done;
    }
    introduce_charter(context, channel.id);
    const std::string text = text_from(arguments, 1, "message", limits::text_bytes_max);
    const Message message = context.client().post(channel.id, text, "");
    if (out.json())
        out.record(record_of(message));
    else
        out.line(message.id);
    return Exit::done;
}

}  // namespace

std::vector<Command> direct_commands() {
    return {{"dm",
             "write to one person alone",
             {{"MEMBER", "a name, an id, or a unique beginning of an id"},
              {"TEXT", "the text; - for standard input; left out: the channel is opened, and nothing written",
               false}},
             {},
             "A direct channel has these two members and never another; it is made when there is none. "
             "`liaise read` "
             "and `liaise post` take the person's name for it. With a text it prints the message's id alone.",
             {{"liaise dm \"Nguyen Van Minh\" \"Can you call me tomorrow?\"", ""}},
             direct}};
}

}  // namespace liaise::cli
