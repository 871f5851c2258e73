#include "cli/charter.h"

#include "cli/moment.h"
#include "cli/people.h"
#include "cli/words.h"

namespace liaise::cli {

const std::vector<const char*> handlings{"clear", "green", "amber", "amber-strict", "red"};

std::string span_for_people(std::uint32_t days) {
    if (days == 0) return tr("without end");
    return days == 1 ? tr("one day") : say("{0} days", std::to_string(days));
}

std::string aliases_for_people(const std::string& rule) {
    if (rule.empty() || rule == "none") return {};
    const std::string shown =
        rule == "full" ? tr("with their whole card beside it, name included")
                       : (rule == "role" ? tr("with their role and country beside it")
                                         : tr("and nothing else is shown but that they are accredited"));
    return say(
        "members may have a name for this channel alone, {0}. The conveners know who stands behind it.",
        shown);
}

std::vector<std::pair<std::string, std::string>> lines_of(const Charter& charter) {
    std::vector<std::string> conveners;
    for (const Person& person : charter.conveners) conveners.push_back(person.name);
    const std::string author = charter.author + " (" + role_for_people(charter.role) + ", " +
                               charter.country + (charter.verified ? ", " + tr("verified") : "") + ")";
    return {
        {tr("Channel"), charter.name},
        {tr("Purpose"), charter.purpose},
        {tr("Kind"), charter.kind},
        {tr("History"), charter.history == "from-start"
                            ? tr("those who come later can read what was before")
                            : tr("those who come later read only what comes after them")},
        {tr("Ceiling"), "TLP:" + charter.ceiling},
        {tr("Kept"), span_for_people(charter.retention_days)},
        {tr("Receipts"), charter.receipts ? tr("authors are told what was read") : std::string{}},
        {tr("Listed"), charter.listed ? tr("everybody in the network sees that it exists") : std::string{}},
        {tr("Aliases"), aliases_for_people(charter.aliases)},
        {tr("Conveners"), joined(conveners, ", ")},
        {charter.source == "announced" ? tr("Announced by") : tr("Signed by"), author},
        {tr("Since"), moment_for_people(charter.time)},
        {tr("Entry"), charter.id},
        {tr("Id"), charter.id.empty() ? charter.channel_id : std::string{}}};
}

void introduce_charter(Context& context, const std::string& channel) {
    if (context.out().json() || channel.empty()) return;
    const auto charter = context.client().unseen_charter(channel);
    if (!charter) return;
    context.out().note(say("The charter of \"{0}\", by which you take part:", charter->name));
    for (const auto& [name, value] : lines_of(*charter))
        if (!value.empty()) context.out().note("  " + name + ": " + value);
    context.out().note("");
}

}  // namespace liaise::cli
