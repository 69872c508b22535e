//! The process environment, read once: the only place that does. Everybody else is given an
//! [`EnvSource`], so a test can bring its own.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// A copy of an environment. Variables that are not UTF-8 are left out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EnvSource {
    variables: BTreeMap<String, String>,
}

impl EnvSource {
    /// The environment of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let utf8 = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            variables: std::env::vars_os().filter_map(utf8).collect(),
        }
    }

    /// An environment made of these pairs.
    pub fn of_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let own = |(name, value): (N, V)| (name.into(), value.into());
        Self {
            variables: pairs.into_iter().map(own).collect(),
        }
    }

    /// A variable; an empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    /// Where programs are looked for.
    #[must_use]
    pub fn path(&self) -> &str {
        self.get("PATH").unwrap_or("/usr/local/bin:/usr/bin:/bin")
    }

    /// The user's home, where there is one.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        self.absolute("HOME")
    }

    /// `$XDG_CONFIG_HOME/synod`, or the same below `~/.config`.
    #[must_use]
    pub fn config_dir(&self) -> Option<PathBuf> {
        self.own_dir("XDG_CONFIG_HOME", ".config")
    }

    /// `$XDG_STATE_HOME/synod`, or the same below `~/.local/state`.
    #[must_use]
    pub fn state_dir(&self) -> Option<PathBuf> {
        self.own_dir("XDG_STATE_HOME", ".local/state")
    }

    /// `$XDG_CACHE_HOME/synod`, or the same below `~/.cache`.
    #[must_use]
    pub fn cache_dir(&self) -> Option<PathBuf> {
        self.own_dir("XDG_CACHE_HOME", ".cache")
    }

    fn own_dir(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let base = self
            .absolute(variable)
            .or_else(|| Some(self.home()?.join(below_home)))?;
        Some(base.join("synod"))
    }

    /// A variable that must be an absolute path; the XDG rules say to ignore a relative one.
    fn absolute(&self, name: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.get(name)?);
        path.is_absolute().then_some(path)
    }
}

/// Names only: any value may be a secret.
impl fmt::Debug for EnvSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnvSource ")?;
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_home_there_are_no_directories_and_no_panic() {
        let env = EnvSource::of_pairs([("HOME", ""), ("XDG_CONFIG_HOME", "relative")]);
        assert_eq!(env.home(), None);
        assert_eq!(env.config_dir(), None);
        assert_eq!(env.state_dir(), None);
    }

    #[test]
    fn xdg_wins_over_home() {
        let env = EnvSource::of_pairs([("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]);
        assert_eq!(env.config_dir(), Some(PathBuf::from("/x/synod")));
        assert_eq!(
            env.state_dir(),
            Some(PathBuf::from("/h/.local/state/synod"))
        );
        assert_eq!(env.cache_dir(), Some(PathBuf::from("/h/.cache/synod")));
    }

    #[test]
    fn debug_shows_no_value() {
        let env = EnvSource::of_pairs([("OPENAI_API_KEY", "sk-1")]);
        assert_eq!(format!("{env:?}"), "EnvSource {\"OPENAI_API_KEY\"}");
    }
}
