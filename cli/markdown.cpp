#include "cli/markdown.h"

#include <cmark.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "cli/text.h"
#include "cli/words.h"

namespace liaise::cli {
namespace {

constexpr std::size_t columns_least = 20;
constexpr std::size_t indent_most = 24;  // deeper nesting is shown at this depth

// Walks the document node by node (cmark's own iterator, so that nesting costs no stack) and gathers inline
// text until the block that holds it ends.
class Renderer {
  public:
    Renderer(const Output& out, std::size_t columns)
        : out_(out), columns_(std::max(columns, columns_least)) {}

    std::string render(cmark_node* document) {
        const std::unique_ptr<cmark_iter, void (*)(cmark_iter*)> iterator(::cmark_iter_new(document),
                                                                          ::cmark_iter_free);
        for (cmark_event_type event = ::cmark_iter_next(iterator.get()); event != CMARK_EVENT_DONE;
             event = ::cmark_iter_next(iterator.get())) {
            cmark_node* node = ::cmark_iter_get_node(iterator.get());
            if (event == CMARK_EVENT_ENTER)
                enter(node);
            else
                leave(node);
        }
        while (!text_.empty() && text_.back() == '\n') text_.pop_back();
        return std::move(text_);
    }

  private:
    struct List {
        bool ordered;
        int next;
        bool tight;
    };

    static std::string literal(cmark_node* node) {
        const char* text = ::cmark_node_get_literal(node);
        return text == nullptr ? std::string{} : std::string(text);
    }
    static std::string url(cmark_node* node) {
        const char* text = ::cmark_node_get_url(node);
        return text == nullptr ? std::string{} : std::string(text);
    }

    void enter(cmark_node* node) {
        switch (::cmark_node_get_type(node)) {
            case CMARK_NODE_TEXT:
                inline_ += safe_line(literal(node));
                break;
            case CMARK_NODE_CODE:
                inline_ += "`" + safe_line(literal(node)) + "`";
                break;
            case CMARK_NODE_HTML_INLINE:
                inline_ += safe_line(literal(node));
                break;
            case CMARK_NODE_SOFTBREAK:
                inline_ += ' ';
                break;
            case CMARK_NODE_LINEBREAK:
                inline_ += '\n';
                break;
            case CMARK_NODE_STRONG:
                inline_ += "**";
                break;
            case CMARK_NODE_EMPH:
                inline_ += "_";
                break;
            case CMARK_NODE_IMAGE:
                inline_ += "[" + tr("picture") + ": ";
                break;
            case CMARK_NODE_BLOCK_QUOTE:
                indents_.emplace_back("> ");
                break;
            case CMARK_NODE_LIST:
                lists_.push_back({::cmark_node_get_list_type(node) == CMARK_ORDERED_LIST,
                                  ::cmark_node_get_list_start(node), ::cmark_node_get_list_tight(node) != 0});
                break;
            case CMARK_NODE_ITEM:
                open_item();
                break;
            case CMARK_NODE_CODE_BLOCK:
            case CMARK_NODE_HTML_BLOCK:
                code_block(literal(node));
                break;
            case CMARK_NODE_THEMATIC_BREAK:
                block(std::string(std::min<std::size_t>(width(), 30), '-'), Style::faint);
                break;
            default:
                break;
        }
    }

    void leave(cmark_node* node) {
        switch (::cmark_node_get_type(node)) {
            case CMARK_NODE_STRONG:
                inline_ += "**";
                break;
            case CMARK_NODE_EMPH:
                inline_ += "_";
                break;
            case CMARK_NODE_LINK:
                link(safe_line(url(node)));
                break;
            case CMARK_NODE_IMAGE:
                inline_ += "]";
                break;
            case CMARK_NODE_HEADING:
                heading(::cmark_node_get_heading_level(node));
                break;
            case CMARK_NODE_PARAGRAPH:
                block(std::exchange(inline_, {}), {});
                break;
            case CMARK_NODE_BLOCK_QUOTE:
                indents_.pop_back();
                break;
            case CMARK_NODE_ITEM:
                indents_.pop_back();
                marker_.clear();
                break;
            case CMARK_NODE_LIST:
                if (lists_.back().tight && lists_.size() == 1) text_ += '\n';
                lists_.pop_back();
                break;
            default:
                break;
        }
    }

    // Where it leads, unless the text says so already.
    void link(const std::string& to) {
        if (to.empty() ||
            (inline_.size() >= to.size() && inline_.compare(inline_.size() - to.size(), to.size(), to) == 0))
            return;
        inline_ += " <" + to + ">";
    }

    void open_item() {
        List& list = lists_.back();
        marker_ = list.ordered ? std::to_string(list.next++) + ". " : "- ";
        indents_.emplace_back(marker_.size(), ' ');
    }

    void heading(int level) {
        const std::string title = std::exchange(inline_, {});
        block(out_.colour() ? title : std::string(static_cast<std::size_t>(level), '#') + " " + title,
              Style::bold);
    }

    void code_block(const std::string& code) {
        indents_.emplace_back("    ");
        std::string lines = safe_text(code);
        if (!lines.empty() && lines.back() == '\n') lines.pop_back();
        block(lines, Style::code);
        indents_.pop_back();
    }

    std::string indent() const {
        std::string indent;
        for (const std::string& part : indents_) indent += part;
        return indent.substr(0, indent_most);
    }
    std::size_t width() const {
        const std::size_t used = indent().size();
        return columns_ > used + columns_least ? columns_ - used : columns_least;
    }

    void block(const std::string& safe, std::optional<Style> style) {
        std::string before = indent();
        for (const std::string& line : wrap(safe, width())) {
            std::string prefix = before;
            if (!marker_.empty() && prefix.size() >= marker_.size()) {
                prefix.replace(prefix.size() - marker_.size(), marker_.size(), marker_);
                marker_.clear();
            }
            text_ += prefix + (style ? out_.paint(*style, line) : line) + "\n";
        }
        if (lists_.empty() || !lists_.back().tight) text_ += "\n";
    }

    const Output& out_;
    std::size_t columns_;
    std::string text_;
    std::string inline_;
    std::string marker_;  // of the item whose first line has not come yet
    std::vector<std::string> indents_;
    std::vector<List> lists_;
};

}  // namespace

std::string render_markdown(std::string_view markdown, const Output& out, std::size_t columns) {
    if (markdown.size() > markdown_bytes_max) return safe_text(markdown);
    const std::unique_ptr<cmark_node, void (*)(cmark_node*)> document(
        ::cmark_parse_document(markdown.data(), markdown.size(), CMARK_OPT_VALIDATE_UTF8), ::cmark_node_free);
    return Renderer{out, columns}.render(document.get());
}

}  // namespace liaise::cli
