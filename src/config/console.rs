//! `[ui]`: theme and keys. Which themes, actions and keys exist is the console's business.

use std::collections::BTreeMap;

use super::effective::{Values, quoted, quoted_list};
use super::item::Item;
use super::problem::Problem;
use super::read::Table;

/// The `[ui]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// The theme's name, the path of its file, or `auto`: by the ground of the terminal.
    pub theme: String,
    /// Whether colours may be used; weight and glyphs say the same without them.
    pub color: bool,
    /// Action name → the chords that mean it; replaces the action's built-in chords.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            color: true,
            keys: BTreeMap::new(),
        }
    }
}

impl Console {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.theme, "theme", Item::text);
        table.set(&mut self.color, "color", Item::flag);
        let keys = &mut self.keys;
        table.table("keys", |table| {
            for item in table.take_all() {
                if let Some(chords) = table.keep(chords(item)) {
                    keys.insert(item.key.to_owned(), chords);
                }
            }
        });
    }

    pub(super) fn values(&self) -> Values {
        let mut rows = vec![
            ("ui.theme".to_owned(), quoted(&self.theme)),
            ("ui.color".to_owned(), self.color.to_string()),
        ];
        for (action, chords) in &self.keys {
            let chords = quoted_list(chords.iter().map(String::as_str));
            rows.push((format!("ui.keys.{action}"), chords));
        }
        rows
    }
}

/// One chord, or a list of them; an empty list takes the action's keys away.
fn chords(item: Item<'_>) -> Result<Vec<String>, Problem> {
    const ALLOWED: &str = "a key such as \"ctrl-p\", or a list of keys";
    if item.as_str().is_some() {
        return item.text().map(|chord| vec![chord]);
    }
    item.list(ALLOWED)?.into_iter().map(Item::text).collect()
}
