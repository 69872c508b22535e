//! How a filter of the journal is typed: words and `key:value`, read into a [`Filter`].
//!
//! Pure: the time and the zone are handed in. Owns the keys, what is allowed behind each, and what is said where a
//! filter is faulty; which events there are is nothing to it.

mod complete;
mod when;

use jiff::tz::TimeZone;
use thiserror::Error;

pub(crate) use self::complete::{Names, begins_key, complete, offers};
use crate::core::{
    By, Concerns, Event, Filter, MemberName, Recorded, SessionId, TaskId, Term, Timestamp, What,
    filter::Seen,
};
use crate::ui::suggest::nearest;
use crate::ui::telling::{KINDS, tell_recorded};

/// What can stand before a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Kind,
    Member,
    Task,
    By,
    Session,
    Since,
}

impl Key {
    pub(crate) const ALL: [Self; 6] = [
        Self::Kind,
        Self::Member,
        Self::Task,
        Self::By,
        Self::Session,
        Self::Since,
    ];

    /// As it is typed, without the colon.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Member => "member",
            Self::Task => "task",
            Self::By => "by",
            Self::Session => "session",
            Self::Since => "since",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.word() == word)
    }

    /// What is allowed behind it.
    fn allows(self) -> String {
        match self {
            Self::Kind => KINDS.join(", "),
            Self::Member => "names of members".to_owned(),
            Self::Task => "numbers of tasks, such as 7 or #7".to_owned(),
            Self::By => By::ALL
                .iter()
                .map(|by| by.word())
                .collect::<Vec<_>>()
                .join(", "),
            Self::Session => "sessions, such as s3".to_owned(),
            Self::Since => "10m, 2h, 1d, 14:30 or 2026-03-09".to_owned(),
        }
    }
}

/// Why a filter cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Fault {
    #[error("there is no `{key}:`{} there are {}; in \"quotes\" it is plain text", meant(.key), keys())]
    NoKey { key: String },
    #[error("`{}:` takes {}", .key.word(), .key.allows())]
    NoValue { key: Key },
    #[error("`{}:` takes {}, not `{value}`", .key.word(), .key.allows())]
    BadValue { key: Key, value: String },
    #[error("`since:` takes one time, not several")]
    SeveralTimes,
}

fn meant(key: &str) -> String {
    let near = nearest(key, Key::ALL.map(Key::word));
    near.map_or_else(
        || ";".to_owned(),
        |near| format!(", did you mean `{near}:`?"),
    )
}

fn keys() -> String {
    Key::ALL.map(|key| format!("{}:", key.word())).join(" ")
}

/// One piece of a filter, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece<'t> {
    /// Where it begins in the text.
    at: usize,
    not: bool,
    /// Behind the minus, without quotes.
    body: &'t str,
    quoted: bool,
}

/// Reads a filter; `now` and `zone` are for what it says of times.
///
/// # Errors
/// The first piece that says nothing that is known.
pub(crate) fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Filter, Fault> {
    let terms = pieces(text).into_iter().filter(|it| !it.body.is_empty());
    let terms = terms.map(|piece| {
        let what = what(&piece, now, zone)?;
        Ok(Term {
            not: piece.not,
            what,
        })
    });
    Ok(Filter {
        terms: terms.collect::<Result<_, Fault>>()?,
    })
}

/// Splits at spaces that are in no quotes. A quote that is not closed goes to the end.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return found;
        }
        let at = text.len() - rest.len();
        let (not, body) = match rest.strip_prefix('-') {
            Some(body) => (true, body),
            None => (false, rest),
        };
        let (body, after, quoted) = if let Some(quoted) = body.strip_prefix('"') {
            let (body, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            (body, after, true)
        } else {
            let end = body.find(char::is_whitespace).unwrap_or(body.len());
            let (body, after) = body.split_at(end);
            (body, after, false)
        };
        found.push(Piece {
            at,
            not,
            body,
            quoted,
        });
        rest = after;
    }
}

/// The key of a piece, if it has the form of one, and what stands behind its colon.
fn keyed<'t>(piece: &Piece<'t>) -> Option<(&'t str, &'t str)> {
    let (key, values) = piece.body.split_once(':').filter(|_| !piece.quoted)?;
    let letters = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic());
    letters.then_some((key, values))
}

fn what(piece: &Piece<'_>, now: Timestamp, zone: &TimeZone) -> Result<What, Fault> {
    let Some((word, values)) = keyed(piece) else {
        return Ok(What::Says(piece.body.to_lowercase()));
    };
    let key = Key::of(&word.to_ascii_lowercase()).ok_or_else(|| Fault::NoKey {
        key: word.to_owned(),
    })?;
    if values.is_empty() {
        return Err(Fault::NoValue { key });
    }
    let all = Values { key, values };
    Ok(match key {
        Key::Kind => What::Kind(all.read(|it| {
            let known = KINDS.into_iter().find(|kind| *kind == it.to_lowercase());
            known.map(str::to_owned)
        })?),
        Key::Member => What::Member(all.read(|it| MemberName::new(&it.to_lowercase()).ok())?),
        Key::Task => What::Task(all.read(|it| number(it, "#").map(TaskId))?),
        Key::By => What::By(all.read(|it| it.to_lowercase().parse().ok())?),
        Key::Session => What::Session(all.read(|it| number(it, "s").map(SessionId))?),
        Key::Since => match all.read(|it| when::since(it, now, zone))?.as_slice() {
            [at] => What::Since(*at),
            _ => return Err(Fault::SeveralTimes),
        },
    })
}

/// The values behind a key, between commas.
struct Values<'t> {
    key: Key,
    values: &'t str,
}

impl Values<'_> {
    fn read<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Fault> {
        let bad = |value: &str| Fault::BadValue {
            key: self.key,
            value: value.to_owned(),
        };
        // A comma at the end waits for the next value.
        let all = self.values.strip_suffix(',').unwrap_or(self.values);
        let all = all.split(',');
        all.map(|it| read(it).ok_or_else(|| bad(it))).collect()
    }
}

/// A number, with or without the mark that is shown before it.
fn number(text: &str, mark: &str) -> Option<u64> {
    let digits = text.strip_prefix(mark).unwrap_or(text);
    let plain = digits.bytes().all(|it| it.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

/// Whether an event passes. What is hidden in a vote is passed over: whoever shows it has to look again at the
/// words that it is shown with.
pub(crate) fn passes(filter: &Filter, known: &Concerns, recorded: &Recorded, hides: bool) -> bool {
    let concern = known.of(&recorded.event);
    let (kind, told, _) = tell_recorded(recorded);
    let hidden = hides && matches!(recorded.event, Event::InquiryAnswered { .. });
    filter.passes(Seen {
        at: recorded.at,
        concern: &concern,
        kind,
        told: (!hidden).then_some(told.as_str()),
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    const NOW: Timestamp = Timestamp(1_772_000_000_000);

    fn read(text: &str) -> Result<Vec<(bool, What)>, String> {
        let filter = parse(text, NOW, &TimeZone::UTC).map_err(|it| it.to_string())?;
        let terms = filter.terms.into_iter();
        Ok(terms.map(|it| (it.not, it.what)).collect())
    }

    fn says(word: &str) -> What {
        What::Says(word.to_owned())
    }

    #[test]
    fn words_and_keys_are_read() {
        let kinds = |all: &[&str]| What::Kind(all.iter().map(|it| (*it).to_owned()).collect());
        let read = read("Fix  -kind:task,vote by:Room task:#7,8 session:s3 member:codex -done");
        assert_eq!(
            read.unwrap(),
            [
                (false, says("fix")),
                (true, kinds(&["task", "vote"])),
                (false, What::By(vec![By::Room])),
                (false, What::Task(vec![TaskId(7), TaskId(8)])),
                (false, What::Session(vec![SessionId(3)])),
                (false, What::Member(vec![MemberName::new("codex").unwrap()])),
                (true, says("done")),
            ]
        );
    }

    #[test]
    fn quotes_make_plain_text() {
        let expected = [
            (true, says("kind:x y")),
            (false, says("z")),
            (false, says("open")),
        ];
        assert_eq!(read("-\"kind:x y\" z \"open").unwrap(), expected);
        assert_eq!(
            read("#7 14:30 - \"\"").unwrap(),
            [(false, says("#7")), (false, says("14:30"))]
        );
        assert_eq!(read("  ").unwrap(), []);
    }

    #[test]
    fn a_fault_says_what_is_allowed() {
        let fault = |text: &str| read(text).unwrap_err();
        assert_eq!(
            fault("kid:task"),
            "there is no `kid:`, did you mean `kind:`? there are kind: member: task: by: session: since:; \
             in \"quotes\" it is plain text"
        );
        let authors = "`by:` takes operator, member, room, clock, rule";
        assert_eq!(fault("by:"), authors);
        assert_eq!(fault("by:console"), format!("{authors}, not `console`"));
        assert_eq!(
            fault("task:7,x"),
            "`task:` takes numbers of tasks, such as 7 or #7, not `x`"
        );
        assert_eq!(fault("since:1h,2h"), "`since:` takes one time, not several");
        for text in [
            "kind:,",
            "kind:a,,",
            "member:A!",
            "session:#3",
            "since:soon",
            "task:99999999999999999999",
        ] {
            assert!(fault(text).contains(", not `"), "{text}");
        }
    }
}
