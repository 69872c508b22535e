//! Foreign text made fit for a document: no control characters or sequences, no marks that turn the reading
//! direction, line breaks as `\n`, and not too long.

use crate::core::Text;
use crate::core::text::{head, turns};

/// The whole text.
pub(in crate::hub) fn text(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' => {
                if rest.peek() != Some(&'\n') {
                    plain.push('\n');
                }
            }
            '\n' | '\t' => plain.push(c),
            '\u{1b}' if rest.peek() == Some(&'[') => {
                // A whole control sequence, up to and with its last letter.
                rest.next();
                while rest.next_if(|c| matches!(c, ' '..='?')).is_some() {}
                rest.next_if(|c| matches!(c, '@'..='~'));
            }
            c if c.is_control() || turns(c) => {}
            c => plain.push(c),
        }
    }
    plain
}

/// At most about `limit` bytes of it; what is left out is said.
pub(super) fn excerpt(whole: &Text, limit: usize) -> String {
    text(whole.excerpt(limit).as_str())
}

/// One line of at most `limit` bytes: the first that is not blank, with `…` when there was more.
pub(super) fn line(whole: &Text, limit: usize) -> String {
    let kept = head(whole.headline(), limit);
    let shown = text(kept);
    let shown = shown.trim();
    if kept.len() < whole.as_str().trim().len() {
        format!("{shown}…")
    } else {
        shown.to_owned()
    }
}

/// A short text of a server or a configuration, on one line.
pub(super) fn word(word: &str, limit: usize) -> String {
    line(&Text::from(word), limit)
}

#[cfg(test)]
mod tests {
    use super::{excerpt, line, text};
    use crate::core::Text;

    #[test]
    fn nothing_that_moves_a_cursor_or_turns_a_line_is_left() {
        assert_eq!(
            text("a\r\nb\rc\u{1b}[2Jd\u{202e}e\0\u{9b}f\tg"),
            "a\nb\ncdef\tg"
        );
        assert_eq!(excerpt(&Text::from("ä\r"), 10), "ä\n");
    }

    #[test]
    fn a_line_says_when_there_was_more() {
        assert_eq!(line(&Text::from("\n one \ntwo"), 80), "one…");
        assert_eq!(line(&Text::from("one"), 80), "one");
        assert_eq!(line(&Text::from("äääää"), 5), "ää…");
        assert_eq!(line(&Text::from(""), 5), "");
    }
}
