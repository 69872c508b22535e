//! What is one answer and what is not, by the kind that a member names.

use serde_json::json;

use super::{Normal, final_answer};
use crate::core::AnswerKind::{self, Choice, Code, Json, Number, Text, YesNo};
use crate::core::conflict::verdict::{Doubt, Verdict};

fn same(kind: AnswerKind, a: &serde_json::Value, b: &serde_json::Value) -> bool {
    final_answer(kind, a, None).key == final_answer(kind, b, None).key
}

#[test]
fn equal_answers_have_equal_keys_however_they_are_written() {
    assert!(same(Choice, &json!("(b)"), &json!("B.")));
    assert!(same(Number, &json!("1,000.50"), &json!(1000.5)));
    assert!(same(Number, &json!("-0"), &json!(0)));
    assert!(same(Number, &json!("1e3"), &json!("1 000")));
    assert!(same(Number, &json!("\u{2212}7"), &json!(-7.0)));
    assert!(same(YesNo, &json!("Yes, it does"), &json!(true)));
    assert!(same(Code, &json!("a = 1  \n\nb\n"), &json!("a = 1\nb")));
    assert!(same(
        Json,
        &json!({"b": 1, "a": 2}),
        &json!("{\"a\":2,\"b\":1}")
    ));
    assert!(same(Text, &json!("The  Sun."), &json!("the sun")));
}

#[test]
fn different_answers_have_different_keys() {
    assert!(!same(Choice, &json!("A"), &json!("B")));
    assert!(!same(Number, &json!("1000"), &json!("100.0")));
    assert!(!same(Number, &json!("1,5"), &json!("15")));
    assert!(!same(Number, &json!("1 2"), &json!("12")));
    assert!(!same(
        Number,
        &json!("9007199254740993"),
        &json!("9007199254740992")
    ));
    assert!(!same(YesNo, &json!("yes"), &json!("no")));
    assert!(!same(
        Json,
        &json!("[76922223627090104210700000]"),
        &json!("[76922223627090104210700001]")
    ));
    assert!(!same(Code, &json!("  a"), &json!("a")));
}

#[test]
fn one_answer_under_two_kinds_is_no_conflict() {
    let verdict = |a: (AnswerKind, &str), b: (AnswerKind, &str)| {
        let (a, b) = (Normal::of(a.0, a.1), Normal::of(b.0, b.1));
        let found = a.compare(&b);
        assert_eq!(found, b.compare(&a));
        found
    };
    for (a, b) in [
        ((Choice, "3"), (Number, "3")),
        ((Json, "[1, 2]"), (Number, "[1, 2]")),
        ((YesNo, "yes"), (Choice, "YES")),
        ((Choice, "B"), (Text, "B")),
        ((Json, "\"Paris\""), (Text, "Paris")),
    ] {
        assert_eq!(verdict(a, b), Verdict::Agree, "{a:?} {b:?}");
    }
    for (a, b) in [
        ((Choice, "3"), (Number, "4")),
        ((YesNo, "yes"), (Number, "4")),
        ((Code, "ls -L"), (Text, "ls -L")),
        ((Code, "LS"), (Choice, "ls")),
        ((Code, "5"), (Number, "5")),
    ] {
        assert_eq!(verdict(a, b), Verdict::Doubt(Doubt::Kind), "{a:?} {b:?}");
    }
    assert_eq!(verdict((YesNo, "yes"), (Json, "false")), Verdict::Conflict);
}

#[test]
fn a_confidence_out_of_range_is_dropped() {
    assert_eq!(final_answer(Text, &json!("x"), Some(7.0)).confidence, None);
    assert_eq!(
        final_answer(Text, &json!("x"), Some(0.5)).confidence,
        Some(0.5)
    );
}
