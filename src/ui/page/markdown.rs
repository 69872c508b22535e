//! Markdown as a page: headings, lists, quotations, code and tables in calm roles. What is no Markdown
//! is shown as the text that it is.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::{Page, PageLine};
use crate::ui::ring::Laid;
use crate::ui::syntax::Lexer;
use crate::ui::text::width;
use crate::ui::theme::Role;

/// What is taken for Markdown beside what everybody does.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);
/// The widest a cell of a table is padded.
const CELL: usize = 40;

/// A page of a Markdown text.
pub(crate) fn page(text: &str) -> Page {
    written(text, OPTIONS | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS)
}

/// The lines of one block of a Markdown text.
pub(crate) fn lines(text: &str) -> Vec<Laid> {
    let page = written(text, OPTIONS);
    page.lines.into_iter().map(Laid::from).collect()
}

fn written(text: &str, options: Options) -> Page {
    let mut writer = Writer::default();
    for event in Parser::new_ext(text, options) {
        writer.event(event);
    }
    writer.end();
    writer.page
}

#[derive(Debug, Default)]
struct Writer {
    page: Page,
    line: PageLine,
    /// A line is being written, even if nothing is in it yet.
    open: bool,
    roles: Vec<Role>,
    /// The next number of each list around, or none where it has bullets.
    lists: Vec<Option<u64>>,
    quotes: usize,
    /// What stands before the next line: the mark of a list's item.
    mark: Option<String>,
    verbatim: bool,
    /// Reads the code, where its language is known.
    lexer: Option<Lexer>,
    table: Option<Table>,
    links: Vec<String>,
}

#[derive(Debug, Default)]
struct Table {
    rows: Vec<Vec<String>>,
    headed: bool,
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.finish(tag),
            Event::Text(text) if self.verbatim => {
                for line in text.trim_end_matches('\n').split('\n') {
                    self.begin();
                    self.verbatim(line);
                    self.end();
                }
            }
            Event::Text(text) => self.say(&text, self.role()),
            Event::Code(text) => self.say(&text, Role::Key),
            Event::Html(text) | Event::InlineHtml(text) => {
                for line in text.trim_end_matches('\n').split('\n') {
                    self.say(line, Role::Muted);
                }
            }
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.say(&text, self.role());
            }
            // Many notes are written line by line without a thought of Markdown.
            Event::SoftBreak | Event::HardBreak if self.table.is_none() => {
                self.end();
                self.begin();
            }
            Event::SoftBreak | Event::HardBreak => self.say(" ", self.role()),
            Event::Rule => {
                self.page.gap();
                self.say("────────", Role::Border);
                self.end();
                self.page.gap();
            }
            Event::TaskListMarker(done) => self.say(if done { "☑ " } else { "☐ " }, Role::Muted),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end();
                self.page.gap();
                self.roles.push(Role::Title);
                if level > HeadingLevel::H2 {
                    self.say("▪ ", Role::Muted);
                }
            }
            Tag::Paragraph => {
                self.end();
                if self.mark.is_none() {
                    self.page.gap();
                }
            }
            Tag::BlockQuote(_) => {
                self.end();
                self.page.gap();
                self.quotes += 1;
                self.roles.push(Role::Asked);
            }
            Tag::CodeBlock(kind) => {
                self.end();
                self.page.gap();
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.lexer = Lexer::of(language.split(' ').next().unwrap_or_default());
                    self.say(&language, Role::Muted);
                    self.end();
                }
                self.verbatim = true;
                self.roles.push(Role::Key);
            }
            Tag::MetadataBlock(_) => {
                self.verbatim = true;
                self.roles.push(Role::Muted);
            }
            Tag::List(first) => {
                self.end();
                if self.lists.is_empty() {
                    self.page.gap();
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.end();
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    Some(None) | None => "• ".to_owned(),
                };
                self.mark = Some(mark);
            }
            Tag::Table(_) => {
                self.end();
                self.page.gap();
                self.table = Some(Table::default());
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => {
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(String::new());
                }
            }
            Tag::Strong | Tag::DefinitionListTitle => self.roles.push(Role::Title),
            Tag::Emphasis => self.roles.push(Role::Badge),
            Tag::Strikethrough => self.roles.push(Role::Muted),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                self.roles.push(Role::Accent);
                self.links.push(dest_url.into_string());
            }
            Tag::HtmlBlock
            | Tag::FootnoteDefinition(_)
            | Tag::DefinitionList
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript => self.end(),
        }
    }

    fn finish(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.roles.pop();
                self.end();
            }
            TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock => {
                if self.mark.is_some() {
                    // An empty item.
                    self.begin();
                }
                self.end();
            }
            TagEnd::BlockQuote(_) => {
                self.end();
                self.quotes = self.quotes.saturating_sub(1);
                self.roles.pop();
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => {
                self.verbatim = false;
                self.lexer = None;
                self.roles.pop();
                self.end();
            }
            TagEnd::List(_) => {
                self.end();
                self.lists.pop();
            }
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.headed = true;
                }
            }
            TagEnd::Table => self.lay(),
            TagEnd::Strong
            | TagEnd::Emphasis
            | TagEnd::Strikethrough
            | TagEnd::DefinitionListTitle => drop(self.roles.pop()),
            TagEnd::Link | TagEnd::Image => {
                self.roles.pop();
                if let Some(url) = self.links.pop()
                    && !self.line.text.ends_with(&url)
                {
                    self.say(&format!(" ({url})"), Role::Muted);
                }
            }
            TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript => {}
        }
    }

    fn role(&self) -> Role {
        self.roles.last().copied().unwrap_or(Role::Text)
    }

    fn say(&mut self, text: &str, role: Role) {
        let cell = self
            .table
            .as_mut()
            .and_then(|table| table.rows.last_mut()?.last_mut());
        if let Some(cell) = cell {
            cell.push_str(text);
            return;
        }
        self.begin();
        self.line.push(text, role);
    }

    /// A line that stands as it is: in the roles of its language where that is known.
    fn verbatim(&mut self, line: &str) {
        let role = self.role();
        let Some(lexer) = &mut self.lexer else {
            self.line.push(line, role);
            return;
        };
        let mut from = 0;
        for (to, role) in lexer.line(line) {
            self.line.push(line.get(from..to).unwrap_or_default(), role);
            from = to;
        }
    }

    /// Begins a line, unless one is being written.
    fn begin(&mut self) {
        if self.open {
            return;
        }
        let mut lead = "▎ ".repeat(self.quotes.min(4));
        let inner = self.lists.len().saturating_sub(1).min(8);
        lead.push_str(&"  ".repeat(inner));
        match self.mark.take() {
            Some(mark) => lead.push_str(&mark),
            None if !self.lists.is_empty() => lead.push_str("  "),
            None if self.verbatim && self.role() == Role::Key => lead.push_str("  "),
            None => {}
        }
        self.line = PageLine::after(&lead);
        self.open = true;
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.open) {
            self.page.push(std::mem::take(&mut self.line));
        }
    }

    /// Lays a table out in columns.
    fn lay(&mut self) {
        let Some(table) = self.table.take() else {
            return;
        };
        let columns = table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let wide = |column: usize| {
            let cells = table.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0).min(CELL)
        };
        let widths: Vec<usize> = (0..columns).map(wide).collect();
        for (index, row) in table.rows.iter().enumerate() {
            let role = if index == 0 && table.headed {
                Role::Muted
            } else {
                Role::Text
            };
            self.begin();
            for (cell, wide) in row.iter().zip(&widths) {
                let fill = " ".repeat(wide.saturating_sub(width(cell)) + 2);
                self.line.push(&format!("{cell}{fill}"), role);
            }
            self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    fn shown(text: &str) -> String {
        let mut page = page(text);
        page.resize(40, 99);
        let rows = page.window().map(|row| {
            let bits: String = row.bits.iter().map(|(text, _)| *text).collect();
            let lead = if row.first {
                row.lead.to_owned()
            } else {
                " ".repeat(row.lead.chars().count())
            };
            format!("{lead}{}\n", bits.trim_end())
        });
        rows.collect()
    }

    #[test]
    fn what_markdown_means_is_seen() {
        let text = "---\nrev: 3\n---\n\n# Plan\nFirst *the* **tests**, then `cargo doc`\nand a [link](https://x.example).\n\n1. one\n2. two that is longer than a row of forty columns\n   - inner\n\n> said\n\n```rust\nfn main() {}\n\n```\n\n| who | what |\n|---|---|\n| codex | 42 |\n- [x] done\n";
        insta::assert_snapshot!(shown(text));
    }

    #[test]
    fn no_text_is_too_odd() {
        let deep = "> ".repeat(5000) + "x" + &"- ".repeat(5000);
        for text in [
            "",
            "\u{1b}[2J",
            "|",
            "* ",
            "[](",
            "```",
            "---\n",
            &deep,
            "<b>\n</b>",
        ] {
            shown(text);
        }
        assert!(!shown("a \u{1b}]0;x\u{7}b").contains('\u{1b}'));
    }
}
