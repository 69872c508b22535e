//! Where a member stands after a round of consensus: it holds its answer, or changes to another one and
//! names what made it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reply::{Fault, because, labelled};
use super::{Faults, Sheet, sheet};
use crate::core::json::{last_object, truth};

/// The form of a position, for the prompt.
pub const SHAPE: &str = r#"{"hold":true}
or
{"hold":false,"to":"<label>","because":"<the new evidence, in one line>"}"#;

/// Where a member stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// It holds its answer.
    Held,
    /// It stands behind another answer now.
    Changed {
        /// The number of that candidate.
        to: usize,
        /// The evidence that it names, in one line; untrusted.
        because: String,
    },
}

/// Reads the last position of a text. `own` is the candidate that the member stands behind, on the
/// sheet or not.
///
/// # Errors
/// What is missing, unknown or contradicts itself; a change without a reason, or to itself.
pub fn read(sheet: &Sheet, own: usize, text: &str) -> Result<Position, Faults<Fault>> {
    let fields = last_object(text, |fields| fields.has("hold") || fields.has("to"));
    let fields = fields.ok_or_else(|| Fault::missing("hold"))?;
    let to = match fields.value("to") {
        Some(Value::String(label)) if !label.trim().is_empty() => Some(label),
        Some(
            Value::String(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_),
        )
        | None => None,
    };
    let holds = match fields.value("hold") {
        Some(Value::Null) | None => None,
        Some(written) => Some(truth(&written).ok_or_else(|| Fault::NotTrueOrFalse {
            field: "hold".to_owned(),
        })?),
    };
    let label = match (holds, to) {
        (Some(true), None) => return Ok(Position::Held),
        (Some(true), Some(label)) => {
            return match sheet.candidate(&label) {
                Some(candidate) if candidate != own => Err(Fault::HeldAndChanged.into()),
                Some(_) | None => Ok(Position::Held),
            };
        }
        (None, None) => return Err(Fault::missing("hold")),
        (Some(false), None) => {
            let field = "to".to_owned();
            return Err(Fault::NoLabel { field }.into());
        }
        (Some(false) | None, Some(label)) => label,
    };
    let mut faults = Faults::default();
    let to = match labelled(sheet, &label) {
        Ok(to) if to == own => {
            let label = sheet
                .label_of(to)
                .unwrap_or_else(|| sheet::repeated(&label));
            faults.add(Fault::Own { label });
            None
        }
        Ok(to) => Some(to),
        Err(fault) => {
            faults.add(fault);
            None
        }
    };
    let because = because(&fields);
    if because.is_empty() {
        faults.add(Fault::NoReason);
    }
    match to {
        Some(to) if faults.0.is_empty() => Ok(Position::Changed { to, because }),
        Some(_) | None => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::{Position, read};
    use crate::core::fixture;
    use crate::core::voting::Sheet;

    fn sheet() -> Sheet {
        fixture::sheet(&[4, 0, 2])
    }

    fn fault(text: &str) -> String {
        read(&sheet(), 0, text).unwrap_err().to_string()
    }

    #[test]
    fn a_position_is_read_however_it_is_wrapped() {
        for text in [
            r#"{"hold": true}"#,
            "I stay.\n```json\n{\"Hold\":\"yes\",}\n```",
            r#"{"hold":true,"to":null,"because":""}"#,
            r#"{"hold":true,"to":"B"}"#,
            r#"B said {"hold":false,"to":"A","because":"x"}, but {"hold":true,"to":"none"}"#,
        ] {
            assert_eq!(read(&sheet(), 0, text), Ok(Position::Held), "{text}");
        }
        for text in [
            r#"{"hold": false, "to": "C", "because": "the log\nshows it"}"#,
            r#"{"to":"answer c","because":"the log shows it"}"#,
            "{\"hold\":\"no\",\"to\":\"(C)\",\"because\":\"the log\nshows it\",}",
        ] {
            let because = "the log shows it".to_owned();
            let changed = Position::Changed { to: 2, because };
            assert_eq!(read(&sheet(), 0, text), Ok(changed), "{text}");
        }
    }

    #[test]
    fn a_change_names_another_answer_and_its_reason() {
        for (text, expected) in [
            (
                "I hold.",
                "there is no JSON object with `hold` in the answer",
            ),
            (
                r#"{"hold":null}"#,
                "there is no JSON object with `hold` in the answer",
            ),
            (r#"{"hold":"perhaps"}"#, "`hold` is neither true nor false"),
            (
                r#"{"hold":NaN}"#,
                "there is no JSON object with `hold` in the answer",
            ),
            (
                r#"{"hold":false,"because":"x"}"#,
                "`to` is no label; give the label of one answer",
            ),
            (
                r#"{"hold":false,"to":"D","because":"x"}"#,
                "there is no answer `D`",
            ),
            (
                r#"{"hold":false,"to":"b","because":"x"}"#,
                "`B` is your own answer: hold it, or change to another one",
            ),
            (
                r#"{"hold":false,"to":"C","because":" … "}"#,
                "`because` says nothing; give the reason in one line",
            ),
            (
                r#"{"hold":false,"to":"Zeus"}"#,
                "there is no answer `Zeus`; `because` says nothing; give the reason in one line",
            ),
            (
                r#"{"hold":true,"to":"C","because":"x"}"#,
                "`hold` is true and `to` names another answer; say one of the two",
            ),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
    }

    #[test]
    fn hostile_texts_are_faults() {
        let long = format!(r#"{{"hold":false,"to":"{}"}}"#, "ä\n".repeat(400_000));
        assert!(fault(&long).len() < 200);
        let label = format!(r#"{{"hold":false,"to":"{}"}}"#, "x".repeat(10_000));
        assert!(fault(&label).len() < 200, "{}", fault(&label));
        assert!(fault(&"{\"hold\":".repeat(100_000)).contains("no JSON object"));
    }
}
