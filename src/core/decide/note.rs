//! The operator changes the shared memory: notes of others, and results written by hand.

use serde::de::IgnoredAny;

use crate::core::lesson::Shared;
use crate::core::note::name::{canonical, fresh, is_json};
use crate::core::note::{NOTE_MAX, NoteChange, NoteEnd, NoteOrder, OPEN_MAX, Stepped};
use crate::core::{Event, Outcome, Refusal, State, TaskId, Text};

/// The longest result that is written by hand, as one that is taken over from outside.
pub const RESULT_MAX: usize = 60 * 1024;

/// A note is to be changed.
pub(super) fn change(
    state: &State,
    name: &str,
    change: &NoteChange,
    undoes: Option<u64>,
) -> Result<Vec<Event>, Refusal> {
    let refuse = |why: String| Refusal::Note {
        name: name.to_owned(),
        why,
    };
    let checked = match change {
        NoteChange::Write { before: None, .. } => fresh(name),
        NoteChange::Write { .. } | NoteChange::Rename { .. } | NoteChange::Delete { .. } => {
            canonical(name)
        }
    };
    let name = checked.map_err(|bad| refuse(bad.why.to_owned()))?;
    let mut change = change.clone();
    if let NoteChange::Rename { to, .. } = &mut change {
        *to = fresh(to).map_err(|bad| refuse(format!("not to {:?}: {}", bad.name, bad.why)))?;
        if *to == name || state.notebook.is_moving(to) {
            return Err(refuse("it has that name already".to_owned()));
        }
    }
    if let Some(long) = change.texts().find(|text| text.len() > NOTE_MAX) {
        let bytes = long.len();
        return Err(refuse(format!(
            "it has {bytes} bytes; the most that is changed here is {NOTE_MAX}"
        )));
    }
    if let NoteChange::Write { after, .. } = &change {
        fits(&name, after.as_str()).map_err(refuse)?;
    }
    if state.notebook.is_moving(&name) {
        let why = "an earlier change of it waits for the shared memory; wait for that";
        return Err(refuse(why.to_owned()));
    }
    if state.notebook.open().len() >= OPEN_MAX {
        return Err(Refusal::TooMany {
            what: "changes that wait for the shared memory".to_owned(),
            limit: OPEN_MAX,
        });
    }
    let order = NoteOrder {
        id: state.notebook.next(),
        name,
        change,
        undoes,
    };
    Ok(vec![Event::NoteOrdered { order }])
}

/// Whether a text is one that a document of this name can have.
///
/// # Errors
/// What is wrong with it and where.
pub fn fits(name: &str, text: &str) -> Result<(), String> {
    if !is_json(name) {
        return Ok(());
    }
    let read = serde_json::from_str::<IgnoredAny>(text);
    read.map(drop)
        .map_err(|error| format!("it is no JSON: {error}"))
}

/// What became of a change; one that is not waited for any more is counted.
pub(super) fn settled(state: &State, id: u64, end: &NoteEnd) -> Vec<Event> {
    if let Some(order) = state.notebook.order(id) {
        let settled = Event::NoteSettled {
            order: id,
            end: end.clone(),
        };
        let moved = match &order.change {
            NoteChange::Rename { to, .. } if *end == NoteEnd::Done => {
                pins_moved(state, &order.name, to)
            }
            NoteChange::Rename { .. } | NoteChange::Write { .. } | NoteChange::Delete { .. } => {
                Vec::new()
            }
        };
        return [settled].into_iter().chain(moved).collect();
    }
    let about = format!("the end of change {id} of a note");
    vec![Event::ReportStale { about }]
}

/// What was pinned under a name is pinned under another one.
fn pins_moved(state: &State, from: &str, to: &str) -> Vec<Event> {
    let pins = state.pins().filter(|pin| pin.document == from);
    let moved = pins.flat_map(|pin| {
        [
            Event::Shared {
                what: Shared::DocumentUnpinned {
                    document: from.to_owned(),
                    task: pin.task,
                },
            },
            Event::Shared {
                what: Shared::DocumentPinned {
                    document: to.to_owned(),
                    task: pin.task,
                },
            },
        ]
    });
    moved.collect()
}

/// The result of a task is to be another one.
pub(super) fn replace_result(
    state: &State,
    task: TaskId,
    before: &Text,
    after: &Text,
) -> Result<Vec<Event>, Refusal> {
    let refuse = |why: &str| Refusal::Note {
        name: format!("the result of {task}"),
        why: why.to_owned(),
    };
    let known = state.task(task).ok_or(Refusal::NoSuchTask { task })?;
    let Some(Outcome::Done { result, .. }) = known.outcome() else {
        return Err(refuse("its task has no result"));
    };
    if result != before {
        return Err(refuse("it has changed meanwhile; look at it again"));
    }
    if after.is_empty() {
        return Err(refuse("there is nothing in it"));
    }
    if result.len() > RESULT_MAX || after.len() > RESULT_MAX {
        return Err(refuse("it is too long to be written by hand"));
    }
    if result == after {
        return Ok(Vec::new());
    }
    let result = after.clone();
    Ok(vec![Event::ResultReplaced { task, result }])
}

/// The last step is to be taken back; `id` says which one the operator saw.
pub(super) fn undo(state: &State, id: u64) -> Result<Vec<Event>, Refusal> {
    let step = state.notebook.last_step().filter(|step| step.id == id);
    let Some(step) = step else {
        return Err(Refusal::NothingToUndo);
    };
    match &step.what {
        Stepped::Note { name, change: done } => {
            let (name, back) = done.undone(name);
            change(state, &name, &back, Some(id))
        }
        Stepped::Result {
            task,
            before,
            after,
        } => replace_result(state, *task, after, before),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::NOTE_MAX;
    use crate::core::fixture::{Room, order, said};
    use crate::core::note::{NoteChange, NoteEnd, NoteOrder};
    use crate::core::{Command, Event, Refusal, Report, Strategy, Text};

    fn write(before: Option<&str>, after: &str) -> NoteChange {
        NoteChange::Write {
            before: before.map(Text::from),
            after: Text::from(after),
        }
    }

    fn change(name: &str, change: NoteChange) -> Command {
        Command::ChangeNote {
            name: name.to_owned(),
            change,
        }
    }

    #[test]
    fn a_change_is_ordered_once_and_settled_once() {
        let mut room = Room::of(&["codex"]);
        let events = room.command(&change("./plan.md", write(None, "x")));
        let ordered = NoteOrder {
            id: 1,
            name: "plan".to_owned(),
            change: write(None, "x"),
            undoes: None,
        };
        assert_eq!(events, [Event::NoteOrdered { order: ordered }]);
        let again = room.refused(&change("plan", write(Some("x"), "y")));
        assert!(again.to_string().contains("an earlier change"), "{again}");
        let done = Report::NoteSettled {
            order: 1,
            end: NoteEnd::Done,
        };
        let end = NoteEnd::Done;
        assert_eq!(room.report(&done), [Event::NoteSettled { order: 1, end }]);
        assert!(matches!(
            room.report(&done)[..],
            [Event::ReportStale { .. }]
        ));
        let back = room.command(&Command::UndoStep { step: 1 });
        let before = Text::from("x");
        let order = NoteOrder {
            id: 2,
            name: "plan".to_owned(),
            change: NoteChange::Delete { before },
            undoes: Some(1),
        };
        assert_eq!(back, [Event::NoteOrdered { order }]);
        room.report(&Report::NoteSettled {
            order: 2,
            end: NoteEnd::Done,
        });
        let nothing = room.refused(&Command::UndoStep { step: 1 });
        assert_eq!(nothing, Refusal::NothingToUndo);
    }

    #[test]
    fn a_note_that_is_renamed_stays_pinned() {
        let mut room = Room::of(&["codex"]);
        let pin = |document: &str| Command::Pin {
            document: document.to_owned(),
            task: None,
        };
        room.command(&pin("a"));
        room.command(&pin("c"));
        let rename = NoteChange::Rename {
            to: "b".to_owned(),
            text: Text::from("x"),
        };
        for (end, pinned) in [(NoteEnd::Changed, "a"), (NoteEnd::Done, "b")] {
            room.command(&change("a", rename.clone()));
            let order = room.state.notebook().open().next().unwrap().id;
            room.report(&Report::NoteSettled { order, end });
            let pins: Vec<&str> = room.state.pins().map(|pin| &*pin.document).collect();
            assert_eq!(pins, [pinned, "c"]);
        }
    }

    #[test]
    fn bad_names_and_texts_are_refused_with_a_word() {
        let mut room = Room::of(&["codex"]);
        let text = Text::from("x");
        let long = "x".repeat(NOTE_MAX + 1);
        for (command, word) in [
            (change("../x", write(None, "x")), "begins with a dot"),
            (change("CON", write(None, "x")), "device"),
            (change("results/9", write(None, "x")), "the room keeps"),
            (change("a.json", write(None, "{\"a\": }")), "line 1 column"),
            (change("a", write(None, &long)), "the most that is changed"),
            (
                change(
                    "a",
                    NoteChange::Rename {
                        to: "task_queue.json".to_owned(),
                        text,
                    },
                ),
                "the room keeps",
            ),
        ] {
            let refused = room.refused(&command).to_string();
            assert!(refused.contains(word), "{refused}");
        }
        assert_eq!(room.command(&change("a.json", write(None, "[1]"))).len(), 1);
    }

    #[test]
    fn a_result_is_replaced_only_from_what_was_seen() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.answer(calls[0], said("yes"));
        let replace = |before: &str, after: &str| Command::ReplaceResult {
            task,
            before: Text::from(before),
            after: Text::from(after),
        };
        let stale = room.refused(&replace("no", "perhaps")).to_string();
        assert!(stale.contains("changed meanwhile"), "{stale}");
        assert_eq!(room.command(&replace("yes", "perhaps")).len(), 1);
        let step = room.state.notebook().last_step().unwrap().id;
        assert_eq!(room.command(&Command::UndoStep { step }).len(), 1);
        assert_eq!(room.state.notebook().last_step(), None);
    }
}
