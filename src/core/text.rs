//! Text of any length that is cheap to hand on. It is untrusted unless its field says otherwise.

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
        let head = cut(&self.0, limit / 3 * 2);
        let tail = cut(&self.0, self.len() - limit / 3);
        let (Some(first), Some(last)) = (self.0.get(..head), self.0.get(tail..)) else {
            return self.clone();
        };
        Self::from(format!(
            "{first}\n[… {} bytes left out …]\n{last}",
            tail - head
        ))
    }
}

/// The last place at or before `at` where a text may be cut.
fn cut(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|place| text.is_char_boundary(*place))
        .unwrap_or_default()
}

/// At most `limit` bytes of a text that is shown on one line, with a mark where it was cut.
pub(crate) fn clipped(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let kept = text.get(..cut(text, limit)).unwrap_or_default();
    format!("{kept}…")
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
    use super::Text;

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
    fn the_headline_is_the_first_real_line() {
        assert_eq!(Text::from("\n  \n why?\nbecause").headline(), "why?");
        assert_eq!(Text::from("").headline(), "");
    }
}
