//! Reads theme files. Every mistake is named with its file, line and key.
//!
//! A file has `about` (one line on what it is like), an optional `[palette]` of named colours and
//! `[roles]`, in which each role is a colour or a table `{ fg, bg, bold, dim, italic, underline,
//! reverse }`. A role left out looks like `text`. With `extends` it starts from another theme and
//! replaces single roles and colours of the palette. `name` says what the file is called.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Role, Theme, ThemeError};
use crate::ui::suggest::nearest;

/// How many themes may stand on each other.
const MOST_BASES: usize = 8;

/// The text of a theme, with what it is called in errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) name: &'a str,
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

/// Where a theme that is extended comes from: by its name, and by who extends it.
pub(super) type Bases<'a> = &'a dyn for<'n> Fn(&'n str, &'n str) -> Result<Source<'a>, ThemeError>;

/// Reads a theme, and those that it extends.
pub(super) fn theme(source: Source<'_>, bases: Bases<'_>) -> Result<Theme, ThemeError> {
    let sheet = sheet(source, bases, MOST_BASES)?;
    let ink = |ink: &Option<Ink>| match ink {
        Some(Ink::Named(name)) => sheet.palette.get(name).copied(),
        Some(Ink::Color(color)) => Some(*color),
        None => None,
    };
    let styles = Role::ALL.map(|role| {
        let Some(spec) = sheet.roles.get(&role) else {
            return Style::new();
        };
        let mut style = Style::new().add_modifier(spec.modifiers);
        (style.fg, style.bg) = (ink(&spec.fg), ink(&spec.bg));
        style
    });
    Ok(Theme {
        name: source.name.to_owned(),
        about: sheet.about,
        styles,
    })
}

/// What a file says.
#[derive(Debug, Default)]
struct Sheet {
    about: String,
    palette: BTreeMap<String, Color>,
    roles: BTreeMap<Role, Spec>,
}

/// What is said of a role.
#[derive(Debug, Default)]
struct Spec {
    fg: Option<Ink>,
    bg: Option<Ink>,
    modifiers: Modifier,
}

/// A colour, or the name of one in the palette: who extends the theme may replace what it stands for.
#[derive(Debug)]
enum Ink {
    Color(Color),
    Named(String),
}

type Entry<'a> = Spanned<DeValue<'a>>;

fn sheet(source: Source<'_>, bases: Bases<'_>, most: usize) -> Result<Sheet, ThemeError> {
    let table = DeTable::parse(source.text).map_err(|error| ThemeError::Syntax {
        file: source.file.to_owned(),
        line: line(source.text, error.span().map_or(0, |span| span.start)),
        why: error.message().to_owned(),
    })?;
    let table = table.get_ref();
    let mut reader = Reader {
        source,
        sheet: Sheet::default(),
    };
    if let Some(value) = table.get("extends") {
        let base = reader.text("extends", value)?;
        if most == 0 {
            let why = "leads round in a circle, or through more than 8 themes";
            return Err(reader.error("extends", value.span().start, why));
        }
        let found = bases(base, source.name).map_err(|error| {
            let why = format!("cannot be had: {error}");
            reader.error("extends", value.span().start, why)
        })?;
        reader.sheet = sheet(found, bases, most - 1)?;
    }
    reader.read(table)?;
    Ok(reader.sheet)
}

/// The line of a place in a text, from 1.
fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

struct Reader<'a> {
    source: Source<'a>,
    sheet: Sheet,
}

impl Reader<'_> {
    fn error(&self, key: &str, at: usize, why: impl Into<String>) -> ThemeError {
        ThemeError::Key {
            file: self.source.file.to_owned(),
            line: line(self.source.text, at),
            key: key.to_owned(),
            why: why.into(),
            suggestion: None,
        }
    }

    fn unknown(&self, key: &str, at: usize, word: &str, valid: &[&str]) -> ThemeError {
        ThemeError::Key {
            file: self.source.file.to_owned(),
            line: line(self.source.text, at),
            key: key.to_owned(),
            why: format!("is not known here; there are {}", valid.join(", ")),
            suggestion: nearest(word, valid.iter().copied()).map(str::to_owned),
        }
    }

    fn text<'v>(&self, key: &str, value: &'v Entry<'_>) -> Result<&'v str, ThemeError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => Err(self.error(key, value.span().start, "must be a text")),
        }
    }

    fn read(&mut self, table: &DeTable<'_>) -> Result<(), ThemeError> {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => {
                    self.text("name", value)?;
                }
                "about" => self.sheet.about = self.text("about", value)?.to_owned(),
                // Read before all others.
                "extends" | "palette" | "roles" => {}
                word => {
                    let valid = ["name", "about", "extends", "palette", "roles"];
                    return Err(self.unknown(word, key.span().start, word, &valid));
                }
            }
        }
        for (key, value) in self.table(table, "palette")?.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            let color = self.color(&format!("palette.{name}"), value)?;
            self.sheet.palette.insert(name.to_owned(), color);
        }
        for (key, value) in self.table(table, "roles")?.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            let dotted = format!("roles.{name}");
            let Some(role) = Role::ALL.into_iter().find(|role| role.name() == name) else {
                let valid = Role::ALL.map(Role::name);
                return Err(self.unknown(&dotted, key.span().start, name, &valid));
            };
            let spec = self.spec(&dotted, value)?;
            self.sheet.roles.insert(role, spec);
        }
        Ok(())
    }

    fn table<'t, 'v>(
        &self,
        table: &'t DeTable<'v>,
        key: &str,
    ) -> Result<Option<&'t DeTable<'v>>, ThemeError> {
        let Some(value) = table.get(key) else {
            return Ok(None);
        };
        match value.get_ref().as_table() {
            Some(inner) => Ok(Some(inner)),
            None => Err(self.error(key, value.span().start, "must be a table")),
        }
    }

    fn color(&self, key: &str, value: &Entry<'_>) -> Result<Color, ThemeError> {
        const ALLOWED: &str =
            "a colour is a name such as \"red\", \"#rrggbb\", \"0\" to \"255\", or \"default\"";
        let Some(word) = value.get_ref().as_str() else {
            return Err(self.error(
                key,
                value.span().start,
                format!("must be a text: {ALLOWED}"),
            ));
        };
        if word == "default" {
            return Ok(Color::Reset);
        }
        Color::from_str(word).map_err(|_| {
            let names = self.sheet.palette.keys().map(String::as_str);
            ThemeError::Key {
                file: self.source.file.to_owned(),
                line: line(self.source.text, value.span().start),
                key: key.to_owned(),
                why: format!("has `{word}`, which is neither a colour nor in [palette]; {ALLOWED}"),
                suggestion: nearest(word, names).map(str::to_owned),
            }
        })
    }

    fn ink(&self, key: &str, value: &Entry<'_>) -> Result<Ink, ThemeError> {
        if let Some(word) = value.get_ref().as_str()
            && self.sheet.palette.contains_key(word)
        {
            return Ok(Ink::Named(word.to_owned()));
        }
        self.color(key, value).map(Ink::Color)
    }

    fn spec(&self, key: &str, value: &Entry<'_>) -> Result<Spec, ThemeError> {
        let mut spec = Spec::default();
        let Some(table) = value.get_ref().as_table() else {
            spec.fg = Some(self.ink(key, value)?);
            return Ok(spec);
        };
        for (name, value) in table {
            let dotted = format!("{key}.{}", name.get_ref());
            let modifier = match name.get_ref().as_ref() {
                "fg" => {
                    spec.fg = Some(self.ink(&dotted, value)?);
                    continue;
                }
                "bg" => {
                    spec.bg = Some(self.ink(&dotted, value)?);
                    continue;
                }
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                word => {
                    let valid = ["fg", "bg", "bold", "dim", "italic", "underline", "reverse"];
                    return Err(self.unknown(&dotted, name.span().start, word, &valid));
                }
            };
            let Some(on) = value.get_ref().as_bool() else {
                return Err(self.error(&dotted, value.span().start, "must be true or false"));
            };
            if on {
                spec.modifiers |= modifier;
            }
        }
        Ok(spec)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn parse(text: &str) -> Result<Theme, ThemeError> {
        Theme::parse(text, "my.toml")
    }

    fn message(text: &str) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_palette_colour_can_be_named() {
        let theme = parse(
            "[palette]\nteal = '#008080'\n[roles]\naccent = 'teal'\nselection = { bg = 'teal', bold = true }",
        )
        .unwrap();
        let teal = Color::Rgb(0, 128, 128);
        assert_eq!(theme.style(Role::Accent), Style::new().fg(teal));
        assert_eq!(
            theme.style(Role::Selection),
            Style::new().bg(teal).add_modifier(Modifier::BOLD)
        );
        assert_eq!(theme.style(Role::Text), Style::new());
    }

    #[test]
    fn mistakes_name_file_line_and_key_and_what_is_allowed() {
        assert_eq!(
            message("[roles]\nok = 'green'\nboder = 'red'"),
            "theme my.toml:3: `roles.boder` is not known here; there are text, muted, accent, ok, warn, \
             error, border, border_focus, title, selection, badge, bar, key, asked (did you mean `border`?)"
        );
        assert_eq!(
            message("[roles]\ntext = { fg = 'reed' }"),
            "theme my.toml:2: `roles.text.fg` has `reed`, which is neither a colour nor in [palette]; a \
             colour is a name such as \"red\", \"#rrggbb\", \"0\" to \"255\", or \"default\""
        );
        assert_eq!(
            message("[roles]\n\ntext = { bold = 1 }"),
            "theme my.toml:3: `roles.text.bold` must be true or false"
        );
        assert_eq!(
            message("pallete = 1"),
            "theme my.toml:1: `pallete` is not known here; there are name, about, extends, palette, roles \
             (did you mean `palette`?)"
        );
        assert_eq!(
            message("[palette]\nteal = '#008080'\n[roles]\nok = 'teel'")
                .rsplit_once(" (")
                .unwrap()
                .1,
            "did you mean `teal`?)"
        );
        let broken = message("about = 'x'\nroles = ");
        assert!(
            broken.starts_with("theme my.toml:2 is not valid TOML: "),
            "{broken}"
        );
    }

    #[test]
    fn a_theme_extends_another_by_roles_and_colours() {
        let dark = Theme::find("synod-dark").unwrap();
        let mine =
            parse("extends = 'synod-dark'\n[palette]\nteal = '#ff00ff'\n[roles]\nok = 'teal'")
                .unwrap();
        let pink = Style::new().fg(Color::Rgb(255, 0, 255));
        // What named the colour in the other theme has the new one.
        assert_eq!(mine.style(Role::Accent), pink);
        assert_eq!(mine.style(Role::Ok), pink);
        assert_eq!(mine.style(Role::Text), dark.style(Role::Text));
        assert_eq!(mine.about(), dark.about());
        assert_eq!(
            message("\nextends = 'synod-drak'"),
            "theme my.toml:2: `extends` cannot be had: there is no theme `synod-drak` (did you mean \
             `synod-dark`?); `synod themes` lists them, and a path to a .toml file works too"
        );
    }
}
