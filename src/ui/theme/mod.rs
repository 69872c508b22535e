//! How things look: semantic roles, and the themes that give each role a style.
//!
//! The only place of the console that names a colour. Everything else asks for a [`Role`]. Where
//! nothing is known of the terminal its own sixteen colours are used, so that it follows what the user has set.
//! Reading theme files is in `load` and what can be wrong with them in `error`; which themes there are
//! is in `catalog`, those inside the binary are in `shipped`; what a colour is in
//! figures is in `tone`, how well text in it reads in `contrast`, what is left of a theme where there are
//! fewer colours in `depth`, and what a colour is in pixels in `rgb`.

mod catalog;
mod contrast;
mod depth;
mod error;
mod load;
#[cfg(any(test, feature = "screenshots"))]
mod rgb;
mod sgr;
mod shipped;
mod tone;

use std::path::Path;

use ratatui::style::{Color, Modifier, Style};

pub use catalog::{DEFAULT, Listed, Origin, Themes, is_path};
pub use depth::Depth;
pub use error::ThemeError;
#[cfg(any(test, feature = "screenshots"))]
pub use rgb::Appearance;
#[cfg(any(test, feature = "screenshots"))]
pub(crate) use rgb::rgb;
pub use sgr::printed;
use shipped::SHIPPED;

/// What a piece of the screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Ordinary text; its background is the background of the screen.
    Text,
    /// What steps back: hints, times, empty states.
    Muted,
    /// The one accent: what is live or chosen.
    Accent,
    /// Done, healthy.
    Ok,
    /// Needs the operator, or soon will.
    Warn,
    /// Failed.
    Error,
    /// Frame of a pane.
    Border,
    /// Frame of the pane that has the keys.
    BorderFocus,
    /// Title of a pane.
    Title,
    /// The selected row of a list in the pane that has the keys.
    Selection,
    /// A small label: a strategy, a kind, REHEARSAL.
    Badge,
    /// The line at the top.
    Bar,
    /// A key in the hint line or the help.
    Key,
    /// What the operator asked, in a transcript.
    Asked,
    /// What was crossed out; no role of a theme, but that of what steps back with a line through it.
    Struck,
}

impl Role {
    /// Every role of a theme, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::Text,
        Self::Muted,
        Self::Accent,
        Self::Ok,
        Self::Warn,
        Self::Error,
        Self::Border,
        Self::BorderFocus,
        Self::Title,
        Self::Selection,
        Self::Badge,
        Self::Bar,
        Self::Key,
        Self::Asked,
    ];

    /// The key of the role in a theme file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Muted => "muted",
            Self::Accent => "accent",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Border => "border",
            Self::BorderFocus => "border_focus",
            Self::Title => "title",
            Self::Selection => "selection",
            Self::Badge => "badge",
            Self::Bar => "bar",
            Self::Key => "key",
            Self::Asked => "asked",
            Self::Struck => "struck",
        }
    }
}

/// A style for every role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    about: String,
    styles: [Style; Role::ALL.len()],
}

impl Theme {
    /// The names of the themes inside the binary; the first is the default.
    pub fn shipped() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|it| it.name)
    }

    /// A theme inside the binary, by its name; `default` is the first.
    ///
    /// # Errors
    /// An unknown name.
    pub fn find(name: &str) -> Result<Self, ThemeError> {
        Themes::default().find(name)
    }

    /// Reads a theme from the text of a theme file; `file` is named in errors.
    ///
    /// # Errors
    /// Names the file, the line and the key that is wrong.
    pub fn parse(text: &str, file: &str) -> Result<Self, ThemeError> {
        let name = Path::new(file).file_stem().and_then(|it| it.to_str());
        let name = name.unwrap_or_default();
        Themes::default().parse(load::Source { name, file, text })
    }

    /// What its file is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One line on what it is like; empty where its file says nothing.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The style of a role on the ground of the screen.
    #[must_use]
    pub fn on_ground(&self, role: Role) -> Style {
        self.style(Role::Text).patch(self.style(role))
    }

    /// The style of a role on the ground of the screen, in words.
    #[must_use]
    pub fn described(&self, role: Role) -> String {
        let style = self.on_ground(role);
        let color = |it: Option<Color>| {
            let it = it.filter(|it| *it != Color::Reset);
            it.map_or_else(|| "default".to_owned(), |it| it.to_string().to_lowercase())
        };
        let mut words = format!("{} on {}", color(style.fg), color(style.bg));
        let weights = [
            (Modifier::BOLD, "bold"),
            (Modifier::DIM, "dim"),
            (Modifier::ITALIC, "italic"),
            (Modifier::UNDERLINED, "underline"),
            (Modifier::REVERSED, "reverse"),
        ];
        for (modifier, word) in weights {
            if style.add_modifier.contains(modifier) {
                words = format!("{words}, {word}");
            }
        }
        words
    }

    /// What a selected row is painted with, over the styles that it has.
    #[must_use]
    pub fn selection(&self) -> Style {
        let selection = self.style(Role::Selection);
        if selection.fg.is_some() || selection.add_modifier.contains(Modifier::REVERSED) {
            // Other colours on a reversed ground would be a patchwork.
            self.style(Role::Text).patch(selection)
        } else {
            selection
        }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        if role == Role::Struck {
            let muted = self.style(Role::Muted);
            return muted.add_modifier(Modifier::CROSSED_OUT);
        }
        // Safe by construction: the array has one entry a variant.
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// What the default colours of a picture in this theme are: as its ground is, and dark where
    /// the ground is the terminal's own.
    #[cfg(any(test, feature = "screenshots"))]
    #[must_use]
    pub fn appearance(&self) -> Appearance {
        let ground = self.style(Role::Text).bg.and_then(rgb);
        match ground {
            Some((r, g, b)) if u16::from(r) + u16::from(g) + u16::from(b) > 3 * 128 => {
                Appearance::Light
            }
            Some(_) | None => Appearance::Dark,
        }
    }
}

impl Default for Theme {
    /// The shipped default. A test holds that it parses; were it broken, plain styles remain.
    fn default() -> Self {
        Self::find(DEFAULT).unwrap_or_else(|_| Self {
            name: "plain".to_owned(),
            about: String::new(),
            styles: [Style::new(); Role::ALL.len()],
        })
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn every_shipped_theme_is_whole() {
        for name in Theme::shipped() {
            let theme = Theme::find(name).unwrap();
            assert_eq!(theme.name(), name);
            assert!(!theme.about().is_empty(), "{name}");
            // Focus and selection must show without colour knowledge of the reader.
            assert_ne!(
                theme.style(Role::Border),
                theme.style(Role::BorderFocus),
                "{name}"
            );
            assert_ne!(
                theme.style(Role::Text),
                theme.style(Role::Selection),
                "{name}"
            );
            assert_ne!(theme.style(Role::Text), theme.style(Role::Muted), "{name}");
        }
        assert_eq!(Theme::default().name(), "ansi");
    }

    #[cfg(any(test, feature = "screenshots"))]
    #[test]
    fn the_ground_tells_light_from_dark() {
        for (name, appearance) in [
            ("ansi", Appearance::Dark),
            ("synod-dark", Appearance::Dark),
            ("synod-light", Appearance::Light),
        ] {
            assert_eq!(Theme::find(name).unwrap().appearance(), appearance);
        }
    }

    #[test]
    fn the_array_follows_the_variants() {
        for (i, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, i, "{}", role.name());
        }
    }
}
