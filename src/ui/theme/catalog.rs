//! All themes that there are: those inside the binary, and the user's own from a folder.
//!
//! The folder is read once, when the console or a command starts; nothing is read later. An own theme
//! goes before one of the same name inside the binary, and says so where they are listed.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::load::{self, Source};
use super::shipped::SHIPPED;
use super::{Depth, Theme, ThemeError};
use crate::ui::suggest::nearest;

/// The longest file that is read.
const MOST_BYTES: u64 = 64 * 1024;

/// How many files of the folder are read.
const MOST_FILES: usize = 200;

/// The theme where nothing else is known.
pub const DEFAULT: &str = "ansi";

/// The themes that there are, for a terminal of so many colours.
#[derive(Debug, Clone, Default)]
pub struct Themes {
    own: Vec<Own>,
    depth: Depth,
}

/// A theme of the user's own, as it was read.
#[derive(Debug, Clone)]
struct Own {
    name: String,
    file: String,
    text: Result<String, String>,
}

/// Where a theme comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From inside the binary.
    Shipped,
    /// From a file.
    Own {
        /// Its path.
        file: String,
        /// Whether one inside the binary has the same name.
        instead: bool,
    },
}

/// A theme in the list of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// One line on what it is like, or why it cannot be used.
    pub about: Result<String, ThemeError>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Themes {
    /// The themes inside the binary and those of a folder, `NAME.toml` each. A folder that is not there
    /// is fine; a file that cannot be read is listed with the reason.
    #[must_use]
    pub fn read(folder: Option<&Path>, depth: Depth) -> Self {
        let entries = folder.and_then(|it| std::fs::read_dir(it).ok());
        let paths = entries.into_iter().flatten().flatten().map(|it| it.path());
        let mut own: Vec<Own> = paths
            .filter(|path| is_toml(path))
            .take(MOST_FILES)
            .filter_map(|path| Own::read(&path))
            .collect();
        own.sort_by(|one, other| one.name.cmp(&other.name));
        Self { own, depth }
    }

    /// Takes a theme in from a file anywhere, and gives the name by which it is found.
    pub fn take_in(&mut self, path: &Path) -> String {
        let own = Own::read(path).unwrap_or_else(|| Own {
            name: path.display().to_string(),
            file: path.display().to_string(),
            text: Err("it is no name of a file".to_owned()),
        });
        let name = own.name.clone();
        self.own.retain(|it| it.name != name);
        self.own.push(own);
        name
    }

    /// A theme by its name, as the terminal shows it.
    ///
    /// # Errors
    /// An unknown name, or a file with a mistake: each says file, line and key.
    pub fn find(&self, name: &str) -> Result<Theme, ThemeError> {
        Ok(self.parse(self.source(name, None)?)?.at(self.depth))
    }

    pub(super) fn parse(&self, source: Source<'_>) -> Result<Theme, ThemeError> {
        load::theme(source, &|base, by| self.source(base, Some(by)))
    }

    /// The theme of this name or, where that cannot be used, one that can, with the reason.
    #[must_use]
    pub fn find_or_other(&self, name: &str) -> (Theme, Option<ThemeError>) {
        match self.find(name) {
            Ok(theme) => (theme, None),
            Err(error) => {
                let shipped = Theme::find(name).ok().map(|theme| theme.at(self.depth));
                let other = || Theme::default().at(self.depth);
                (shipped.unwrap_or_else(other), Some(error))
            }
        }
    }

    /// All of them: those inside the binary in their order, each replaced by an own one of the same
    /// name, then the own ones.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let is_shipped = |own: &&Own| SHIPPED.iter().any(|it| it.name == own.name);
        let shipped = SHIPPED.iter().map(|it| it.name);
        let others = self.own.iter().filter(|own| !is_shipped(own));
        let names = shipped.chain(others.map(|own| own.name.as_str()));
        names
            .map(|name| Listed {
                name: name.to_owned(),
                about: self.find(name).map(|theme| theme.about().to_owned()),
                origin: match self.own.iter().find(|own| own.name == name) {
                    Some(own) => Origin::Own {
                        file: own.file.clone(),
                        instead: is_shipped(&own),
                    },
                    None => Origin::Shipped,
                },
            })
            .collect()
    }

    /// The text of a theme. One that extends another of its own name means the one inside the binary.
    fn source<'a>(&'a self, name: &str, by: Option<&str>) -> Result<Source<'a>, ThemeError> {
        let name = if name == "default" { DEFAULT } else { name };
        let own = self.own.iter().find(|own| own.name == name);
        if let Some(own) = own.filter(|_| by != Some(name)) {
            let text = own.text.as_ref().map_err(|why| ThemeError::Unreadable {
                file: own.file.clone(),
                why: why.clone(),
            })?;
            return Ok(Source {
                name: &own.name,
                file: &own.file,
                text,
            });
        }
        let shipped = SHIPPED.iter().find(|it| it.name == name);
        shipped
            .map(|it| Source {
                name: it.name,
                file: it.name,
                text: it.text,
            })
            .ok_or_else(|| {
                let own = self.own.iter().map(|own| own.name.as_str());
                let names = SHIPPED.iter().map(|it| it.name).chain(own);
                ThemeError::Unknown {
                    name: name.to_owned(),
                    suggestion: nearest(name, names).map(str::to_owned),
                }
            })
    }
}

impl Own {
    /// Reads a file; `None` where its name is none that can be typed.
    fn read(path: &Path) -> Option<Self> {
        Some(Self {
            name: path.file_stem()?.to_str()?.to_owned(),
            file: path.display().to_string(),
            text: text(path),
        })
    }
}

/// Whether a name is the path of a file: it has a `/` or ends in `.toml`.
#[must_use]
pub fn is_path(name: &str) -> bool {
    name.contains('/') || is_toml(Path::new(name))
}

fn is_toml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("toml"))
}

fn text(path: &Path) -> Result<String, String> {
    // Opening a pipe would wait for its writer, and a device is read without end.
    let meta = path.metadata().map_err(|error| error.to_string())?;
    if !meta.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    let mut text = String::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    if text.len() as u64 > MOST_BYTES {
        return Err("it is longer than 64 KiB".to_owned());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::ui::theme::Role;

    /// A folder with these files, and the themes of it.
    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Themes) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let themes = Themes::read(Some(folder.path()), Depth::TrueColor);
        (folder, themes)
    }

    #[test]
    fn own_themes_are_found_by_their_file_names_and_listed_after_the_others() {
        let (folder, themes) = folder(&[
            ("mine.toml", "about = 'mine'\nextends = 'nord'"),
            ("notes.txt", "no theme"),
        ]);
        assert_eq!(themes.find("mine").unwrap().name(), "mine");
        let listed = themes.list();
        assert_eq!(listed.len(), SHIPPED.len() + 1);
        assert_eq!(listed[0].origin, Origin::Shipped);
        let last = listed.last().unwrap();
        assert_eq!(
            (last.name.as_str(), &last.about),
            ("mine", &Ok("mine".to_owned()))
        );
        let file = folder.path().join("mine.toml").display().to_string();
        let instead = false;
        assert_eq!(last.origin, Origin::Own { file, instead });
        let near = themes.find("mien").unwrap_err().to_string();
        assert!(near.contains("did you mean `mine`?"), "{near}");
    }

    #[test]
    fn an_own_theme_goes_before_one_of_the_same_name_and_says_so() {
        let (_folder, themes) = folder(&[("nord.toml", "extends = 'nord'\nroles.ok = 'red'")]);
        let (mine, shipped) = (themes.find("nord").unwrap(), Theme::find("nord").unwrap());
        assert_ne!(mine.style(Role::Ok), shipped.style(Role::Ok));
        assert_eq!(mine.style(Role::Text), shipped.style(Role::Text));
        let listed = themes.list();
        assert_eq!(listed.len(), SHIPPED.len());
        let nord = listed.iter().find(|it| it.name == "nord").unwrap();
        assert!(matches!(nord.origin, Origin::Own { instead: true, .. }));
    }

    #[test]
    fn a_theme_that_cannot_be_used_is_replaced_and_the_reason_is_told() {
        let long = format!("# {}", "x".repeat(70_000));
        let (_folder, themes) = folder(&[
            ("nord.toml", "roles.okay = 'red'"),
            ("round.toml", "extends = 'about'"),
            ("about.toml", "extends = 'round'"),
            ("long.toml", &long),
        ]);
        let (theme, error) = themes.find_or_other("nord");
        assert_eq!(theme, Theme::find("nord").unwrap());
        assert!(
            error
                .unwrap()
                .to_string()
                .contains("nord.toml:1: `roles.okay`")
        );
        let (theme, error) = themes.find_or_other("round");
        assert_eq!(theme, Theme::default());
        let error = error.unwrap().to_string();
        assert!(error.contains("leads round in a circle"), "{error}");
        let (_, error) = themes.find_or_other("long");
        assert!(
            error
                .unwrap()
                .to_string()
                .ends_with("it is longer than 64 KiB")
        );
        let (theme, error) = themes.find_or_other("no-such");
        assert!(theme == Theme::default() && error.is_some());
    }

    #[test]
    fn a_file_elsewhere_is_taken_in_under_its_name() {
        let (folder, _) = folder(&[("one.toml", "about = 'one'")]);
        let mut themes = Themes::default();
        let name = themes.take_in(&folder.path().join("one.toml"));
        assert_eq!(themes.find(&name).unwrap().about(), "one");
        let gone = themes.take_in(&folder.path().join("two.toml"));
        assert!(matches!(
            themes.find(&gone),
            Err(ThemeError::Unreadable { .. })
        ));
        let none = themes.take_in(Path::new("/"));
        assert!(matches!(
            themes.find(&none),
            Err(ThemeError::Unreadable { .. })
        ));
        assert!(is_path("./a") && is_path("a.toml") && !is_path("a"));
    }
}
