//! What can be wrong with a file of keys, and how that is told: the file, the line, what it is, and what is
//! allowed instead.

use std::fmt;

use thiserror::Error;

use crate::ui::action::Context;
use crate::ui::sequence::{Sequence, SequenceError};

/// Why a file of keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeymapError {
    /// The file is there and cannot be read.
    #[error("{file} cannot be read: {why}; make it readable or move it away")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        why: String,
    },
    /// Lines of it are wrong; all of them at once.
    #[error("{}", Lines(.file, .problems))]
    Faulty {
        /// The file.
        file: String,
        /// What is wrong, by line.
        problems: Vec<Problem>,
    },
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// It is not TOML.
    #[error("this is not valid TOML: {0}")]
    Syntax(String),
    /// No section has this name.
    #[error("there is no section `{name}`{}; {SECTIONS}", Hint(*.suggestion))]
    UnknownSection {
        /// The name used.
        name: String,
        /// The nearest name.
        suggestion: Option<&'static str>,
    },
    /// A key stands above all sections.
    #[error("`{0}` stands in no section; {SECTIONS}")]
    NoSection(String),
    /// What stands behind a key is no text.
    #[error("`{0}` must be the name of an action in quotes, or \"none\"")]
    NoName(String),
    /// No action has this name.
    #[error("there is no action `{name}`{}; `synod keys` lists them, and \"none\" unbinds", Hint(*.suggestion))]
    UnknownAction {
        /// The name used.
        name: String,
        /// The nearest name.
        suggestion: Option<&'static str>,
    },
    /// A key cannot be read.
    #[error(transparent)]
    BadKey(#[from] SequenceError),
    /// An action means nothing in the section.
    #[error("`{action}` does nothing in [{}]; it can stand in {}, or in [everywhere]", .context.title(), Named(.allowed))]
    Elsewhere {
        /// The action.
        action: &'static str,
        /// The section.
        context: Context,
        /// Where it does something.
        allowed: &'static [Context],
    },
    /// A character is typed there.
    #[error("`{keys}` is typed as text in {}; begin with another key, for instance ctrl-x, alt-x or f2", Named(.contexts))]
    Letters {
        /// What was to be pressed.
        keys: Sequence,
        /// Where it is typed.
        contexts: Vec<Context>,
    },
    /// One key stands twice in a section.
    #[error("`{keys}` has a meaning on line {first} already; give one of them another key")]
    Twice {
        /// The key.
        keys: Sequence,
        /// The line where it stands too.
        first: usize,
    },
    /// The first of two keys does something by itself.
    #[error("`{}` means `{action}` in [{}], so nothing can follow it: unbind it with \"{}\" = \"none\", or begin `{keys}` with another key", .keys.first, .context.title(), .keys.first)]
    Begun {
        /// The two keys.
        keys: Sequence,
        /// What the first one does.
        action: &'static str,
        /// Where.
        context: Context,
    },
    /// The second key drops the first one.
    #[error("`{0}` cannot end with esc, which takes the first key back; end it with another key")]
    Dropped(Sequence),
    /// A place cannot be left any more.
    #[error("`back` has no key in [{}] any more; give it another one there", .0.title())]
    NoWayOut(Context),
}

const SECTIONS: &str = "the sections are [everywhere], [composer], [lists], [texts], [answers], [dialogs], [inputs], [editor] and [past]";

impl KeymapError {
    /// The first thing that is wrong, with the file by its name alone, and how many more there are: for one
    /// line.
    #[must_use]
    pub fn brief(&self) -> String {
        match self {
            Self::Unreadable { .. } => self.to_string(),
            Self::Faulty { file, problems } => {
                let name = file.rsplit('/').next().unwrap_or(file);
                let first = problems.first();
                let first =
                    first.map_or_else(String::new, |it| format!(":{}: {}", it.line, it.fault));
                match problems.len().saturating_sub(1) {
                    0 => format!("{name}{first}"),
                    more => format!("{name}{first} (and {more} more)"),
                }
            }
        }
    }

    /// Each thing that is wrong, with its place.
    #[must_use]
    pub fn each(&self) -> Vec<String> {
        match self {
            Self::Unreadable { .. } => vec![self.to_string()],
            Self::Faulty { file, problems } => {
                let told = problems.iter();
                told.map(|it| format!("{file}:{}: {}", it.line, it.fault))
                    .collect()
            }
        }
    }
}

struct Lines<'a>(&'a str, &'a [Problem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Problem { line, fault }) in self.1.iter().enumerate() {
            let gap = if index > 0 { "\n" } else { "" };
            write!(f, "{gap}{}:{line}: {fault}", self.0)?;
        }
        Ok(())
    }
}

struct Hint(Option<&'static str>);

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .map_or(Ok(()), |near| write!(f, " (did you mean `{near}`?)"))
    }
}

/// Sections, as they are written.
struct Named<'a>(&'a [Context]);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|it| format!("[{}]", it.title()));
        f.write_str(&names.collect::<Vec<_>>().join(", "))
    }
}
