//! `[lessons]`: what the room learns, and how much of it members are told.

use std::time::Duration;

use super::effective::{Values, quoted};
use super::item::Item;
use super::read::Table;
use super::value::Lull;

/// The most characters that a call can be told.
const CONTEXT_MOST: u64 = 100_000;

/// Who accepts a lesson that the room proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// The operator.
    Ask,
    /// Nobody has to: it holds at once.
    Auto,
}

impl Accept {
    const WORDS: [(&'static str, Self); 2] = [("ask", Self::Ask), ("auto", Self::Auto)];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Auto => "auto",
        }
    }
}

/// The `[lessons]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lessons {
    /// Who accepts a lesson that the room proposes.
    pub accept: Accept,
    /// How long a lesson holds after it was proposed or accepted.
    pub expiry: Lull,
    /// How many lessons a call is told at most.
    pub most: u32,
    /// How many characters of lessons and earlier results a call is told at most; 0: nothing.
    pub context: u32,
}

impl Default for Lessons {
    fn default() -> Self {
        Self {
            accept: Accept::Ask,
            expiry: Lull::After(Duration::from_hours(180 * 24)),
            most: 5,
            context: 3000,
        }
    }
}

impl Lessons {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.accept, "accept", |item| item.word(&Accept::WORDS));
        table.set(&mut self.expiry, "expiry", Item::lull);
        table.set(&mut self.most, "most", |item| {
            // The bound makes it fit.
            item.whole(0, 20)
                .map(|most| u32::try_from(most).unwrap_or(20))
        });
        table.set(&mut self.context, "context", characters);
    }

    pub(super) fn values(&self) -> Values {
        vec![
            ("lessons.accept".to_owned(), quoted(self.accept.word())),
            ("lessons.expiry".to_owned(), quoted(&self.expiry.text())),
            ("lessons.most".to_owned(), self.most.to_string()),
            ("lessons.context".to_owned(), self.context.to_string()),
        ]
    }
}

/// How many characters a call is told.
pub(super) fn characters(item: Item<'_>) -> Result<u32, super::problem::Problem> {
    item.whole(0, CONTEXT_MOST)
        .map(|most| u32::try_from(most).unwrap_or_default())
}
