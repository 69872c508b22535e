//! Markdown that grows, as lines of a ring.
//!
//! A block that is finished is laid once and never again: at an empty line, at the next item or heading, at the
//! end of a fence; code is finished line by line. Only the open block is laid anew with what comes, and it is
//! bounded: so a piece costs the same however long the answer is. Owns the open block; what was laid belongs to
//! the ring, with the text as it came beside it.

mod marks;

use crate::ui::page::markdown;
use crate::ui::ring::{Laid, Raw};
use crate::ui::syntax::Lexer;
use crate::ui::text::Cleaner;
use crate::ui::theme::Role;
use marks::Fence;

/// An open block that grows beyond this is finished where its last line or word ends.
const OPEN_MAX: usize = 2 * 1024;
/// The same for a table, whose rows need its head, and for a line of code.
const LONG_MAX: usize = 8 * 1024;
/// Columns that a block stands to the right at most, for instance inside an item of a list.
const INDENT_MAX: usize = 12;
/// What stands before a line of code.
const CODE: &str = "  ";

/// One text that grows.
#[derive(Debug, Clone)]
pub(crate) struct Prose {
    cleaner: Cleaner,
    /// The open block as it came; inside a fence its present line.
    open: String,
    /// Where the present line begins in it.
    at: usize,
    fence: Option<Code>,
    /// What is set in belongs to an item of a list.
    listed: bool,
    /// The last row is empty, or there is none.
    blank: bool,
    /// The block goes on in the middle of a line.
    glued: bool,
}

/// Code that is being read.
#[derive(Debug, Clone, Copy)]
struct Code {
    fence: Fence,
    lexer: Option<Lexer>,
}

impl Default for Prose {
    fn default() -> Self {
        Self {
            cleaner: Cleaner::default(),
            open: String::new(),
            at: 0,
            fence: None,
            listed: false,
            blank: true,
            glued: false,
        }
    }
}

/// All lines of a whole text.
pub(crate) fn whole(text: &str) -> Vec<Laid> {
    let (mut prose, mut done) = (Prose::default(), Vec::new());
    prose.push(text, &mut done);
    prose.end(&mut done);
    done
}

impl Prose {
    /// Takes the next piece in; what it finishes is laid.
    pub(crate) fn push(&mut self, piece: &str, done: &mut Vec<Laid>) {
        let mut clean = String::with_capacity(piece.len());
        self.cleaner.push(piece, &mut clean);
        for line in clean.split_inclusive('\n') {
            self.take(line, done);
        }
    }

    /// The open block as it looks now.
    pub(crate) fn tail(&self) -> Vec<Laid> {
        let mut tail = Vec::new();
        if !self.open.is_empty() {
            self.clone().end(&mut tail);
        }
        tail
    }

    /// Finishes what is open; what comes after it is a block of its own.
    pub(crate) fn end(&mut self, done: &mut Vec<Laid>) {
        if self.at < self.open.len() {
            self.line_ends(done);
        }
        self.close(self.open.len(), done);
    }

    /// Takes a piece of one line in, with its end or without.
    fn take(&mut self, mut piece: &str, done: &mut Vec<Laid>) {
        while !piece.is_empty() {
            let mut cut = piece.len().min(self.most().saturating_sub(self.open.len()));
            while !piece.is_char_boundary(cut) {
                cut -= 1;
            }
            if cut == 0 {
                self.cut_off(done);
                continue;
            }
            let (now, rest) = piece.split_at(cut);
            if let Some(now) = now.strip_suffix('\n') {
                self.open.push_str(now);
                self.line_ends(done);
            } else {
                self.open.push_str(now);
            }
            piece = rest;
        }
    }

    /// How long the open block may be.
    fn most(&self) -> usize {
        if self.fence.is_some() || self.open.starts_with('|') {
            LONG_MAX
        } else {
            OPEN_MAX
        }
    }

    /// The open block is as long as one may be: it ends with its last whole line, or else with its last word.
    fn cut_off(&mut self, done: &mut Vec<Laid>) {
        if let Some(code) = self.fence {
            let line = std::mem::take(&mut self.open);
            self.code(&line, code, done);
            self.glued = true;
        } else if self.at > 0 {
            self.close(self.at, done);
        } else {
            let word = self.open.rfind(' ').filter(|at| *at > 0);
            self.close(word.unwrap_or(self.open.len()), done);
            self.glued = true;
        }
    }

    /// The present line is whole.
    fn line_ends(&mut self, done: &mut Vec<Laid>) {
        let line = self.open.get(self.at..).unwrap_or_default().to_owned();
        if let Some(code) = self.fence {
            self.open.clear();
            if code.fence.is_closed_by(&line) {
                self.fence = None;
                done.push(self.hidden(&line));
            } else {
                self.code(&line, code, done);
            }
        } else if line.trim().is_empty() {
            self.close(self.at, done);
            self.open.clear();
            let hidden = std::mem::replace(&mut self.blank, true);
            let raw = Raw::of(&line, "");
            let glued = std::mem::take(&mut self.glued);
            done.push(Laid {
                raw,
                hidden,
                glued,
                ..Laid::default()
            });
        } else if let Some(fence) = Fence::opened_by(&line) {
            self.close(self.at, done);
            self.open.clear();
            self.begin_code(&line, fence, done);
        } else {
            let heading = marks::is_heading(&line);
            if heading || marks::is_item(&line) {
                self.close(self.at, done);
            }
            self.open.push('\n');
            self.at = self.open.len();
            if heading {
                self.close(self.at, done);
            }
        }
    }

    /// A fence opens: its language is named, if it has one.
    fn begin_code(&mut self, line: &str, fence: Fence, done: &mut Vec<Laid>) {
        let language = marks::language(line);
        let lexer = Lexer::of(language);
        if language.is_empty() {
            done.push(self.hidden(line));
        } else {
            let mut named = Laid::of(language, Role::Muted);
            named.lead = " ".repeat(fence.indent.min(INDENT_MAX));
            named.raw = Raw::of(line, &named.text);
            named.glued = std::mem::take(&mut self.glued);
            done.push(named);
        }
        self.blank = false;
        self.fence = Some(Code { fence, lexer });
    }

    /// A line that is in the text and not on the screen.
    fn hidden(&mut self, line: &str) -> Laid {
        Laid {
            raw: Raw::of(line, ""),
            hidden: true,
            glued: std::mem::take(&mut self.glued),
            ..Laid::default()
        }
    }

    /// Lays a line of code.
    fn code(&mut self, line: &str, mut code: Code, done: &mut Vec<Laid>) {
        let text = marks::set_out(line, code.fence.indent);
        let mut laid = Laid::of(text, Role::Text);
        if let Some(lexer) = &mut code.lexer {
            laid.bits = lexer.line(text);
        }
        laid.lead = " ".repeat(code.fence.indent.min(INDENT_MAX)) + CODE;
        laid.raw = Raw::of(line, text);
        laid.code = true;
        laid.glued = std::mem::take(&mut self.glued);
        self.blank = false;
        self.fence = Some(code);
        done.push(laid);
    }

    /// Finishes the open block up to a byte.
    fn close(&mut self, upto: usize, done: &mut Vec<Laid>) {
        let block: String = self.open.drain(..upto).collect();
        self.at = self.at.saturating_sub(upto);
        if block.is_empty() {
            return;
        }
        let source = block.strip_suffix('\n').unwrap_or(&block);
        let first = source.split('\n').next().unwrap_or_default();
        let indent = marks::indent(first);
        let item = marks::is_item(first);
        // Outside a list what is set in by four is code.
        let inner = if item || self.listed || indent < 4 {
            indent
        } else {
            0
        };
        self.listed = item || self.listed && indent > 0;
        let mut lines = markdown::lines(&marks::all_set_out(source, inner));
        if lines.is_empty() {
            // What means something and shows nothing, such as where a link leads.
            lines = source
                .split('\n')
                .map(|line| Laid::of(line, Role::Muted))
                .collect();
        }
        let inset = " ".repeat(inner.min(INDENT_MAX));
        for (number, line) in lines.iter_mut().enumerate() {
            line.lead.insert_str(0, &inset);
            if number == 0 {
                line.raw = Raw::of(source, &line.text);
                line.glued = std::mem::take(&mut self.glued);
            } else {
                line.raw = Raw::Nothing;
            }
        }
        self.blank = false;
        done.append(&mut lines);
    }
}

#[cfg(test)]
mod tests;
