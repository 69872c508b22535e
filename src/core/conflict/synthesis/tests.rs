//! Tests of composing and merging.

use insta::assert_snapshot;

use super::{Contribution, Flaw, MERGED_MAX, Part, Synthesis, Why, compose, merge};
use crate::core::conflict::claims::{self, Matrix};
use crate::core::conflict::question::Question;
use crate::core::fixture::sheet;
use crate::core::voting::Nature;
use crate::core::{Answer, MemberName, Text, Usage};

fn said(authors: &[&str], text: &str) -> Contribution {
    Contribution {
        authors: authors
            .iter()
            .map(|name| MemberName::new(name).unwrap())
            .collect(),
        text: Text::from(text),
        nature: Nature::Open,
    }
}

/// Three answers to why a test fails; each names another cause.
fn causes() -> Vec<Contribution> {
    vec![
        said(
            &["ben", "codex"],
            "The sleep is too short for slow machines, and the clock is mocked.",
        ),
        said(
            &["eve"],
            "The token cache is never cleared between tests. It has nothing to do with the clock.",
        ),
        said(
            &["gpt"],
            "Port 8080 is taken by another job. The token cache keeps old entries.",
        ),
    ]
}

/// How a candidate stands to a claim, by its number, with its words.
type Stands<'a> = &'a [(usize, char, &'a str)];

/// What a clerk says of them: a claim, and for each candidate `+` or `-` with a quote.
fn matrix(candidates: &[Contribution], claims: &[(&str, Stands<'_>)]) -> Matrix {
    let order: Vec<usize> = (0..candidates.len()).collect();
    let sheet = sheet(&order);
    let claims: Vec<serde_json::Value> = claims
        .iter()
        .map(|(claim, stands)| {
            let stances: serde_json::Map<String, serde_json::Value> = stands
                .iter()
                .map(|(candidate, sign, quote)| {
                    let stance = if *sign == '+' { "agree" } else { "contradict" };
                    let said = serde_json::json!({"stance": stance, "quote": quote});
                    (sheet.label_of(*candidate).unwrap(), said)
                })
                .collect();
            serde_json::json!({"claim": claim, "stances": stances})
        })
        .collect();
    let texts: Vec<&str> = candidates.iter().map(|it| it.text.as_str()).collect();
    let list = serde_json::json!({ "claims": claims }).to_string();
    claims::read(&sheet, &texts, &list).unwrap()
}

fn texts(made: &Synthesis) -> Vec<&str> {
    made.passages.iter().map(|it| it.text.as_str()).collect()
}

#[test]
fn what_the_others_add_stands_beside_the_winner() {
    let candidates = causes();
    let claims = matrix(
        &candidates,
        &[
            (
                "The sleep is too short.",
                &[(0, '+', "the sleep is too short")],
            ),
            (
                "The token cache is not cleared.",
                &[
                    (1, '+', "The token cache is never cleared"),
                    (2, '+', "the token cache keeps old entries"),
                ],
            ),
            ("Port 8080 is taken.", &[(2, '+', "Port 8080 is taken")]),
            (
                "The mocked clock is to blame.",
                &[
                    (0, '+', "the clock is mocked"),
                    (1, '-', "nothing to do with the clock"),
                ],
            ),
        ],
    );
    let made = compose(0, &claims, &candidates);
    assert_eq!(made.check(&candidates), Ok(()));
    assert_eq!(made.left_out, []);
    assert_snapshot!(made.markdown());
    let json = serde_json::to_string(&made).unwrap();
    assert_eq!(serde_json::from_str::<Synthesis>(&json).unwrap(), made);
}

#[test]
fn what_is_contested_enters_only_with_the_winner() {
    let candidates = causes();
    let claims = matrix(
        &candidates,
        &[
            (
                "The clock is to blame.",
                &[
                    (0, '+', "the clock is mocked"),
                    (1, '-', "nothing to do with the clock"),
                ],
            ),
            // The same and its contrary in other places of the list, and words that show both.
            ("the clock is to blame!", &[(2, '+', "Port 8080")]),
            ("The clock is not to blame.", &[(2, '+', "by another job")]),
            (
                "The token cache is kept.",
                &[(1, '+', "between tests. It has nothing to do with the clock")],
            ),
            ("Another job runs.", &[(2, '+', "another job")]),
        ],
    );
    let made = compose(2, &claims, &candidates);
    assert_eq!(texts(&made).len(), 1, "{}", made.markdown());
    let left: Vec<(usize, Why, usize)> = made
        .left_out
        .iter()
        .map(|it| (it.candidate, it.why, it.passages))
        .collect();
    assert_eq!(left, [(1, Why::Entangled, 1)]);
    let made = compose(0, &claims, &candidates);
    assert_eq!(
        texts(&made)[1..],
        ["Another job runs."],
        "{:?}",
        made.left_out
    );
}

#[test]
fn what_the_winner_says_already_is_not_said_again() {
    let candidates = [
        said(&["ben"], "Restart the server. The log is full."),
        said(
            &["eve"],
            "The disk has no room: the log is full. So restart the server.",
        ),
    ];
    let claims = matrix(
        &candidates,
        &[
            ("The log is full.", &[(1, '+', "the log is full")]),
            ("A restart helps.", &[(1, '+', "restart the server")]),
            ("The disk is full.", &[(1, '+', "The disk has no room")]),
            ("The disk is full", &[(1, '+', "no room")]),
        ],
    );
    let made = compose(0, &claims, &candidates);
    assert_eq!(texts(&made)[1..], ["The disk is full."]);
}

#[test]
fn without_claims_the_winner_stands_alone() {
    let candidates = causes();
    let made = compose(1, &Matrix::default(), &candidates);
    assert_eq!(texts(&made), [candidates[1].text.as_str()]);
    assert!(made.markdown().ends_with("\n\n(eve)"));
    assert_eq!(
        compose(7, &Matrix::default(), &candidates),
        Synthesis::default()
    );
    assert_eq!(Synthesis::default().markdown(), "");
}

#[test]
fn closed_answers_are_given_back_untouched() {
    let answer = |text: &str| Answer {
        text: Text::from(text),
        block: None,
        usage: Usage::default(),
        first_text: None,
    };
    let of = |prompt: &str, text: &str| {
        Contribution::of(&Question::of(prompt), &answer(text), Vec::new()).nature
    };
    assert_eq!(of("Why?", "Because the sleep races with it."), Nature::Open);
    assert_eq!(of("How many?", "There are 5."), Nature::Closed);
    assert_eq!(of("Is it? Answer yes or no.", "Yes"), Nature::Closed);
    assert_eq!(
        of("Write a function.", "```rust\nfn a() {}\n```"),
        Nature::Closed
    );
    assert_eq!(of("Why?", "  "), Nature::Closed);
    let mut candidates = causes();
    candidates[0].nature = Nature::Closed;
    let claims = matrix(
        &candidates,
        &[("Port 8080 is taken.", &[(2, '+', "Port 8080 is taken")])],
    );
    assert_eq!(compose(0, &claims, &candidates).passages.len(), 1);
    assert_eq!(compose(1, &claims, &candidates).passages.len(), 2);
}

#[test]
fn a_passage_without_its_answer_is_found() {
    let candidates = causes();
    let claims = matrix(
        &candidates,
        &[("Port 8080 is taken.", &[(2, '+', "Port 8080 is taken")])],
    );
    let fine = compose(0, &claims, &candidates);
    let broken = |change: fn(&mut Synthesis)| {
        let mut made = fine.clone();
        change(&mut made);
        made.check(&candidates).unwrap_err()
    };
    let (passage, candidate) = (1, 2);
    assert_eq!(
        broken(|made| made.passages[1].sources.clear()),
        [Flaw::NoSource { passage }]
    );
    assert_eq!(
        broken(|made| made.passages[1].sources[0].quote = Some("Port 9090".to_owned())),
        [Flaw::NotInAnswer { passage, candidate }]
    );
    assert_eq!(
        broken(|made| made.passages[1].sources[0].quote = None),
        [Flaw::NotInAnswer { passage, candidate }]
    );
    assert_eq!(
        broken(|made| made.passages[1].sources[0].authors.clear()),
        [Flaw::Stranger { passage, candidate }]
    );
    assert_eq!(
        broken(|made| made.passages[0].text = Text::from("The sleep is fine.")),
        [Flaw::NotInAnswer {
            passage: 0,
            candidate: 0
        }]
    );
    assert_eq!(
        broken(|made| made.passages[0].sources[0].candidate = 9),
        [Flaw::Stranger {
            passage: 0,
            candidate: 9
        }]
    );
}

#[test]
fn all_distinct_ideas_are_kept_once_with_all_that_had_them() {
    let candidates = [
        said(
            &["ben"],
            "Here are three:\n\n1. **A cat café**\n2. A book swap\n   - monthly\n3. An open stage\n",
        ),
        said(
            &["eve", "codex"],
            "## Inside\n- the book swap\n- a cat café.\n## Outside\n- Night walks (ben)\n```\nopen",
        ),
        said(
            &["gpt"],
            "Roses are red\nand so is the rest\n```\nan open end",
        ),
        said(&["mute"], "   "),
    ];
    let made = merge(&candidates);
    assert_eq!(made.check(&candidates), Ok(()));
    assert_snapshot!(made.markdown());
    let again = merge(&candidates);
    assert_eq!(made, again);
    let framing = made.left_out.iter().map(|it| (it.candidate, it.why));
    assert_eq!(framing.collect::<Vec<_>>(), [(0, Why::Framing)]);
}

#[test]
fn the_order_of_the_answers_changes_no_idea() {
    let mut candidates = vec![
        said(&["ben"], "- One idea\n- Another idea"),
        said(&["eve"], "- the third idea\n- one idea"),
        said(&["gpt"], "A poem.\nOf two lines."),
    ];
    let ideas = |candidates: &[Contribution]| {
        let made = merge(candidates);
        let mut ideas: Vec<(Part, String, usize)> = made
            .passages
            .iter()
            .map(|it| (it.part, it.text.as_str().to_lowercase(), it.sources.len()))
            .collect();
        ideas.sort();
        ideas
    };
    let before = ideas(&candidates);
    candidates.reverse();
    assert_eq!(ideas(&candidates), before);
    assert_eq!(before.len(), 4);
}

#[test]
fn what_does_not_fit_is_named_and_everybody_gets_a_turn() {
    let many: Vec<String> = (0..60_000)
        .map(|at| format!("- idea {at} of many"))
        .collect();
    let candidates = [
        said(&["ben"], &many.join("\n")),
        said(&["eve"], "- a quiet idea\n- a second one"),
        said(&["gpt"], &"word ".repeat(100_000)),
        said(&["ann"], "A short poem."),
    ];
    let made = merge(&candidates);
    let shown = made.markdown();
    assert!(shown.len() <= MERGED_MAX, "{}", shown.len());
    assert!(shown.len() > MERGED_MAX / 2, "{}", shown.len());
    for kept in [
        "- a quiet idea (eve)",
        "- a second one (eve)",
        "A short poem.",
    ] {
        assert!(shown.contains(kept), "{kept}");
    }
    let kept = made
        .passages
        .iter()
        .filter(|it| it.sources[0].candidate == 0)
        .count();
    let left: Vec<(usize, usize)> = made
        .left_out
        .iter()
        .map(|it| (it.candidate, it.passages))
        .collect();
    assert_eq!(left.len(), 2);
    assert!(
        left.contains(&(0, 60_000 - kept)) && left.contains(&(2, 1)),
        "{left:?}"
    );
    let last = shown.lines().last().unwrap();
    assert!(last.contains("1 passage of gpt (500000 bytes)"), "{last}");
}

#[test]
fn one_answer_alone_stands_as_it_is() {
    let one = [said(&["ben"], "- a\n- b")];
    assert_eq!(texts(&merge(&one)), ["- a\n- b"]);
    assert_eq!(merge(&[]), Synthesis::default());
}

#[test]
fn many_left_out_answers_fit_on_one_line() {
    let long = "word ".repeat(60_000);
    let candidates: Vec<Contribution> = (0..900)
        .map(|at| said(&[&format!("member-with-a-long-name-{at}")], &long))
        .collect();
    let shown = merge(&candidates).markdown();
    assert!(
        shown.len() <= MERGED_MAX && shown.contains(" more answers"),
        "{}",
        shown.len()
    );
}

#[test]
fn what_stands_before_a_list_and_behind_a_title_is_no_one_remark() {
    let list = "The cache is stale.\n1. an idea\n2. another\n\n## Title\nThe cache is stale. The **sleep** \
                races. The clock, by the way, is mocked.";
    let candidates = [said(&["a"], "Something else."), said(&["b"], list)];
    let made = merge(&candidates);
    assert_eq!(made.check(&candidates), Ok(()));
}
