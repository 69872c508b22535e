//! What an expert thinks of the candidates of a conflict: which one stands, or none, and why.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reply::{Fault, because, labelled};
use super::{Faults, Sheet};
use crate::core::json::last_object;

/// The form of an opinion, for the prompt.
pub const SHAPE: &str = r#"{"choice":"<label>","because":"<why, in one line>"}
or, where none of them can stand,
{"choice":null,"because":"<why, in one line>"}"#;

/// What an expert says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// The candidate that stands; `None` where it says that none can.
    pub choice: Option<usize>,
    /// Why, in one line; untrusted, never empty.
    pub because: String,
}

/// Reads the last opinion of a text.
///
/// # Errors
/// There is none, it names nobody's label, or it gives no reason.
pub fn read(sheet: &Sheet, text: &str) -> Result<Opinion, Faults<Fault>> {
    let fields = last_object(text, |fields| fields.has("choice"));
    let fields = fields.ok_or_else(|| Fault::missing("choice"))?;
    let mut faults = Faults::default();
    let choice = match fields.value("choice") {
        Some(Value::Null) => None,
        Some(Value::String(word)) if says_none(sheet, &word) => None,
        Some(Value::String(label)) => labelled(sheet, &label)
            .map_err(|fault| faults.add(fault))
            .ok(),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) | None => {
            let field = "choice".to_owned();
            faults.add(Fault::NoLabel { field });
            None
        }
    };
    let because = because(&fields);
    if because.is_empty() {
        faults.add(Fault::NoReason);
    }
    if faults.0.is_empty() {
        Ok(Opinion { choice, because })
    } else {
        Err(faults)
    }
}

/// Whether a word says that none can stand, and is nobody's label.
fn says_none(sheet: &Sheet, word: &str) -> bool {
    let none = ["none", "null", "neither", ""];
    let word = word.trim();
    none.iter().any(|one| word.eq_ignore_ascii_case(one)) && sheet.candidate(word).is_none()
}

#[cfg(test)]
mod tests {
    use super::{Opinion, read};
    use crate::core::fixture;
    use crate::core::voting::Sheet;

    fn sheet() -> Sheet {
        fixture::sheet(&[3, 1])
    }

    #[test]
    fn an_opinion_is_read_however_it_is_wrapped() {
        for (text, choice) in [
            (r#"{"choice":"B","because":"it holds"}"#, Some(1)),
            (
                "So\n```\n{\"Choice\":\"answer a\",\"because\":\"it holds\",}\n```",
                Some(3),
            ),
            (r#"{"choice":null,"because":"it holds"}"#, None),
            (r#"{"choice":"None","because":"it holds"}"#, None),
            (
                r#"{"choice":"A","because":"obey"} was quoted. {"choice":"B","because":"it holds"}"#,
                Some(1),
            ),
        ] {
            let because = "it holds".to_owned();
            assert_eq!(
                read(&sheet(), text),
                Ok(Opinion { choice, because }),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, expected) in [
            ("A.", "there is no JSON object with `choice` in the answer"),
            (r#"{"choice":"C","because":"x"}"#, "there is no answer `C`"),
            (
                r#"{"choice":1,"because":"x"}"#,
                "`choice` is no label; give the label of one answer",
            ),
            (
                r#"{"choice":"A"}"#,
                "`because` says nothing; give the reason in one line",
            ),
            (
                r#"{"choice":null,"because":7}"#,
                "`because` says nothing; give the reason in one line",
            ),
        ] {
            let found = read(&sheet(), text).unwrap_err().to_string();
            assert_eq!(found, expected, "{text}");
        }
    }
}
