//! `[ui]`: how the console looks. Which themes exist is its business, and so is the file of keys beside the
//! user's configuration.

use super::effective::{Values, quoted};
use super::item::Item;
use super::read::Table;

/// The `[ui]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// The theme's name.
    pub theme: String,
    /// Whether colours may be used; weight and glyphs say the same without them.
    pub color: bool,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            theme: "ansi".to_owned(),
            color: true,
        }
    }
}

impl Console {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.theme, "theme", Item::text);
        table.set(&mut self.color, "color", Item::flag);
        // Where they stood once.
        if let Some(item) = table.take("keys") {
            let allowed = "left out: keys are set in keys.toml beside config.toml, and `synod keys --default` \
                           prints one to begin with";
            table.keep(Err::<(), _>(item.bad(allowed)));
        }
    }

    pub(super) fn values(&self) -> Values {
        vec![
            ("ui.theme".to_owned(), quoted(&self.theme)),
            ("ui.color".to_owned(), self.color.to_string()),
        ]
    }
}
