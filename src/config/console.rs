//! `[ui]`: how the console looks. Which themes exist is its business, and so is the file of keys beside the
//! user's configuration.

use super::effective::{Values, quoted};
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

/// Who keeps what is copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clipboard {
    /// The terminal over SSH and in a multiplexer, else a program of the system where there is one.
    #[default]
    Auto,
    /// The terminal (OSC 52).
    Osc52,
    /// A program of the system.
    Native,
    /// Nobody: nothing is copied.
    Off,
}

impl Clipboard {
    const WORDS: [(&'static str, Self); 4] = [
        ("auto", Self::Auto),
        ("osc52", Self::Osc52),
        ("native", Self::Native),
        ("off", Self::Off),
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Osc52 => "osc52",
            Self::Native => "native",
            Self::Off => "off",
        }
    }
}

/// How the Sessions screen shows the sessions at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sessions {
    /// A list beside one transcript.
    #[default]
    List,
    /// One transcript below a line of tabs.
    Tabs,
    /// Transcripts side by side.
    Columns,
    /// Transcripts in rows and columns.
    Grid,
}

impl Sessions {
    const WORDS: [(&'static str, Self); 4] = [
        ("list", Self::List),
        ("tabs", Self::Tabs),
        ("columns", Self::Columns),
        ("grid", Self::Grid),
    ];

    fn word(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Tabs => "tabs",
            Self::Columns => "columns",
            Self::Grid => "grid",
        }
    }
}

/// Whether the console draws ASCII only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ascii {
    /// Where the locale or the terminal says so.
    #[default]
    Auto,
    /// Always.
    Only,
    /// Never.
    Never,
}

impl Ascii {
    fn read(item: Item<'_>) -> Result<Self, Problem> {
        Ok(match auto_or_flag(item)? {
            Some(true) => Self::Only,
            Some(false) => Self::Never,
            None => Self::Auto,
        })
    }

    fn shown(self) -> String {
        match self {
            Self::Auto => quoted("auto"),
            Self::Only => true.to_string(),
            Self::Never => false.to_string(),
        }
    }
}

/// What is set outright; none is `auto`.
fn auto_or_flag(item: Item<'_>) -> Result<Option<bool>, Problem> {
    match (item.value.get_ref().as_bool(), item.as_str()) {
        (Some(set), _) => Ok(Some(set)),
        (None, Some("auto")) => Ok(None),
        (None, _) => Err(item.bad("true, false or \"auto\"")),
    }
}

/// What the console is shown on, and with which glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The alternate screen; else the main one.
    pub alt_screen: bool,
    /// Lines of text instead of a screen.
    pub linear: bool,
    /// Whether it draws ASCII only.
    pub ascii: Ascii,
    /// Whether addresses in texts are links; by what the terminal is known to take where it is not set.
    pub links: Option<bool>,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            alt_screen: true,
            linear: false,
            ascii: Ascii::default(),
            links: None,
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
    /// Who keeps what is copied.
    pub clipboard: Clipboard,
    /// Whether clicks and the wheel are the console's.
    pub mouse: bool,
    /// Whether the terminal is asked for the kitty keyboard protocol.
    pub kitty: bool,
    /// What the console is shown on.
    pub shown: Shown,
    /// How the Sessions screen shows the sessions at first.
    pub sessions: Sessions,
}

impl Default for Console {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            color: true,
            notify: Notify::default(),
            clipboard: Clipboard::default(),
            mouse: true,
            kitty: true,
            shown: Shown::default(),
            sessions: Sessions::default(),
        }
    }
}

impl Console {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.theme, "theme", Item::text);
        table.set(&mut self.color, "color", Item::flag);
        table.set(&mut self.mouse, "mouse", Item::flag);
        table.set(&mut self.kitty, "kitty", Item::flag);
        table.set(&mut self.shown.alt_screen, "alt_screen", Item::flag);
        table.set(&mut self.shown.linear, "linear", Item::flag);
        table.set(&mut self.shown.ascii, "ascii", Ascii::read);
        table.set(&mut self.shown.links, "links", auto_or_flag);
        table.set(&mut self.notify, "notify", |item| item.word(&Notify::WORDS));
        table.set(&mut self.clipboard, "clipboard", |item| {
            item.word(&Clipboard::WORDS)
        });
        table.set(&mut self.sessions, "sessions", |item| {
            item.word(&Sessions::WORDS)
        });
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
            (
                "ui.alt_screen".to_owned(),
                self.shown.alt_screen.to_string(),
            ),
            ("ui.linear".to_owned(), self.shown.linear.to_string()),
            ("ui.ascii".to_owned(), self.shown.ascii.shown()),
            (
                "ui.links".to_owned(),
                self.shown
                    .links
                    .map_or_else(|| quoted("auto"), |set| set.to_string()),
            ),
            ("ui.notify".to_owned(), quoted(self.notify.word())),
            ("ui.clipboard".to_owned(), quoted(self.clipboard.word())),
            ("ui.sessions".to_owned(), quoted(self.sessions.word())),
        ]
    }
}
