//! Which kinds of task a room has now: those that every room has, and its own from the configuration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::kind::{KindName, TaskKind};
use crate::core::task::UnknownWord;

/// The most kinds of its own that a room has.
pub const OWN_KINDS_MAX: usize = 22;
/// The most words that hint at a kind.
pub const WORDS_MAX: usize = 100;
/// The longest of them, in bytes.
pub const WORD_MAX: usize = 64;
/// The longest meaning, in bytes.
pub const MEANING_MAX: usize = 200;

/// What the configuration says of one kind of the room's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OwnKind {
    /// What is meant by it, in a few words; may be empty.
    pub means: String,
    /// Words that hint at it.
    pub words: Vec<String>,
    /// The kind of every room that it is like: what is not set or known of it, is as of that one.
    pub like: Option<TaskKind>,
}

/// The kinds of a room.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kinds {
    own: BTreeMap<KindName, OwnKind>,
}

/// Kinds that a room cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKinds {
    /// Too many.
    #[error("{OWN_KINDS_MAX} kinds of its own are the most that a room has, not {0}")]
    TooMany(usize),
    /// Too many or too long words, or too long a meaning.
    #[error(
        "`{}` has to be told in at most {WORDS_MAX} words of {WORD_MAX} bytes, and be explained in \
         {MEANING_MAX} bytes", .0.as_str()
    )]
    TooLong(KindName),
    /// It is like one that is a room's own.
    #[error(
        "`{}` can only be like a kind that every room has: {}",
        .0.as_str(),
        TaskKind::ALL.iter().map(TaskKind::word).collect::<Vec<_>>().join(", ")
    )]
    LikeOwn(KindName),
}

impl Kinds {
    /// Those of every room, and these.
    pub fn new(own: BTreeMap<KindName, OwnKind>) -> Result<Self, BadKinds> {
        if own.len() > OWN_KINDS_MAX {
            return Err(BadKinds::TooMany(own.len()));
        }
        for (name, kind) in &own {
            let short = |word: &String| word.len() <= WORD_MAX;
            let fits = kind.words.len() <= WORDS_MAX && kind.words.iter().all(short);
            if !fits || kind.means.len() > MEANING_MAX {
                return Err(BadKinds::TooLong(*name));
            }
            if matches!(kind.like, Some(TaskKind::Own(_))) {
                return Err(BadKinds::LikeOwn(*name));
            }
        }
        Ok(Self { own })
    }

    /// The room's own, by name.
    #[must_use]
    pub fn own(&self) -> &BTreeMap<KindName, OwnKind> {
        &self.own
    }

    /// All of them, in order.
    pub fn all(&self) -> impl Iterator<Item = TaskKind> + '_ {
        let own = self.own.keys().copied().map(TaskKind::Own);
        TaskKind::ALL.iter().copied().chain(own)
    }

    /// Whether the room has this one now.
    #[must_use]
    pub fn has(&self, kind: TaskKind) -> bool {
        self.all().any(|one| one == kind)
    }

    /// The kind of a word that somebody wrote.
    pub fn read(&self, word: &str) -> Result<TaskKind, UnknownWord> {
        let kind = TaskKind::stored(word).ok().filter(|kind| self.has(*kind));
        kind.ok_or_else(|| TaskKind::unknown(word, self.all()))
    }

    /// What is meant by a kind, in a few words; empty where nobody said it.
    #[must_use]
    pub fn means(&self, kind: TaskKind) -> &str {
        match kind {
            TaskKind::Own(name) => self.own.get(&name).map_or("", |own| own.means.as_str()),
            TaskKind::General
            | TaskKind::Code
            | TaskKind::Review
            | TaskKind::Debugging
            | TaskKind::Reasoning
            | TaskKind::Analysis
            | TaskKind::Creative
            | TaskKind::Factual
            | TaskKind::Planning
            | TaskKind::Operations => kind.means(),
        }
    }

    /// The kind of every room by which one is treated where nothing is set or known of it: itself, or
    /// what the room's own is like.
    #[must_use]
    pub fn like(&self, kind: TaskKind) -> TaskKind {
        match kind {
            TaskKind::Own(name) => {
                let own = self.own.get(&name);
                own.and_then(|own| own.like).unwrap_or(TaskKind::General)
            }
            TaskKind::General
            | TaskKind::Code
            | TaskKind::Review
            | TaskKind::Debugging
            | TaskKind::Reasoning
            | TaskKind::Analysis
            | TaskKind::Creative
            | TaskKind::Factual
            | TaskKind::Planning
            | TaskKind::Operations => kind,
        }
    }
}

/// As a map from the plain words.
impl Serialize for Kinds {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let own = self.own.iter();
        serializer.collect_map(own.map(|(name, kind)| (name.as_str(), kind)))
    }
}

impl<'de> Deserialize<'de> for Kinds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = BTreeMap::<String, OwnKind>::deserialize(deserializer)?;
        let named = read.into_iter().map(|(word, kind)| {
            let name = KindName::new(&word).map_err(serde::de::Error::custom)?;
            Ok((name, kind))
        });
        Self::new(named.collect::<Result<_, _>>()?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::{BadKinds, Kinds, OWN_KINDS_MAX, OwnKind, WORD_MAX};
    use crate::core::kind::{KindName, TaskKind};

    fn name(word: &str) -> KindName {
        KindName::new(word).unwrap()
    }

    fn sql() -> Kinds {
        let own = OwnKind {
            means: "queries and schemas".to_owned(),
            words: vec!["select".to_owned()],
            like: Some(TaskKind::Code),
        };
        Kinds::new(BTreeMap::from([(name("sql"), own)])).unwrap()
    }

    #[test]
    fn words_are_read_among_the_rooms_own_too() {
        let kinds = sql();
        let own = TaskKind::Own(name("sql"));
        assert_eq!(kinds.read("sql"), Ok(own));
        assert_eq!(kinds.read("plan"), Ok(TaskKind::Planning));
        assert_eq!(kinds.means(own), "queries and schemas");
        assert_eq!(kinds.like(own), TaskKind::Code);
        let lost = TaskKind::Own(name("lost"));
        assert_eq!(kinds.like(lost), TaskKind::General);
        let refused = kinds.read("lost").unwrap_err().to_string();
        assert!(refused.ends_with("planning, operations, sql"), "{refused}");
        let text = serde_json::to_string(&kinds).unwrap();
        assert_eq!(serde_json::from_str::<Kinds>(&text).unwrap(), kinds);
    }

    #[test]
    fn kinds_are_bounded() {
        let many = (0..=OWN_KINDS_MAX).map(|n| (name(&format!("k{n}")), OwnKind::default()));
        assert_eq!(
            Kinds::new(many.collect()),
            Err(BadKinds::TooMany(OWN_KINDS_MAX + 1))
        );
        let long = OwnKind {
            words: vec!["x".repeat(WORD_MAX + 1)],
            ..OwnKind::default()
        };
        let long = Kinds::new(BTreeMap::from([(name("x"), long)]));
        assert_eq!(long, Err(BadKinds::TooLong(name("x"))));
        let like = OwnKind {
            like: Some(TaskKind::Own(name("x"))),
            ..OwnKind::default()
        };
        let like = Kinds::new(BTreeMap::from([(name("y"), like)]));
        assert_eq!(like, Err(BadKinds::LikeOwn(name("y"))));
    }
}
