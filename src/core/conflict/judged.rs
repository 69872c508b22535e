//! What a judge says of two answers in the grey zone: whether they say the same.

use serde::{Deserialize, Serialize};

use crate::core::json::{last_object, truth};
use crate::core::voting::Faults;
use crate::core::voting::reply::{Fault, because};

/// The form of a judgement, for the prompt.
pub const SHAPE: &str = r#"{"same":true,"because":"<why, in one line>"}"#;

/// What a judge says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Whether the two answers say the same.
    pub same: bool,
    /// Why, in one line; untrusted, and empty where it gave no reason.
    pub because: String,
}

/// Reads the last judgement of a text.
///
/// # Errors
/// There is none, or it says neither yes nor no.
pub fn read(text: &str) -> Result<Judged, Faults<Fault>> {
    let fields = last_object(text, |fields| fields.has("same"));
    let fields = fields.ok_or_else(|| Fault::missing("same"))?;
    let same = fields.value("same").as_ref().and_then(truth);
    let same = same.ok_or_else(|| Fault::NotTrueOrFalse {
        field: "same".to_owned(),
    })?;
    let because = because(&fields);
    Ok(Judged { same, because })
}

#[cfg(test)]
mod tests {
    use super::{Judged, read};

    #[test]
    fn a_judgement_is_read_however_it_is_wrapped() {
        for (text, same, because) in [
            (
                r#"{"same":true,"because":"both name it"}"#,
                true,
                "both name it",
            ),
            ("```json\n{\"same\": \"no\",}\n```", false, ""),
            (
                r#"A says {"same":true}; I say {"Same":false,"because":"one\nhas two"}"#,
                false,
                "one has two",
            ),
        ] {
            let because = because.to_owned();
            assert_eq!(read(text), Ok(Judged { same, because }), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let fault = |text: &str| read(text).unwrap_err().to_string();
        assert_eq!(
            fault("yes"),
            "there is no JSON object with `same` in the answer"
        );
        for text in [r#"{"same":"mostly"}"#, r#"{"same":NaN}"#, r#"{"same":1}"#] {
            assert_eq!(fault(text), "`same` is neither true nor false", "{text}");
        }
    }
}
