//! Reads theme files. Every mistake is named with its file and key.
//!
//! A file has `name`, `about` (one line on what it is like), an optional `[palette]` of named colours
//! and `[roles]`, in which each role is a colour or a table `{ fg, bg, bold, dim, italic, underline, reverse }`. A role left out
//! looks like `text`.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use ratatui::style::{Color, Modifier, Style};
use thiserror::Error;
use toml::{Table, Value};

use super::{Role, Theme};
use crate::ui::suggest::nearest;

/// Why a theme cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ThemeError {
    /// No theme has this name.
    #[error("there is no theme `{name}`{}; `synod themes` lists them, and a path to a .toml file works too", hint(.suggestion.as_deref()))]
    Unknown {
        /// The name asked for.
        name: String,
        /// The nearest shipped name.
        suggestion: Option<String>,
    },
    /// The file cannot be read.
    #[error("theme {file} cannot be read: {why}")]
    Unreadable {
        /// Path as given.
        file: String,
        /// What the system says.
        why: String,
    },
    /// The file is not TOML.
    #[error("theme {file} is not valid TOML: {why}")]
    Syntax {
        /// Path as given.
        file: String,
        /// Line, column and problem.
        why: String,
    },
    /// One key is wrong.
    #[error("theme {file}: `{key}` {why}{}", hint(.suggestion.as_deref()))]
    Key {
        /// Path as given.
        file: String,
        /// Dotted key.
        key: String,
        /// What is wrong with it.
        why: String,
        /// The nearest valid word.
        suggestion: Option<String>,
    },
}

fn hint(suggestion: Option<&str>) -> String {
    suggestion
        .map(|s| format!(" (did you mean `{s}`?)"))
        .unwrap_or_default()
}

impl ThemeError {
    pub(super) fn unknown(name: &str) -> Self {
        Self::Unknown {
            name: name.to_owned(),
            suggestion: nearest(name, Theme::shipped()).map(str::to_owned),
        }
    }
}

pub(super) fn read(path: &str) -> Result<Theme, ThemeError> {
    let text = std::fs::read_to_string(path).map_err(|e| ThemeError::Unreadable {
        file: path.to_owned(),
        why: e.to_string(),
    })?;
    parse(&text, path)
}

pub(super) fn parse(text: &str, file: &str) -> Result<Theme, ThemeError> {
    let table: Table = text
        .parse()
        .map_err(|e: toml::de::Error| ThemeError::Syntax {
            file: file.to_owned(),
            why: e.to_string().trim_end().to_owned(),
        })?;
    let reader = Reader {
        file,
        palette: BTreeMap::new(),
    };
    reader.theme(&table)
}

struct Reader<'a> {
    file: &'a str,
    palette: BTreeMap<String, Color>,
}

impl Reader<'_> {
    fn error(&self, key: &str, why: impl Into<String>) -> ThemeError {
        ThemeError::Key {
            file: self.file.to_owned(),
            key: key.to_owned(),
            why: why.into(),
            suggestion: None,
        }
    }

    fn unknown<'c>(
        &self,
        key: &str,
        word: &str,
        valid: impl IntoIterator<Item = &'c str>,
    ) -> ThemeError {
        ThemeError::Key {
            file: self.file.to_owned(),
            key: key.to_owned(),
            why: "is not known here".to_owned(),
            suggestion: nearest(word, valid).map(str::to_owned),
        }
    }

    fn theme(mut self, table: &Table) -> Result<Theme, ThemeError> {
        let valid = ["name", "about", "palette", "roles"];
        if let Some(key) = table.keys().find(|k| !valid.contains(&k.as_str())) {
            return Err(self.unknown(key, key, valid));
        }
        let name = match table.get("name") {
            Some(Value::String(name)) => name.clone(),
            Some(_) => return Err(self.error("name", "must be a text")),
            None => return Err(self.error("name", "is missing")),
        };
        let about = match table.get("about") {
            Some(Value::String(about)) => about.clone(),
            Some(_) => return Err(self.error("about", "must be a text")),
            None => String::new(),
        };
        for (key, value) in self.table(table, "palette")? {
            let dotted = format!("palette.{key}");
            let color = self.color(&dotted, value)?;
            self.palette.insert(key.clone(), color);
        }
        let roles = self.table(table, "roles")?;
        let names = Role::ALL.map(Role::name);
        if let Some(key) = roles.keys().find(|k| !names.contains(&k.as_str())) {
            return Err(self.unknown(&format!("roles.{key}"), key, names));
        }
        let mut styles = [Style::new(); Role::ALL.len()];
        for (role, style) in Role::ALL.into_iter().zip(&mut styles) {
            if let Some(value) = roles.get(role.name()) {
                *style = self.style(&format!("roles.{}", role.name()), value)?;
            }
        }
        Ok(Theme {
            name,
            about,
            styles,
        })
    }

    fn table<'t>(&self, table: &'t Table, key: &str) -> Result<&'t Table, ThemeError> {
        static EMPTY: std::sync::LazyLock<Table> = std::sync::LazyLock::new(Table::new);
        match table.get(key) {
            Some(Value::Table(inner)) => Ok(inner),
            Some(_) => Err(self.error(key, "must be a table")),
            None => Ok(&EMPTY),
        }
    }

    fn color(&self, key: &str, value: &Value) -> Result<Color, ThemeError> {
        let Value::String(word) = value else {
            return Err(self.error(key, "must be a colour: a name, `#rrggbb` or 0-255 as text"));
        };
        if let Some(color) = self.palette.get(word) {
            return Ok(*color);
        }
        if word == "default" {
            return Ok(Color::Reset);
        }
        Color::from_str(word).map_err(|_| {
            self.error(
                key,
                format!("has `{word}`, which is neither a colour nor in [palette]"),
            )
        })
    }

    fn style(&self, key: &str, value: &Value) -> Result<Style, ThemeError> {
        let Value::Table(table) = value else {
            return Ok(Style::new().fg(self.color(key, value)?));
        };
        let mut style = Style::new();
        for (name, value) in table {
            let dotted = format!("{key}.{name}");
            let modifier = match name.as_str() {
                "fg" => {
                    style = style.fg(self.color(&dotted, value)?);
                    continue;
                }
                "bg" => {
                    style = style.bg(self.color(&dotted, value)?);
                    continue;
                }
                "bold" => Modifier::BOLD,
                "dim" => Modifier::DIM,
                "italic" => Modifier::ITALIC,
                "underline" => Modifier::UNDERLINED,
                "reverse" => Modifier::REVERSED,
                word => {
                    let valid = ["fg", "bg", "bold", "dim", "italic", "underline", "reverse"];
                    return Err(self.unknown(&dotted, word, valid));
                }
            };
            let Value::Boolean(on) = value else {
                return Err(self.error(&dotted, "must be true or false"));
            };
            if *on {
                style = style.add_modifier(modifier);
            }
        }
        Ok(style)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn message(text: &str) -> String {
        parse(text, "my.toml").unwrap_err().to_string()
    }

    #[test]
    fn a_palette_colour_can_be_named() {
        let theme = parse(
            "name = 'x'\n[palette]\nteal = '#008080'\n[roles]\naccent = 'teal'\nselection = { bg = 'teal', bold = true }",
            "my.toml",
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
    fn mistakes_name_file_and_key() {
        assert_eq!(message(""), "theme my.toml: `name` is missing");
        assert_eq!(
            message("name='x'\n[roles]\nboder = 'red'"),
            "theme my.toml: `roles.boder` is not known here (did you mean `border`?)"
        );
        assert_eq!(
            message("name='x'\n[roles]\ntext = { fg = 'reed' }"),
            "theme my.toml: `roles.text.fg` has `reed`, which is neither a colour nor in [palette]"
        );
        assert_eq!(
            message("name='x'\n[roles]\ntext = { bold = 1 }"),
            "theme my.toml: `roles.text.bold` must be true or false"
        );
        assert!(message("name = ").starts_with("theme my.toml is not valid TOML:"));
    }

    #[test]
    fn unknown_names_get_a_suggestion() {
        assert_eq!(
            Theme::find("synod-drak").unwrap_err().to_string(),
            "there is no theme `synod-drak` (did you mean `synod-dark`?); `synod themes` lists them, and a path to a .toml file works too"
        );
        assert!(matches!(
            Theme::find("./no.toml"),
            Err(ThemeError::Unreadable { .. })
        ));
    }
}
