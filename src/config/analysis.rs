//! `[analysis]`: which tasks a member looks at before they are given out.

use super::effective::{Values, or_none, quoted};
use super::item::Item;
use super::place::Origin;
use super::read::Table;
use super::value::Name;

/// The largest prompt that can be set, in tokens.
const TOKENS_MOST: u64 = 1_000_000;

/// The `[analysis]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysis {
    /// From how many tokens of a prompt on a task is looked at; none is without it.
    pub above: Option<u64>,
    /// Who looks at them, and where that is set; without it whoever is best at analysis.
    pub by: Option<(Name, Origin)>,
}

impl Analysis {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        let above = |item: Item<'_>| item.whole(1, TOKENS_MOST).map(Some);
        table.set(&mut self.above, "above", above);
        let named = |item: Item<'_>| Ok(Some((item.name()?, item.origin())));
        table.set(&mut self.by, "by", named);
    }

    pub(super) fn values(&self) -> Values {
        let above = self.above.map(|tokens| tokens.to_string());
        let by = self.by.as_ref().map(|(name, _)| quoted(name.as_str()));
        vec![
            ("analysis.above".to_owned(), or_none(above, "no task")),
            ("analysis.by".to_owned(), or_none(by, "the best at it")),
        ]
    }
}
