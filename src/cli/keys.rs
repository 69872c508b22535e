//! `synod keys`: which keys do what, and the file in which they are changed.
//!
//! Owns where that file is and the reading of it for the console and the doctor; what may stand in it is the
//! keymap's business.

use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::cli::FAILED;
use crate::config::EnvSource;
use crate::core::{Aspect, Check};
use crate::ui::keymap::{Keymap, KeymapError, commented, printed};

/// The file of keys, in the folder of the user's configuration.
const FILE: &str = "keys.toml";

/// Longer files are refused: nobody has so many keys.
const MOST_BYTES: u64 = 256 * 1024;

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Print a keys.toml that says what is built in, to be changed
    #[arg(long)]
    default: bool,
}

/// The keys in force.
#[derive(Debug)]
pub(super) struct Keys {
    /// Those of the file over the built-in ones; the built-in ones where it cannot be used.
    pub(super) keymap: Keymap,
    /// The file, where there is one.
    file: Option<PathBuf>,
    /// Why it cannot be used.
    error: Option<KeymapError>,
}

impl Keys {
    /// What to tell whoever opens a console: that the file is not used, and why.
    pub(super) fn trouble(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        Some(format!("the built-in keys are used: {}", error.brief()))
    }
}

/// Reads the file of keys, where there is one.
pub(super) fn read(env: &EnvSource) -> Keys {
    let path = env.config_dir().map(|folder| folder.join(FILE));
    let text = path.as_deref().map_or(Ok(None), text);
    let Some(path) = path else {
        return Keys {
            keymap: Keymap::default(),
            file: None,
            error: None,
        };
    };
    let name = path.display().to_string();
    let keymap = match text {
        Ok(None) => {
            return Keys {
                keymap: Keymap::default(),
                file: None,
                error: None,
            };
        }
        Ok(Some(text)) => Keymap::parse(&text, &name),
        Err(why) => Err(KeymapError::Unreadable { file: name, why }),
    };
    let (keymap, error) = match keymap {
        Ok(keymap) => (keymap, None),
        Err(error) => (Keymap::default(), Some(error)),
    };
    let file = Some(path);
    Keys {
        keymap,
        file,
        error,
    }
}

/// The text of a file, `None` where there is none, or why it cannot be read.
fn text(path: &Path) -> Result<Option<String>, String> {
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let mut text = String::new();
    let read = file.take(MOST_BYTES + 1).read_to_string(&mut text);
    let read = read.map_err(|error| error.to_string())?;
    if read as u64 > MOST_BYTES {
        return Err(format!("it is longer than {} KiB", MOST_BYTES / 1024));
    }
    Ok(Some(text))
}

/// Prints the keys in force, or a file to begin with.
pub(super) fn keys(args: &Args, env: &EnvSource) -> anyhow::Result<ExitCode> {
    let mut stdout = std::io::stdout().lock();
    if args.default {
        write!(stdout, "{}", commented())?;
        return Ok(ExitCode::SUCCESS);
    }
    let keys = read(env);
    if let Some(error) = &keys.error {
        let mut stderr = std::io::stderr().lock();
        for line in error.each() {
            writeln!(stderr, "synod: {line}")?;
        }
        writeln!(
            stdout,
            "# {FILE} is not used; these are the built-in keys\n"
        )?;
    }
    write!(stdout, "{}", printed(&keys.keymap, FILE))?;
    Ok(match keys.error {
        Some(_) => ExitCode::from(FAILED),
        None => ExitCode::SUCCESS,
    })
}

/// What the doctor says of the file; nothing where there is none.
pub(super) fn checks(env: &EnvSource) -> Vec<Check> {
    let keys = read(env);
    let Some(file) = keys.file else {
        return Vec::new();
    };
    let Some(error) = keys.error else {
        return vec![Check::ok(Aspect::Files, file.display().to_string())];
    };
    let advice = "mend the file where it says; until then the built-in keys are used";
    let told = error.each().into_iter();
    let mut checks: Vec<Check> = told
        .map(|what| Check::warning(Aspect::Files, what, advice))
        .collect();
    // What to do is the same for all of them.
    if let Some((_, before)) = checks.split_last_mut() {
        for check in before {
            check.fix = None;
        }
    }
    checks
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::CheckState;

    /// An environment whose configuration has this file of keys.
    fn machine(text: &[u8]) -> (tempfile::TempDir, EnvSource) {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("synod")).unwrap();
        std::fs::write(home.path().join("synod/keys.toml"), text).unwrap();
        let env = EnvSource::of_pairs([("XDG_CONFIG_HOME", home.path().to_str().unwrap())]);
        (home, env)
    }

    #[test]
    fn without_a_file_the_built_in_keys_hold_and_nothing_is_said() {
        let env = EnvSource::of_pairs([("XDG_CONFIG_HOME", "/nowhere/at/all")]);
        let keys = read(&env);
        assert_eq!((&keys.keymap, keys.trouble()), (&Keymap::default(), None));
        assert_eq!(checks(&env), []);
        assert_eq!(read(&EnvSource::default()).trouble(), None);
    }

    #[test]
    fn a_file_is_used_and_named() {
        let (_home, env) = machine(b"[lists]\nX = \"zoom\"\n");
        let keys = read(&env);
        assert!(keys.keymap != Keymap::default());
        assert_eq!(keys.trouble(), None);
        let checks = checks(&env);
        assert_eq!(checks.len(), 1);
        assert!(checks[0].state == CheckState::Ok && checks[0].detail.ends_with("synod/keys.toml"));
    }

    #[test]
    fn of_a_file_with_mistakes_nothing_is_used_and_each_is_told() {
        let (_home, env) = machine(b"[lists]\nX = \"zoom\"\nY = \"zooom\"\nZ = 1\n");
        let keys = read(&env);
        assert_eq!(keys.keymap, Keymap::default());
        let trouble = keys.trouble().unwrap();
        assert!(
            trouble
                .starts_with("the built-in keys are used: keys.toml:3: there is no action `zooom`"),
            "{trouble}"
        );
        let checks = checks(&env);
        assert_eq!(checks.len(), 2);
        assert!(checks.iter().all(|it| it.state == CheckState::Warning));
        assert!(
            checks[1].detail.contains("synod/keys.toml:4: "),
            "{checks:?}"
        );
        assert!(checks[0].fix.is_none() && checks[1].fix.is_some());
    }

    #[test]
    fn what_is_no_text_or_too_long_is_refused() {
        let (_home, env) = machine(b"\xff\xfe");
        assert!(read(&env).trouble().unwrap().contains("cannot be read"));
        let (_home, env) = machine(" ".repeat(300 * 1024).as_bytes());
        assert!(
            read(&env)
                .trouble()
                .unwrap()
                .contains("longer than 256 KiB")
        );
    }
}
