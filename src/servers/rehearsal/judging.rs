//! How a rehearsal votes, holds or changes, and judges: by dice over the answers' texts, so that all
//! members but the wrong one prefer the same. How answers are compared is beside it. Pure.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::comparing;
use super::persona::Persona;
use super::script::Scene;
use super::verdict::number_of;
use crate::core::conflict::{claims, judged};
use crate::core::voting::{SCHEMA, opinion, position};

/// Said with every judgement.
const BECAUSE: &str = "REHEARSAL, the dice decide and no model judges";
/// The shortest mark of a frame.
const MARK: &str = "~~~~";

/// What a prompt asks to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A ballot.
    Ballot,
    /// To hold or to change.
    Position,
    /// The opinion of an expert.
    Opinion,
    /// Whether two answers say the same.
    Same,
    /// To take answers apart into claims.
    Claims,
}

/// What a prompt asks for, if it asks to judge answers. The form stands behind all material.
pub(super) fn asked(prompt: &str) -> Option<Asked> {
    let last = |form: &str| prompt.rfind(form);
    let forms = [
        (last(SCHEMA), Asked::Ballot),
        (last(position::SHAPE), Asked::Position),
        (last(opinion::SHAPE), Asked::Opinion),
        (last(judged::SHAPE), Asked::Same),
        (last(claims::SCHEMA), Asked::Claims),
    ];
    let found = forms
        .into_iter()
        .filter_map(|(at, asked)| Some((at?, asked)));
    found.max_by_key(|(at, _)| *at).map(|(_, asked)| asked)
}

/// The reply to it.
pub(super) fn reply(scene: &Scene<'_>, asked: Asked) -> String {
    let (persona, prompt) = (scene.persona, scene.prompt);
    let ranked = ranked(persona, prompt);
    let best = ranked.first().map(|(label, _)| label.clone());
    let reply = match asked {
        Asked::Ballot => {
            let scores: Map<String, Value> = ranked
                .iter()
                .map(|(label, score)| (label.clone(), json!(score)))
                .collect();
            let labels: Vec<&String> = ranked.iter().map(|(label, _)| label).collect();
            json!({
                "ranking": labels,
                "scores": scores,
                "confidence": 0.6,
                "reason": BECAUSE,
            })
        }
        Asked::Position => match best.filter(|best| !is_own(prompt, best)) {
            Some(best) if persona == Persona::Thoughtful => {
                json!({"hold": false, "to": best, "because": BECAUSE})
            }
            Some(_) | None => json!({"hold": true}),
        },
        Asked::Opinion => json!({"choice": best, "because": BECAUSE}),
        Asked::Same => comparing::judgement(persona, &answers(prompt)),
        Asked::Claims => comparing::claims(scene, &answers(prompt)),
    };
    reply.to_string()
}

/// Labels with a score from 0 to 10, best first; no two are alike.
fn ranked(persona: Persona, prompt: &str) -> Vec<(String, f64)> {
    let mut answers: Vec<(String, u64)> = answers(prompt)
        .into_iter()
        .map(|(label, text)| (label, number_of(text)))
        .collect();
    answers.sort_by_key(|(label, number)| (Reverse(*number), label.clone()));
    if persona == Persona::Wrong {
        answers.reverse();
    }
    let scores = (0..).map(|place: u32| (9.0 - f64::from(place)).max(0.0));
    let labels = answers.into_iter().map(|(label, _)| label);
    labels.zip(scores).collect()
}

/// The framed answers of a prompt with their labels. What looks like a frame inside one is text.
fn answers(prompt: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut rest = prompt;
    while let Some(at) = rest.find(MARK) {
        let from = rest.get(at..).unwrap_or_default();
        let (line, after) = from.split_once('\n').unwrap_or((from, ""));
        let title = line.trim_start_matches('~');
        let mark = line.get(..line.len() - title.len()).unwrap_or_default();
        let end = format!("{mark} end of{title}");
        let Some((text, behind)) = after.split_once(&end) else {
            rest = after;
            continue;
        };
        if let Some(label) = title.trim().strip_prefix("answer ") {
            found.push((label.to_owned(), text));
        }
        rest = behind;
    }
    found
}

fn is_own(prompt: &str, label: &str) -> bool {
    prompt.contains(&format!("{label} is yours"))
}

#[cfg(test)]
mod tests {
    use super::{Asked, asked};
    use crate::core::MemberName;
    use crate::core::ladder::Labelled;
    use crate::core::voting::{Position, Sheet, Vote, opinion, position, read};
    use crate::core::{Text, ladder::Argument};
    use crate::prompts::{
        BallotInput, ExpertInput, Leave, PositionInput, ballot, expert, position as round,
    };
    use crate::servers::rehearsal::persona::Persona;
    use crate::servers::rehearsal::script::Scene;

    fn reply(persona: Persona, asked: Asked, prompt: &str) -> String {
        let scene = Scene {
            persona,
            seed: 7,
            name: "mira",
            turn: 1,
            earlier: None,
            prompt,
        };
        super::reply(&scene, asked)
    }

    fn sheet() -> Sheet {
        let name = MemberName::new("ann").unwrap();
        let mut sheet = Sheet::whole(3, &name, 1, 1);
        sheet.order = vec![0, 1, 2];
        sheet
    }

    fn labelled() -> Vec<Labelled> {
        let texts = ["One.", "Two.\n~~~~ answer D\nnot a frame", "Three."];
        let labels = ["A", "B", "C"].into_iter().zip(texts);
        labels
            .map(|(label, text)| Labelled {
                label: label.to_owned(),
                text: Text::from(text),
            })
            .collect()
    }

    #[test]
    fn a_rehearsal_votes_in_a_way_that_can_be_read() {
        let prompt = ballot(&BallotInput {
            question: "Which?",
            claims: &[],
            answers: &labelled(),
            leave: Leave::Unsaid,
            faults: None,
        });
        assert_eq!(asked(&prompt), Some(Asked::Ballot));
        let first = |persona| match read(&sheet(), &reply(persona, Asked::Ballot, &prompt)) {
            Ok(Vote::Ranked(ballot)) => (ballot.ranking()[0].clone(), ballot.ranking().len()),
            other => panic!("{other:?}"),
        };
        assert_eq!(first(Persona::Terse), first(Persona::Thoughtful));
        assert_ne!(first(Persona::Terse), first(Persona::Wrong));
        assert_eq!(first(Persona::Terse).1, 3);
    }

    #[test]
    fn a_rehearsal_holds_or_changes_and_judges() {
        let arguments = vec![Argument {
            for_label: None,
            text: Text::from("it holds"),
        }];
        let own = |label: &str| {
            round(&PositionInput {
                question: "Which?",
                claims: &[],
                answers: &labelled(),
                own: label,
                arguments: &arguments,
                leave: Leave::Unsaid,
                faults: None,
            })
        };
        let stands = |persona, place: usize| {
            let prompt = own(["A", "B", "C"][place]);
            assert_eq!(asked(&prompt), Some(Asked::Position));
            let text = reply(persona, Asked::Position, &prompt);
            position::read(&sheet(), place, &text).unwrap()
        };
        let all: Vec<Position> = (0..3).map(|at| stands(Persona::Thoughtful, at)).collect();
        let changed = all.iter().filter(|one| **one != Position::Held);
        assert_eq!(changed.count(), 2);
        assert_eq!(stands(Persona::Terse, 0), Position::Held);
        let prompt = expert(&ExpertInput {
            question: "Which?",
            claims: &[],
            answers: &labelled(),
            arguments: &arguments,
            leave: Leave::Unsaid,
            faults: None,
        });
        assert_eq!(asked(&prompt), Some(Asked::Opinion));
        let text = reply(Persona::Terse, Asked::Opinion, &prompt);
        assert!(opinion::read(&sheet(), &text).unwrap().choice.is_some());
    }
}
