//! Markdown as a page: headings, lists, quotations, code and tables in calm roles. What is no Markdown
//! is shown as the text that it is.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::table::{Side, Table};
use super::{Page, PageLine};
use crate::ui::ring::Laid;
use crate::ui::syntax::Lexer;
use crate::ui::theme::Role;

/// What is taken for Markdown beside what everybody does.
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

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
            Event::TaskListMarker(done) => {
                let mark = if done { "☑ " } else { "☐ " };
                // It stands in place of the item's own mark.
                if self.mark.is_some() {
                    self.mark = Some(mark.to_owned());
                } else {
                    self.say(mark, Role::Muted);
                }
            }
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
            Tag::Table(columns) => {
                self.end();
                self.page.gap();
                self.table = Some(Table::of(columns.into_iter().map(side).collect()));
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.begin_row();
                }
            }
            Tag::TableCell => {
                if let Some(table) = &mut self.table {
                    table.begin_cell();
                }
            }
            Tag::Strong | Tag::DefinitionListTitle => self.roles.push(Role::Title),
            Tag::Emphasis => self.roles.push(Role::Badge),
            Tag::Strikethrough => self.roles.push(Role::Struck),
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
                    table.end_head();
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
        if let Some(table) = &mut self.table
            && table.say(text)
        {
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

    /// The table is whole: it stands in a line of its own, which is laid as wide as there is room.
    fn lay(&mut self) {
        if let Some(table) = self.table.take() {
            self.begin();
            self.line.tabulate(table);
            self.end();
        }
    }
}

/// On which side of its column a cell stands.
fn side(column: Alignment) -> Side {
    match column {
        Alignment::None | Alignment::Left => Side::Left,
        Alignment::Center => Side::Middle,
        Alignment::Right => Side::Right,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use ratatui::style::Modifier;

    use super::page;
    use crate::ui::theme::{Role, Theme};

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
    fn what_is_ticked_or_crossed_out_is_seen() {
        let mut page = page("- [x] done\n- [ ] ~~not~~ yet\n\n  1. [x] both\n");
        page.resize(40, 99);
        let rows: Vec<_> = page.window().collect();
        let leads: Vec<&str> = rows.iter().map(|row| row.lead).collect();
        assert_eq!(leads, ["☑ ", "☐ ", "  ☑ "]);
        assert_eq!(rows[1].bits, [("not", Role::Struck), (" yet", Role::Text)]);
        let style = Theme::default().style(Role::Struck);
        assert!(style.add_modifier.contains(Modifier::CROSSED_OUT));
    }

    #[test]
    fn a_table_is_laid_for_the_width_that_it_has() {
        let text =
            "| what | who |\n|:--|--:|\n| it races with the refresh of the token | codex |\n";
        let mut page = page(text);
        let mut at = |columns| {
            page.resize(columns, 99);
            let rows = page.window();
            let rows = rows.map(|row| row.bits.iter().map(|(text, _)| *text).collect());
            let rows: Vec<String> = rows.map(|row: String| row.trim_end().to_owned()).collect();
            (rows, page.plain_text())
        };
        let (wide, text) = at(60);
        assert_eq!(
            wide,
            [
                "what                                      who",
                "it races with the refresh of the token  codex",
            ]
        );
        let (narrow, same) = at(30);
        assert_eq!(
            narrow,
            [
                "what                       who",
                "it races with the        codex",
                "refresh of the token",
            ]
        );
        assert_eq!(text, wide.join("\n"));
        assert_eq!(same, text);
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
