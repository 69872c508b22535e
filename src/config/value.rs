//! The small values of a configuration: names, lengths of time, addresses, secrets.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The name of a member or a server: 1 to 32 of `a-z 0-9 _ -`, so that `@name` can be typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The rule, for messages.
    pub(super) const ALLOWED: &'static str = "1 to 32 of the characters a-z, 0-9, _ and -";

    /// Checks a name; `None` where the rule is broken.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len());
        let clean = text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
        (fits && clean).then(|| Self(text.to_owned()))
    }

    /// A name for something whose own name has no character that a name may have.
    pub(super) fn fallback() -> Self {
        Self("found".to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that must not be shown: its `Debug` hides it, and it has no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that hands it on.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// A value that is written down or named by reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// The value itself stands in the file.
    Plain(Secret),
    /// `{ from = "env", name = "X" }`: the user's environment variable `X`.
    Env {
        /// The variable.
        name: String,
        /// Whether its absence is no error; then the value is left out.
        optional: bool,
    },
    /// `{ from = "file", path = "…" }`: a file's content without the newline at its end.
    File {
        /// The file; `~/` is the home, a relative path is the project's.
        path: PathBuf,
        /// Whether its absence is no error; then the value is left out.
        optional: bool,
    },
}

impl Reference {
    /// How it is shown: where the value comes from, never the value.
    #[must_use]
    pub fn described(&self) -> String {
        match self {
            Self::Plain(_) => "(written in the file, not shown)".to_owned(),
            Self::Env { name, .. } => format!("from environment variable {name}"),
            Self::File { path, .. } => format!("from file {}", path.display()),
        }
    }
}

/// Parses `500ms`, `90s`, `30m`, `2h` or `1d`; more than zero, at most a year.
pub(super) fn duration(text: &str) -> Option<Duration> {
    const YEAR: Duration = Duration::from_hours(365 * 24);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let length = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        "h" => Duration::from_secs(number.checked_mul(60 * 60)?),
        "d" => Duration::from_secs(number.checked_mul(24 * 60 * 60)?),
        _ => return None,
    };
    (!length.is_zero() && length <= YEAR).then_some(length)
}

/// How long something may lie idle before it is tidied away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lull {
    /// It may for ever.
    Never,
    /// So long.
    After(Duration),
}

impl Lull {
    /// The length, if there is one.
    #[must_use]
    pub fn length(self) -> Option<Duration> {
        match self {
            Self::Never => None,
            Self::After(length) => Some(length),
        }
    }

    /// Parses `never`, `0` or a length of time.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "never" | "0" => Some(Self::Never),
            text => duration(text).map(Self::After),
        }
    }

    /// The text in the file.
    pub(super) fn text(self) -> String {
        self.length()
            .map_or_else(|| "never".to_owned(), duration_text)
    }
}

/// Writes a length of time the way [`duration`] reads it.
pub(super) fn duration_text(length: Duration) -> String {
    let seconds = length.as_secs();
    if length.subsec_millis() != 0 {
        format!("{}ms", length.as_millis())
    } else if seconds.is_multiple_of(3600) {
        format!("{}h", seconds / 3600)
    } else if seconds.is_multiple_of(60) {
        format!("{}m", seconds / 60)
    } else {
        format!("{seconds}s")
    }
}

/// How many bytes there may be of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// Any number.
    Unlimited,
    /// So many.
    UpTo(u64),
}

impl Amount {
    const UNITS: [(&'static str, u64); 3] =
        [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];

    /// The number of bytes, if there is a limit.
    #[must_use]
    pub fn limit(self) -> Option<u64> {
        match self {
            Self::Unlimited => None,
            Self::UpTo(bytes) => Some(bytes),
        }
    }

    /// Parses `unlimited`, or a whole number of `kB`, `MB` or `GB`, more than zero.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text == "unlimited" {
            return Some(Self::Unlimited);
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits)?;
        let (_, factor) = Self::UNITS.iter().find(|(known, _)| *known == unit)?;
        let bytes = number.parse::<u64>().ok()?.checked_mul(*factor)?;
        (bytes > 0).then_some(Self::UpTo(bytes))
    }

    /// The text in the file.
    pub(super) fn text(self) -> String {
        let Self::UpTo(bytes) = self else {
            return "unlimited".to_owned();
        };
        let units = Self::UNITS.iter();
        let whole = units.filter(|(_, factor)| bytes.is_multiple_of(*factor));
        let (unit, factor) = whole.copied().next().unwrap_or(("B", 1));
        format!("{}{unit}", bytes / factor)
    }
}

/// Whether a text is an `http` or `https` address with a host and no spaces or control characters.
pub(super) fn is_http_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with(['/', ':', '?', '#'])
            && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_to_their_characters_and_length() {
        for good in ["a", "codex", "gpt-5_3", &"x".repeat(32)] {
            assert!(Name::new(good).is_some(), "{good}");
        }
        for bad in ["", "Codex", "a b", "ä", "a/b", "@a", &"x".repeat(33)] {
            assert!(Name::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn lengths_of_time_read_and_print_alike() {
        for text in ["500ms", "90s", "30m", "2h"] {
            assert_eq!(duration(text).map(duration_text).as_deref(), Some(text));
        }
        assert_eq!(duration("1d"), Some(Duration::from_hours(24)));
        for bad in [
            "",
            "90",
            "s",
            "0s",
            "-5s",
            "1.5h",
            "9s ",
            "9999d",
            "99999999999999999999s",
        ] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn amounts_read_and_print_alike() {
        for text in ["64MB", "3kB", "1GB", "unlimited"] {
            assert_eq!(Amount::parse(text).map(Amount::text).as_deref(), Some(text));
        }
        let kib = Amount::parse("2000kB").map(Amount::text);
        assert_eq!(kib.as_deref(), Some("2MB"));
        for bad in ["", "64", "0MB", "64MiB", "1.5GB", "-1kB", "99999999999GB"] {
            assert_eq!(Amount::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_secret_never_shows_in_debug() {
        let plain = Reference::Plain(Secret::new("sk-12345"));
        assert!(!format!("{plain:?}{}", plain.described()).contains("sk-12345"));
    }

    #[test]
    fn addresses_need_a_scheme_and_a_host() {
        assert!(is_http_url("http://127.0.0.1:8080/mcp"));
        for bad in [
            "",
            "http://",
            "ftp://x",
            "https:///x",
            "http://a b",
            "127.0.0.1:80",
        ] {
            assert!(!is_http_url(bad), "{bad}");
        }
    }
}
