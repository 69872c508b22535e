//! Kinds of task: the plain word, and what is set of a room's own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::{self, Event, KindName};

/// A kind by its word. `plan` is what `planning` was called before kinds could be a room's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct TaskKind(core::TaskKind);

impl TryFrom<String> for TaskKind {
    type Error = core::kind::BadKindName;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        core::TaskKind::stored(&word).map(Self)
    }
}

impl From<TaskKind> for String {
    fn from(kind: TaskKind) -> Self {
        kind.0.word().to_owned()
    }
}

impl From<core::TaskKind> for TaskKind {
    fn from(kind: core::TaskKind) -> Self {
        Self(kind)
    }
}

impl From<TaskKind> for core::TaskKind {
    fn from(kind: TaskKind) -> Self {
        kind.0
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    kinds: Kinds,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    means: String,
    words: Vec<String>,
    like: Option<TaskKind>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Own>", into = "BTreeMap<String, Own>")]
struct Kinds(core::Kinds);

impl TryFrom<BTreeMap<String, Own>> for Kinds {
    type Error = String;

    fn try_from(wire: BTreeMap<String, Own>) -> Result<Self, String> {
        let mut own = BTreeMap::new();
        for (name, Own { means, words, like }) in wire {
            let name = KindName::new(&name).map_err(|bad| bad.to_string())?;
            let like = like.map(Into::into);
            own.insert(name, core::OwnKind { means, words, like });
        }
        let kinds = core::Kinds::new(own).map_err(|bad| bad.to_string())?;
        Ok(Self(kinds))
    }
}

impl From<Kinds> for BTreeMap<String, Own> {
    fn from(kinds: Kinds) -> Self {
        let own = kinds.0.own().iter().map(|(name, kind)| {
            let core::OwnKind { means, words, like } = kind.clone();
            let like = like.map(Into::into);
            (name.as_str().to_owned(), Own { means, words, like })
        });
        own.collect()
    }
}

impl From<&core::Kinds> for Set {
    fn from(kinds: &core::Kinds) -> Self {
        Self {
            kinds: Kinds(kinds.clone()),
        }
    }
}

impl From<Set> for Event {
    fn from(wire: Set) -> Self {
        Self::KindsSet {
            kinds: wire.kinds.0,
        }
    }
}
