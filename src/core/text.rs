//! Text of any length that is cheap to hand on, and the ways to make a text shorter. It is untrusted
//! unless its field says otherwise. Columns of a screen are the business of `ui::text`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Shared, immutable text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Arc<str>);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing but white space is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }

    /// The first line that is not blank, trimmed; empty for blank text.
    #[must_use]
    pub fn headline(&self) -> &str {
        self.0
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty())
            .unwrap_or_default()
    }

    /// At most `limit` bytes: the whole text, or its beginning and end with a mark in between that
    /// says how much was left out. The whole stays in the journal.
    #[must_use]
    pub fn excerpt(&self, limit: usize) -> Self {
        if self.len() <= limit {
            return self.clone();
        }
        let first = head(&self.0, limit / 3 * 2);
        let (before, last) = self.0.split_at(head(&self.0, self.len() - limit / 3).len());
        Self::from(format!(
            "{first}\n[… {} bytes left out …]\n{last}",
            before.len() - first.len()
        ))
    }
}

/// The beginning of a text: at most `limit` bytes, and no half character.
pub(crate) fn head(text: &str, limit: usize) -> &str {
    text.split_at(text.floor_char_boundary(limit)).0
}

/// At most `limit` bytes of a text, with a mark where it was cut.
pub(crate) fn clipped(text: &str, limit: usize) -> String {
    let kept = head(text, limit);
    let mark = if kept.len() < text.len() { "…" } else { "" };
    format!("{kept}{mark}")
}

/// As [`clipped`], for words of a server that shall stand in a sentence of ours: one line without
/// control characters. What was made one line stays as it is when it is made one again.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let clean = text.replace(|c: char| c.is_control() && !c.is_whitespace(), "");
    let words: Vec<&str> = clean.split_whitespace().collect();
    clipped(&words.join(" "), limit)
}

/// Whether a character turns the direction of what is written after it.
pub(crate) fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}')
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, clipped, one_line};

    #[test]
    fn an_excerpt_keeps_both_ends_and_says_what_it_left_out() {
        let text = Text::from("ä".repeat(1000));
        let excerpt = text.excerpt(90);
        assert!(excerpt.len() < 140);
        assert!(excerpt.as_str().starts_with("ä") && excerpt.as_str().ends_with("ä"));
        assert!(
            excerpt.as_str().contains("1910 bytes left out"),
            "{excerpt}"
        );
        assert_eq!(Text::from("short").excerpt(90), Text::from("short"));
    }

    #[test]
    fn a_clipped_text_says_so_and_has_whole_characters() {
        assert_eq!(clipped("äää", 5), "ää…");
        assert_eq!(clipped("äää", 6), "äää");
        assert_eq!(clipped("ä", 0), "…");
        assert_eq!(one_line(" a\n\tb\u{7}  c ", 9), "a b c");
        assert_eq!(one_line("a\nb c d", 3), "a b…");
        for text in ["a \u{1} b", "\u{85}ä\u{1b}[31m ö", "a    b c d e"] {
            let line = one_line(text, 6);
            assert_eq!(one_line(&line, 6), line);
        }
    }

    #[test]
    fn the_headline_is_the_first_real_line() {
        assert_eq!(Text::from("\n  \n why?\nbecause").headline(), "why?");
        assert_eq!(Text::from("").headline(), "");
    }
}
