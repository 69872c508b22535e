//! Which tasks are appraised, and how an answer is read.

use pretty_assertions::assert_eq;

use super::{Appraisal, Appraisers, Look, Reading, SCHEMA, Stakes, WHY_MAX, read};
use crate::core::fixture::name;
use crate::core::{KindBy, Kinds, Origin, Strategy, TaskKind, TaskOrder};

fn flaws(answer: &str) -> String {
    read(&Kinds::default(), answer).unwrap_err().to_string()
}

#[test]
fn an_object_is_read_whatever_stands_around_it_and_however_its_words_are_spelled() {
    let said = "Sure. {\"kind\": \"code\", \"stakes\": \"low\"} no:\n```json\n\
                {\"Kind\": \" Review \", \"STAKES\": \"High\", \"answer_tokens\": \"800\", \
                \"why\": \"It moves\\nmoney.\",}\n```";
    let reading = Reading {
        kind: TaskKind::Review,
        stakes: Stakes::High,
        answer: Some(800),
        why: "It moves money.".to_owned(),
    };
    assert_eq!(read(&Kinds::default(), said), Ok(reading));
}

#[test]
fn what_names_nothing_is_told_all_at_once_and_cut() {
    assert_eq!(
        flaws("It is code."),
        "there is no JSON object with a `kind` and `stakes` in it"
    );
    let said = flaws(r#"{"kind": "poetry", "stakes": 3, "answer_tokens": -1}"#);
    let expected = [
        "`poetry` is no kind of task: use one of general, code",
        "`` is no word for how much depends on a task: use one of low, usual, high",
        "`answer_tokens` is no whole number from 1 to 1000000; mend it or leave it out",
    ];
    for part in expected {
        assert!(said.contains(part), "{said}");
    }
    let long = format!(r#"{{"kind": "{}", "stakes": "low"}}"#, "x".repeat(9_999));
    assert!(flaws(&long).len() < 300);
}

#[test]
fn a_reason_is_one_line_and_bounded() {
    let why = "because ".repeat(1_000);
    let said = format!(r#"{{"kind": "code", "stakes": "usual", "why": "{why}"}}"#);
    let reading = read(&Kinds::default(), &said).unwrap();
    let bytes = reading.why.len();
    assert!(
        (WHY_MAX - 20..=WHY_MAX + "…".len()).contains(&bytes),
        "{bytes}"
    );
}

#[test]
fn the_schema_and_the_reader_know_the_same_words() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let words: Vec<&str> = Stakes::ALL.iter().map(|stakes| stakes.word()).collect();
    assert_eq!(
        schema["properties"]["stakes"]["enum"],
        serde_json::json!(words)
    );
    assert_eq!(
        schema["properties"]["answer_tokens"]["maximum"],
        super::ANSWER_MOST
    );
    assert_eq!(schema["properties"]["why"]["maxLength"], WHY_MAX);
}

#[test]
fn only_a_large_task_is_looked_at_of_which_something_is_open() {
    let set = Appraisers {
        above: Some(100),
        by: None,
    };
    let order = |bytes: usize, kind_by, strategy| TaskOrder {
        kind_by,
        strategy,
        ..TaskOrder::new("x".repeat(bytes))
    };
    let large = order(400, KindBy::Text, Strategy::Solo);
    assert!(set.want(&large, None));
    assert!(set.want(&order(400, KindBy::Given, Strategy::Auto), None));
    assert!(!set.want(&order(399, KindBy::Text, Strategy::Auto), None));
    assert!(!set.want(&order(400, KindBy::Given, Strategy::Solo), None));
    assert!(!Appraisers::default().want(&large, None));
    let own = TaskOrder {
        origin: Origin::Room,
        ..large.clone()
    };
    assert!(!set.want(&own, None));
    let given = Look::Given(Appraisal {
        by: name("codex"),
        kind: TaskKind::Code,
        answer: None,
        stakes: Stakes::Usual,
        why: String::new(),
    });
    assert!(!set.want(&large, Some(&given)));
}
