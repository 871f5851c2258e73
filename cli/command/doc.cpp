// doc: documents.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/command/command.h"
#include "cli/input.h"
#include "cli/markdown.h"
#include "cli/moment.h"
#include "cli/out_file.h"
#include "cli/people.h"
#include "cli/text.h"
#include "cli/words.h"

namespace liaise::cli {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t piece_bytes = 256 * 1024;
constexpr std::size_t shown_bytes_max = 4 * 1024 * 1024;  // text shown on a terminal

// The file to publish, piece by piece.
class Pieces {
  public:
    explicit Pieces(fs::path path) : path_(std::move(path)), buffer_(piece_bytes, '\0') {
        std::error_code ignored;
        if (fs::is_directory(path_, ignored))
            throw Failure{Exit::usage, say("{0} is a folder. Name a file.", path_.string())};
        descriptor_ = path_ == "-" ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor_ < 0) fail();
        size_ = path_ == "-" ? 0 : fs::file_size(path_, ignored);
    }
    Pieces(const Pieces&) = delete;
    Pieces& operator=(const Pieces&) = delete;
    ~Pieces() {
        if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
    }
    std::string_view next() {
        while (true) {
            const ssize_t count = ::read(descriptor_, buffer_.data(), buffer_.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail();
            done_ += static_cast<std::uint64_t>(count);
            return {buffer_.data(), static_cast<std::size_t>(count)};
        }
    }
    std::uint64_t done() const { return done_; }
    std::uint64_t size() const { return size_; }

  private:
    [[noreturn]] void fail() const {
        const Exit exit = errno == ENOENT ? Exit::not_found : Exit::failed;
        throw Failure{exit, say("Cannot read {0}: {1}. Nothing was published. See that the file is there and "
                                "that you may read it.",
                                path_.string(), std::strerror(errno))};
    }
    fs::path path_;
    std::string buffer_;
    int descriptor_ = -1;
    std::uint64_t done_ = 0, size_ = 0;
};

void show_progress(Output& out, const std::string& what, std::uint64_t done, std::uint64_t of) {
    out.progress(of == 0 ? say("{0}: {1}", what, size_for_people(done))
                         : say("{0}: {1} of {2}", what, size_for_people(done), size_for_people(of)));
}

Document send(Context& context, Draft draft, const Arguments& arguments, const fs::path& file) {
    Pieces pieces(file);
    draft.file_name = arguments.value("--file-name", file == "-" ? std::string{} : file.filename().string());
    draft.title = arguments.value("--title", draft.title);
    draft.language = arguments.value("--lang", draft.language);
    draft.kind = arguments.value("--kind", draft.kind);
    draft.licence = arguments.value("--licence");
    draft.note = arguments.value("--note");
    draft.countries = arguments.values("--country");
    draft.topics = arguments.values("--topic");
    draft.populations = arguments.values("--population");
    Document document = context.client().publish(draft, [&] {
        show_progress(context.out(), tr("Publishing"), pieces.done(), pieces.size());
        return pieces.next();
    });
    context.out().end_progress();
    return document;
}

void say_published(Output& out, const Document& document) {
    if (out.json())
        out.record(record_of(document));
    else
        out.line(document.id);
}

Exit publish(Context& context, const Arguments& arguments) {
    const fs::path file = arguments.at(1);
    Draft draft;
    draft.channel = arguments.at(0);
    draft.title = file == "-" ? tr("Untitled") : file.stem().string();
    draft.language = "und";
    draft.kind = "good-practice";
    say_published(context.out(), send(context, draft, arguments, file));
    return Exit::done;
}

Exit revise(Context& context, const Arguments& arguments) {
    Draft draft;
    draft.document = arguments.at(0);
    say_published(context.out(), send(context, draft, arguments, arguments.at(1)));
    return Exit::done;
}

void show_list(Output& out, const std::vector<Document>& documents) {
    Table table({{tr("TITLE"), true},
                 {tr("REV"), false, true},
                 {tr("LANG")},
                 {tr("KIND")},
                 {tr("SIZE"), false, true},
                 {tr("AUTHOR"), true},
                 {tr("DATE")},
                 {tr("STATE")},
                 {tr("ID")}});
    for (const Document& document : documents) {
        if (out.json()) out.record(record_of(document));
        table.add({document.title, std::to_string(document.revision), document.language, document.kind,
                   size_for_people(document.bytes), document.author, day_for_people(document.time),
                   document.state, document.id.substr(0, 8)});
    }
    if (!out.json()) out.table(table);
}

Exit list(Context& context, const Arguments& arguments) {
    const auto documents = context.client().documents(arguments.at(0));
    show_list(context.out(), documents);
    if (documents.empty() && !context.out().json()) context.out().note(tr("No documents."));
    return Exit::done;
}

Exit history(Context& context, const Arguments& arguments) {
    show_list(context.out(), context.client().history(arguments.at(0)));
    return Exit::done;
}

void show_document_card(Output& out, const Document& document) {
    const std::string here = document.bytes_here < document.bytes && document.state != "here"
                                 ? " (" + say("{0} here", size_for_people(document.bytes_here)) + ")"
                                 : std::string{};
    show_card(out,
              {{tr("Title"), document.title},
               {tr("Kind"), document.kind},
               {tr("Language"), document.language},
               {tr("Revision"), say("{0} of {1}", document.revision, document.revisions)},
               {tr("Author"), document.author + " (" + role_for_people(document.role) + ", " +
                                  document.country + (document.verified ? ", " + tr("verified") : "") + ")"},
               {tr("Published"), moment_for_people(document.time)},
               {tr("Channel"), document.channel},
               {tr("Countries"), joined(document.countries)},
               {tr("Topics"), joined(document.topics)},
               {tr("Populations"), joined(document.populations)},
               {tr("Licence"), document.licence},
               {tr("Handling"), document.handling.empty() ? "" : "TLP:" + document.handling},
               {tr("Note"), document.note},
               {tr("File"), document.file_name},
               {tr("Type"), document.media_type},
               {tr("Size"), size_for_people(document.bytes) + here},
               {tr("Id"), document.id}});
}

Exit show_one(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const auto revision = number_from("--revision", arguments.value("--revision", "0"), 0, 1'000'000'000);
    const Wait wait{milliseconds_from("--wait", arguments.value("--wait", "60s"))};
    Document document = context.client().document(arguments.at(0));
    if (out.json()) {
        out.record(record_of(document));
        return Exit::done;
    }
    const bool text = document.media_type.rfind("text/", 0) == 0 && document.bytes <= shown_bytes_max;
    if (!text || arguments.has("--card")) {
        show_document_card(out, document);
        out.note(tr("Save it with `liaise doc get`."));
        return Exit::done;
    }
    std::string content;
    document = context.client().get_document(arguments.at(0), revision, wait, [&](std::string_view bytes) {
        if (content.size() + bytes.size() > shown_bytes_max)
            throw Failure{Exit::failed,
                          tr("The document is larger than it said. Save it with `liaise doc get`.")};
        content += bytes;
    });
    const std::string head =
        out.paint(Style::bold, safe_line(document.title)) + "\n" +
        out.paint(Style::faint, safe_line(document.author + ", " + document.country + ", " +
                                          moment_for_people(document.time) + ", " +
                                          say("revision {0}", document.revision))) +
        "\n\n";
    show(out,
         head + (document.media_type == "text/markdown" ? render_markdown(content, out, out.prose_columns())
                                                        : safe_text(content)));
    return Exit::done;
}

// The document on standard output, as it is.
Document get_to_output(Context& context, const std::string& id, std::uint32_t revision, Wait wait) {
    Output& out = context.out();
    if (out.terminal())
        throw Failure{
            Exit::usage,
            tr("A document is not written raw to a terminal. Read it with `liaise doc show`, or send "
               "it through a pipe.")};
    return context.client().get_document(id, revision, wait,
                                         [&](std::string_view bytes) { out.bytes(bytes); });
}

Exit get(Context& context, const Arguments& arguments) {
    Output& out = context.out();
    const std::string id = arguments.at(0);
    const auto revision = number_from("--revision", arguments.value("--revision", "0"), 0, 1'000'000'000);
    const Wait wait{milliseconds_from("--wait", arguments.value("--wait", "10m"))};
    fs::path target = arguments.value("--out");
    if (target == "-") {
        get_to_output(context, id, revision, wait);
        return Exit::done;
    }
    const Document about = context.client().document(id);
    if (target.empty()) target = safe_file_name(about.file_name, "document-" + about.id.substr(0, 8));
    OutFile file(target, arguments.has("--force"));
    std::uint64_t written = 0;
    const Document document = context.client().get_document(id, revision, wait, [&](std::string_view bytes) {
        file.write(bytes);
        written += bytes.size();
        show_progress(out, tr("Fetching"), written, about.bytes);
    });
    file.commit();
    out.end_progress();
    if (out.json())
        out.record(record_of(document).add("file", target.string()));
    else
        out.line(say("Saved {0} ({1}).", target.string(), size_for_people(written)));
    return Exit::done;
}

}  // namespace

std::vector<Command> document_commands() {
    const Argument document{"DOCUMENT", "a title, an id, or a unique beginning of an id"};
    const Argument file{"FILE", "the file; - reads standard input", true, {}, Kind::file};
    const Option revision{"--revision", "N", "this revision (default: the newest)"};
    const std::vector<Option> about{
        {"--title", "TEXT", "its title (default: the file's name)"},
        {"--lang", "CODE", "its language: en, vi, uk ... (default und, unknown)"},
        {"--kind", "KIND", "what it is (default good-practice)", document_kinds},
        {"--country", "CC", "a country that it concerns; may be repeated", {}, true},
        {"--topic", "TEXT", "a topic; may be repeated", {}, true},
        {"--population", "TEXT", "a population that it concerns; may be repeated", {}, true},
        {"--licence", "TEXT", "under which licence it may be used"},
        {"--note", "TEXT", "what is to be said about this revision"},
        {"--file-name", "NAME", "the name of the file for others (default: its own)"},
    };
    return {
        {"doc publish",
         "publish a document in a channel",
         {{"CHANNEL", "a name, an id, or a unique beginning of an id"}, file},
         about,
         "Prints the document's id alone on standard output. Any type of file, up to 4 GiB. It is cut into "
         "chunks, each "
         "encrypted; members fetch them when they want them, small documents at once.",
         {{"liaise doc publish practice guide.md --title \"Needle disposal\" --lang en --kind good-practice",
           ""}},
         publish},
        {"doc revise",
         "publish a new revision of a document",
         {document, file},
         about,
         "Keeps the title, language, kind and the rest where they are not given anew. What did not change "
         "between "
         "revisions is not sent again.",
         {{"liaise doc revise 5h2k9d guide.md --note \"adds the telephone numbers\"", ""}},
         revise},
        {"doc list",
         "documents, of one channel or of all",
         {{"CHANNEL", "only this channel", false}},
         {},
         "",
         {{"liaise doc list practice", ""}},
         list},
        {"doc show",
         "read a document, or see what it is",
         {document},
         {{"--card", nullptr, "what it is, not what it says"},
          revision,
          {"--wait", "SPAN", "how long to wait for others to send it (default 60s)"}},
         "Markdown and plain text are shown in the terminal, through $PAGER where they are long; of other "
         "types you see "
         "what is known about them.",
         {{"liaise doc show \"Needle disposal\"", ""}},
         show_one},
        {"doc get",
         "save a document as a file",
         {document},
         {{"--out",
           "FILE",
           "where to (default: its own name, here; - is standard output)",
           {},
           false,
           Kind::file},
          {"--force", nullptr, "replace an existing file"},
          revision,
          {"--wait", "SPAN", "how long to wait for others to send it (default 10m)"}},
         "Fetches what is missing from members who have it, checks every chunk, and gives the file its name "
         "only when it is "
         "whole. What arrived of a broken transfer is kept for the next attempt.",
         {{"liaise doc get 5h2k9d --out copy.md", ""}, {"liaise doc get 5h2k9d --out - | less", ""}},
         get},
        {"doc history",
         "the revisions of a document",
         {document},
         {},
         "",
         {{"liaise doc history 5h2k9d", ""}},
         history},
    };
}

}  // namespace liaise::cli
