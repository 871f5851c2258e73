#include "cli/command/command.h"

namespace liaise::cli {

const std::vector<const char*> roles{"focal-point", "organiser",  "liaison",
                                     "coordinator", "researcher", "relay"};
const std::vector<const char*> document_kinds{"good-practice", "protocol", "guideline",
                                              "statement",     "report",   "training"};

void Context::hang_up() {
    client_.reset();
}

Client& Context::client() {
    if (!client_) client_ = std::make_unique<Client>(home_);
    return *client_;
}

const std::vector<Command>& command_table() {
    static const std::vector<Command> table = [] {
        std::vector<Command> all;
        for (const auto part :
             {init_commands, daemon_commands, network_commands, device_commands, people_commands,
              channel_commands, charter_commands, entering_commands, direct_commands, message_commands,
              mark_commands, document_commands, search_commands, help_commands})
            for (Command& command : part()) all.push_back(std::move(command));
        return all;
    }();
    return table;
}

}  // namespace liaise::cli
