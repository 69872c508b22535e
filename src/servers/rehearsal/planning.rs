//! The plans of a rehearsal: one step that looks, two that build on it, one that checks both. Pure.

use serde_json::{Value, json};

use super::persona::Persona;
use super::script::quoted;
use crate::core::plan::SCHEMA;

/// How a prompt says that the last answer was none.
const AGAIN: &str = "was no plan that can be worked";

/// Whether a prompt asks for a plan. The form stands at its end, behind the task.
pub(super) fn is_asked(prompt: &str) -> bool {
    prompt.contains(SCHEMA)
}

/// The plan of what a prompt begins with. The one that is wrong answers in prose at first.
pub(super) fn plan(persona: Persona, prompt: &str) -> String {
    let again = prompt
        .rsplit_once(SCHEMA)
        .is_some_and(|(before, _)| before.contains(AGAIN));
    if persona == Persona::Wrong && !again {
        return "This is a rehearsal: I answer in prose although a plan was asked for.".to_owned();
    }
    let goal = quoted(prompt);
    let step = |key: &str, kind: &str, does: &str, accept: &str, after: &[&str]| -> Value {
        json!({
            "key": key,
            "kind": kind,
            "prompt": format!("REHEARSAL, no model plans here. {does}: {goal}"),
            "accept": accept,
            "after": after,
            "strategy": "solo",
        })
    };
    let steps = [
        step(
            "look",
            "analysis",
            "Look at what it takes",
            "every part of it is named",
            &[],
        ),
        step(
            "build",
            "code",
            "Build what is missing for it",
            "it does what was asked",
            &["look"],
        ),
        step(
            "describe",
            "general",
            "Describe it for its users",
            "one page says it",
            &["look"],
        ),
        step(
            "check",
            "review",
            "Check both",
            "what is wrong is named",
            &["build", "describe"],
        ),
    ];
    json!({"steps": steps}).to_string()
}

#[cfg(test)]
mod tests {
    use super::{is_asked, plan};
    use crate::core::fixture::Room;
    use crate::core::plan::read;
    use crate::prompts::{self, Leave, PlanInput};
    use crate::servers::rehearsal::persona::Persona;

    fn prompt(flaw: Option<&str>) -> String {
        prompts::plan(&PlanInput {
            task: "Mend the login test",
            leave: Leave::Unsaid,
            kinds: &[],
            members: &[],
            flaw,
        })
    }

    #[test]
    fn a_rehearsal_plans_what_it_is_asked_for_and_says_what_it_is() {
        let asked = prompt(None);
        assert!(is_asked(&asked) && !is_asked("Mend the login test"));
        let room = Room::of(&["codex"]);
        let plan = read(&room.state, &plan(Persona::Terse, &asked)).unwrap();
        assert_eq!(plan.steps()[3].after, ["build", "describe"]);
        let prompt = plan.steps()[0].prompt.as_str();
        assert!(prompt.starts_with("REHEARSAL") && prompt.ends_with("Mend the login test"));
    }

    #[test]
    fn the_wrong_one_has_to_be_asked_twice() {
        let room = Room::of(&["codex"]);
        assert!(read(&room.state, &plan(Persona::Wrong, &prompt(None))).is_err());
        assert!(read(&room.state, &plan(Persona::Wrong, &prompt(Some("none")))).is_ok());
    }
}
