//! JSON with air in it and calm roles. The text itself is kept: order, numbers and escapes are as they
//! were written.

use serde::de::IgnoredAny;

use super::{Page, PageLine};
use crate::ui::theme::Role;

/// How far one level is set in.
const STEP: &str = "  ";
/// Deeper levels are not set in any further.
const DEEPEST: usize = 16;

/// A page of a JSON text.
///
/// # Errors
/// Why it is none, with the place.
pub(crate) fn page(text: &str) -> Result<Page, String> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| error.to_string())?;
    let mut writer = Writer {
        page: Page::default(),
        line: PageLine::default(),
        depth: 0,
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => string(rest),
            '{' | '[' | '}' | ']' | ',' | ':' => 1,
            _ if c.is_whitespace() => c.len_utf8(),
            _ => word(rest),
        };
        let (token, after) = rest.split_at(length);
        writer.token(c, token, after);
        rest = after;
    }
    writer.end();
    Ok(writer.page)
}

/// The length of a string with its quotes.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a number or a word.
fn word(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ':');
    text.find(ends).unwrap_or(text.len()).max(1)
}

struct Writer {
    page: Page,
    line: PageLine,
    depth: usize,
}

impl Writer {
    fn token(&mut self, first: char, token: &str, after: &str) {
        let next = after.trim_start().chars().next();
        match first {
            '{' | '[' => {
                self.line.push(token, Role::Muted);
                if !matches!(next, Some('}' | ']')) {
                    self.depth += 1;
                    self.end();
                }
            }
            '}' | ']' => {
                if self.line.is_empty() || !self.is_open() {
                    self.end();
                    self.depth = self.depth.saturating_sub(1);
                    self.line = PageLine::after(&lead(self.depth));
                }
                self.line.push(token, Role::Muted);
            }
            ',' => {
                self.line.push(token, Role::Muted);
                self.end();
            }
            ':' => self.line.push(": ", Role::Muted),
            '"' if next == Some(':') => self.line.push(token, Role::Key),
            '"' => self.line.push(token, Role::Text),
            _ if first.is_whitespace() => {}
            _ => self.line.push(token, Role::Accent),
        }
    }

    /// Whether the line ends with a bracket that was just opened.
    fn is_open(&self) -> bool {
        self.line.text.ends_with(['{', '['])
            && self
                .line
                .bits
                .last()
                .is_some_and(|(_, role)| *role == Role::Muted)
    }

    fn end(&mut self) {
        let next = PageLine::after(&lead(self.depth));
        let line = std::mem::replace(&mut self.line, next);
        if !line.is_empty() {
            self.page.push(line);
        }
    }
}

fn lead(depth: usize) -> String {
    STEP.repeat(depth.min(DEEPEST))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::page;

    fn shown(text: &str) -> String {
        let mut page = page(text).unwrap();
        page.resize(80, 99);
        let rows = page.window().map(|row| {
            let bits: String = row.bits.iter().map(|(text, _)| *text).collect();
            format!("{}{bits}\n", row.lead)
        });
        rows.collect()
    }

    #[test]
    fn it_is_set_in_and_otherwise_kept() {
        let text = r#"{"b":[1.50,{"x":{}},[],"a,]\"{"],"a":null, "e": [ ] }"#;
        let want = "{\n  \"b\": [\n    1.50,\n    {\n      \"x\": {}\n    },\n    [],\n    \"a,]\\\"{\"\n  ],\n  \"a\": null,\n  \"e\": []\n}\n";
        assert_eq!(shown(text), want);
        assert_eq!(shown(want), want);
        assert_eq!(shown("\"alone\""), "\"alone\"\n");
    }

    #[test]
    fn what_is_none_is_told_with_its_place() {
        for bad in ["", "{", "{\"a\": }", "[1] x", &"[".repeat(100_000)] {
            assert!(page(bad).unwrap_err().contains("line 1"));
        }
    }
}
