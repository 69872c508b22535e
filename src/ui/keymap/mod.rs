//! Which key means which action where.
//!
//! Owns the merge of the table's default keys with the user's, and the refusal of conflicts. It
//! keeps no mode: the context is given with each key.

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;

use crate::ui::action::{Action, Context, Dealing, Entry, TABLE};
use crate::ui::key::{Chord, ChordError};
use crate::ui::suggest::nearest;

/// Why the keys of the configuration cannot be used. The configuration layer adds file and line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeymapError {
    /// No action has this name.
    #[error("keys: there is no action `{name}`{}; `synod keys` lists them", .suggestion.map(|s| format!(" (did you mean `{s}`?)")).unwrap_or_default())]
    UnknownAction {
        /// The name used.
        name: String,
        /// The nearest name.
        suggestion: Option<&'static str>,
    },
    /// A key cannot be read.
    #[error("keys.{action}: {source}")]
    BadKey {
        /// The action it was for.
        action: String,
        /// What is wrong.
        source: ChordError,
    },
    /// One key would mean two things in one place.
    #[error("keys: `{key}` means both `{first}` and `{second}` in {}; give one of them another key", .context.title())]
    Conflict {
        /// The key.
        key: String,
        /// The action that had it.
        first: &'static str,
        /// The action that also wants it.
        second: &'static str,
        /// Where both apply.
        context: Context,
    },
}

/// Keys to actions, by context.
#[derive(Debug, Clone)]
pub struct Keymap {
    map: HashMap<(Context, Chord), Action>,
    /// The keys of each action, in the order given, for help and hints.
    keys: BTreeMap<Action, Vec<Chord>>,
}

impl Keymap {
    /// The table's keys, with the user's in place of those of the actions named. An empty list
    /// unbinds an action. Plain characters are never bound where text is typed.
    ///
    /// # Errors
    /// An unknown action (with a suggestion), an unreadable key, or a key with two meanings.
    pub fn new(overrides: &BTreeMap<String, Vec<String>>) -> Result<Self, KeymapError> {
        for name in overrides.keys() {
            if Action::named(name).is_none() {
                return Err(KeymapError::UnknownAction {
                    name: name.clone(),
                    suggestion: nearest(name, TABLE.iter().map(|e| e.name)),
                });
            }
        }
        let mut keymap = Self {
            map: HashMap::new(),
            keys: BTreeMap::new(),
        };
        for entry in TABLE {
            let own: Vec<&str> = match overrides.get(entry.name) {
                Some(keys) => keys.iter().map(String::as_str).collect(),
                None => entry.keys.to_vec(),
            };
            keymap.bind(entry, &own)?;
        }
        Ok(keymap)
    }

    fn bind(&mut self, entry: &'static Entry, keys: &[&str]) -> Result<(), KeymapError> {
        let mut chords = Vec::new();
        for key in keys {
            let chord: Chord = key.parse().map_err(|source| KeymapError::BadKey {
                action: entry.name.to_owned(),
                source,
            })?;
            for &context in entry.contexts {
                if context.types_text() && chord.is_text() {
                    continue;
                }
                let old = self.map.insert((context, chord), entry.action);
                if let Some(first) = old.filter(|a| *a != entry.action).and_then(Action::entry) {
                    return Err(KeymapError::Conflict {
                        key: chord.to_string(),
                        first: first.name,
                        second: entry.name,
                        context,
                    });
                }
            }
            chords.push(chord);
        }
        self.keys.insert(entry.action, chords);
        Ok(())
    }

    /// What a key means in a context.
    #[must_use]
    pub fn action(&self, context: Context, chord: Chord) -> Option<Action> {
        self.map.get(&(context, chord)).copied()
    }

    /// The keys of an action that work in a context, as shown to people.
    #[must_use]
    pub fn labels(&self, action: Action, context: Context) -> Vec<String> {
        self.chords(action)
            .iter()
            .filter(|c| self.action(context, **c) == Some(action))
            .map(|c| c.label())
            .collect()
    }

    /// What to press for an action, for a sentence: its first key in a context, or where it has none
    /// there its name for the `:` line.
    #[must_use]
    pub fn name(&self, action: Action, context: Context) -> String {
        let label = self.labels(action, context).into_iter().next();
        let name = || action.entry().map(|entry| format!(":{}", entry.name));
        label.or_else(name).unwrap_or_default()
    }

    /// The keys of an action, wherever they work.
    #[must_use]
    pub fn chords(&self, action: Action) -> &[Chord] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// Key and word of each hint for a context, in the order of the table.
    pub fn hints(&self, context: Context) -> impl Iterator<Item = (String, &'static str)> + '_ {
        TABLE
            .iter()
            .map(move |e| (e, hint_word(e, context)))
            .filter(|(_, word)| !word.is_empty())
            .filter_map(move |(e, word)| {
                Some((self.labels(e.action, context).into_iter().next()?, word))
            })
    }
}

/// The word of a hint: what Enter and Esc do has a better name in dialogs.
fn hint_word(entry: &Entry, context: Context) -> &'static str {
    match context {
        Context::Choice if entry.action == Action::Enter => "take this",
        Context::Choice if entry.action == Action::Write => "write your own",
        Context::Choice if entry.action == Action::Conflict(Dealing::Merge) => "merge",
        // There is nothing to open in a text.
        Context::Pane if entry.action == Action::Enter => "",
        Context::Overlay | Context::Input if entry.action == Action::Enter => "confirm",
        Context::Overlay | Context::Input if entry.action == Action::Back => "close",
        Context::Editor if entry.action == Action::Back => "leave",
        // Of all dialogs one is a list that can be narrowed, and that one says so.
        Context::Overlay if entry.action == Action::Filter => "",
        Context::Composer
        | Context::List
        | Context::Pane
        | Context::Choice
        | Context::Overlay
        | Context::Input
        | Context::Editor => entry.hint,
    }
}

impl Default for Keymap {
    /// The table's own keys. A test holds that they have no conflict; were there one, the keys
    /// bound before it remain.
    fn default() -> Self {
        Self::new(&BTreeMap::new()).unwrap_or_else(|_| Self {
            map: HashMap::new(),
            keys: BTreeMap::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn with(action: &str, keys: &[&str]) -> Result<Keymap, KeymapError> {
        let keys = keys.iter().map(|k| (*k).to_owned()).collect();
        Keymap::new(&BTreeMap::from([(action.to_owned(), keys)]))
    }

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    #[test]
    fn the_default_keys_have_no_conflict() {
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        assert_eq!(keymap.action(Context::List, chord("q")), Some(Action::Quit));
        assert_eq!(keymap.action(Context::Composer, chord("q")), None);
        assert_eq!(
            keymap.action(Context::Composer, chord("ctrl-q")),
            Some(Action::Quit)
        );
        assert_eq!(
            keymap.action(Context::Choice, chord("2")),
            Some(Action::Choose(2))
        );
        assert_eq!(
            keymap.action(Context::List, chord("2")),
            Some(Action::Go(crate::ui::action::Screen::Sessions))
        );
    }

    #[test]
    fn approvals_are_never_a_key_of_the_composer() {
        let keymap = with("allow", &["a", "ctrl-a"]).unwrap();
        for key in ["a", "ctrl-a"] {
            assert_eq!(keymap.action(Context::Composer, chord(key)), None);
            assert_eq!(
                keymap.action(Context::List, chord(key)),
                Some(Action::Allow)
            );
        }
    }

    #[test]
    fn the_users_keys_replace_those_of_the_action() {
        let keymap = with("quit", &["Q"]).unwrap();
        assert_eq!(keymap.action(Context::List, chord("q")), None);
        assert_eq!(keymap.action(Context::List, chord("Q")), Some(Action::Quit));
        let keymap = with("quit", &[]).unwrap();
        assert_eq!(keymap.chords(Action::Quit), []);
    }

    #[test]
    fn a_sentence_names_the_key_that_works_there() {
        let keymap = Keymap::default();
        assert_eq!(keymap.name(Action::Quit, Context::List), "q");
        assert_eq!(keymap.name(Action::Quit, Context::Composer), "Ctrl-Q");
        let keymap = with("quit", &[]).unwrap();
        assert_eq!(keymap.name(Action::Quit, Context::List), ":quit");
    }

    #[test]
    fn mistakes_are_explained() {
        assert_eq!(
            with("quitt", &["x"]).unwrap_err().to_string(),
            "keys: there is no action `quitt` (did you mean `quit`?); `synod keys` lists them"
        );
        assert_eq!(
            with("zoom", &["q"]).unwrap_err().to_string(),
            "keys: `q` means both `zoom` and `quit` in lists; give one of them another key"
        );
        assert!(
            with("zoom", &["hyper-x"])
                .unwrap_err()
                .to_string()
                .starts_with("keys.zoom: `hyper-x`")
        );
    }

    #[test]
    fn hints_come_from_the_table() {
        let keymap = Keymap::default();
        let hints: Vec<_> = keymap
            .hints(Context::Composer)
            .map(|(k, w)| format!("{k} {w}"))
            .collect();
        assert_eq!(
            hints,
            [
                "Enter send",
                "Alt-Enter new line",
                "Esc back",
                "Ctrl-P palette",
                "F1 keys"
            ]
        );
    }
}
