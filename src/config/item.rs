//! One value of a TOML table with its key: typed, checked conversions, each with the words for what
//! is allowed instead. It knows no key of ours.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::place::{Origin, Place, SourceFile};
use super::problem::{Fault, Problem, nearest, shown};
use super::value::{self, Amount, Lull, Name};

/// One value with the key it stands under.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a Spanned<DeValue<'a>>,
    pub(super) file: &'a SourceFile,
}

impl<'a> Item<'a> {
    pub(super) fn place(&self) -> Place {
        self.file.place(self.value.span().start)
    }

    pub(super) fn origin(&self) -> Origin {
        self.file.origin(self.value.span().start)
    }

    /// The problem that this value is not `allowed`.
    pub(super) fn bad(&self, allowed: impl Into<String>) -> Problem {
        self.bad_as(describe(self.value.get_ref()), allowed.into())
    }

    /// As [`Item::bad`], for values that may be secrets: their kind is named, never their text.
    pub(super) fn bad_hidden(&self, allowed: impl Into<String>) -> Problem {
        let kind = self.value.get_ref().type_str();
        self.bad_as(format!("a {kind}"), allowed.into())
    }

    fn bad_as(&self, found: String, allowed: String) -> Problem {
        let key = shown(self.key);
        let fault = Fault::BadValue {
            key,
            found,
            allowed,
        };
        Problem::new(self.place(), fault)
    }

    pub(super) fn is_table(&self) -> bool {
        self.value.get_ref().is_table()
    }

    pub(super) fn as_str(&self) -> Option<&'a str> {
        self.value.get_ref().as_str()
    }

    /// Text that is not empty.
    pub(super) fn text(self) -> Result<String, Problem> {
        match self.as_str() {
            Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
            _ => Err(self.bad("text in quotes, not empty")),
        }
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(self, words: &[(&'static str, T)]) -> Result<T, Problem> {
        let found = self.as_str();
        words
            .iter()
            .find(|(word, _)| found == Some(word))
            .map(|(_, value)| *value)
            .ok_or_else(|| {
                let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                let mut allowed = one_of(&names);
                if let Some(near) = found.and_then(|found| nearest(found, &names)) {
                    allowed = format!("{allowed}; did you mean \"{near}\"?");
                }
                self.bad(allowed)
            })
    }

    pub(super) fn flag(self) -> Result<bool, Problem> {
        let value = self.value.get_ref().as_bool();
        value.ok_or_else(|| self.bad("true or false"))
    }

    /// A whole number in `least..=most`.
    pub(super) fn whole(self, least: u64, most: u64) -> Result<u64, Problem> {
        self.value
            .get_ref()
            .as_integer()
            .and_then(|digits| u64::from_str_radix(digits.as_str(), digits.radix()).ok())
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| {
                self.bad(if most == u64::MAX {
                    format!("a whole number of at least {least}")
                } else {
                    format!("a whole number from {least} to {most}")
                })
            })
    }

    /// A number from 0 to so much.
    pub(super) fn up_to(self, most: u32) -> Result<f64, Problem> {
        let number = self.float();
        let number = number.filter(|number| (0.0..=f64::from(most)).contains(number));
        number.ok_or_else(|| self.bad(format!("a number from 0 to {most}")))
    }

    /// A number from 0 to 1.
    pub(super) fn share(self) -> Result<f64, Problem> {
        let number = self.float().filter(|number| (0.0..=1.0).contains(number));
        number.ok_or_else(|| self.bad("a number from 0 to 1"))
    }

    /// An amount of US dollars, not negative.
    pub(super) fn money(self) -> Result<f64, Problem> {
        let number = self.float().filter(|number| *number >= 0.0);
        number.ok_or_else(|| self.bad("an amount in US dollars, 0 or more"))
    }

    /// A finite number; whole numbers count too.
    fn float(&self) -> Option<f64> {
        let value = self.value.get_ref();
        let text = match (value.as_float(), value.as_integer()) {
            (Some(float), _) => float.as_str(),
            (None, Some(digits)) if digits.radix() == 10 => digits.as_str(),
            (None, _) => return None,
        };
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// A length of time such as `"90s"`.
    pub(super) fn duration(self) -> Result<Duration, Problem> {
        self.as_str()
            .and_then(value::duration)
            .ok_or_else(|| self.bad("a length of time such as \"90s\", \"30m\" or \"2h\""))
    }

    /// A length of time such as `"30m"`; `"never"` or 0 for none.
    pub(super) fn lull(self) -> Result<Lull, Problem> {
        let whole = self.value.get_ref().as_integer();
        if whole.is_some_and(|number| number.as_str() == "0") {
            return Ok(Lull::Never);
        }
        self.as_str()
            .and_then(Lull::parse)
            .ok_or_else(|| self.bad("a length of time such as \"30m\" or \"2h\", or \"never\""))
    }

    /// An amount of bytes such as `"64MB"`, or `"unlimited"`.
    pub(super) fn amount(self) -> Result<Amount, Problem> {
        self.as_str()
            .and_then(Amount::parse)
            .ok_or_else(|| self.bad("an amount such as \"64MB\" or \"1GB\", or \"unlimited\""))
    }

    /// A name of a member or server.
    pub(super) fn name(self) -> Result<Name, Problem> {
        self.as_str()
            .and_then(Name::new)
            .ok_or_else(|| self.bad(Name::ALLOWED))
    }

    /// A path; relative ones are resolved later, against the project.
    pub(super) fn path(self) -> Result<PathBuf, Problem> {
        self.text().map(PathBuf::from)
    }

    /// An `http` or `https` address.
    pub(super) fn url(self) -> Result<String, Problem> {
        self.as_str()
            .filter(|text| value::is_http_url(text))
            .map(str::to_owned)
            .ok_or_else(|| self.bad("an address that starts with http:// or https://"))
    }

    /// The elements of a list.
    pub(super) fn list(self, allowed: &str) -> Result<Vec<Self>, Problem> {
        let Some(array) = self.value.get_ref().as_array() else {
            return Err(self.bad(allowed));
        };
        Ok(array.iter().map(|value| Self { value, ..self }).collect())
    }

    /// A command: a list of words, the first not empty. It is never given to a shell.
    pub(super) fn command(self) -> Result<Vec<String>, Problem> {
        const ALLOWED: &str =
            "a list of words with the program first, such as [\"npx\", \"-y\", \"some-server\"]";
        let words = self
            .list(ALLOWED)?
            .into_iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| self.bad(ALLOWED))?;
        let starts = words.first().is_some_and(|first| !first.trim().is_empty());
        let clean = words.iter().all(|word| !word.contains('\0'));
        if starts && clean {
            Ok(words)
        } else {
            Err(self.bad(ALLOWED))
        }
    }
}

/// A value as a message shows it.
fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", shown(text)),
        DeValue::Integer(number) => shown(number.as_str()),
        DeValue::Float(number) => shown(number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(items) if items.is_empty() => "an empty list".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// `"a", "b" or "c"`.
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<Cow<'_, str>> = words
        .iter()
        .map(|word| format!("\"{word}\"").into())
        .collect();
    match quoted.split_last() {
        Some((last, [])) => last.to_string(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}
