//! Answers of any shape: reading them never panics, comparing them is symmetric, and grouping them does
//! not depend on who comes first.

use proptest::collection::vec;
use proptest::prelude::*;
use synod::core::conflict::question::Question;
use synod::core::conflict::reading::Reading;
use synod::core::conflict::verdict::{Verdict, groups, verdict};

/// A prompt for each kind of answer.
const PROMPTS: [&str; 6] = [
    "Which?\n(A) red\n(B) blue\n(C) 5 km",
    "assert f('a') == ??",
    "Is it? Answer yes or no.",
    "How many are left in base 3?",
    "Write a function.",
    "Why?",
];

/// Pieces of which answers are made, and what is no answer at all.
const PIECES: [&str; 33] = [
    "5",
    "-",
    " km",
    " m",
    "$",
    "%",
    "±",
    "x",
    "not ",
    "2/3",
    "6.67",
    "1,000",
    "\\frac{1}{2}",
    "\\sqrt",
    "{",
    "}",
    "[1, 'a'",
    "]",
    "(A)",
    " or ",
    "= ",
    "answer is ",
    "\"answer\": \"",
    "\\boxed{",
    "```",
    "```final\n",
    "\n",
    "@@ -1 +1 @@\n-a\n+b\n",
    "b'",
    "set(",
    "\\",
    "yes",
    "éß漢",
];

fn answer() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "[ -~éßΣ漢\\n]{0,6}",
        1 => "[0-9]{1,40}",
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_verdict_is_the_same_from_both_sides(a in answer(), b in answer(), prompt in 0..PROMPTS.len()) {
        let question = Question::of(PROMPTS[prompt]);
        for read in [Reading::of_field, Reading::of_text] {
            let (a, b) = (read(&question, &a), read(&question, &b));
            prop_assert_eq!(verdict(&a, &b), verdict(&b, &a));
            let itself = match &a {
                Reading::Said(_) => Verdict::Agree,
                Reading::Silent(_) => Verdict::Silent,
            };
            prop_assert_eq!(verdict(&a, &a), itself);
        }
    }

    #[test]
    fn groups_are_the_same_in_any_order_and_agree_within(
        answers in vec(answer(), 1..8),
        prompt in 0..PROMPTS.len(),
        turn in any::<prop::sample::Index>(),
    ) {
        let question = Question::of(PROMPTS[prompt]);
        let read = |answer: &String| Reading::of_field(&question, answer);
        let readings: Vec<Reading> = answers.iter().map(read).collect();
        let mut order: Vec<usize> = (0..answers.len()).collect();
        order.rotate_left(turn.index(answers.len()));
        order.reverse();
        let turned: Vec<Reading> = order.iter().map(|at| readings[*at].clone()).collect();
        let mut before = groups(&readings);
        let mut after: Vec<Vec<usize>> = groups(&turned)
            .into_iter()
            .map(|group| {
                let mut group: Vec<usize> = group.into_iter().map(|at| order[at]).collect();
                group.sort_unstable();
                group
            })
            .collect();
        before.sort();
        after.sort();
        prop_assert_eq!(&before, &after);
        for group in &before {
            for (a, b) in group.iter().zip(group.iter().skip(1)) {
                prop_assert_eq!(verdict(&readings[*a], &readings[*b]), Verdict::Agree);
            }
        }
        let said = readings.iter().filter(|one| matches!(one, Reading::Said(_))).count();
        prop_assert_eq!(before.iter().map(Vec::len).sum::<usize>(), said);
    }

    #[test]
    fn any_text_can_be_a_prompt_and_an_answer(prompt in any::<String>(), text in any::<String>()) {
        let question = Question::of(&prompt);
        let _field = Reading::of_field(&question, &text);
        let _text = Reading::of_text(&question, &text);
    }
}
