//! Answers taken apart into atomic claims, so that a vote can be on the contested ones only.
//!
//! One member, the clerk, says how each answer stands to each claim and quotes the words that show it.
//! [`read()`] believes it only as far as the quotes go: what is not in the answer counts as silence. What
//! is left is a [`Matrix`] of claims and candidates; [`Matrix::exhibits`] is what a voter is shown of it.

pub mod exhibits;
pub mod matrix;
pub(super) mod quote;
pub mod read;

pub use exhibits::Exhibits;
pub use matrix::{Claim, Dropped, Held, Matrix, Stance, Stand};
pub use read::{Fault, read};

/// The most claims that are kept; the form says it as well.
pub const CLAIMS_MAX: usize = 64;
/// The longest claim and the longest quote, in bytes; the form says it as well.
pub const WORDS_MAX: usize = 400;

/// The form of a list of claims, for the prompt.
pub const SCHEMA: &str = r#"{
  "type": "object",
  "properties": {
    "claims": {
      "type": "array",
      "minItems": 1,
      "maxItems": 64,
      "items": {
        "type": "object",
        "properties": {
          "claim": {"type": "string", "maxLength": 400},
          "stances": {
            "description": "for each label, how that answer stands to the claim",
            "type": "object",
            "additionalProperties": {
              "type": "object",
              "properties": {
                "stance": {"enum": ["agree", "contradict", "silent"]},
                "quote": {"type": "string", "maxLength": 400}
              },
              "required": ["stance"],
              "additionalProperties": false
            }
          }
        },
        "required": ["claim", "stances"],
        "additionalProperties": false
      }
    }
  },
  "required": ["claims"],
  "additionalProperties": false
}"#;
