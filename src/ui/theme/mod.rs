//! How things look: semantic roles, and the themes that give each role a style.
//!
//! The only place of the console that names a colour. Everything else asks for a [`Role`]. The
//! default theme uses the sixteen colours of the terminal, so it follows what the user has set.
//! Reading theme files is in `load`; what a colour is in pixels is in `rgb`.

mod load;
#[cfg(feature = "screenshots")]
mod rgb;

use std::path::Path;

use ratatui::style::{Color, Modifier, Style};

pub use load::ThemeError;
#[cfg(feature = "screenshots")]
pub use rgb::Appearance;
#[cfg(feature = "screenshots")]
pub(crate) use rgb::rgb;

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
}

impl Role {
    /// Every role, in the order of the documentation.
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
        }
    }
}

/// A style for every role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: String,
    styles: [Style; Role::ALL.len()],
}

/// A theme that ships inside the binary.
struct Shipped {
    name: &'static str,
    about: &'static str,
    text: &'static str,
}

/// The themes inside the binary; the first is the default.
const SHIPPED: [Shipped; 5] = [
    Shipped {
        name: "ansi",
        about: "the sixteen colours of your terminal",
        text: include_str!("../../../themes/ansi.toml"),
    },
    Shipped {
        name: "synod-dark",
        about: "slate and teal",
        text: include_str!("../../../themes/synod-dark.toml"),
    },
    Shipped {
        name: "synod-light",
        about: "paper and teal",
        text: include_str!("../../../themes/synod-light.toml"),
    },
    Shipped {
        name: "high-contrast",
        about: "black, white and four strong colours",
        text: include_str!("../../../themes/high-contrast.toml"),
    },
    Shipped {
        name: "mono",
        about: "no colour: weight and reverse only",
        text: include_str!("../../../themes/mono.toml"),
    },
];

/// Whether colours may be used; the configuration layer reads `NO_COLOR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// Use the colours of the theme.
    #[default]
    Color,
    /// Keep weight, underline and reverse; drop every colour.
    NoColor,
}

impl Theme {
    /// The names and one-line descriptions of the themes inside the binary.
    pub fn shipped() -> impl Iterator<Item = (&'static str, &'static str)> {
        SHIPPED.iter().map(|t| (t.name, t.about))
    }

    /// Finds a theme by its shipped name (`default` is the first), or reads it from a path (a name with `/` or `.toml`).
    ///
    /// # Errors
    /// An unknown name, an unreadable file, or a file with a mistake: each says file and key.
    pub fn find(name: &str) -> Result<Self, ThemeError> {
        let name = if name == "default" { "ansi" } else { name };
        if let Some(shipped) = SHIPPED.iter().find(|t| t.name == name) {
            return Self::parse(shipped.text, &format!("themes/{name}.toml"));
        }
        if name.contains('/')
            || Path::new(name)
                .extension()
                .is_some_and(|it| it.eq_ignore_ascii_case("toml"))
        {
            return load::read(name);
        }
        Err(ThemeError::unknown(name))
    }

    /// Reads a theme from the text of a theme file; `file` is named in errors.
    ///
    /// # Errors
    /// Names the file and the key that is wrong.
    pub fn parse(text: &str, file: &str) -> Result<Self, ThemeError> {
        load::parse(text, file)
    }

    /// The name that the theme gives itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        // Safe by construction: the array has one entry a variant.
        self.styles.get(role as usize).copied().unwrap_or_default()
    }

    /// What the default colours of a picture in this theme are: as its ground is, and dark where
    /// the ground is the terminal's own.
    #[cfg(feature = "screenshots")]
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

    /// The theme as it may be shown here: without colours when they are not wanted.
    #[must_use]
    pub fn with_colors(mut self, choice: ColorChoice) -> Self {
        match choice {
            ColorChoice::Color => {}
            ColorChoice::NoColor => {
                for (role, style) in Role::ALL.into_iter().zip(&mut self.styles) {
                    let coloured = style.bg.is_some_and(|c| c != Color::Reset);
                    style.fg = None;
                    style.bg = None;
                    style.underline_color = None;
                    // A background that carried meaning becomes reverse.
                    if coloured && role == Role::Selection {
                        *style = style.add_modifier(Modifier::REVERSED);
                    }
                }
            }
        }
        self
    }
}

impl Default for Theme {
    /// The shipped default. A test holds that it parses; were it broken, plain styles remain.
    fn default() -> Self {
        Self::find("ansi").unwrap_or_else(|_| Self {
            name: "plain".to_owned(),
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
        for (name, _) in Theme::shipped() {
            let theme = Theme::find(name).unwrap();
            assert_eq!(theme.name(), name);
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

    #[cfg(feature = "screenshots")]
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

    #[test]
    fn no_color_leaves_no_colour_and_a_visible_selection() {
        for (name, _) in Theme::shipped() {
            let theme = Theme::find(name).unwrap().with_colors(ColorChoice::NoColor);
            for role in Role::ALL {
                let style = theme.style(role);
                assert_eq!(
                    (style.fg, style.bg, style.underline_color),
                    (None, None, None)
                );
            }
            assert_ne!(theme.style(Role::Selection), Style::new(), "{name}");
        }
    }
}
