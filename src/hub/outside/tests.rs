//! Foreign texts, read.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Foreign, Found, read};
use crate::core::decide::RESULT_MAX;
use crate::core::{Import, KindBy, Origin, Priority, Strategy, TaskId, TaskKind, TaskOrder, Text};
use crate::hub::document::DocumentName;
use crate::hub::folder::Unfit;
use crate::hub::project::project;
use crate::hub::story::{Story, member};

fn text(story: &Story, document: &DocumentName) -> String {
    project(&story.state, document, 7).unwrap()
}

fn found(story: &Story, document: &DocumentName, theirs: &str) -> Found {
    let ours = text(story, document);
    let foreign = Foreign::Text(theirs.into());
    let found = read(&story.state, document, Some(&ours), &foreign);
    // What ours was is only a help.
    let blind = read(&story.state, document, None, &foreign);
    assert_eq!(blind.proposals, found.proposals);
    found
}

fn why(found: &Found) -> &str {
    match &found.edit.import {
        Import::Nothing { why } => why,
        Import::Result { .. } => "",
    }
}

fn result() -> (Story, DocumentName) {
    let mut story = Story::of_a_morning();
    story.settle();
    (story, DocumentName::Result(TaskId(1)))
}

#[test]
fn a_result_that_was_written_by_hand_can_be_taken_over() {
    let (story, document) = result();
    let theirs =
        text(&story, &document).replace("has eight legs.", "has eight legs.\nAll of them.");
    let found = found(&story, &document, &theirs);
    assert_eq!(
        found.edit.import,
        Import::Result {
            task: TaskId(1),
            text: Text::from("A spider has eight legs.\nAll of them.")
        }
    );
    assert!(found.edit.diff.as_str().contains("+All of them.\n"));
    assert_eq!((found.proposals, found.only_proposals), (vec![], false));
}

#[test]
fn a_result_that_is_no_result_any_more_cannot() {
    let (story, document) = result();
    let ours = text(&story, &document);
    let cases = [
        (ours.replace("## Result", "## Other"), "heading"),
        (
            ours.replace("A spider has eight legs.", " "),
            "no result below",
        ),
        (ours.replace("rev: 7", "rev: 8"), "unchanged"),
        (format!("{ours}{}", "x".repeat(RESULT_MAX)), "too long"),
    ];
    for (theirs, expected) in cases {
        let found = found(&story, &document, &theirs);
        assert!(why(&found).contains(expected), "{:?}", found.edit.import);
    }
}

#[test]
fn what_follows_from_the_rooms_work_cannot_be_taken_over() {
    let story = Story::of_a_morning();
    for document in [
        DocumentName::State,
        DocumentName::Queue,
        DocumentName::Conflict(TaskId(1)),
    ] {
        let found = found(&story, &document, "{}");
        assert!(why(&found).contains("what the room did"), "{document}");
        assert!(!found.only_proposals && found.edit.diff.as_str().contains("+{}"));
    }
    let unfit = Foreign::Unfit(Unfit::NotText);
    let found = read(&story.state, &DocumentName::State, None, &unfit);
    assert_eq!(why(&found), "it is no UTF-8 text");
}

/// The queue with more in it.
fn queue(story: &Story, change: impl FnOnce(&mut Value)) -> Found {
    let mut value: Value = serde_json::from_str(&text(story, &DocumentName::Queue)).unwrap();
    change(&mut value);
    found(story, &DocumentName::Queue, &value.to_string())
}

fn push(value: &mut Value, entry: Value) {
    value["open"].as_array_mut().unwrap().push(entry);
}

#[test]
fn a_task_that_was_added_is_proposed() {
    let story = Story::of_a_morning();
    let found = queue(&story, |value| {
        value["rev"] = json!(99);
        push(
            value,
            json!({
                "prompt": "Look\u{1b}[31m at it",
                "kind": "review",
                "priority": "urgent",
                "strategy": "council",
                "wanted": ["codex", "nobody", "../x", 7],
                "after": [3, 999],
                "state": "done",
            }),
        );
        push(
            value,
            json!({"task": 4242, "prompt": "plain", "kind": "odd"}),
        );
    });
    let first = TaskOrder {
        kind: TaskKind::Review,
        priority: Priority::Urgent,
        strategy: Strategy::Council,
        members: vec![member("codex")],
        after: vec![TaskId(3)],
        origin: Origin::Hub,
        ..TaskOrder::new("Look at it")
    };
    let second = TaskOrder {
        kind_by: KindBy::Open,
        origin: Origin::Hub,
        ..TaskOrder::new("plain")
    };
    assert_eq!(found.proposals, [first, second]);
    assert!(found.only_proposals);
}

#[test]
fn what_else_was_changed_is_not_passed_over() {
    let story = Story::of_a_morning();
    let changes: [fn(&mut Value); 4] = [
        |value| value["open"][0]["priority"] = json!("low"),
        |value| push(value, json!({"prompt": " "})),
        |value| push(value, json!("a word")),
        |value| value["ended"] = json!([]),
    ];
    for change in changes {
        let found = queue(&story, |value| {
            push(value, json!({"prompt": "plain"}));
            change(value);
        });
        assert_eq!(found.proposals.len(), 1);
        assert!(!found.only_proposals);
    }
    let nothing = queue(&story, |_| {});
    assert_eq!(
        (nothing.proposals.len(), nothing.only_proposals),
        (0, false)
    );
}
