//! `[ui]`: how the console looks. Which themes exist is its business, and so is the file of keys beside the
//! user's configuration.

use super::effective::{Values, quoted};
use super::item::Item;
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
    /// The theme's name, the path of its file, or `auto`: by the ground of the terminal.
    pub theme: String,
    /// Whether colours may be used; weight and glyphs say the same without them.
    pub color: bool,
    /// How an operator who looks elsewhere is told that something waits.
    pub notify: Notify,
    /// Whether clicks and the wheel are the console's.
    pub mouse: bool,
    /// Whether the terminal is asked for the kitty keyboard protocol.
    pub kitty: bool,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            color: true,
            notify: Notify::default(),
            mouse: true,
            kitty: true,
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
            ("ui.mouse".to_owned(), self.mouse.to_string()),
            ("ui.kitty".to_owned(), self.kitty.to_string()),
            ("ui.notify".to_owned(), quoted(self.notify.word())),
        ]
    }
}
