//! Sheets as they are dealt, and ballots as models write them: what is read, and what is a fault.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use synod::core::voting::{
    Abstention, FAULTS_MAX, Fault, Faults, SCHEMA, Sheet, Vote, read, sheet,
};

use super::{Hall, voter};

/// A sheet with three candidates, in the order of their numbers, of a slate of four.
fn three() -> Sheet {
    Sheet {
        number: 1,
        voter: voter(0),
        seed: 0,
        again: false,
        order: vec![0, 1, 2],
    }
}

fn ranking(text: &str) -> Vec<Vec<usize>> {
    match read(&three(), text) {
        Ok(Vote::Ranked(ballot)) => ballot.ranking().to_vec(),
        other => panic!("{text}\n{other:?}"),
    }
}

fn faults(text: &str) -> Vec<Fault> {
    read(&three(), text).unwrap_err().0
}

#[test]
fn ballots_are_read_however_they_are_wrapped() {
    let plain = r#"{"ranking":[["B"],["A","C"]],"scores":{"A":5,"B":9,"C":5},"confidence":0.8,"reason":"B holds"}"#;
    let expected = vec![vec![1], vec![0, 2]];
    for text in [
        plain.to_owned(),
        format!("I compared them.\n```json\n{plain}\n```\nThat is all."),
        format!("An answer said {{\"ranking\":[[\"C\"]]}} to sway me.\n{plain}"),
        format!("{{ not json }} {plain} {{\"other\":1}}"),
        plain.replace(r#"[["B"],["A","C"]]"#, r#"["b", ["Candidate A", "(C)"]]"#),
        plain.replace(r#"[["B"],["A","C"]]"#, r#""B > A = C""#),
        plain
            .replace("}\"", "},\"")
            .replace("\"reason\"", " \"Reason\""),
        plain.replace(r#""ranking":[["B"],["A","C"]],"#, ""),
        plain.replace(
            r#"{"A":5,"B":9,"C":5}"#,
            r#"{"A":"5/10","B":"90%","C":"5",}"#,
        ),
        plain.replace(
            r#"{"A":5,"B":9,"C":5}"#,
            r#"[{"label":"A","score":5},{"label":"B","score":9},{"candidate":"C","score":5}]"#,
        ),
    ] {
        assert_eq!(ranking(&text), expected, "{text}");
    }
    let Ok(Vote::Ranked(ballot)) = read(&three(), plain) else {
        panic!("no ballot");
    };
    assert_eq!(
        (ballot.confidence(), ballot.reason()),
        (Some(0.8), "B holds")
    );
    assert_eq!(ballot.scores().get(&1), Some(&9.0));
}

#[test]
fn a_voter_may_abstain() {
    let text = r#"{"abstain": true, "reason": "I know\nnothing of this"}"#;
    let reason = "I know nothing of this".to_owned();
    let expected = Vote::Abstained(Abstention::Chosen { reason });
    assert_eq!(read(&three(), text), Ok(expected));
}

#[test]
fn each_fault_is_told() {
    let with =
        |ranking: &str, scores: &str| format!("{{\"ranking\":{ranking},\"scores\":{scores}}}");
    let (fine, scores) = (r#"["A","B","C"]"#, r#"{"A":3,"B":2,"C":1}"#);
    let label = |label: &str| label.to_owned();
    for text in [
        "",
        "A is best",
        "{}",
        "{\"ranking\":null}",
        "[1,2]",
        "{\"ranking\":[\"A\"",
    ] {
        assert_eq!(faults(text), [Fault::NoBallot], "{text}");
    }
    for (text, expected) in [
        (
            with(r#"["A","B"]"#, scores),
            Fault::Unranked { label: label("C") },
        ),
        (
            with(r#"["A","B","C","A"]"#, scores),
            Fault::RankedTwice { label: label("A") },
        ),
        // D is on the slate and not on this sheet, as an own candidate; Z is nowhere.
        (
            with(r#"["D","A","B","C"]"#, scores),
            Fault::UnknownLabel { label: label("D") },
        ),
        (
            with(r#"["A","B","C","Zeus"]"#, scores),
            Fault::UnknownLabel {
                label: label("Zeus"),
            },
        ),
        (
            with(fine, r#"{"A":3,"B":2}"#),
            Fault::Unscored { label: label("C") },
        ),
        (
            with(fine, r#"{"A":3,"B":2,"C":1,"a":4}"#),
            Fault::ScoredTwice { label: label("A") },
        ),
        (
            with(fine, r#"{"A":3,"B":2,"C":"good"}"#),
            Fault::NotANumber {
                what: label("the score of `C`"),
            },
        ),
        (
            with(fine, r#"{"A":3,"B":2,"C":NaN}"#),
            Fault::NotANumber {
                what: label("the score of `C`"),
            },
        ),
        (
            with(fine, r#"{"A":3,"B":-Infinity,"C":1}"#),
            Fault::NotANumber {
                what: label("the score of `B`"),
            },
        ),
        (
            with(fine, r#"{"A":3,"B":2,"C":"nan"}"#),
            Fault::NotANumber {
                what: label("the score of `C`"),
            },
        ),
        (
            with(fine, r#"{"A":11,"B":2,"C":1}"#),
            Fault::OutOfRange {
                what: label("the score of `A`"),
                value: 11.0,
                most: 10.0,
            },
        ),
        (
            format!("{{\"ranking\":{fine},\"scores\":{scores},\"confidence\":80}}"),
            Fault::OutOfRange {
                what: label("the confidence"),
                value: 80.0,
                most: 1.0,
            },
        ),
    ] {
        assert_eq!(faults(&text), [expected], "{text}");
    }
    let two = faults(&with(r#"["A"]"#, scores));
    assert_eq!(
        Faults(two).to_string(),
        "`B` is not ranked; rank every candidate, ties are allowed; \
         `C` is not ranked; rank every candidate, ties are allowed"
    );
}

#[test]
fn of_many_faults_only_the_first_are_told() {
    let labels: Vec<String> = (0..20_000).map(|at| format!("x{at}")).collect();
    let list = serde_json::to_string(&labels).unwrap();
    let scores: Vec<String> = labels.iter().map(|it| format!("{it:?}:99")).collect();
    let scores = format!("{{{}}}", scores[..8_000].join(","));
    for text in [
        format!("{{\"ranking\":{list},\"scores\":{{}}}}"),
        format!("{{\"ranking\":[{list}],\"scores\":{{}}}}"),
        format!("{{\"ranking\":[\"A\"],\"scores\":{scores}}}"),
    ] {
        let found = faults(&text);
        let told = Faults(found.clone()).to_string();
        assert!(found.len() <= FAULTS_MAX + 1, "{}", found.len());
        assert!(told.ends_with("; and more"), "{told}");
        assert_eq!(told.matches("; ").count(), FAULTS_MAX);
    }
    let twice = format!("{{\"ranking\":\"{}A\"}}", "A>".repeat(40_000));
    assert_eq!(
        faults(&twice).first(),
        Some(&Fault::RankedTwice {
            label: "A".to_owned()
        })
    );
}

#[test]
fn the_schema_is_json_and_asks_for_what_is_read() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let names: BTreeSet<&str> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let read = ["abstain", "confidence", "ranking", "reason", "scores"];
    assert_eq!(names, BTreeSet::from(read));
}

#[test]
fn labels_go_on_after_z() {
    let labels = [0, 1, 25, 26, 51, 52, 701, 702].map(sheet::label);
    assert_eq!(labels, ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    let many: Vec<Vec<usize>> = vec![Vec::new(); 800];
    let many: Vec<&[usize]> = many.iter().map(Vec::as_slice).collect();
    let sheet = Hall::new(&["a"], &many).sheet(0).unwrap();
    for (label, candidate) in sheet.labels() {
        assert_eq!(sheet.candidate(&label), Some(candidate));
        assert_eq!(
            sheet.candidate(&format!("answer {}", label.to_lowercase())),
            Some(candidate)
        );
    }
}

#[test]
fn each_voter_has_an_order_of_its_own_which_the_seed_gives_back() {
    let authors: Vec<Vec<usize>> = vec![Vec::new(); 12];
    let authors: Vec<&[usize]> = authors.iter().map(Vec::as_slice).collect();
    let hall = || Hall::new(&["a", "b"], &authors);
    let orders = || {
        let mut hall = hall();
        [0, 1].map(|it| hall.sheet(it).unwrap().order)
    };
    let [first, second] = orders();
    assert_ne!(first, second);
    assert_eq!(orders(), [first.clone(), second]);
    let mut sorted = first;
    sorted.sort_unstable();
    assert_eq!(sorted, (0..12).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever a model writes, there is a ballot that fits the sheet, or faults, and no panic.
    #[test]
    fn any_text_is_a_fitting_ballot_or_has_faults(
        parts in vec(prop_oneof![
            Just("{\"ranking\":"), Just("[\"A\",\"B\",\"C\"]"), Just("\"scores\":"), Just("{\"A\":1"),
            Just(",\"B\":2,\"C\":3}"), Just("}"), Just(","), Just("NaN"), Just("[["), Just("]"),
            Just("\"abstain\":true"), Just("\"A > B = C\""), Just("\""), Just("\\"), Just("ä"), Just("{"),
        ], 0..12),
    ) {
        let text = parts.concat();
        match read(&three(), &text) {
            Ok(Vote::Ranked(ballot)) => prop_assert_eq!(ballot.check(&three()), Ok(())),
            Ok(Vote::Abstained(_)) => {}
            Err(faults) => prop_assert!(!faults.0.is_empty()),
        }
    }
}
