// who, verify, revoke: the people of the network, and what you know of them.
#include "cli/people.h"

#include "cli/command/command.h"
#include "cli/moment.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

void show_person(Output& out, const Person& person) {
    if (out.json()) return out.record(record_of(person));
    std::string span;
    if (person.until != 0)
        span = say("{0} to {1}", day_for_people(person.from), day_for_people(person.until));
    show_card(out, {{tr("Name"), person.name},
                    {tr("Standing"), standing_of(person)},
                    {tr("Organisation"), person.organisation},
                    {tr("Rank"), person.rank},
                    {tr("Accredited by"), person.accreditor},
                    {tr("Accredited"), span},
                    {tr("Devices"), std::to_string(person.devices)},
                    {tr("Connected"), person.connected ? tr("yes") : tr("no")},
                    {tr("Founder"), person.founder ? tr("yes") : std::string{}},
                    {tr("Id"), person.id}});
    for (const std::string& other : person.look_alikes)
        out.note(say("Careful: this name looks like another member's, \"{0}\". Compare ids or safety words.",
                     other));
    if (person.forked)
        out.note(
            tr("A device of theirs wrote two different entries at one place. It is broken, restored from a "
               "backup, or "
               "dishonest."));
}

Exit who(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    if (!arguments.positional.empty()) {
        show_person(out, context.client().person(arguments.at(0)));
        return Exit::done;
    }
    Table table({{tr("NAME"), true},
                 {tr("STANDING"), true},
                 {tr("ORGANISATION"), true},
                 {tr("CONNECTED")},
                 {tr("ID")}});
    for (const Person& person : context.client().people()) {
        if (out.json()) out.record(record_of(person));
        table.add({person.name, standing_of(person), person.organisation,
                   person.self        ? std::string{}
                   : person.connected ? tr("yes")
                                      : tr("no"),
                   person.id.substr(0, 8)});
    }
    if (!out.json()) out.table(table);
    return Exit::done;
}

Exit verify(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const std::string who = arguments.at(0);
    if (arguments.has("--confirm") && arguments.has("--later"))
        throw Failure{Exit::usage, tr("--confirm and --later contradict each other. Give one of them.")};
    if (arguments.has("--confirm") || arguments.has("--later")) {
        const Person person =
            context.client().set_contact(who, arguments.has("--confirm") ? "verified" : "verify-later");
        if (out.json())
            out.record(record_of(person));
        else
            out.line(arguments.has("--confirm") ? say("{0} is verified.", person.name)
                                                : say("{0} is to be verified later.", person.name));
        return Exit::done;
    }
    const auto [words, person] = context.client().safety_words(who);
    if (out.json()) {
        out.record(Record{}
                       .add("id", person.id)
                       .add("name", person.name)
                       .add("contact", person.contact)
                       .add("verified", person.verified)
                       .add("words", words));
        return Exit::done;
    }
    for (const std::string& word : words) out.line("  " + word);
    out.note(say(
        "Meet or call {0}: their `liaise verify` must show the same words, in the same order. If it does, "
        "run `liaise verify --confirm`. If it does not, somebody stands between you.",
        person.name));
    return Exit::done;
}

Exit revoke(Context& context, const Arguments& arguments) {
    const Person person = context.client().revoke(arguments.at(0), arguments.value("--reason"));
    if (context.out().json())
        context.out().record(record_of(person));
    else
        context.out().line(
            say("The accreditation of {0} is revoked. Every node acts on it when the news reaches it.",
                person.name));
    return Exit::done;
}

}  // namespace

std::vector<Command> people_commands() {
    const Argument member{"MEMBER", "a name, an id, or a unique beginning of an id"};
    return {
        {"who",
         "the people of the network, or one of them",
         {{member.name, member.sentence, false}},
         {},
         "A role is a title and a country that an accreditor signed. A person shows as verified once you "
         "have compared "
         "safety words with them.",
         {{"liaise who", "everybody"}, {"liaise who \"Nguyen Van Minh\"", "one person, in full"}},
         who},
        {"verify",
         "compare safety words with a member",
         {member},
         {{"--confirm", nullptr, "the words are the same: show this member as verified"},
          {"--later", nullptr, "remember that the comparison is still to come"}},
         "Prints the words. Compare them in person or by a telephone call in which you know the voice.",
         {{"liaise verify \"Nguyen Van Minh\"", "prints the words"},
          {"liaise verify \"Nguyen Van Minh\" --confirm", "after comparing them"}},
         verify},
        {"revoke",
         "revoke a member's accreditation",
         {member},
         {{"--reason",
           "REASON",
           "why (default unspecified); every member can read it",
           {"unspecified", "left", "device-lost", "key-exposed", "made-in-error", "misconduct",
            "superseded"}}},
         "Only whoever accredited the member, or someone above, can do this. It cannot be taken back; a new "
         "accreditation "
         "is a new ticket.",
         {{"liaise revoke \"Nguyen Van Minh\" --reason device-lost", ""}},
         revoke},
    };
}

}  // namespace liaise::cli
