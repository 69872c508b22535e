//! `[ui]`: theme and keys. Which themes, actions and keys exist is the console's business.

use std::collections::BTreeMap;

use super::effective::{Values, quoted, quoted_list};
use super::item::Item;
use super::problem::Problem;
use super::read::Table;

/// How an operator who looks elsewhere is told that something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notify {
    /// As the terminal is known to take it: a notification, else its bell.
    #[default]
    Auto,
    /// By a notification of the terminal (OSC 9).
    Osc9,
    /// By the terminal's bell.
    Bell,
    /// Not at all.
    Off,
}

impl Notify {
    const WORDS: [(&'static str, Self); 4] = [
        ("auto", Self::Auto),
        ("osc9", Self::Osc9),
        ("bell", Self::Bell),
        ("off", Self::Off),
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Osc9 => "osc9",
            Self::Bell => "bell",
            Self::Off => "off",
        }
    }
}

/// The `[ui]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Console {
    /// The theme's name.
    pub theme: String,
    /// Whether colours may be used; weight and glyphs say the same without them.
    pub color: bool,
    /// How an operator who looks elsewhere is told that something waits.
    pub notify: Notify,
    /// Whether clicks and the wheel are the console's.
    pub mouse: bool,
    /// Whether the terminal is asked for the kitty keyboard protocol.
    pub kitty: bool,
    /// Action name → the chords that mean it; replaces the action's built-in chords.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            theme: "ansi".to_owned(),
            color: true,
            notify: Notify::default(),
            mouse: true,
            kitty: true,
            keys: BTreeMap::new(),
        }
    }
}

impl Console {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.theme, "theme", Item::text);
        table.set(&mut self.color, "color", Item::flag);
        table.set(&mut self.mouse, "mouse", Item::flag);
        table.set(&mut self.kitty, "kitty", Item::flag);
        table.set(&mut self.notify, "notify", |item| item.word(&Notify::WORDS));
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
            ("ui.mouse".to_owned(), self.mouse.to_string()),
            ("ui.kitty".to_owned(), self.kitty.to_string()),
            ("ui.notify".to_owned(), quoted(self.notify.word())),
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
