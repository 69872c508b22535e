//! Claims and results made of several answers: whatever clerks and members write, only what answers
//! say comes in, with the answers that say it.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::conflict::claims::{self, CLAIMS_MAX, Matrix, Stance, WORDS_MAX};
use synod::core::conflict::synthesis::{Contribution, MERGED_MAX, Part, compose, merge};
use synod::core::voting::{Nature, Sheet};
use synod::core::{MemberName, Text};

/// What answers are made of.
const WORDS: [&str; 12] = [
    "the cache is stale. ",
    "The **sleep** races. ",
    "not the sleep. ",
    "\n- an idea\n",
    "\n1. an idea\n2. another\n",
    "\n## Title\n",
    "```\n",
    "~~~\ncode\n",
    "кэш устарел ",
    "缓存过期",
    "(eve) \"agree\" ",
    "  more\n\n",
];

/// What clerks write, also badly.
const CLERK: [&str; 16] = [
    "{\"claims\":[",
    "{\"claim\":\"the cache is stale\",\"stances\":{",
    "{\"claim\":\"the sleep races\",\"stances\":{",
    "\"A\":{\"stance\":\"agree\",\"quote\":\"the cache is stale\"}",
    "\"B\":{\"stance\":\"agree\",\"quote\":\"the sleep races\"}",
    "\"C\":{\"stance\":\"contradict\",\"quote\":\"not the sleep\"}",
    "\"D\":\"agree\"",
    "}}",
    ",",
    "]}",
    "NaN",
    "\"",
    "\\",
    "{",
    "[",
    "缓存",
];

fn contribution(number: usize, text: &str) -> Contribution {
    Contribution {
        authors: vec![MemberName::new(&format!("member-{number}")).unwrap()],
        text: Text::from(text),
        nature: Nature::Open,
    }
}

fn answers() -> impl Strategy<Value = Vec<Contribution>> {
    let answer = vec(select(&WORDS[..]), 0..8).prop_map(|words| words.concat());
    vec(answer, 1..5).prop_map(|texts| {
        let texts = texts.iter().enumerate();
        texts
            .map(|(number, text)| contribution(number, text))
            .collect()
    })
}

fn read(candidates: &[Contribution], text: &str) -> Option<Matrix> {
    let sheet = Sheet::whole(candidates.len(), &candidates[0].authors[0], 1, 7);
    let texts: Vec<&str> = candidates.iter().map(|it| it.text.as_str()).collect();
    match claims::read(&sheet, &texts, text) {
        Ok(matrix) => Some(matrix),
        Err(faults) => {
            assert!(!faults.0.is_empty());
            None
        }
    }
}

/// A well-formed list: for each claim a stance and a quote of each label.
fn list() -> impl Strategy<Value = String> {
    let quotes = [
        "the cache is stale",
        "sleep races",
        "not the sleep",
        "an idea",
        "nowhere",
    ];
    let side = (
        select(vec!["agree", "contradict", "silent"]),
        select(quotes.to_vec()),
    );
    let claim = (0_u8..20, vec(side, 4));
    vec(claim, 1..10).prop_map(|claims| {
        let claims: Vec<String> = claims
            .into_iter()
            .map(|(number, sides)| {
                let sides = ["A", "B", "C", "D"].iter().zip(sides);
                let sides: Vec<String> = sides
                    .map(|(label, (stance, quote))| {
                        format!("\"{label}\":{{\"stance\":\"{stance}\",\"quote\":\"{quote}\"}}")
                    })
                    .collect();
                format!(
                    "{{\"claim\":\"claim {number}\",\"stances\":{{{}}}}}",
                    sides.join(",")
                )
            })
            .collect();
        format!("{{\"claims\":[{}]}}", claims.join(","))
    })
}

proptest! {
    #[test]
    fn any_text_of_a_clerk_is_a_bounded_matrix_or_has_faults(
        candidates in answers(),
        parts in vec(select(&CLERK[..]), 0..14),
    ) {
        if let Some(matrix) = read(&candidates, &parts.concat()) {
            prop_assert!((1..=CLAIMS_MAX).contains(&matrix.claims().len()));
            for claim in matrix.claims() {
                prop_assert!(claim.text.len() <= WORDS_MAX && !claim.stands.is_empty());
                prop_assert!(claim.stands.keys().all(|it| *it < candidates.len()));
            }
            let json = serde_json::to_string(&matrix).unwrap();
            prop_assert_eq!(serde_json::from_str::<Matrix>(&json).unwrap(), matrix);
        }
    }

    #[test]
    fn a_composed_result_holds_and_lets_nothing_contested_in(
        candidates in answers(),
        list in list(),
        winner in 0_usize..5,
    ) {
        let Some(matrix) = read(&candidates, &list) else {
            return Ok(());
        };
        let made = compose(winner, &matrix, &candidates);
        prop_assert_eq!(made.check(&candidates), Ok(()));
        let contested: BTreeSet<&str> =
            matrix.contested().iter().map(|it| matrix.claims()[*it].text.as_str()).collect();
        for passage in &made.passages {
            match passage.part {
                Part::Winner => prop_assert_eq!(&passage.text, &candidates[winner].text),
                Part::Claim => {
                    prop_assert!(!contested.contains(passage.text.as_str()));
                    let claim = matrix.claims().iter().position(|it| it.text == passage.text.as_str());
                    prop_assert_eq!(matrix.stance(claim.unwrap(), winner), Stance::Silent);
                }
                Part::Idea | Part::Remark | Part::Whole => prop_assert!(false, "no merge"),
            }
        }
    }

    #[test]
    fn a_merged_result_holds_and_leaves_no_answer_out(candidates in answers()) {
        let made = merge(&candidates);
        prop_assert_eq!(made.check(&candidates), Ok(()));
        prop_assert!(made.markdown().len() <= MERGED_MAX);
        let named: BTreeSet<usize> = made
            .passages
            .iter()
            .flat_map(|it| &it.sources)
            .map(|it| it.candidate)
            .collect();
        for (number, candidate) in candidates.iter().enumerate() {
            prop_assert_eq!(named.contains(&number), !candidate.text.is_empty(), "{}", number);
        }
    }
}
