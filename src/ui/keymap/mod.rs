//! Which key means which action where.
//!
//! Owns the keys that are built in, those of a file over them ([`Keymap::parse`]), and what is told of them:
//! labels, hints, and the keymap as a text. It keeps no mode: the context, and the key that was begun with,
//! are given with each key.

mod load;
mod print;
mod problem;
#[cfg(test)]
mod tests;

pub use print::{commented, printed};
pub use problem::{Fault, KeymapError, Problem};

use crate::ui::action::{Action, Context, Dealing, Entry, TABLE};
use crate::ui::key::Chord;
use crate::ui::sequence::Sequence;

/// Keys to actions, by context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// The operator's own first, two keys last; the same keys once in a context.
    bindings: Vec<Binding>,
}

/// What is pressed for an action in a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// What is pressed.
    pub keys: Sequence,
    /// What it does.
    pub action: Action,
    /// The line of the file that says so; none: it is built in.
    pub line: Option<usize>,
}

/// What a key means where it is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// It does this.
    Does(Action),
    /// It is the first of two.
    Begins,
    /// Nothing.
    Nothing,
}

impl Keymap {
    /// The built-in keys with those of a file of keys in their place; `file` is what it is called in messages.
    ///
    /// # Errors
    /// Everything that is wrong with it, by line.
    pub fn parse(text: &str, file: &str) -> Result<Self, KeymapError> {
        load::parse(text, file)
    }

    /// A keymap without a key: every action is told by its name.
    pub(crate) fn unbound() -> Self {
        Self {
            bindings: Vec::new(),
        }
    }

    /// Whether there is no key at all.
    pub(crate) fn is_unbound(&self) -> bool {
        self.bindings.is_empty()
    }

    fn binding(&self, context: Context, keys: Sequence) -> Option<&Binding> {
        let mut all = self.bindings.iter();
        all.find(|it| it.context == context && it.keys == keys)
    }

    /// What a key means in a context, after the one that was begun with, if any.
    #[must_use]
    pub fn meaning(&self, context: Context, begun: Option<Chord>, key: Chord) -> Meaning {
        let keys = match begun {
            Some(first) => Sequence {
                first,
                second: Some(key),
            },
            None => Sequence::from(key),
        };
        if let Some(binding) = self.binding(context, keys) {
            return Meaning::Does(binding.action);
        }
        if begun.is_none() && self.followers(context, key).next().is_some() {
            return Meaning::Begins;
        }
        Meaning::Nothing
    }

    /// What can follow a key in a context.
    pub fn followers(
        &self,
        context: Context,
        first: Chord,
    ) -> impl Iterator<Item = (Chord, Action)> {
        let all = self.bindings.iter();
        all.filter(move |it| it.context == context && it.keys.first == first)
            .filter_map(|it| Some((it.keys.second?, it.action)))
    }

    /// The keys of an action that work in a context, as shown to people.
    #[must_use]
    pub fn labels(&self, action: Action, context: Context) -> Vec<String> {
        let all = self.bindings.iter();
        all.filter(|it| it.context == context && it.action == action)
            .map(|it| it.keys.label())
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
    pub fn keys(&self, action: Action) -> Vec<Sequence> {
        let mut keys: Vec<Sequence> = Vec::new();
        for binding in self.bindings.iter().filter(|it| it.action == action) {
            if !keys.contains(&binding.keys) {
                keys.push(binding.keys);
            }
        }
        keys
    }

    /// Key, word and action of each hint for a context, in the order of the table.
    pub fn hints(
        &self,
        context: Context,
    ) -> impl Iterator<Item = (String, &'static str, Action)> + '_ {
        TABLE
            .iter()
            .map(move |e| (e, hint_word(e, context)))
            .filter(|(_, word)| !word.is_empty())
            .filter_map(move |(e, word)| {
                let key = self.labels(e.action, context).into_iter().next()?;
                Some((key, word, e.action))
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
        Context::Past if entry.action == Action::Enter => "look around",
        Context::Composer
        | Context::List
        | Context::Pane
        | Context::Choice
        | Context::Overlay
        | Context::Input
        | Context::Editor
        | Context::Past => entry.hint,
    }
}

impl Default for Keymap {
    /// The table's own keys. A character is never bound where it is typed.
    fn default() -> Self {
        let mut bindings = Vec::new();
        for entry in TABLE {
            // A test holds that each key of the table can be read.
            for keys in entry.keys.iter().filter_map(|key| key.parse().ok()) {
                bindings.extend(bound(entry, keys));
            }
        }
        Self { bindings }
    }
}

/// A key of the table in each context in which it is none that is typed.
fn bound(entry: &Entry, keys: Sequence) -> impl Iterator<Item = Binding> {
    let contexts = entry.contexts.iter().copied();
    let action = entry.action;
    contexts
        .filter(move |context| !(context.types_text() && keys.first.is_text()))
        .map(move |context| Binding {
            context,
            keys,
            action,
            line: None,
        })
}
