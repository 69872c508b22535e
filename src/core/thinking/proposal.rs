//! What a member proposes as its next thought: how it looks, and how it is read from an answer.
//!
//! Models keep to a format loosely, so reading is lenient about what stands around the object and
//! how its fields are spelled, and strict about what is missing.

use serde_json::{Map, Value};

/// The object as a prompt asks for it and as members should write it.
pub const SHAPE: &str = r#"{"thought":"...","next_thought_needed":true,"total_thoughts":5}"#;

/// How much of an answer is looked at, in bytes; a thought is a few sentences.
const READ_MAX: usize = 256 * 1024;
/// How many places of an answer are tried as the beginning of the object.
const TRIES: usize = 64;
/// The longest name of a branch, in characters.
const BRANCH_NAME_MAX: usize = 24;

/// A thought as it was proposed, before it is held against the earlier ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is thought.
    pub text: String,
    /// Whether the member wants to think further.
    pub more: bool,
    /// Whether it found that it needs more thoughts than expected.
    pub needs_more: bool,
    /// How many thoughts it expects in all.
    pub total: Option<u32>,
    /// The thought that this one corrects.
    pub revises: Option<u32>,
    /// The thought from which a branch begins.
    pub branch_from: Option<u32>,
    /// The name of the branch.
    pub branch_id: Option<String>,
}

/// Why an answer is no thought. The words go to the member and to the operator; nothing that the
/// member wrote is in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// There is no such object.
    #[error("there is no JSON object with the field `thought` in it")]
    NoObject,
    /// The thought says nothing.
    #[error("`thought` is empty or no text")]
    Empty,
    /// It does not say whether it is the last one.
    #[error("`next_thought_needed` is missing; it is true or false")]
    NoEnd,
    /// A field does not hold what it should.
    #[error("`{field}` is not {wanted}")]
    Wrong {
        /// Which.
        field: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// It refers to a thought that is not there.
    #[error("`{field}` names thought {named}, and there {}", there_are(*there))]
    NoSuchThought {
        /// Which field.
        field: &'static str,
        /// The number.
        named: u32,
        /// How many thoughts there are.
        there: u32,
    },
    /// It goes on in a branch that is not there.
    #[error("`branch_id` names a branch that is not there; give `branch_from` to begin one")]
    NoSuchBranch {
        /// The name; untrusted.
        id: String,
    },
}

fn there_are(count: u32) -> String {
    match count {
        0 => "is no thought yet".to_owned(),
        1 => "is only thought 1".to_owned(),
        more => format!("are only the thoughts 1 to {more}"),
    }
}

impl Proposal {
    /// Reads an answer: the last object in it that has a `thought`.
    pub fn read(answer: &str) -> Result<Self, Flaw> {
        let fields = object(answer).ok_or(Flaw::NoObject)?;
        let text = text(&fields, &["thought"]).ok_or(Flaw::Empty)?;
        let more = flag(
            &fields,
            "next_thought_needed",
            &["next_thought_needed", "nextThoughtNeeded"],
        )?;
        let needs = ["needs_more_thoughts", "needsMoreThoughts", "needs_more"];
        let branch_id = text_of(&fields, &["branch_id", "branchId", "branch"]).map(name);
        Ok(Self {
            text,
            more: more.ok_or(Flaw::NoEnd)?,
            needs_more: flag(&fields, "needs_more_thoughts", &needs)?.unwrap_or(false),
            total: number(
                &fields,
                "total_thoughts",
                &["total_thoughts", "totalThoughts"],
            )?,
            revises: number(
                &fields,
                "revises",
                &["revises", "revises_thought", "revisesThought"],
            )?,
            branch_from: number(
                &fields,
                "branch_from",
                &["branch_from", "branch_from_thought", "branchFromThought"],
            )?,
            // The trunk is no branch, whatever it is called.
            branch_id: branch_id.filter(|id| !matches!(id.as_str(), "" | "main" | "trunk")),
        })
    }
}

/// The last object with a `thought`, wherever it stands.
fn object(answer: &str) -> Option<Map<String, Value>> {
    if answer.len() > READ_MAX {
        return None;
    }
    let mut found = None;
    let mut from = 0;
    for _ in 0..TRIES {
        let rest = answer.get(from..)?;
        let Some(at) = rest.find('{') else {
            break;
        };
        let begin = from + at;
        let mut values =
            serde_json::Deserializer::from_str(answer.get(begin..)?).into_iter::<Value>();
        match values.next() {
            Some(Ok(Value::Object(fields))) => {
                from = begin + values.byte_offset();
                if fields.contains_key("thought") {
                    found = Some(fields);
                }
            }
            Some(_) | None => from = begin + 1,
        }
    }
    found
}

fn first<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    let mut values = names.iter().filter_map(|name| fields.get(*name));
    values.find(|value| !value.is_null())
}

fn text_of<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<&'a str> {
    first(fields, names).and_then(Value::as_str)
}

fn text(fields: &Map<String, Value>, names: &[&str]) -> Option<String> {
    let text = text_of(fields, names)?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn flag(
    fields: &Map<String, Value>,
    field: &'static str,
    names: &[&str],
) -> Result<Option<bool>, Flaw> {
    let Some(value) = first(fields, names) else {
        return Ok(None);
    };
    let word = value.as_str().map(str::to_ascii_lowercase);
    match (value.as_bool(), word.as_deref()) {
        (Some(flag), _) => Ok(Some(flag)),
        (None, Some("true" | "yes")) => Ok(Some(true)),
        (None, Some("false" | "no")) => Ok(Some(false)),
        (None, _) => Err(Flaw::Wrong {
            field,
            wanted: "true or false",
        }),
    }
}

/// A whole number; 0, an empty text and false mean that there is none.
fn number(
    fields: &Map<String, Value>,
    field: &'static str,
    names: &[&str],
) -> Result<Option<u32>, Flaw> {
    let Some(value) = first(fields, names) else {
        return Ok(None);
    };
    let written = match value.as_str().map(str::trim) {
        Some("") => return Ok(None),
        Some(text) => text.parse().ok(),
        None if value.as_bool() == Some(false) => return Ok(None),
        None => value.as_u64(),
    };
    match written.map(u32::try_from) {
        Some(Ok(0)) => Ok(None),
        Some(Ok(number)) => Ok(Some(number)),
        Some(Err(_)) | None => Err(Flaw::Wrong {
            field,
            wanted: "the number of a thought",
        }),
    }
}

/// A name that stands unchanged in a frame's label, so that the member can repeat it.
fn name(written: &str) -> String {
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
    let spaced = written
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c });
    let kept: String = spaced.filter(plain).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(BRANCH_NAME_MAX).collect();
    name.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Proposal, SHAPE};

    fn why(answer: &str) -> String {
        Proposal::read(answer).unwrap_err().to_string()
    }

    #[test]
    fn a_thought_is_read_whatever_stands_around_it() {
        let plain = Proposal {
            text: "It races.".to_owned(),
            more: true,
            needs_more: false,
            total: Some(5),
            revises: None,
            branch_from: None,
            branch_id: None,
        };
        let object = r#"{"thought":" It races. ","next_thought_needed":true,"total_thoughts":5}"#;
        for answer in [
            object.to_owned(),
            format!("Here it is:\n```json\n{object}\n```\nThanks."),
            format!("{{broken {{}} {object}"),
            format!("{SHAPE}\n{object}"),
        ] {
            assert_eq!(Proposal::read(&answer), Ok(plain.clone()), "{answer}");
        }
    }

    #[test]
    fn fields_are_read_as_models_spell_them() {
        let answer = r#"{"thought":"b","nextThoughtNeeded":"False","totalThoughts":"3","isRevision":true,
            "revisesThought":1,"branchFromThought":2,"branchId":" a\n ~~b` ","needsMoreThoughts":null}"#;
        let read = Proposal {
            text: "b".to_owned(),
            more: false,
            needs_more: false,
            total: Some(3),
            revises: Some(1),
            branch_from: Some(2),
            branch_id: Some("a b".to_owned()),
        };
        assert_eq!(Proposal::read(answer), Ok(read));
        let none = r#"{"thought":"b","next_thought_needed":false,"revises":0,"branch_from":"","branch_id":"main"}"#;
        let read = Proposal::read(none).unwrap();
        assert_eq!(
            (read.revises, read.branch_from, read.branch_id),
            (None, None, None)
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(why("I think that it races.").starts_with("there is no JSON object"));
        assert!(why(r#"{"thought":"cut off"#).starts_with("there is no JSON object"));
        assert_eq!(
            why(r#"{"thought":" ","next_thought_needed":true}"#),
            "`thought` is empty or no text"
        );
        assert!(why(r#"{"thought":"a"}"#).contains("`next_thought_needed` is missing"));
        assert_eq!(
            why(r#"{"thought":"a","next_thought_needed":"maybe"}"#),
            "`next_thought_needed` is not true or false"
        );
        assert_eq!(
            why(r#"{"thought":"a","next_thought_needed":true,"revises":-1}"#),
            "`revises` is not the number of a thought"
        );
        assert!(why(&format!("{}{SHAPE}", " ".repeat(300_000))).contains("no JSON object"));
    }
}
