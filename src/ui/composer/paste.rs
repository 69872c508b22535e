//! Pastes: a large one is kept beside the text area, shown as a label, and put back when the task is
//! sent; of a small one it is only remembered that it was not typed.

use std::borrow::Cow;
use std::sync::Arc;

use crate::ui::text::clean;

/// The most bytes a prompt may have.
pub const PROMPT_MAX: usize = 1 << 20;
/// A paste up to here goes into the text as it is.
const SMALL_BYTES: usize = 8 * 1024;
/// A paste up to here goes into the text as it is.
const SMALL_LINES: usize = 60;

/// Whether a paste can simply be typed.
pub(super) fn is_small(text: &str) -> bool {
    text.len() <= SMALL_BYTES && text.lines().nth(SMALL_LINES).is_none()
}

/// Terminals send the line ends of a paste as CR, CRLF or LF.
pub(super) fn unix_lines(text: &str) -> Cow<'_, str> {
    if text.contains('\r') {
        Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Bytes as people write them.
#[must_use]
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// The pastes of one draft.
#[derive(Debug, Clone, Default)]
pub(super) struct Pastes {
    large: Vec<(String, Arc<str>)>,
    small: Vec<Arc<str>>,
}

impl Pastes {
    /// Remembers that a text of the draft was pasted.
    pub(super) fn remember(&mut self, text: &str) {
        self.small.push(text.trim().into());
    }

    /// Texts of the draft that were pasted as they are.
    pub(super) fn as_they_are(&self) -> &[Arc<str>] {
        &self.small
    }

    /// Keeps a paste; gives its label and what to tell the operator.
    pub(super) fn keep(&mut self, text: &str) -> (String, String) {
        let text: Arc<str> = clean(text).into();
        let size = size(text.len());
        let same = self
            .large
            .iter()
            .filter(|(l, _)| l.starts_with(&format!("[pasted {size}")))
            .count();
        let label = match same {
            0 => format!("[pasted {size}]"),
            n => format!("[pasted {size}, {}]", n + 1),
        };
        let notice = if text.len() > PROMPT_MAX {
            format!(
                "pasted {size}: more than the {} a prompt may have; put it into a file and name the file",
                self::size(PROMPT_MAX)
            )
        } else {
            format!("pasted {size}; the label stands for it until the task is sent")
        };
        self.large.push((label.clone(), text));
        (label, notice)
    }

    /// The text with every label replaced once by what it stands for.
    pub(super) fn expand(&self, text: &str) -> String {
        // Labels are looked for in the original text only: a paste may contain a label itself.
        let mut found: Vec<(usize, &str, &str)> = self
            .large
            .iter()
            .filter_map(|(label, body)| Some((text.find(label.as_str())?, label.as_str(), &**body)))
            .collect();
        found.sort_unstable();
        let mut out = String::new();
        let mut at = 0;
        for (start, label, body) in found {
            if start >= at {
                out.push_str(&text[at..start]);
                out.push_str(body);
                at = start + label.len();
            }
        }
        out.push_str(&text[at..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size(12), "12 B");
        assert_eq!(size(48_600), "49 kB");
        assert_eq!(size(5_242_880), "5.2 MB");
    }

    #[test]
    fn equal_sizes_get_different_labels() {
        let mut pastes = Pastes::default();
        let (first, _) = pastes.keep(&"a".repeat(9_000));
        let (second, _) = pastes.keep(&"b".repeat(9_000));
        assert_eq!(
            (first.as_str(), second.as_str()),
            ("[pasted 9 kB]", "[pasted 9 kB, 2]")
        );
        let whole = pastes.expand(&format!("{second} and {first}"));
        assert_eq!(
            whole,
            format!("{} and {}", "b".repeat(9_000), "a".repeat(9_000))
        );
    }

    #[test]
    fn a_label_inside_a_paste_is_not_expanded() {
        let mut pastes = Pastes::default();
        let (first, _) = pastes.keep(&"[pasted 9 kB]".repeat(800));
        assert_eq!(pastes.expand(&first), "[pasted 9 kB]".repeat(800));
    }
}
