//! Records of a vote, whole, so that a change shows.

use insta::assert_snapshot;

use super::{Head, record};
use crate::core::fixture::{Room, said};
use crate::core::ladder::staged::{ALL, asked, contest, divided, set, voted, votes};
use crate::core::ladder::{ContestOrder, Course, Rung};
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

#[test]
fn a_vote_that_was_left_is_told_as_broken_off() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    votes(&mut room, task, "a", 1);
    let open = record(&room.state, task, None).unwrap();
    assert!(open.contains("| b | B | is asked | | | |"), "{open}");
    assert!(!open.contains("broken off"), "{open}");
    // The members vote anew, and that is left as well.
    let order = ContestOrder::Climb(Rung::Vote);
    room.command(&Command::Contest { task, order });
    room.follow();
    let broken_off = |room: &Room| contest(room, task).broken_off().collect::<Vec<_>>();
    assert_eq!(broken_off(&room), [1]);
    assert_eq!(contest(&room, task).course(), Some(Course::Open));
    let reason = "all wrong".to_owned();
    let order = ContestOrder::Dismiss { reason };
    room.command(&Command::Contest { task, order });
    room.follow();
    assert_eq!(broken_off(&room), [1, 2]);
    assert_eq!(contest(&room, task).course(), Some(Course::BrokenOff));
    let over = record(&room.state, task, None).unwrap();
    let told = "Vote 1 was broken off: it was not counted.\n\nVote 2 was broken off";
    assert!(over.contains(told), "{over}");
    assert!(
        over.contains("| b | B | was not asked to the end | | | |"),
        "{over}"
    );
    let (room, task) = voted();
    assert_eq!(contest(&room, task).course(), Some(Course::Closed));
    assert_eq!(contest(&room, task).broken_off().next(), None);
}
