//! What a rehearsal says of a task that it is shown: of its kind by the words in it, and that it is no
//! model. Pure.

use serde_json::json;

use super::persona::Persona;
use crate::core::Kinds;
use crate::core::analysis::Reader;
use crate::core::appraisal::SCHEMA;

/// How a prompt says that the last answer was none.
const AGAIN: &str = "Your last reply was no answer";

/// Whether a prompt asks what sort of work a task is. The form stands behind the task.
pub(super) fn is_asked(prompt: &str) -> bool {
    prompt.contains(SCHEMA)
}

/// What is said of the task in a prompt. The one that is wrong answers in prose at first.
pub(super) fn appraisal(persona: Persona, prompt: &str) -> String {
    let task = prompt.rsplit_once(SCHEMA).map_or(prompt, |(task, _)| task);
    if persona == Persona::Wrong && !task.contains(AGAIN) {
        return "This is a rehearsal: I answer in prose although an object was asked for."
            .to_owned();
    }
    let read = Reader::default().analyse(framed(task), None, &Kinds::default());
    json!({
        "kind": read.guess.kind.word(),
        "stakes": "usual",
        "why": "REHEARSAL, by the words in it",
    })
    .to_string()
}

/// What stands between the marks.
fn framed(prompt: &str) -> &str {
    let open = prompt
        .split_once(" task\n")
        .map_or(prompt, |(_, rest)| rest);
    open.rsplit_once(" end of task")
        .map_or(open, |(text, _)| text.trim_end_matches('~').trim_end())
}

#[cfg(test)]
mod tests {
    use super::{appraisal, is_asked};
    use crate::core::appraisal::{ToAppraise, read};
    use crate::core::{Kinds, Text};
    use crate::prompts;
    use crate::servers::rehearsal::persona::Persona;

    fn prompt(flaw: Option<&str>) -> String {
        prompts::appraise(&ToAppraise {
            prompt: Text::from("Mend the login test"),
            kinds: Vec::new(),
            flaw: flaw.map(str::to_owned),
        })
    }

    #[test]
    fn a_rehearsal_says_what_it_is_and_the_wrong_one_has_to_be_asked_twice() {
        let asked = prompt(None);
        assert!(is_asked(&asked) && !is_asked("Mend the login test"));
        let kinds = Kinds::default();
        let said = read(&kinds, &appraisal(Persona::Terse, &asked)).unwrap();
        assert!(said.why.starts_with("REHEARSAL"));
        assert_eq!(super::framed(&asked), "Mend the login test");
        assert!(read(&kinds, &appraisal(Persona::Wrong, &asked)).is_err());
        let again = prompt(Some("none"));
        assert!(read(&kinds, &appraisal(Persona::Wrong, &again)).is_ok());
    }
}
