//! How a rehearsal compares answers: as a judge whether two say the same, as a clerk what they claim. By
//! their words alone, so that every quote is in its answer. Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::persona::Persona;
use super::script::Scene;
use super::verdict::number_of;
use crate::core::conflict::claims::{CLAIMS_MAX, WORDS_MAX};
use crate::core::text::head;

/// Said with every judgement.
const BECAUSE: &str = "REHEARSAL, no model judges: the last lines";
/// How a rehearsal begins an answer. Who it is and what was asked is no claim.
const OPENING: &str = "This is a rehearsal";
/// Where the typed answer begins, which is no claim in words.
const BLOCK: &str = "```final";
/// How many last lines are held against each other.
const ENDS: usize = 8;
/// How many sentences of one answer are claims beside its last line.
const EACH: usize = 2;

/// An answer with its label, taken apart.
struct Read<'a> {
    label: &'a str,
    /// Its last line: what it comes to.
    end: &'a str,
    /// The sentences before that.
    sentences: Vec<&'a str>,
}

impl<'a> Read<'a> {
    /// Nothing where the answer says nothing.
    fn of(label: &'a str, text: &'a str) -> Option<Self> {
        let text = text.split_once(BLOCK).map_or(text, |(before, _)| before);
        let lines = text.lines().map(str::trim);
        let mut lines: Vec<&str> = lines.filter(|line| says(line)).collect();
        let end = quotable(lines.pop()?)?;
        let said = lines.iter().filter(|line| !line.starts_with(OPENING));
        let sentences = said.flat_map(|line| line.split_inclusive(". "));
        let sentences = sentences.filter(|sentence| says(sentence));
        Some(Self {
            label,
            end,
            sentences: sentences.filter_map(quotable).collect(),
        })
    }

    /// Where it has this sentence, in its own letters.
    fn with(&self, sentence: &str) -> Option<&'a str> {
        let mut all = self.sentences.iter();
        all.find(|own| is_same(own, sentence)).copied()
    }
}

/// Whether two answers come to the same: their last lines do.
pub(super) fn judgement(persona: Persona, answers: &[(String, &str)]) -> Value {
    let mut ends = answers
        .iter()
        .map(|(label, text)| Read::of(label, text).map(|it| it.end));
    let same = match (ends.next().flatten(), ends.next().flatten()) {
        (Some(one), Some(other)) => is_same(one, other),
        (Some(_) | None, _) => false,
    };
    let same = same != (persona == Persona::Wrong);
    let are = if same { "are alike" } else { "differ" };
    json!({"same": same, "because": format!("{BECAUSE} {are}")})
}

/// The answers taken apart: what each comes to, which contradicts what the others come to, and a few
/// sentences of each, which nobody contradicts. The one that is wrong takes every stance for its contrary;
/// the one that forgets has nothing on the last answer.
pub(super) fn claims(scene: &Scene<'_>, answers: &[(String, &str)]) -> Value {
    let mut read: Vec<Read<'_>> = answers
        .iter()
        .filter_map(|(label, text)| Read::of(label, text))
        .collect();
    if scene.persona == Persona::Forgetful && read.len() > 1 {
        read.pop();
    }
    let mut claims = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for end in read.iter().map(|it| it.end) {
        if claims.len() < ENDS && known.insert(end.to_lowercase()) {
            let stances = read.iter();
            let stances = stances.map(|it| (it.label, is_same(it.end, end), it.end));
            claims.push(claim(scene.persona, end, stances));
        }
    }
    for it in &read {
        let mut drawn = it.sentences.clone();
        drawn.sort_by_key(|sentence| number_of(&format!("{}\n{sentence}", scene.seed)));
        for sentence in drawn.into_iter().take(EACH) {
            if claims.len() < CLAIMS_MAX && known.insert(sentence.to_lowercase()) {
                let stances = read.iter();
                let stances = stances.filter_map(|it| Some((it.label, true, it.with(sentence)?)));
                claims.push(claim(scene.persona, sentence, stances));
            }
        }
    }
    json!({"claims": claims})
}

fn claim<'a>(
    persona: Persona,
    text: &str,
    stances: impl Iterator<Item = (&'a str, bool, &'a str)>,
) -> Value {
    let stances: Map<String, Value> = stances
        .map(|(label, agrees, quote)| {
            let stance = if agrees == (persona == Persona::Wrong) {
                "contradict"
            } else {
                "agree"
            };
            (label.to_owned(), json!({"stance": stance, "quote": quote}))
        })
        .collect();
    json!({"claim": text, "stances": stances})
}

fn says(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// As much of a sentence as may be quoted, cut between two words; nothing where it is one long word.
fn quotable(text: &str) -> Option<&str> {
    let text = text.trim();
    let kept = head(text, WORDS_MAX);
    if kept.len() == text.len() {
        return Some(kept);
    }
    let (words, _) = kept.rsplit_once(' ')?;
    says(words).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::{Read, claims, judgement};
    use crate::core::MemberName;
    use crate::core::Text;
    use crate::core::conflict::claims::{Matrix, Stance, WORDS_MAX, read};
    use crate::core::conflict::judged;
    use crate::core::ladder::Labelled;
    use crate::core::voting::Sheet;
    use crate::prompts::{ClaimsInput, JudgeInput};
    use crate::servers::rehearsal::judging::{self, Asked};
    use crate::servers::rehearsal::persona::Persona;
    use crate::servers::rehearsal::script::Scene;

    const ONE: &str = "This is a rehearsal: I am ann. You ask: “Which?”.\n\nMeasure first. Then \
                       cut.\n\nMy answer in one line: Split it.\n\n```final\n{}\n```";
    const TWO: &str = "This is a rehearsal: I am ben.\n\nmeasure first. Ask around.\n\nMy answer in \
                       one line: Keep it.";
    const THREE: &str = "No ~~~~ here.\nmy answer in one line: split it.";

    fn scene(persona: Persona, prompt: &str) -> Scene<'_> {
        Scene {
            persona,
            seed: 7,
            name: "mira",
            turn: 1,
            earlier: None,
            prompt,
        }
    }

    /// What the room makes of the reply to the template.
    fn clerk(persona: Persona) -> Matrix {
        let texts = [ONE, TWO, THREE];
        let labelled: Vec<Labelled> = ["A", "B", "C"]
            .into_iter()
            .zip(texts)
            .map(|(label, text)| Labelled {
                label: label.to_owned(),
                text: Text::from(text),
            })
            .collect();
        let prompt = crate::prompts::claims(&ClaimsInput {
            question: "Which?",
            answers: &labelled,
            faults: None,
        });
        assert_eq!(judging::asked(&prompt), Some(Asked::Claims));
        let reply = judging::reply(&scene(persona, &prompt), Asked::Claims);
        let mut sheet = Sheet::whole(3, &MemberName::new("mira").unwrap(), 1, 1);
        sheet.order = vec![0, 1, 2];
        read(&sheet, &texts, &reply).unwrap()
    }

    fn judge(persona: Persona, one: &str, other: &str) -> bool {
        let prompt = crate::prompts::judge(&JudgeInput {
            question: "Which?",
            one: &Text::from(one),
            other: &Text::from(other),
            faults: None,
        });
        assert_eq!(judging::asked(&prompt), Some(Asked::Same));
        let reply = judging::reply(&scene(persona, &prompt), Asked::Same);
        judged::read(&reply).unwrap().same
    }

    #[test]
    fn a_clerk_contests_what_answers_come_to_and_shows_all_by_their_words() {
        use Stance::{Agree, Contradict, Silent};
        let matrix = clerk(Persona::Terse);
        assert_eq!(
            matrix.dropped(),
            crate::core::conflict::claims::Dropped::default()
        );
        let stances = |claim: usize| [0, 1, 2].map(|at| matrix.stance(claim, at));
        assert_eq!(stances(0), [Agree, Contradict, Agree]);
        assert_eq!(stances(1), [Contradict, Agree, Contradict]);
        assert_eq!(matrix.contested(), [0, 1]);
        let told = |text: &str| {
            let mut all = matrix.claims().iter();
            all.position(|it| it.text == text).map(stances)
        };
        assert_eq!(told("Measure first."), Some([Agree, Agree, Silent]));
        assert_eq!(told("Ask around."), Some([Silent, Agree, Silent]));
        assert_eq!(told("No ~~~~ here."), Some([Silent, Silent, Agree]));
        let named = |it: &crate::core::conflict::claims::Claim| it.text.contains("I am");
        assert!(
            !matrix.claims().iter().any(named),
            "who wrote it is no claim"
        );
    }

    #[test]
    fn a_clerk_has_the_faults_of_its_part() {
        let matrix = clerk(Persona::Wrong);
        assert_eq!(matrix.stance(0, 0), Stance::Contradict);
        assert_eq!(matrix.stance(0, 1), Stance::Agree);
        let matrix = clerk(Persona::Forgetful);
        let silent = |claim| matrix.stance(claim, 2) == Stance::Silent;
        assert!((0..matrix.claims().len()).all(silent));
    }

    #[test]
    fn a_judge_goes_by_the_last_lines_and_the_one_that_is_wrong_against_them() {
        for (persona, same) in [(Persona::Thoughtful, true), (Persona::Wrong, false)] {
            assert_eq!(judge(persona, ONE, THREE), same);
            assert_eq!(judge(persona, ONE, TWO), !same);
            assert_eq!(judge(persona, "", ""), !same, "two that say nothing");
        }
    }

    #[test]
    fn what_seeds_choose_is_chosen_again_and_all_is_bounded() {
        let text = "One. Two. Three. Four.\nEnd.";
        let long = format!("{}\n{}", "word ".repeat(1_000), "w".repeat(1_000));
        let answers = |text| vec![("A".to_owned(), text)];
        let with = |seed| {
            let scene = Scene {
                seed,
                ..scene(Persona::Terse, "")
            };
            claims(&scene, &answers(text)).to_string()
        };
        assert_eq!(with(1), with(1));
        assert!((2..20).any(|seed| with(seed) != with(1)));
        assert!(Read::of("A", &long).is_none(), "no end to quote");
        let cut = format!("{long}\nEnd.");
        let cut = Read::of("A", &cut).unwrap();
        assert_eq!(cut.sentences.len(), 1);
        assert!(cut.sentences[0].len() <= WORDS_MAX && cut.sentences[0].ends_with("word"));
        assert_eq!(judgement(Persona::Terse, &[])["same"], false);
    }
}
