//! Whole texts, from the surest mark to none.

use super::{Found, find};
use crate::core::conflict::question::Question;
use crate::core::conflict::reading::{Reading, Silence};
use crate::core::conflict::verdict::{Verdict, verdict};

fn compare(prompt: &str, a: &str, b: &str) -> Verdict {
    let question = Question::of(prompt);
    let (a, b) = (
        Reading::of_text(&question, a),
        Reading::of_text(&question, b),
    );
    let found = verdict(&a, &b);
    assert_eq!(found, verdict(&b, &a));
    found
}

#[test]
fn the_surest_mark_counts() {
    let question = Question::of("How many?");
    let block =
        "The answer is 1. {\"answer\": \"2\"}\n```final\n{\"kind\":\"number\",\"value\":3}\n```";
    assert!(matches!(find(&question, block), Some(Found::Block(_))));
    assert_eq!(
        find(&question, "The answer is 1. {\"answer\": \"2\"}"),
        Some(Found::Field("2".to_owned()))
    );
    assert_eq!(
        find(&question, "2 and 3 make\n5 eggs.\nGood luck!"),
        Some(Found::Field("5 eggs.".to_owned()))
    );
    assert_eq!(find(&Question::of("Why?"), "Because of 5 things."), None);
}

#[test]
fn whole_texts_are_compared_by_what_they_come_to() {
    for (prompt, a, b) in [
        (
            "How many?",
            "So there are 12 eggs left.",
            "{\"answer\": \"12\"}",
        ),
        (
            "assert f('a') == ??",
            "It gives `'b'`.",
            "{\"answer\": \"b\"}",
        ),
        (
            "assert f('a') == ??",
            "assert f('a') == [1,2]",
            "{\"answer\": \"[1, 2]\"}",
        ),
        ("Is 7 prime? [Yes] or [No]", "It is, so [Yes]", "yes"),
        (
            "Write a function.",
            "```python\na=1\n```",
            "Here:\n```python\na = 1  # one\n```\nDone.",
        ),
        (
            "What is x?",
            "We get \\boxed{\\frac{1}{2}}.",
            "The answer is 0.5.",
        ),
    ] {
        assert_eq!(compare(prompt, a, b), Verdict::Agree, "{a} / {b}");
    }
    for (prompt, a, b) in [
        (
            "How many?",
            "So there are 12 eggs left.",
            "{\"answer\": \"13\"}",
        ),
        (
            "assert f('a') == ??",
            "{\"answer\": \"b \"}",
            "{\"answer\": \"b\"}",
        ),
        (
            "Write a function.",
            "```python\na=1\n```",
            "```python\na=2\n```",
        ),
    ] {
        assert_eq!(compare(prompt, a, b), Verdict::Conflict, "{a} / {b}");
    }
}

#[test]
fn the_empty_string_is_an_answer_where_a_literal_is_wanted() {
    assert_eq!(
        compare(
            "assert f('a') == ??",
            "{\"answer\": \"\"}",
            "{\"answer\": \"''\"}"
        ),
        Verdict::Agree
    );
    let question = Question::of("How many?");
    assert_eq!(
        Reading::of_text(&question, "{\"answer\": \"\"}"),
        Reading::Silent(Silence::Empty)
    );
}

#[test]
fn a_text_of_a_megabyte_is_read_at_both_ends() {
    let filler = "one more word and ".repeat(60_000);
    let question = Question::of("Which?\n(A) red\n(B) blue\n(C) green");
    let first = Reading::of_text(&question, &format!("The answer is (B). {filler}"));
    let last = Reading::of_text(&question, &format!("{filler} {{\"answer\": \"B\"}}"));
    assert_eq!(verdict(&first, &last), Verdict::Agree);
    for hostile in [
        "\\boxed{",
        "\"answer\":",
        "```final\n",
        "answer is ",
        "(A",
        "'",
        "set(",
        "{\"",
        "@@ -1 +1 @@\n",
    ] {
        let _reading = Reading::of_text(&question, &hostile.repeat(1_000_000 / hostile.len()));
    }
}
