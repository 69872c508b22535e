//! `[advice]`: what the room applies by itself of what it recommends.

use super::effective::{Values, or_none, quoted_list};
use super::item::Item;
use super::problem::Problem;
use super::read::Table;

/// What the room can apply by itself. What spends more, and what only the operator can do, is not among it.
pub const SORTS: [&str; 5] = ["context", "restarts", "timeouts", "kinds", "lessons"];

/// The `[advice]` table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Advice {
    /// What is applied without the operator, of [`SORTS`]; nothing by itself.
    pub apply: Vec<&'static str>,
}

impl Advice {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.apply, "apply", sorts);
    }

    pub(super) fn values(&self) -> Values {
        let apply = (!self.apply.is_empty()).then(|| quoted_list(self.apply.iter().copied()));
        vec![("advice.apply".to_owned(), or_none(apply, "nothing"))]
    }
}

fn sorts(item: Item<'_>) -> Result<Vec<&'static str>, Problem> {
    let words = SORTS.map(|word| (word, word));
    let mut sorts: Vec<&'static str> = Vec::new();
    for one in item.list("a list of sorts of advice")? {
        let word = one.word(&words)?;
        if !sorts.contains(&word) {
            sorts.push(word);
        }
    }
    Ok(sorts)
}
