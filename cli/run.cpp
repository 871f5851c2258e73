#include "cli/run.h"

#include <cstdlib>

#include "cli/command/command.h"
#include "cli/help.h"
#include "cli/text.h"
#include "cli/version.h"
#include "cli/words.h"

namespace liaise::cli {
namespace fs = std::filesystem;
namespace {

fs::path home_from(const Arguments& arguments) {
    if (arguments.has("--home")) {
        if (arguments.value("--home").empty()) throw Failure{Exit::usage, tr("--home names no folder.")};
        return fs::absolute(arguments.value("--home"));
    }
    if (const char* home = std::getenv("LIAISE_HOME"); home != nullptr && *home != '\0')
        return fs::absolute(home);
    if (const char* user = std::getenv("HOME"); user != nullptr && *user != '\0')
        return fs::path(user) / ".local" / "share" / "liaise";
    throw Failure{Exit::usage,
                  tr("Neither --home, nor $LIAISE_HOME, nor $HOME says where the home is. Give --home.")};
}

Exit carry_out(const Parsed& parsed, Output& out) {
    if (parsed.version) {
        out.styled(std::string("liaise ") + version_text);
        return Exit::done;
    }
    if (parsed.help || parsed.command == nullptr) {
        std::string text = help_about(parsed.topic, out.prose_columns());
        if (!text.empty()) text.pop_back();
        out.styled(text);
        return Exit::done;
    }
    Context context(home_from(parsed.arguments), out);
    return parsed.command->run(context, parsed.arguments);
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
    choose_character_set();
    Output::Settings settings;
    try {
        const Parsed parsed = parse(command_table(), arguments);
        settings.json = parsed.arguments.has("--json");
        settings.colour = !parsed.arguments.has("--no-colour");
        Output out(settings);
        try {
            const Exit exit = carry_out(parsed, out);
            out.flush();
            return static_cast<int>(exit);
        } catch (const Failure& failure) {
            out.error(failure.sentence);
            return static_cast<int>(failure.exit);
        }
    } catch (const PipeClosed&) {
        return static_cast<int>(Exit::done);
    } catch (const Failure& failure) {
        Output(settings).error(failure.sentence);
        return static_cast<int>(failure.exit);
    } catch (const std::exception& fault) {
        Output(settings).error(say("A fault of this program: {0}.", fault.what()));
        return static_cast<int>(Exit::failed);
    }
}

}  // namespace liaise::cli
