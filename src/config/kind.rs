//! `[kind.NAME]`: kinds of task of the room's own, and which kinds may be named elsewhere.
//!
//! A file may name the kinds that it or a file of a weaker layer defines, and those that every room has.

use super::effective::{Values, or_none, quoted, quoted_list};
use super::item::{Item, one_of};
use super::problem::{Problem, nearest};
use super::read::Table;

/// The kinds of tasks that every room has.
pub const KINDS: [&str; 10] = [
    "general",
    "code",
    "review",
    "debugging",
    "reasoning",
    "analysis",
    "creative",
    "factual",
    "planning",
    "operations",
];

/// Under this key stands what is set for all other kinds.
pub(super) const OTHERS: &str = "default";
/// What `planning` was called before.
const PLAN: &str = "plan";

const NAME: &str =
    "a letter and up to 23 more of a-z, 0-9, - and _, and no word that has a meaning already";
const NAME_MAX: usize = 24;
/// The most kinds of its own that a room has.
const MOST: usize = 22;
/// The most words that hint at a kind, and the longest of them in bytes.
const WORDS: (usize, usize) = (100, 64);
/// The longest meaning, in bytes.
const MEANING: usize = 200;

/// One `[kind.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// How it is typed: `#NAME`.
    pub name: String,
    /// What is meant by it, in a few words; may be empty.
    pub means: String,
    /// Words that hint at it.
    pub words: Vec<String>,
    /// The kind of every room that it is like.
    pub like: Option<String>,
}

impl Kind {
    /// Reads the table `kind`, whose keys are names.
    pub(super) fn read_all(table: &mut Table<'_, '_>) -> Vec<Self> {
        let mut kinds: Vec<Self> = Vec::new();
        for item in table.take_all() {
            let name = table.keep(name(item));
            table.forget_below(item.key);
            let label = format!("[kind.{}]", item.key);
            let read = table.open(item, label, |table| Self::read(table, item.key));
            kinds.extend(read.filter(|_| name.is_some()));
            if kinds.len() > MOST {
                table.keep::<()>(Err(item.bad(format!("one of at most {MOST} kinds"))));
                kinds.pop();
            }
        }
        kinds
    }

    fn read(table: &mut Table<'_, '_>, name: &str) -> Self {
        let means = table.get("means", |item| {
            let text = item.text()?;
            let short = text.len() <= MEANING && !text.contains('\n');
            short
                .then_some(text)
                .ok_or_else(|| item.bad(format!("a line of at most {MEANING} bytes")))
        });
        let words = table.get("words", words);
        let like = table.get("like", |item| {
            let kind = item.as_str().and_then(|word| known(word, &[]));
            kind.ok_or_else(|| item.bad(one_of(&KINDS)))
        });
        Self {
            name: name.to_owned(),
            means: means.unwrap_or_default(),
            words: words.unwrap_or_default(),
            like,
        }
    }

    pub(super) fn values(&self) -> Values {
        let path = |key: &str| format!("kind.{}.{key}", self.name);
        let words = quoted_list(self.words.iter().map(String::as_str));
        let like = self.like.as_deref().map(quoted);
        vec![
            (path("means"), quoted(&self.means)),
            (path("words"), words),
            (path("like"), or_none(like, "general")),
        ]
    }
}

fn name(item: Item<'_>) -> Result<(), Problem> {
    let name = item.key;
    let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    let fits = name.len() <= NAME_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(allowed);
    if fits && name != OTHERS && known(name, &[]).is_none() {
        return Ok(());
    }
    Err(item.bad(format!("under a name of its own: {NAME}")))
}

fn words(item: Item<'_>) -> Result<Vec<String>, Problem> {
    let (most, longest) = WORDS;
    let allowed = format!("a list of at most {most} words, each of at most {longest} bytes");
    let items = item.list(&allowed)?;
    if items.len() > most {
        return Err(item.bad(allowed));
    }
    let words = items.into_iter().map(|item| {
        let word = item.text()?;
        let short = word.len() <= longest;
        short.then_some(word).ok_or_else(|| item.bad(&allowed))
    });
    words.collect()
}

/// The kind that a word means, by the word that it has today.
pub(super) fn known(word: &str, own: &[String]) -> Option<String> {
    let word = if word == PLAN { "planning" } else { word };
    let known = KINDS.contains(&word) || own.iter().any(|name| name == word);
    known.then(|| word.to_owned())
}

/// Reads the name of a kind out of a list.
pub(super) fn kind(item: Item<'_>, own: &[String]) -> Result<String, Problem> {
    let found = item.as_str();
    found.and_then(|word| known(word, own)).ok_or_else(|| {
        let all = all(own);
        let mut allowed = one_of(&all);
        if let Some(near) = found.and_then(|found| nearest(found, &all)) {
            allowed = format!("{allowed}; did you mean \"{near}\"?");
        }
        item.bad(allowed)
    })
}

/// The kind under whose name an item stands, or [`OTHERS`].
pub(super) fn key(item: Item<'_>, own: &[String]) -> Result<String, Problem> {
    if item.key == OTHERS {
        return Ok(OTHERS.to_owned());
    }
    known(item.key, own).ok_or_else(|| {
        let mut kinds = vec![OTHERS];
        kinds.extend(all(own));
        item.bad(format!(
            "under the name of a kind of task: {}",
            one_of(&kinds)
        ))
    })
}

fn all(own: &[String]) -> Vec<&str> {
    KINDS
        .into_iter()
        .chain(own.iter().map(String::as_str))
        .collect()
}

/// All entries of a table whose keys are kinds of task, each under the word that its kind has today.
pub(super) fn of_kinds<'a>(table: &mut Table<'a, '_>) -> Vec<(String, Item<'a>)> {
    let own = table.kinds().to_vec();
    let mut all = Vec::new();
    for item in table.take_all() {
        if let Some(kind) = table.keep(key(item, &own)) {
            table.known_as(&kind, item);
            all.push((kind, item));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use pretty_assertions::assert_eq;

    use super::{Kind, MOST};
    use crate::config::place::{Layer, SourceFile};
    use crate::config::read::{Notes, Table, parse};

    fn read(text: &str) -> (Vec<Kind>, String) {
        let file = SourceFile::new(Layer::Project, PathBuf::from("synod.toml"), text.to_owned());
        let mut notes = Notes::default();
        let parsed = parse(&file, &mut notes.problems).unwrap();
        let mut top = Table::of_file(parsed.get_ref(), &file, &mut notes);
        let kinds = top.table("kind", Kind::read_all);
        top.finish();
        let told: Vec<String> = notes.problems.iter().map(ToString::to_string).collect();
        (kinds.unwrap_or_default(), told.join("\n"))
    }

    #[test]
    fn a_kind_has_words_a_meaning_and_what_it_is_like() {
        let (kinds, told) = read(
            "[kind.sql]\nmeans = \"queries\"\nwords = [\"select\", \"join\"]\nlike = \"code\"\n\
             [kind.legal]\n",
        );
        assert_eq!(told, "");
        let sql = kinds.iter().find(|kind| kind.name == "sql").unwrap();
        assert_eq!(sql.words, ["select", "join"]);
        assert_eq!(sql.like.as_deref(), Some("code"));
        let values: Vec<String> = kinds.iter().flat_map(Kind::values).map(|it| it.1).collect();
        let legal = ["\"\"", "[]", "(general)"];
        assert_eq!(values[..3], legal);
    }

    #[test]
    fn what_is_no_kind_is_told_with_its_place() {
        for (text, why) in [
            ("[kind.Sql]\n", "under a name of its own"),
            ("[kind.plan]\n", "under a name of its own"),
            ("[kind.default]\n", "under a name of its own"),
            ("[kind.review]\n", "under a name of its own"),
            ("[kind.sql]\nlike = \"legal\"\n", "\"operations\""),
            ("[kind.sql]\nword = []\n", "did you mean `words`?"),
            ("[kind.sql]\nwords = \"x\"\n", "a list of at most 100 words"),
            ("[kind.sql]\nmeans = \"a\\nb\"\n", "a line of at most"),
            ("kind = 7\n", "a table"),
        ] {
            let (_, told) = read(text);
            assert!(
                told.starts_with("synod.toml:") && told.contains(why),
                "{text}: {told}"
            );
        }
        let many: Vec<String> = (0..=MOST).map(|n| format!("[kind.k{n}]\n")).collect();
        let (kinds, told) = read(&many.concat());
        assert_eq!(kinds.len(), MOST);
        assert!(told.contains("at most 22 kinds"), "{told}");
    }
}
