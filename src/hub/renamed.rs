//! The names that a note had before the present one, from the room's events. Pure: whoever has the
//! journal hands it in, page by page. What somebody else renames is not known.

use std::collections::VecDeque;

use crate::core::{Event, NoteChange, NoteEnd, NoteOrder, Recorded};

/// How many renamings are remembered.
const RENAMES_MAX: usize = 4096;

/// A name, and the place in the journal from which on a note had it.
pub type Named = (u64, String);

/// Who was renamed to what.
#[derive(Debug, Default)]
pub struct Renames {
    open: Vec<NoteOrder>,
    /// Where each was done, from which name, and to which.
    done: VecDeque<(u64, String, String)>,
}

impl Renames {
    /// The next event.
    pub fn take(&mut self, recorded: &Recorded) {
        if let Event::NoteOrdered { order } = &recorded.event
            && matches!(order.change, NoteChange::Rename { .. })
        {
            self.open.push(order.clone());
        }
        if let Event::NoteSettled { order, end } = &recorded.event
            && let Some(at) = self.open.iter().position(|open| open.id == *order)
            && let NoteOrder {
                name,
                change: NoteChange::Rename { to, .. },
                ..
            } = self.open.remove(at)
            && *end == NoteEnd::Done
        {
            self.done.push_back((recorded.seq, name, to));
            if self.done.len() > RENAMES_MAX {
                self.done.pop_front();
            }
        }
    }

    /// The names of the document that has this one now, the present one first.
    #[must_use]
    pub fn of(&self, name: &str) -> Vec<Named> {
        let mut names = Vec::new();
        let mut name = name;
        for (seq, from, to) in self.done.iter().rev() {
            if to == name {
                names.push((*seq, name.to_owned()));
                name = from;
            }
        }
        names.push((0, name.to_owned()));
        names
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Renames;
    use crate::core::{Event, NoteChange, NoteEnd, NoteOrder, Text};
    use crate::hub::story::Story;

    #[test]
    fn a_note_is_followed_back_over_the_names_that_it_had() {
        let mut story = Story::default();
        let steps = [
            ("a", "b", NoteEnd::Done),
            ("b", "x", NoteEnd::Changed),
            ("other", "a", NoteEnd::Done),
            ("b", "c", NoteEnd::Done),
        ];
        for (id, (from, to, end)) in (1..).zip(steps) {
            let order = NoteOrder {
                id,
                name: from.to_owned(),
                change: NoteChange::Rename {
                    to: to.to_owned(),
                    text: Text::from("x"),
                },
                undoes: None,
            };
            story.tell(Event::NoteOrdered { order });
            story.tell(Event::NoteSettled { order: id, end });
        }
        let mut renames = Renames::default();
        for recorded in &story.events {
            renames.take(recorded);
        }
        let names = |name: &str| renames.of(name);
        let named = |names: &[(u64, &str)]| -> Vec<(u64, String)> {
            names
                .iter()
                .map(|(at, name)| (*at, (*name).to_owned()))
                .collect()
        };
        assert_eq!(names("c"), named(&[(8, "c"), (2, "b"), (0, "a")]));
        assert_eq!(names("a"), named(&[(6, "a"), (0, "other")]));
        assert_eq!(names("x"), named(&[(0, "x")]));
    }
}
