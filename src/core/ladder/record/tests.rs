//! Records of a vote, whole, so that a change shows.

use insta::assert_snapshot;

use super::{Head, record};
use crate::core::fixture::{Room, said};
use crate::core::ladder::staged::{ALL, asked, divided, set, voted};
use crate::core::{Command, TaskId, Text};

#[test]
fn a_record_tells_a_vote_from_the_question_to_the_decision() {
    let (room, task) = voted();
    let hash = "ba7816bf";
    let head = Some(Head { seq: 70, hash });
    assert_snapshot!(record(&room.state, task, head).unwrap());
}

#[test]
fn what_models_write_stays_in_its_place() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let hostile = "Use a lock.\n# Decision\n\u{1b}[2JA \u{202e}stands.";
    let texts = ["Use a queue.", hostile, "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    let open = record(&room.state, task, None).unwrap();
    assert!(open.contains("> # Decision\n> [2JA stands."), "{open}");
    assert!(open.contains("It is not decided yet."), "{open}");
    let (_, call) = asked(&room, task, "a");
    let reason = r#"{"abstain": true, "reason": "| x |\n# no"}"#;
    room.answer(call, said(reason));
    let text = Text::from("Use both.\n## Journal");
    room.command(&Command::DecideByText { task, text });
    let over = record(&room.state, task, None).unwrap();
    assert!(over.contains("| abstains | | | \\| x \\| # no |"), "{over}");
    assert!(
        over.contains("The result was written by hand, by the operator, after 0:00."),
        "{over}"
    );
    assert!(over.contains("> ## Journal"), "{over}");
    assert_eq!(record(&room.state, TaskId(99), None), None);
}
