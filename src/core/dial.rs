//! Dials: what a member's session can be set to (its mode, its model, whatever else its agent lets one
//! choose), and what the operator wishes of them.
//!
//! Names and values are the agent's own words: untrusted, and bounded here. How a dial is turned is the
//! business of the connection to the agent.

use serde::{Deserialize, Serialize};

use crate::core::text::one_line;

/// The dial of the mode.
pub const MODE: &str = "mode";
/// The dial of the model.
pub const MODEL: &str = "model";
/// How many dials of a session are known.
pub const DIALS_MAX: usize = 32;
/// How many values all dials of a session have together.
pub const VALUES_MAX: usize = 600;
/// The longest word of a dial or a value, in bytes. A longer one cannot be told from others, so it is none.
pub const WORD_MAX: usize = 200;
/// The longest name of a dial or a value, in bytes; the rest is left out.
const NAME_MAX: usize = 80;

/// Something that a session can be set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dial {
    /// The word for it: [`MODE`], [`MODEL`], or the agent's own.
    pub id: String,
    /// What the agent calls it.
    pub name: String,
    /// What it is about.
    pub sort: DialSort,
    /// The word of the value that is set.
    pub current: String,
    /// What it can be set to.
    pub values: Vec<DialValue>,
}

/// What a dial can be set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialValue {
    /// The word for it.
    pub value: String,
    /// What the agent calls it.
    pub name: String,
}

/// What a dial is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialSort {
    /// What the agent may do, and for what it asks.
    Mode,
    /// Which model answers.
    Model,
    /// How long the model thinks.
    Thought,
    /// Something else.
    Other,
}

/// What the operator wishes a dial to be set to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialWish {
    /// The dial.
    pub dial: String,
    /// The word of the value.
    pub value: String,
}

/// How far a mode goes without asking for leave, where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unasked {
    /// It edits files without asking.
    Edits,
    /// It does everything without asking.
    Everything,
}

impl DialSort {
    /// Whether turns that may only read can be made with any value of it: it does not bear on what an
    /// agent may do.
    #[must_use]
    pub fn is_harmless(self) -> bool {
        match self {
            Self::Model | Self::Thought => true,
            Self::Mode | Self::Other => false,
        }
    }
}

impl Dial {
    /// Whether it can be set to the value of this word.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|one| one.value == value)
    }

    /// What the agent calls the value of this word; the word where it has no such value.
    #[must_use]
    pub fn called<'a>(&'a self, value: &'a str) -> &'a str {
        let known = self.values.iter().find(|one| one.value == value);
        known.map_or(value, |one| one.name.as_str())
    }

    /// How far it goes without asking where it is set to a value, as far as is known: the agents say that
    /// only in prose.
    #[must_use]
    pub fn unasked(&self, value: &str) -> Option<Unasked> {
        if self.sort.is_harmless() {
            return None;
        }
        match value {
            "bypassPermissions" | "full-access" | "yolo" => Some(Unasked::Everything),
            "acceptEdits" | "autoEdit" | "auto" => Some(Unasked::Edits),
            _ => None,
        }
    }
}

/// What is known of dials, within bounds: the first ones, with their first values. The one that is set is
/// always among them.
#[must_use]
pub fn bounded(dials: impl IntoIterator<Item = Dial>) -> Vec<Dial> {
    let mut left = VALUES_MAX;
    let mut known: Vec<Dial> = Vec::new();
    for dial in dials {
        let again = known.iter().any(|it| it.id == dial.id);
        if again || !is_word(&dial.id) || !is_word(&dial.current) {
            continue;
        }
        if known.len() == DIALS_MAX || left == 0 {
            break;
        }
        let current = |one: &DialValue| one.value == dial.current;
        let set = dial.values.iter().position(current);
        let mut values: Vec<DialValue> = Vec::new();
        for (at, one) in dial.values.into_iter().enumerate() {
            let told = values.iter().any(|it| it.value == one.value);
            if told || !is_word(&one.value) {
                continue;
            }
            // The last place is for the one that is set.
            let kept = left > 1 || set.is_none_or(|set| at >= set);
            if left > 0 && kept {
                left -= 1;
                values.push(DialValue {
                    name: named(&one.name, &one.value),
                    value: one.value,
                });
            }
        }
        known.push(Dial {
            name: named(&dial.name, &dial.id),
            values,
            ..dial
        });
    }
    known
}

/// Whether a word can name something: it is short, and can be shown and typed.
fn is_word(word: &str) -> bool {
    !word.trim().is_empty() && word.len() <= WORD_MAX && !word.chars().any(char::is_control)
}

fn named(name: &str, word: &str) -> String {
    let name = if name.trim().is_empty() { word } else { name };
    one_line(name, NAME_MAX)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{DIALS_MAX, Dial, DialSort, DialValue, MODE, Unasked, VALUES_MAX, bounded};

    fn dial(id: &str, current: &str, values: &[&str]) -> Dial {
        let value = |word: &&str| DialValue {
            value: (*word).to_owned(),
            name: String::new(),
        };
        Dial {
            id: id.to_owned(),
            name: String::new(),
            sort: DialSort::Mode,
            current: current.to_owned(),
            values: values.iter().map(value).collect(),
        }
    }

    #[test]
    fn what_an_agent_says_it_has_is_bounded() {
        let many: Vec<String> = (0..VALUES_MAX * 2).map(|n| n.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let last = many.last().unwrap();
        let known = bounded([dial("a", last, &many), dial("b", "x", &["x"])]);
        assert_eq!(known.len(), 1);
        assert_eq!(known[0].values.len(), VALUES_MAX);
        assert!(known[0].has(last) && known[0].has("0"));

        let all = (0..DIALS_MAX * 2).map(|n| dial(&n.to_string(), "x", &["x"]));
        assert_eq!(bounded(all).len(), DIALS_MAX);

        let long = "v".repeat(300);
        let odd = dial(MODE, "a", &["a", "a", "", "b\u{1b}[2J", &long, "c"]);
        let odd = Dial {
            name: format!("two\nlines {long}"),
            ..odd
        };
        let [known] = bounded([odd, dial(MODE, "z", &["z"]), dial("", "z", &["z"])])
            .try_into()
            .unwrap();
        let words: Vec<&str> = known.values.iter().map(|it| it.value.as_str()).collect();
        assert_eq!(words, ["a", "c"]);
        assert_eq!(known.called("c"), "c");
        assert!(known.name.starts_with("two lines v") && known.name.len() < 90);
    }

    #[test]
    fn a_mode_is_known_to_ask_for_nothing_and_a_model_of_that_name_is_not() {
        let mode = dial(MODE, "plan", &["plan", "yolo", "auto"]);
        assert_eq!(mode.unasked("yolo"), Some(Unasked::Everything));
        assert_eq!(mode.unasked("auto"), Some(Unasked::Edits));
        assert_eq!(mode.unasked("plan"), None);
        let model = Dial {
            sort: DialSort::Model,
            ..mode
        };
        assert_eq!(model.unasked("auto"), None);
    }
}
