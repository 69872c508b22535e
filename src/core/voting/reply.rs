//! What can be wrong with a short reply that is no ballot: a position, an opinion, a judgement.

use serde::{Deserialize, Serialize};

use super::{Faults, Sheet, ballot, sheet};
use crate::core::json::Fields;
use crate::core::text::one_line;

/// What is wrong with a reply. Each is one sentence that a model can act upon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// There is no such object in the text.
    #[error("there is no JSON object with `{field}` in the answer")]
    Missing {
        /// The field that it must have.
        field: String,
    },
    /// A field that says yes or no says neither.
    #[error("`{field}` is neither true nor false")]
    NotTrueOrFalse {
        /// Which.
        field: String,
    },
    /// A field that names an answer names none.
    #[error("`{field}` is no label; give the label of one answer")]
    NoLabel {
        /// Which.
        field: String,
    },
    /// A label that nobody gave.
    #[error("there is no answer `{label}`")]
    UnknownLabel {
        /// As written, cut; untrusted.
        label: String,
    },
    /// A change to what one holds already.
    #[error("`{label}` is your own answer: hold it, or change to another one")]
    Own {
        /// Its label.
        label: String,
    },
    /// Both at once.
    #[error("`hold` is true and `to` names another answer; say one of the two")]
    HeldAndChanged,
    /// There is no reason.
    #[error("`because` says nothing; give the reason in one line")]
    NoReason,
}

impl Fault {
    pub(crate) fn missing(field: &str) -> Faults<Self> {
        let field = field.to_owned();
        Faults::from(Self::Missing { field })
    }
}

/// The reason of a reply, in one line; empty where none is given.
pub(crate) fn because(fields: &Fields) -> String {
    let reason = one_line(&fields.text("because"), ballot::REASON_MAX);
    if reason.contains(char::is_alphanumeric) {
        reason
    } else {
        String::new()
    }
}

/// The answer under a label.
pub(super) fn labelled(sheet: &Sheet, label: &str) -> Result<usize, Fault> {
    sheet.candidate(label).ok_or_else(|| Fault::UnknownLabel {
        label: sheet::repeated(label),
    })
}
