//! The thoughts of a rehearsal: a short chain with a revision and a branch in it. Pure.

use serde_json::json;

use super::persona::Persona;
use super::prose::{DOUBTS, Dice, OBSERVATIONS, PROPOSALS, THOUGHTS};
use super::script::Scene;
use crate::core::thinking::SHAPE;

/// How many thoughts a rehearsal thinks, if it is let.
const IN_ALL: u32 = 5;
/// How a prompt asks for a thought; its number follows.
const ASKS: &str = "Give thought ";
/// How a prompt says that the last answer was none.
const AGAIN: &str = "was no thought that can be read";

/// Which thought a prompt asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    number: u32,
    again: bool,
}

/// What a prompt asks for, if it asks for a thought. The request is at its end, behind the task.
pub(super) fn asked(prompt: &str) -> Option<Asked> {
    let (before, _) = prompt.rsplit_once(SHAPE)?;
    let (before, request) = before.rsplit_once(ASKS)?;
    let digits: String = request.chars().take_while(char::is_ascii_digit).collect();
    Some(Asked {
        number: digits.parse().ok()?,
        again: before.contains(AGAIN),
    })
}

/// What is thought aloud, and the answer with the thought.
pub(super) fn thought(scene: &Scene<'_>, asked: Asked, prompt: &str) -> (Option<String>, String) {
    let Asked { number, again } = asked;
    let mut dice = Dice::new(scene.seed, scene.persona.word(), u64::from(number), prompt);
    if scene.persona == Persona::Wrong && number == 1 && !again {
        let prose = "This is a rehearsal: I answer in prose although a thought was asked for.";
        return (None, prose.to_owned());
    }
    let says = match number {
        1 => dice.one(&THOUGHTS),
        2 => dice.one(&OBSERVATIONS),
        3 => dice.one(&DOUBTS),
        _ => dice.one(&PROPOSALS),
    };
    let mut thought = json!({
        "thought": format!("REHEARSAL, no model thinks here. {says}"),
        "next_thought_needed": number < IN_ALL,
        "total_thoughts": IN_ALL.max(number),
    });
    match number {
        3 => thought["revises"] = json!(1),
        4 => {
            thought["branch_from"] = json!(2);
            thought["branch_id"] = json!("the other way");
        }
        _ => {}
    }
    (None, thought.to_string())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Asked, asked, thought};
    use crate::core::thinking::{Kept, SHAPE, Thinking, tree};
    use crate::core::{CallId, MemberName, Text};
    use crate::servers::rehearsal::persona::Persona;
    use crate::servers::rehearsal::script::Scene;

    /// As the template asks; that they agree is tested with a room around both.
    fn prompt(number: u32, again: &str) -> String {
        format!(
            "Give thought 9 to it.\n\n{again}Give thought {number} of at most 12 now. So:\n{SHAPE}\n- …"
        )
    }

    const ONCE_MORE: &str = "Your last answer was no thought that can be read: it is prose. ";

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

    #[test]
    fn a_prompt_that_asks_for_a_thought_is_known_by_its_request() {
        assert_eq!(
            asked(&prompt(3, "")),
            Some(Asked {
                number: 3,
                again: false
            })
        );
        assert!(asked(&prompt(3, ONCE_MORE)).unwrap().again);
        assert_eq!(asked("Give thought 9 to it."), None);
    }

    #[test]
    fn a_rehearsal_thinks_with_a_revision_and_a_branch_and_says_what_it_is() {
        let mut thinking = Thinking::default();
        let mut number = 0;
        while thinking
            .kept()
            .last()
            .is_none_or(|last| last.thought().more)
        {
            number += 1;
            let prompt = prompt(number, "");
            let asked = asked(&prompt).unwrap();
            let (_, answer) = thought(&scene(Persona::Thoughtful, &prompt), asked, &prompt);
            let read = thinking.read(&answer).unwrap();
            assert!(read.text.as_str().starts_with("REHEARSAL"), "{answer}");
            thinking.push(Kept {
                thought: read,
                call: CallId(1),
                member: MemberName::new("mira").unwrap(),
                keeper: None,
            });
        }
        let drawn: Vec<(u32, usize)> = tree(thinking.kept())
            .iter()
            .map(|place| (place.kept.thought().number, place.depth()))
            .collect();
        assert_eq!(drawn, [(1, 0), (3, 1), (2, 0), (4, 1), (5, 0)]);
    }

    #[test]
    fn the_one_that_is_wrong_has_to_be_asked_twice() {
        let thinking = Thinking::default();
        let read = |prompt: &str| {
            let asked = asked(prompt).unwrap();
            let (_, answer) = thought(&scene(Persona::Wrong, prompt), asked, prompt);
            thinking.read(&answer)
        };
        assert!(read(&prompt(1, "")).is_err());
        let text = read(&prompt(1, ONCE_MORE)).unwrap().text;
        assert_ne!(text, Text::from(""));
    }
}
