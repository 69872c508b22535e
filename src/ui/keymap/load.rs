//! Reads a file of keys: sections of keys with the names of actions, over the keys that are built in.
//!
//! Owns what may stand in it. Every mistake is found at once and told with its line; a file with one gives
//! no keymap at all. It opens no file.

use crossterm::event::{KeyCode, KeyModifiers};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Fault, KeymapError, Problem};
use super::{Binding, Keymap};
use crate::ui::action::{Action, Context, Entry, TABLE};
use crate::ui::key::Chord;
use crate::ui::sequence::Sequence;
use crate::ui::suggest::nearest;
use crate::ui::text::{clip, line};

/// The section for all places where an action works.
pub(super) const EVERYWHERE: &str = "everywhere";

/// What a key is given to mean nothing.
const NONE: &str = "none";

/// Columns of a word of the file in a message.
const WORD: usize = 40;

/// One line of the file, in one context.
#[derive(Debug, Clone, Copy)]
struct Wish {
    context: Context,
    keys: Sequence,
    /// `None`: the key shall mean nothing.
    action: Option<Action>,
    line: usize,
    /// It stands in the section for all places, over which the others go.
    general: bool,
}

/// The keymap of a file of keys with this text; `file` is what it is called in messages.
///
/// # Errors
/// Everything that is wrong with it, by line.
pub(super) fn parse(text: &str, file: &str) -> Result<Keymap, KeymapError> {
    let mut reader = Reader {
        text,
        problems: Vec::new(),
        wishes: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        reader.problem(at, Fault::Syntax(word(error.message())));
    }
    if errors.is_empty() {
        reader.file(table.get_ref());
    }
    let Reader {
        mut problems,
        mut wishes,
        ..
    } = reader;
    // The sections are read in the order of their names.
    wishes.sort_by_key(|wish| wish.line);
    problems.extend(twice(&wishes));
    let keymap = granted(&wishes);
    if problems.is_empty() {
        problems.extend(begun(&keymap));
        problems.extend(no_way_out(&keymap, &wishes));
    }
    if problems.is_empty() {
        return Ok(keymap);
    }
    problems.sort_by_key(|problem| problem.line);
    Err(KeymapError::Faulty {
        file: file.to_owned(),
        problems,
    })
}

struct Reader<'t> {
    text: &'t str,
    problems: Vec<Problem>,
    wishes: Vec<Wish>,
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().iter().take(offset);
        before.filter(|byte| **byte == b'\n').count() + 1
    }

    fn problem(&mut self, offset: usize, fault: Fault) {
        let line = self.line(offset);
        self.problems.push(Problem { line, fault });
    }

    fn file(&mut self, table: &DeTable<'_>) {
        for (name, section) in table {
            let at = name.span().start;
            let name: &str = name.get_ref();
            let DeValue::Table(keys) = section.get_ref() else {
                self.problem(at, Fault::NoSection(word(name)));
                continue;
            };
            let context = Context::ALL.into_iter().find(|it| it.title() == name);
            if context.is_none() && name != EVERYWHERE {
                let known = Context::ALL.into_iter().map(Context::title);
                let suggestion = nearest(name, known.chain([EVERYWHERE]));
                let name = word(name);
                self.problem(at, Fault::UnknownSection { name, suggestion });
                continue;
            }
            for (key, value) in keys {
                let at = key.span().start;
                if let Err(fault) = self.wish(context, key.get_ref(), value, at) {
                    self.problem(at, fault);
                }
            }
        }
    }

    /// One line of a section; `None`: of the one for all places.
    fn wish(
        &mut self,
        section: Option<Context>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        at: usize,
    ) -> Result<(), Fault> {
        let name = value.get_ref().as_str();
        let name = name.ok_or_else(|| Fault::NoName(word(key)))?;
        let keys: Sequence = word(key).parse()?;
        if keys.second == Some(Chord::new(KeyCode::Esc, KeyModifiers::NONE)) {
            return Err(Fault::Dropped(keys));
        }
        let entry = meant(name)?;
        let contexts: Vec<Context> = match (section, entry) {
            (Some(context), Some(entry)) if !entry.contexts.contains(&context) => {
                return Err(Fault::Elsewhere {
                    action: entry.name,
                    context,
                    allowed: entry.contexts,
                });
            }
            (Some(context), _) => vec![context],
            (None, Some(entry)) => entry.contexts.to_vec(),
            (None, None) => Context::ALL.to_vec(),
        };
        let (typed, free): (Vec<Context>, Vec<Context>) = contexts
            .into_iter()
            .partition(|context| context.types_text() && keys.first.is_text());
        if free.is_empty() {
            let contexts = typed;
            return Err(Fault::Letters { keys, contexts });
        }
        let line = self.line(at);
        self.wishes.extend(free.into_iter().map(|context| Wish {
            context,
            keys,
            action: entry.map(|entry| entry.action),
            line,
            general: section.is_none(),
        }));
        Ok(())
    }
}

/// The action of a name; none for the word that unbinds.
fn meant(name: &str) -> Result<Option<&'static Entry>, Fault> {
    if name == NONE {
        return Ok(None);
    }
    let entry = TABLE.iter().find(|entry| entry.name == name);
    entry.map(Some).ok_or_else(|| Fault::UnknownAction {
        name: word(name),
        suggestion: nearest(name, TABLE.iter().map(|entry| entry.name)),
    })
}

/// A word of the file, as it may be shown.
fn word(text: &str) -> String {
    clip(&line(text), WORD).into_owned()
}

/// Keys that stand twice in a section, written in two ways.
fn twice(wishes: &[Wish]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for (i, wish) in wishes.iter().enumerate() {
        let same = |it: &&Wish| {
            it.context == wish.context && it.keys == wish.keys && it.general == wish.general
        };
        let first = wishes.iter().take(i).find(same);
        let told = problems.iter().any(|it| it.line == wish.line);
        if let Some(first) = first.filter(|_| !told) {
            let (keys, first) = (wish.keys, first.line);
            let line = wish.line;
            let fault = Fault::Twice { keys, first };
            problems.push(Problem { line, fault });
        }
    }
    problems
}

/// The built-in keys with what is wished in their place.
fn granted(wishes: &[Wish]) -> Keymap {
    let Keymap { mut bindings } = Keymap::default();
    let outdone = |wish: &&Wish| {
        let closer = |it: &Wish| !it.general && it.context == wish.context && it.keys == wish.keys;
        !wish.general || !wishes.iter().any(closer)
    };
    let wishes: Vec<&Wish> = wishes.iter().filter(outdone).collect();
    bindings.retain(|it| {
        let replaced = |wish: &&&Wish| wish.context == it.context && wish.keys == it.keys;
        !wishes.iter().any(|wish| replaced(&wish))
    });
    // The operator's own stand first, as they are what a hint names; but one key is sooner pressed than two.
    let own = wishes.iter().filter_map(|wish| {
        let action = wish.action?;
        Some(Binding {
            context: wish.context,
            keys: wish.keys,
            action,
            line: Some(wish.line),
        })
    });
    let (one, two): (Vec<Binding>, Vec<Binding>) = own.partition(|it| it.keys.second.is_none());
    let bindings = one.into_iter().chain(bindings).chain(two).collect();
    Keymap { bindings }
}

/// Two keys of which the first does something by itself; each line once.
fn begun(keymap: &Keymap) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let twos = keymap.bindings.iter().filter(|it| it.keys.second.is_some());
    for two in twos {
        let alone = Sequence::from(two.keys.first);
        let single = keymap.binding(two.context, alone);
        let line = two.line.unwrap_or_default();
        let told = problems.iter().any(|it| it.line == line);
        if let Some(entry) = single.and_then(|it| it.action.entry()).filter(|_| !told) {
            let fault = Fault::Begun {
                keys: two.keys,
                action: entry.name,
                context: two.context,
            };
            problems.push(Problem { line, fault });
        }
    }
    problems
}

/// Places that cannot be left any more, at the line which took the key away.
fn no_way_out(keymap: &Keymap, wishes: &[Wish]) -> Vec<Problem> {
    let built_in = Keymap::default();
    let stuck = Context::ALL.into_iter().filter(|context| {
        let leads = |it: &Binding| it.context == *context && it.action == Action::Back;
        !keymap.bindings.iter().any(leads)
    });
    let at = stuck.map(|context| {
        let took = wishes.iter().find(|wish| {
            let was = built_in.binding(context, wish.keys);
            wish.context == context && was.is_some_and(|it| it.action == Action::Back)
        });
        let line = took.map_or(1, |wish| wish.line);
        let fault = Fault::NoWayOut(context);
        Problem { line, fault }
    });
    at.collect()
}
