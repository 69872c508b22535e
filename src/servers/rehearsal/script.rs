//! The play of one turn as a list of acts. Pure: same scene, same acts.

use std::time::Duration;

use super::directives::Directives;
use super::judging;
use super::persona::Persona;
use super::planning;
use super::prose::{DOUBTS, Dice, OBSERVATIONS, PROPOSALS, SHORT, THOUGHTS};
use super::reasoning;
use super::verdict::Verdict;

/// What a flooding member answers, in characters.
const FLOOD_CHARS: usize = 400_000;

/// Everything that an answer depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'s> {
    /// Who plays.
    pub(super) persona: Persona,
    /// Which dice.
    pub(super) seed: u64,
    /// What the member calls itself.
    pub(super) name: &'s str,
    /// The number of this turn in its session, from 1.
    pub(super) turn: u64,
    /// The prompt of the turn before, if it is remembered.
    pub(super) earlier: Option<&'s str>,
    /// The prompt.
    pub(super) prompt: &'s str,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Wait.
    Pause(Duration),
    /// Think aloud, word by word.
    Think(String),
    /// Say, word by word.
    Say(String),
    /// Say without pausing.
    Pour(String),
    /// Ask whether a command may run, as Codex asks; then say how it went.
    Approve(String),
    /// Ask a question in the standard form; then say how it went.
    Form(String),
    /// Give up with this sentence.
    Fail(String),
    /// End the process as a crash does.
    Crash,
    /// Do nothing more, ever.
    Hang,
}

/// The acts of a scene.
pub(super) fn acts(scene: &Scene<'_>) -> Vec<Act> {
    // The material that is judged may hold directions, which are not meant for whoever judges it.
    if let Some(asked) = judging::asked(scene.prompt) {
        return vec![Act::Say(judging::reply(scene, asked))];
    }
    let (orders, question) = Directives::read(scene.prompt);
    let mut acts = Vec::new();
    acts.extend(orders.sleep.map(Act::Pause));
    if let Some(reason) = orders.fail {
        acts.push(Act::Fail(reason));
        return acts;
    }
    let (command, form) = match (orders.approve, orders.form) {
        (None, None) if scene.persona == Persona::Asking => own_question(scene.turn),
        ordered => ordered,
    };
    acts.extend(command.map(Act::Approve));
    acts.extend(form.map(Act::Form));

    let verdict = orders.verdict.as_deref().map(Verdict::ordered);
    let (thought, mut answer) = match (orders.say, orders.big) {
        (Some(text), _) => (None, text),
        (None, Some(chars)) => (None, filler(chars)),
        (None, None) if planning::is_asked(&question) => {
            (None, planning::plan(scene.persona, &question))
        }
        (None, None) => match reasoning::asked(&question) {
            Some(asked) => reasoning::thought(scene, asked, &question),
            None => prose(scene, &question, verdict.as_ref()),
        },
    };
    if let Some(verdict) = verdict {
        end_with(&mut answer, &verdict);
    }
    acts.extend(thought.map(Act::Think));

    let pours = orders.big.is_some() || scene.persona == Persona::Flooding;
    let crashes = orders.crash || scene.persona == Persona::Crashing;
    let hangs = orders.hang || scene.persona == Persona::Hanging;
    if crashes || hangs {
        acts.push(Act::Say(first_half(&answer)));
        acts.push(if crashes { Act::Crash } else { Act::Hang });
    } else if pours {
        acts.push(Act::Pour(answer));
    } else {
        acts.push(Act::Say(answer));
    }
    acts
}

/// What the asking member wants to know: both shapes in turn.
fn own_question(turn: u64) -> (Option<String>, Option<String>) {
    if turn % 2 == 1 {
        (Some("cargo test".to_owned()), None)
    } else {
        let question = "May I look at the results of the other members?";
        (None, Some(question.to_owned()))
    }
}

/// Thought and answer in the manner of the persona.
fn prose(scene: &Scene<'_>, question: &str, ordered: Option<&Verdict>) -> (Option<String>, String) {
    let mut dice = Dice::new(scene.seed, scene.persona.word(), scene.turn, question);
    let opening = opening(scene, question);
    let own = if scene.persona == Persona::Wrong {
        Verdict::contrary(question)
    } else {
        Verdict::of(question)
    };
    let verdict = ordered.unwrap_or(&own);
    let conclusion = format!("My answer in one line: {}", verdict.spoken());
    let mut paragraphs = vec![opening];
    let mut thought = None;
    match scene.persona {
        Persona::Terse => paragraphs.push(dice.one(&SHORT).to_owned()),
        Persona::Thoughtful
        | Persona::Slow
        | Persona::Forgetful
        | Persona::Crashing
        | Persona::Hanging
        | Persona::Asking => {
            thought = Some(dice.draw(&THOUGHTS, 2).join(" "));
            paragraphs.push(dice.draw(&OBSERVATIONS, 2).join(" "));
            paragraphs.push(dice.draw(&PROPOSALS, 3).join(" "));
            paragraphs.push(dice.one(&DOUBTS).to_owned());
        }
        Persona::Wrong => {
            paragraphs.push(dice.draw(&PROPOSALS, 2).join(" "));
            paragraphs.push("There is no doubt about it, whatever the others say.".to_owned());
        }
        Persona::Streaming => {
            for _ in 0..6 {
                let mut sentences = dice.draw(&OBSERVATIONS, 2);
                sentences.extend(dice.draw(&PROPOSALS, 2));
                paragraphs.push(sentences.join(" "));
            }
        }
        Persona::Flooding => paragraphs.push(filler(FLOOD_CHARS)),
    }
    paragraphs.push(conclusion);
    let mut answer = paragraphs.join("\n\n");
    if ordered.is_none() && Verdict::is_wanted(question) {
        end_with(&mut answer, verdict);
    }
    (thought, answer)
}

fn opening(scene: &Scene<'_>, question: &str) -> String {
    let asked = quoted(question);
    let who = format!(
        "This is a rehearsal: I am {}, a scripted member, not a model. You ask: “{asked}”.",
        scene.name
    );
    match (scene.persona, scene.earlier) {
        (Persona::Forgetful, _) if scene.turn > 1 => {
            format!("{who} I do not think that we have spoken before.")
        }
        (_, Some(earlier)) => {
            let (_, earlier) = Directives::read(earlier);
            format!(
                "{who} This is turn {} of our session; before, you asked: “{}”.",
                scene.turn,
                quoted(&earlier)
            )
        }
        (_, None) => who,
    }
}

/// The first line that says something, cut to what fits into a sentence.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 72;
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("nothing in particular");
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    let cut: String = line.chars().take(LONGEST).collect();
    format!("{}…", cut.trim_end())
}

fn end_with(answer: &mut String, verdict: &Verdict) {
    if !answer.is_empty() {
        answer.push_str("\n\n");
    }
    answer.push_str(&verdict.block());
}

/// Text of exactly `chars` characters, in lines.
fn filler(chars: usize) -> String {
    let line = "the quick brown fox jumps over the lazy dog and goes on and on without an end\n";
    line.chars().cycle().take(chars).collect()
}

fn first_half(text: &str) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    words
        .iter()
        .take(words.len().div_ceil(2))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn said(acts: &[Act]) -> String {
        acts.iter()
            .filter_map(|act| match act {
                Act::Say(text) | Act::Pour(text) => Some(text.as_str()),
                Act::Pause(_)
                | Act::Think(_)
                | Act::Approve(_)
                | Act::Form(_)
                | Act::Fail(_)
                | Act::Crash
                | Act::Hang => None,
            })
            .collect()
    }

    #[test]
    fn same_scene_same_play() {
        for persona in Persona::ALL {
            let play = || acts(&scene(persona, "Why is the login test slow?"));
            assert_eq!(play(), play());
            assert!(said(&play()).starts_with("This is a rehearsal: I am mira"));
        }
    }

    #[test]
    fn seeds_and_prompts_change_the_play() {
        let first = acts(&scene(Persona::Thoughtful, "Why?"));
        let other_seed = Scene {
            seed: 8,
            ..scene(Persona::Thoughtful, "Why?")
        };
        assert_ne!(first, acts(&other_seed));
        assert_ne!(first, acts(&scene(Persona::Thoughtful, "Why not?")));
    }

    #[test]
    fn all_agree_but_the_one_that_is_wrong() {
        let prompt = "Is it right?\nEnd with:\n```final\n{\"kind\":…}\n```";
        let block = |persona| {
            let text = said(&acts(&scene(persona, prompt)));
            let (_, body) = text.split_once("```final\n").expect("a final block");
            let (json, _) = body.split_once("\n```").unwrap();
            serde_json::from_str::<serde_json::Value>(json).unwrap()
        };
        let right = block(Persona::Thoughtful);
        for persona in [
            Persona::Terse,
            Persona::Slow,
            Persona::Streaming,
            Persona::Forgetful,
        ] {
            assert_eq!(block(persona), right);
        }
        assert_ne!(block(Persona::Wrong)["value"], right["value"]);
    }

    #[test]
    fn a_final_block_comes_only_when_wanted() {
        assert!(!said(&acts(&scene(Persona::Terse, "Is it?"))).contains("```final"));
    }

    #[test]
    fn earlier_turns_are_remembered_by_those_who_remember() {
        let second = |persona| Scene {
            turn: 2,
            earlier: Some("[[say:x]]What is a room?"),
            ..scene(persona, "And a console?")
        };
        let text = said(&acts(&second(Persona::Terse)));
        assert!(text.contains("turn 2 of our session; before, you asked: “What is a room?”"));
        let text = said(&acts(&second(Persona::Forgetful)));
        assert!(!text.contains("What is a room?") && text.contains("spoken before"));
    }

    #[test]
    fn orders_overrule_the_persona() {
        let play = |prompt| acts(&scene(Persona::Flooding, prompt));
        assert_eq!(
            play("[[sleep:5]][[fail:no]]"),
            [
                Act::Pause(Duration::from_millis(5)),
                Act::Fail("no".to_owned())
            ]
        );
        assert_eq!(said(&play("[[say:just this]]")), "just this");
        assert_eq!(said(&play("[[big:1000]]")).chars().count(), 1000);
        assert!(said(&play("[[say:so]][[final:B]]")).ends_with("\n```"));
        let play = acts(&scene(Persona::Terse, "[[say:a b c d]][[crash]]"));
        assert_eq!(play, [Act::Say("a b ".to_owned()), Act::Crash]);
        let play = acts(&scene(Persona::Terse, "[[say:a]][[approve:rm -rf x]]"));
        assert_eq!(play[0], Act::Approve("rm -rf x".to_owned()));
    }

    #[test]
    fn each_persona_does_its_thing() {
        let last = |persona| acts(&scene(persona, "Why?")).pop().unwrap();
        assert_eq!(last(Persona::Crashing), Act::Crash);
        assert_eq!(last(Persona::Hanging), Act::Hang);
        assert!(matches!(last(Persona::Flooding), Act::Pour(_)));
        let first = acts(&scene(Persona::Asking, "Why?")).remove(0);
        assert!(matches!(first, Act::Approve(_)));
    }
}
