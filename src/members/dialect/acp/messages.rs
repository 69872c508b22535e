//! The text of a turn: messages, apart from each other where something else came between them.
//!
//! An agent whose provider's stream breaks off begins its message anew, some without end. What was
//! begun anew is no part of the answer, and too many beginnings are a failure.

/// Beginnings in a row after which the provider is not waited for any more.
const BEGINNINGS_MAX: usize = 8;
/// What stands between two messages.
const GAP: &str = "\n\n";

/// What was said in a turn.
#[derive(Debug, Default)]
pub(super) struct Messages {
    all: Vec<Message>,
    /// Something else came since the last text.
    apart: bool,
    /// Messages in a row between which nothing else came.
    in_a_row: usize,
}

#[derive(Debug)]
struct Message {
    id: String,
    text: String,
    /// It followed the one before it without anything between them.
    follows: bool,
}

impl Messages {
    /// Something else than text came.
    pub(super) fn part(&mut self) {
        self.apart = true;
        self.in_a_row = 0;
    }

    /// Takes a piece in; gives what is to be shown.
    pub(super) fn add(&mut self, id: &str, piece: String) -> String {
        let apart = std::mem::take(&mut self.apart);
        match self.all.last_mut() {
            Some(last) if !apart && last.id == id => {
                last.text.push_str(&piece);
                piece
            }
            last => {
                let gap = last.is_some_and(|last| !last.text.trim().is_empty());
                self.in_a_row += 1;
                self.all.push(Message {
                    id: id.to_owned(),
                    text: piece.clone(),
                    follows: !apart,
                });
                if gap { format!("{GAP}{piece}") } else { piece }
            }
        }
    }

    /// Whether it begins its message again and again.
    pub(super) fn is_stuck(&self) -> bool {
        self.in_a_row > BEGINNINGS_MAX
    }

    /// Whether nothing was said.
    pub(super) fn is_empty(&self) -> bool {
        self.all
            .iter()
            .all(|message| message.text.trim().is_empty())
    }

    /// All of it, without what was begun anew.
    pub(super) fn text(&self) -> String {
        let next = self.all.iter().skip(1).map(Some).chain([None]);
        let whole = self.all.iter().zip(next).filter(|(message, next)| {
            let anew = next
                .is_some_and(|next| next.follows && next.text.starts_with(message.text.trim_end()));
            !anew && !message.text.trim().is_empty()
        });
        let texts: Vec<&str> = whole.map(|(message, _)| message.text.as_str()).collect();
        texts.join(GAP)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Messages;

    fn said(messages: &mut Messages, id: &str, text: &str) -> String {
        messages.add(id, text.to_owned())
    }

    #[test]
    fn text_before_and_after_a_tool_stands_apart() {
        let mut messages = Messages::default();
        said(&mut messages, "", "I look. ");
        said(&mut messages, "", "Now.");
        messages.part();
        assert_eq!(said(&mut messages, "", "It is 3."), "\n\nIt is 3.");
        assert_eq!(messages.text(), "I look. Now.\n\nIt is 3.");
        assert!(!messages.is_stuck());
    }

    #[test]
    fn a_message_that_is_begun_anew_counts_once_and_not_without_end() {
        let mut messages = Messages::default();
        said(&mut messages, "a", "part");
        said(&mut messages, "b", "par");
        said(&mut messages, "b", "tial answer");
        assert_eq!(messages.text(), "partial answer");
        for n in 0..8 {
            said(&mut messages, &n.to_string(), "partial");
        }
        assert!(messages.is_stuck());
        let mut two = Messages::default();
        said(&mut two, "a", "One.");
        said(&mut two, "b", "Two.");
        assert_eq!(two.text(), "One.\n\nTwo.");
    }
}
