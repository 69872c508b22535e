//! Lessons from the answer to their end.

use pretty_assertions::assert_eq;

use crate::core::fixture::{Room, name, number, order, said};
use crate::core::lesson::Shared;
use crate::core::lesson::{Author, Holds, LessonOrder, Sharing, Standing};
use crate::core::{
    Actor, AttentionId, Command, Event, LessonId, Refusal, Reply, Strategy, Subject, TaskId,
    TaskKind, TaskOrder, Text,
};

const FIRST: LessonId = LessonId(1);
const SECOND: LessonId = LessonId(2);
const ASKED: &str = "How many retries has the login?";

fn council(prompt: &str) -> TaskOrder {
    TaskOrder {
        prompt: Text::from(prompt),
        kind: TaskKind::Code,
        ..order(Strategy::Council, &[])
    }
}

/// A council in which each member says a number; all that followed.
fn asked(room: &mut Room, prompt: &str, says: &[&str]) -> (TaskId, Vec<Event>) {
    let (task, calls) = room.add(council(prompt));
    let mut events = Vec::new();
    for (call, value) in calls.iter().zip(says) {
        events.extend(room.answer(*call, number(value)));
    }
    (task, events)
}

fn standing(room: &Room, lesson: LessonId) -> Standing {
    room.state.lesson(lesson).unwrap().standing()
}

fn accept(lesson: LessonId) -> Command {
    Command::Lesson(LessonOrder::Accept { lesson })
}

fn add(subject: &str, claim: &str) -> Command {
    Command::Lesson(LessonOrder::Add {
        topic: TaskKind::Code,
        subject: subject.to_owned(),
        claim: claim.to_owned(),
        why: String::new(),
    })
}

/// The item that asks which of two lessons holds.
fn item(room: &Room) -> AttentionId {
    let items: Vec<_> = room.state.attention().collect();
    let [item] = items.as_slice() else {
        panic!("{items:?}");
    };
    assert_eq!(
        item.subject,
        Subject::Lessons {
            older: FIRST,
            newer: SECOND
        }
    );
    item.id
}

/// Three who agreed on 3, and later on 4.
fn contradicted() -> Room {
    let mut room = Room::of(&["codex", "gpt"]);
    asked(&mut room, ASKED, &["3", "3"]);
    room.command(&accept(FIRST));
    asked(&mut room, ASKED, &["4", "4"]);
    room
}

#[test]
fn an_agreement_proposes_a_lesson_with_its_provenance() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, _) = asked(&mut room, ASKED, &["3", "3.0"]);
    let lesson = room.state.lesson(FIRST).unwrap();
    let draft = lesson.draft();
    assert_eq!((draft.subject.as_str(), draft.claim.as_str()), (ASKED, "3"));
    assert_eq!(draft.why, "2 of 2 agreed");
    assert_eq!(
        draft.author,
        Author::Members(vec![name("codex"), name("gpt")])
    );
    assert_eq!(lesson.evidence()[0].task, task);
    assert_eq!(lesson.standing(), Standing::Proposed);
    assert_eq!(
        lesson.expires(),
        Some(room.now.after(Sharing::default().expiry.unwrap()))
    );
    assert_eq!(room.state.attention().len(), 0, "proposals disturb nobody");
}

#[test]
fn the_operators_choice_keeps_the_dissent() {
    let mut room = Room::of(&["claude", "codex", "gpt"]);
    let (task, _) = asked(&mut room, ASKED, &["5", "3", "3"]);
    room.command(&Command::Choose {
        task,
        candidate: 0,
        among: None,
    });
    let draft = room.state.lesson(FIRST).unwrap().draft().clone();
    assert_eq!(draft.claim, "3");
    assert_eq!(draft.why, "the operator chose it; 2 of 3 said it");
    assert_eq!(draft.dissent, "claude: 5");
    // What the operator writes is nobody else's.
    let (task, _) = asked(
        &mut room,
        "Which colour has the big button?",
        &["1", "2", "3"],
    );
    let text = Text::from("Blue, by the style guide.");
    room.command(&Command::DecideByText { task, text });
    let draft = room.state.lesson(SECOND).unwrap().draft();
    assert_eq!(draft.author, Author::Operator);
    assert_eq!(draft.claim, "Blue, by the style guide.");
    // Who was chosen is asked first now.
    assert_eq!(draft.dissent, "codex: 1; gpt: 2; claude: 3");
}

#[test]
fn tasks_that_say_nothing_teach_nothing() {
    let mut room = Room::of(&["codex", "gpt"]);
    asked(&mut room, "why?", &["3", "3"]);
    let (_, calls) = room.add(TaskOrder::new(ASKED));
    room.answer(calls[0], said("three, nobody else was asked"));
    assert_eq!(room.state.lessons().count(), 0);
}

#[test]
fn the_same_again_is_evidence_and_no_second_lesson() {
    let mut room = Room::of(&["codex", "gpt"]);
    asked(&mut room, ASKED, &["3", "3"]);
    let (task, events) = asked(&mut room, "how many retries has the LOGIN", &["3", "3"]);
    assert!(
        matches!(events.last(), Some(Event::Shared { what: Shared::LessonSupported { lesson: FIRST, evidence } }) if evidence.task == task),
        "{events:?}"
    );
    assert_eq!(room.state.lessons().count(), 1);
    assert_eq!(room.state.lesson(FIRST).unwrap().evidence().len(), 2);
}

#[test]
fn what_contradicts_an_accepted_lesson_freezes_both_and_asks() {
    let room = contradicted();
    assert_eq!(
        (standing(&room, FIRST), standing(&room, SECOND)),
        (Standing::Disputed, Standing::Disputed)
    );
    let item = item(&room);
    for (holds, first, second) in [
        (Holds::Older, Standing::Accepted, Standing::Retired),
        (Holds::Newer, Standing::Retired, Standing::Accepted),
        (Holds::Both, Standing::Accepted, Standing::Accepted),
        (Holds::Neither, Standing::Retired, Standing::Retired),
    ] {
        let mut room = room.clone();
        let reply = Reply::Hold(holds);
        room.command(&Command::Answer {
            attention: item,
            reply,
        });
        let stand = (standing(&room, FIRST), standing(&room, SECOND));
        assert_eq!(stand, (first, second), "{holds:?}");
        assert_eq!(room.state.attention().len(), 0);
    }
}

#[test]
fn a_contradiction_is_settled_in_the_inbox_only() {
    let mut room = contradicted();
    let item = item(&room);
    for order in [
        LessonOrder::Accept { lesson: FIRST },
        LessonOrder::Retire {
            lesson: SECOND,
            why: "x".to_owned(),
        },
    ] {
        let refused = room.refused(&Command::Lesson(order)).to_string();
        assert!(refused.contains("settle a1 in the inbox"), "{refused}");
    }
    let refused = room.refused(&Command::Answer {
        attention: item,
        reply: Reply::Allow,
    });
    assert!(matches!(refused, Refusal::WrongReply { .. }), "{refused}");
    // When one is gone by itself, nobody has to say which holds.
    room.now = room.state.lesson(FIRST).unwrap().expires().unwrap();
    assert_eq!(room.state.next_wakeup(room.now), Some(room.now));
    let events = room.expire();
    let gone = |event: &&Event| matches!(event, Event::AttentionResolved { .. });
    assert_eq!(events.iter().filter(gone).count(), 1, "{events:?}");
    assert_eq!(standing(&room, FIRST), Standing::Retired);
    assert_eq!(room.state.attention().len(), 0);
    assert_eq!(room.expire(), []);
}

#[test]
fn accepting_what_contradicts_asks_as_well() {
    let mut room = Room::of(&["codex"]);
    room.command(&add("retries of the login", "It takes 3 retries"));
    assert_eq!(standing(&room, FIRST), Standing::Accepted);
    room.command(&Command::Lesson(LessonOrder::Dispute {
        lesson: FIRST,
        why: "I doubt it".to_owned(),
    }));
    room.command(&add("retries of the login", "It takes 5 retries"));
    assert_eq!(standing(&room, SECOND), Standing::Accepted);
    room.command(&accept(FIRST));
    let disputed = (standing(&room, FIRST), standing(&room, SECOND));
    assert_eq!(disputed, (Standing::Disputed, Standing::Disputed));
    assert_eq!(room.state.attention().len(), 1);
}

#[test]
fn a_configuration_that_accepts_all_still_asks_about_contradictions() {
    let mut room = Room::of(&["codex", "gpt"]);
    let sharing = Sharing {
        accept_all: true,
        expiry: None,
        ..Sharing::default()
    };
    room.command(&Command::SetSharing(sharing.clone()));
    assert_eq!(room.command(&Command::SetSharing(sharing)), []);
    let (_, events) = asked(&mut room, ASKED, &["3", "3"]);
    assert_eq!(
        events.last(),
        Some(&Event::Shared {
            what: Shared::LessonAccepted {
                lesson: FIRST,
                by: Actor::Policy
            }
        })
    );
    assert_eq!(room.state.lesson(FIRST).unwrap().expires(), None);
    asked(&mut room, ASKED, &["4", "4"]);
    item(&room);
}

#[test]
fn lessons_by_hand_are_held_to_saying_something_new() {
    let mut room = Room::of(&["codex"]);
    for (subject, claim) in [("the", "x"), ("login retries", " ")] {
        assert_eq!(room.refused(&add(subject, claim)), Refusal::EmptyLesson);
    }
    room.command(&add("login retries", "three are enough"));
    let again = room.refused(&add("Login retries", "3 are enough"));
    assert!(
        again.to_string().contains("says the same already"),
        "{again}"
    );
    let none = room.refused(&accept(LessonId(9)));
    assert_eq!(
        none,
        Refusal::NoSuchLesson {
            lesson: LessonId(9)
        }
    );
    let twice = room.refused(&accept(FIRST));
    assert!(matches!(twice, Refusal::UnfitLesson { .. }), "{twice}");
    let retire = Command::Lesson(LessonOrder::Retire {
        lesson: FIRST,
        why: "outdated".to_owned(),
    });
    room.command(&retire);
    assert_eq!(room.state.lesson(FIRST).unwrap().because(), "outdated");
    assert!(matches!(room.refused(&retire), Refusal::UnfitLesson { .. }));
}

#[test]
fn pins_are_bounded_and_end_with_their_task() {
    let mut room = Room::of(&["codex"]);
    let (task, calls) = room.add(TaskOrder::new("a"));
    let pin = |number: usize, task| Command::Pin {
        document: format!("notes/{number}"),
        task,
    };
    for number in 0..8 {
        room.command(&pin(number, Some(task)));
    }
    assert_eq!(room.command(&pin(0, Some(task))), []);
    let full = room.refused(&pin(8, Some(task)));
    assert!(matches!(full, Refusal::TooMany { limit: 8, .. }), "{full}");
    room.command(&pin(8, None));
    let unpin = Command::Unpin {
        document: "notes/8".to_owned(),
        task: None,
    };
    room.command(&unpin);
    assert!(matches!(room.refused(&unpin), Refusal::NotPinned { .. }));
    for document in ["", "../x", "a//b", ".hidden", "a\nb"] {
        let document = document.to_owned();
        let refused = room.refused(&Command::Pin {
            document,
            task: None,
        });
        assert!(matches!(refused, Refusal::BadDocument { .. }), "{refused}");
    }
    room.answer(calls[0], said("yes"));
    assert_eq!(
        room.refused(&pin(0, Some(task))),
        Refusal::TaskOver { task }
    );
}
