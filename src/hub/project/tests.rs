//! The documents of a small story, as they are written; whole, so that a change shows.

use insta::assert_snapshot;

use serde_json::{Value, json};

use super::{all, exists, is_gone, pages, part_count, project};
use crate::core::fixture::{Room, said};
use crate::core::ladder::ContestOrder;
use crate::core::ladder::staged::{ALL, asked, divided, set, voted, votes};
use crate::core::lesson::Shared;
use crate::core::{
    Basis, CallId, Command, Event, Keeper, LessonId, Old, Origin, Outcome, Purpose, SessionDigest,
    SessionId, Strategy, TaskId, TaskOrder, Text,
};
use crate::hub::document::DocumentName;
use crate::hub::parts::{piece, whole_max};
use crate::hub::seal::revision;
use crate::hub::story::{Story, member};

fn text(story: &Story, document: &DocumentName) -> String {
    project(&story.state, document, 3).unwrap()
}

fn context(name: &str, session: u64) -> DocumentName {
    DocumentName::Context {
        member: member(name),
        session: SessionId(session),
    }
}

#[test]
fn the_state_tells_who_is_there_and_what_they_do() {
    assert_snapshot!(text(&Story::of_a_morning(), &DocumentName::State));
}

#[test]
fn the_queue_tells_what_is_to_be_done_by_whom() {
    assert_snapshot!(text(&Story::of_a_morning(), &DocumentName::Queue));
}

#[test]
fn a_context_tells_what_was_said() {
    assert_snapshot!(text(&Story::of_a_morning(), &context("codex", 1)));
}

#[test]
fn a_context_says_what_stands_for_its_older_turns_and_who_wrote_it() {
    let mut story = Story::of_a_morning();
    let context = context("codex", 1);
    let mut shown = |through, by: Option<&str>| {
        let digest = SessionDigest {
            through,
            text: Text::from("It was about the login.\u{1b}[2J"),
            by: by.map(member),
        };
        let session = SessionId(1);
        story.tell(Event::SessionDigested { session, digest });
        let document: Value = serde_json::from_str(&text(&story, &context)).unwrap();
        ["digest", "digest_through", "digest_by"].map(|field| document[field].clone())
    };
    let said = json!("It was about the login.");
    assert_eq!(shown(1, None), [said.clone(), json!(1), json!("rules")]);
    assert_eq!(shown(2, Some("gpt")), [said, json!(2), json!("gpt")]);
}

#[test]
fn a_task_of_the_rooms_own_has_no_result_among_the_documents() {
    let mut story = Story::default();
    story.enrol("codex").open(1, "codex");
    let order = TaskOrder {
        origin: Origin::Room,
        ..TaskOrder::new("Digest of session s1 up to turn 3")
    };
    let task = TaskId(1);
    story.tell(Event::TaskAdded {
        task,
        order,
        analysis: None,
    });
    story.route(1, &["codex"]).call(1, 1, 1, Purpose::Answer);
    let queue = text(&story, &DocumentName::Queue);
    assert!(queue.contains("Digest of session s1"), "{queue}");
    story.answer(1, "It races.", None).done(1, "It races.", 1);
    let result = DocumentName::Result(task);
    assert!(!exists(&story.state, &result) && !all(&story.state).contains(&result));
    assert_eq!(project(&story.state, &result, 1), None);
    let queue = text(&story, &DocumentName::Queue);
    // It pushes nothing out that somebody ordered.
    assert!(!queue.contains("Digest of session s1"), "{queue}");
    assert!(!queue.contains("results/1"), "{queue}");
}

#[test]
fn a_conflict_shows_the_answers_and_then_the_decision() {
    let mut story = Story::of_a_morning();
    let conflict = DocumentName::Conflict(TaskId(1));
    assert_snapshot!("conflict_open", text(&story, &conflict));
    story.settle();
    assert_snapshot!("conflict_settled", text(&story, &conflict));
}

#[test]
fn a_conflict_shows_who_voted_how_and_what_each_rule_makes_of_it() {
    let (room, task) = voted();
    let conflict = DocumentName::Conflict(task);
    let document = project(&room.state, &conflict, 3).unwrap();
    assert_snapshot!("conflict_voted", document);
    let document: Value = serde_json::from_str(&document).unwrap();
    let ballot = &document["vote"]["ballots"][0];
    assert_eq!(ballot["ranking"], json!([["B"], ["C"]]));
    let ground = &document["decision"]["ground"];
    assert_eq!(*ground, json!({"kind": "vote", "rule": "schulze"}));
    // What is old says on what it was decided, and no more.
    let mut story = Story {
        state: room.state,
        events: room.journal,
    };
    story.age(&[task.0], Old::Summary);
    let old: Value = serde_json::from_str(&text(&story, &conflict)).unwrap();
    assert_eq!(old["decision"]["ground"], *ground);
    assert_eq!(old["decision"]["by"], "room");
    assert_eq!(old["vote"], Value::Null);
}

#[test]
fn a_conflict_names_no_author_and_no_ballot_while_it_is_voted_on() {
    let mut room = Room::of(&["a", "b", "c"]);
    set(&mut room, &ALL, |_| {});
    let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
    let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
    votes(&mut room, task, "a", 1);
    let (_, call) = asked(&room, task, "b");
    room.answer(
        call,
        said(r#"{"abstain": true, "reason": "\u001b[2JI cannot\u202e"}"#),
    );
    room.command(&Command::Dismiss {
        member: member("a"),
    });
    let conflict = DocumentName::Conflict(task);
    let read = |room: &Room| -> Value {
        let document = project(&room.state, &conflict, 3).unwrap();
        serde_json::from_str(&document).unwrap()
    };
    // What members are asked for that is no document at all: it would tell who voted how.
    let contexts = all(&room.state).into_iter();
    let contexts = contexts.filter(|one| matches!(one, DocumentName::Context { .. }));
    assert_eq!(contexts.count(), 3);
    let asked_in = room.state.sessions().filter(|one| one.is_the_rooms());
    assert_eq!(asked_in.count(), 3);
    let document = read(&room);
    assert_eq!(document["stage"], "vote");
    assert_eq!(document["decision"], Value::Null);
    for hidden in ["sides", "vote", "closed", "rounds", "opinions", "dissent"] {
        assert_eq!(document[hidden], Value::Null, "{hidden}");
    }
    let answer = &document["candidates"][0]["answers"][0];
    assert_eq!(answer["answer"], "Use a queue.");
    assert_eq!(answer["member"], Value::Null);
    let reason = String::new();
    let order = ContestOrder::Dismiss { reason };
    room.command(&Command::Contest { task, order });
    let document = read(&room);
    assert_eq!(document["candidates"][0]["answers"][0]["member"], "a");
    let vote = &document["vote"];
    let ballots = json!([{"voter": "b", "abstained": "[2JI cannot", "asked_again": false}]);
    assert_eq!(vote["ballots"], ballots);
    assert_eq!(vote["refused"][0]["voter"], "a");
    assert_eq!(vote["refusals"], 1);
}

#[test]
fn a_council_that_agreed_had_no_conflict_whoever_writes_its_result_anew() {
    let mut story = Story::default();
    story
        .enrol("codex")
        .enrol("gpt")
        .open(1, "codex")
        .open(2, "gpt")
        .add(1, "How many?", Strategy::Council)
        .route(1, &["codex", "gpt"])
        .call(1, 1, 1, Purpose::Council)
        .call(2, 1, 2, Purpose::Council)
        .answer(1, "It is 8.", Some("8"))
        .answer(2, "Eight, so 8.", Some("8"))
        .conclude(
            1,
            Outcome::Done {
                result: Text::from("It is 8."),
                from: vec![CallId(1), CallId(2)],
                basis: Basis::Agreement,
            },
        )
        .tell(Event::ResultReplaced {
            task: TaskId(1),
            result: Text::from("It is eight."),
        });
    let conflict = DocumentName::Conflict(TaskId(1));
    assert!(!exists(&story.state, &conflict));
    assert_eq!(project(&story.state, &conflict, 1), None);
    let result = text(&story, &DocumentName::Result(TaskId(1)));
    assert!(result.contains("It is eight."), "{result}");
}

#[test]
fn a_result_says_where_it_comes_from() {
    let mut story = Story::of_a_morning();
    story.settle();
    assert_snapshot!(text(&story, &DocumentName::Result(TaskId(1))));
}

#[test]
fn a_conclusion_shows_the_thoughts_on_which_it_stands() {
    let mut story = Story::default();
    story
        .enrol("codex")
        .open(1, "codex")
        .add(1, "How many?", Strategy::Think)
        .route(1, &["codex"]);
    let answers = [
        r#"{"thought":"A first\nand more.","next_thought_needed":true}"#,
        r#"{"thought":"Not so.\u001b[31m","next_thought_needed":true,"revises":1}"#,
        r#"{"thought":"Else?","next_thought_needed":false,"branch_from":2,"branch_id":"b"}"#,
    ];
    for (number, answer) in (1..).zip(answers) {
        let call = u64::from(number);
        story.call(call, 1, 1, Purpose::Thought(number));
        story.answer(call, answer, None);
        let thinking = story.state.task(TaskId(1)).unwrap().thinking();
        let thought = thinking.read(answer).unwrap();
        story
            .tell(Event::ThoughtProposed {
                task: TaskId(1),
                call: CallId(call),
                thought,
            })
            .tell(Event::ThoughtRecorded {
                task: TaskId(1),
                number,
                keeper: Keeper::Tool {
                    history: number,
                    replayed: 0,
                },
            });
    }
    story
        .call(4, 1, 1, Purpose::Conclude)
        .answer(4, "Forty-two.", None)
        .conclude(
            1,
            Outcome::Done {
                result: Text::from("Forty-two."),
                from: vec![CallId(4)],
                basis: Basis::Conclusion,
            },
        );
    assert_snapshot!(text(&story, &DocumentName::Result(TaskId(1))));
}

#[test]
fn a_lesson_says_what_it_rests_on_and_how_it_stands() {
    let mut story = Story::default();
    let lesson = LessonId(7);
    story
        .tell(Event::Shared {
            what: Shared::LessonProposed {
                lesson,
                draft: crate::hub::story::lesson(),
            },
        })
        .tell(Event::Shared {
            what: Shared::LessonDisputed {
                lesson,
                why: "L3 says the contrary".to_owned(),
            },
        });
    let name = DocumentName::of_lesson(story.state.lesson(lesson).unwrap());
    assert_eq!(DocumentName::parse(&name.to_string()), Some(name.clone()));
    assert_snapshot!(format!("{name}\n\n{}", text(&story, &name)));
}

#[test]
fn what_is_old_is_summed_up_or_archived() {
    let mut story = Story::of_a_morning();
    story.settle().solo(9, 9, 2, "gpt");
    let mut other = story.clone();
    story.age(&[1], Old::Summary);
    let result = text(&story, &DocumentName::Result(TaskId(1)));
    let conflict = text(&story, &DocumentName::Conflict(TaskId(1)));
    assert_snapshot!("old_summed_up", format!("{result}\n\n{conflict}"));
    other.age(&[1, 9], Old::Archive);
    assert_snapshot!("old_archived", text(&other, &DocumentName::Archive(0)));
    for document in [
        DocumentName::Result(TaskId(1)),
        DocumentName::Conflict(TaskId(1)),
    ] {
        assert!(is_gone(&other.state, &document) && !exists(&other.state, &document));
    }
    let queue = text(&other, &DocumentName::Queue);
    assert!(
        queue.contains("\"result\": \"results/archive/0\""),
        "{queue}"
    );
}

/// The limit is held by what the texts come to, and told by what the documents come to.
#[test]
fn documents_are_about_as_large_as_reckoned() {
    let mut story = Story::of_a_morning();
    story.settle();
    let mut dice = fastrand::Rng::with_seed(5);
    for number in 10..200 {
        story.happen(&mut dice, number);
    }
    let mut sizes = (0, 0);
    for (_, task) in story.state.ledger.by_age() {
        let documents = [DocumentName::Result(task), DocumentName::Conflict(task)];
        let documents = documents.into_iter().flat_map(|of| {
            let parts = 1..=part_count(&story.state, &of);
            let parts: Vec<DocumentName> = parts
                .map(|number| DocumentName::Part {
                    of: Box::new(of.clone()),
                    number,
                })
                .collect();
            parts.into_iter().chain([of])
        });
        let texts = documents.filter_map(|document| project(&story.state, &document, 1));
        let size: usize = texts.map(|text| text.len()).sum();
        if size > 0 {
            sizes.0 += size;
            sizes.1 += usize::try_from(story.state.whole(task).unwrap().bytes()).unwrap();
        }
    }
    let (size, reckoned) = sizes;
    assert!(size > 100_000, "{size}");
    assert!(
        reckoned * 10 > size * 9 && reckoned * 10 < size * 11,
        "{sizes:?}"
    );
}

#[test]
fn what_the_state_does_not_have_is_not_projected() {
    let story = Story::of_a_morning();
    for document in [
        DocumentName::Result(TaskId(1)),
        DocumentName::Result(TaskId(4)),
        DocumentName::Result(TaskId(99)),
        DocumentName::Conflict(TaskId(2)),
        context("gpt", 1),
        context("codex", 9),
    ] {
        assert_eq!(project(&story.state, &document, 1), None, "{document}");
        assert!(!exists(&story.state, &document), "{document}");
    }
}

#[test]
fn every_document_is_sealed_plain_and_ends_with_a_line_break() {
    let mut story = Story::of_a_morning();
    let mut documents = all(&story.state);
    story.settle();
    documents.extend(all(&story.state));
    for document in documents {
        let text = project(&story.state, &document, 12);
        assert_eq!(
            text.is_some(),
            exists(&story.state, &document),
            "{document}"
        );
        let Some(text) = text else {
            continue;
        };
        assert_eq!(revision(&text), Some(12), "{document}");
        let is_part = matches!(document, DocumentName::Part { .. });
        assert!(
            is_part || (text.ends_with('\n') && !text.ends_with("\n\n")),
            "{document}"
        );
        let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
        assert!(text.chars().all(plain), "{document}: {text:?}");
        assert!(!text.contains('\u{202e}'), "{document}");
        assert_eq!(project(&story.state, &document, 12).as_ref(), Some(&text));
    }
}

#[test]
fn documents_stay_small_however_much_there_is() {
    let mut story = Story::default();
    story.enrol("codex").open(1, "codex");
    let long = "päng\u{7}\n".repeat(30_000);
    for number in 1..=300 {
        story
            .solo(number, number, 1, "codex")
            .add(1000 + number, &long, Strategy::Solo);
    }
    story
        .add(2000, &long, Strategy::Solo)
        .call(2000, 2000, 1, crate::core::Purpose::Answer)
        .answer(2000, &long, None)
        .done(2000, &long, 2000);
    for number in 3000..3400 {
        story.add(number, &long, Strategy::Solo);
    }
    let queue = text(&story, &DocumentName::Queue);
    assert!(queue.contains("\"open_left_out\": 200"), "{}", queue.len());
    let paged: usize = pages(&story.state)
        .iter()
        .map(|page| {
            let page = text(&story, page);
            assert!(page.len() < 600_000, "{}", page.len());
            page.matches("\"prompt\": ").count()
        })
        .sum();
    assert_eq!(paged, 200, "nothing is left out of both");
    assert!(queue.len() < 600_000, "{}", queue.len());
    assert!(text(&story, &context("codex", 1)).len() < 64 * 1024);
    for document in all(&story.state) {
        let text = text(&story, &document);
        assert!(
            text.len() <= whole_max(&document),
            "{document}: {}",
            text.len()
        );
    }
    let result = DocumentName::Result(TaskId(2000));
    let count = part_count(&story.state, &result);
    assert!(count > 3);
    let parts = (1..=count).map(|number| {
        let of = Box::new(result.clone());
        text(&story, &DocumentName::Part { of, number })
    });
    let whole: String = parts.map(|part| piece(&part).unwrap().to_owned()).collect();
    let said = "päng\n".repeat(30_000);
    assert!(whole.ends_with(&said), "all of it is there");
    assert!(text(&story, &DocumentName::State).len() < 32 * 1024);
}
