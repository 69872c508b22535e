//! A pool: members, and the items that are replayed among them. Of a record only what a replay needs is
//! kept: 24 bytes an answer, and some hundred and its name an item.

use std::collections::{BTreeMap, BTreeSet};

use super::names::fitted;
use super::record::{Answer, Record, grouped};
use crate::cli::records::word;
use crate::core::id::MEMBER_NAME_MAX;
use crate::core::kind::NAME_MAX;
use crate::core::routing::replay::{Given, Item};
use crate::core::{MemberName, TaskKind};

/// The most members of a pool: as many as a room remembers.
pub(super) const MEMBERS_MAX: usize = 256;

/// An item with what it is ordered by.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: Box<str>,
    pub(super) phase: i64,
    /// The place of its kind.
    pub(super) kind: usize,
    pub(super) item: Item,
}

/// Members and the items that are replayed among them.
#[derive(Debug, Default)]
pub(super) struct Pool {
    pub(super) name: String,
    pub(super) members: Vec<MemberName>,
    /// What the members are called in the records.
    pub(super) labels: Vec<String>,
    /// The kinds, and what they are called in the records.
    pub(super) kinds: Vec<(TaskKind, String)>,
    pub(super) items: Vec<Kept>,
    /// What a rule can be tried on, where that is not the same.
    pub(super) votes: Option<Vec<Kept>>,
    /// Whether the items stand in the order in which they happened.
    pub(super) is_in_order: bool,
    /// Whether members that are met join it.
    pub(super) is_open: bool,
    places: BTreeMap<String, usize>,
    kind_places: BTreeMap<String, usize>,
    /// How many times and prices were no such numbers.
    pub(super) odd: u64,
}

/// Why a record cannot be taken in.
#[derive(Debug, thiserror::Error)]
#[error(
    "{pool} has more than {MEMBERS_MAX} members; name those that are wanted in a file of pools (--pools)"
)]
pub(super) struct TooMany {
    pool: String,
}

impl Pool {
    /// A pool of these members; of all that are met where none are named.
    pub(super) fn new(name: String, members: &[String]) -> Result<Self, TooMany> {
        let mut pool = Self {
            name,
            is_open: members.is_empty(),
            ..Self::default()
        };
        for label in members {
            pool.join(label)?;
        }
        Ok(pool)
    }

    /// A pool of all that are met, whose items stand in the order in which they happened.
    pub(super) fn of_order(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_open: true,
            is_in_order: true,
            ..Self::default()
        }
    }

    /// The place of a member, which joins where it is new.
    pub(super) fn join(&mut self, label: &str) -> Result<usize, TooMany> {
        if let Some(place) = self.places.get(label) {
            return Ok(*place);
        }
        let too_many = || TooMany {
            pool: self.name.clone(),
        };
        if self.members.len() >= MEMBERS_MAX {
            return Err(too_many());
        }
        let free = |name: &str| {
            let name = MemberName::new(name).ok()?;
            (!self.members.contains(&name)).then_some(name)
        };
        let name = fitted(label, MEMBER_NAME_MAX, free).ok_or_else(too_many)?;
        let place = self.members.len();
        self.members.push(name);
        self.labels.push(label.to_owned());
        self.places.insert(label.to_owned(), place);
        Ok(place)
    }

    /// The place of a kind, which is made to fit where it is new.
    pub(super) fn kind(&mut self, label: &str) -> usize {
        if let Some(place) = self.kind_places.get(label) {
            return *place;
        }
        let taken: BTreeSet<TaskKind> = self.kinds.iter().map(|(kind, _)| *kind).collect();
        let free = |name: &str| {
            let kind = TaskKind::stored(name).ok()?;
            (!taken.contains(&kind)).then_some(kind)
        };
        let kind = fitted(label, NAME_MAX, free).unwrap_or(TaskKind::General);
        self.kinds.push((kind, label.to_owned()));
        let place = self.kinds.len() - 1;
        self.kind_places.insert(label.to_owned(), place);
        place
    }

    /// The kind of a place.
    pub(super) fn kind_at(&self, place: usize) -> TaskKind {
        self.kinds
            .get(place)
            .map_or(TaskKind::General, |(kind, _)| *kind)
    }

    /// Takes a record in, where one of the members answered it.
    pub(super) fn add(&mut self, record: &Record) -> Result<(), TooMany> {
        let mut places = Vec::new();
        let mut answers: Vec<&Answer> = Vec::new();
        for (label, answer) in &record.answers {
            let place = if self.is_open {
                Some(self.join(label)?)
            } else {
                self.places.get(label).copied()
            };
            if let Some(place) = place {
                places.push(place);
                answers.push(answer);
            }
        }
        let Some(last) = places.iter().max() else {
            return Ok(());
        };
        let mut given: Vec<Option<Given>> = vec![None; last + 1];
        let groups = grouped(&record.prompt, &answers);
        for ((place, answer), group) in places.into_iter().zip(answers).zip(groups) {
            let (seconds, cost, is_odd) = answer.took();
            self.odd += u64::from(is_odd);
            if let Some(one) = given.get_mut(place) {
                *one = Some(Given {
                    group,
                    right: answer.is_right(),
                    seconds,
                    cost,
                });
            }
        }
        let kind = self.kind(record.kind.as_deref().unwrap_or("general"));
        self.items.push(Kept {
            id: word(record.id.clone()).into(),
            phase: record.phase.unwrap_or_default(),
            kind,
            item: Item {
                kind: self.kind_at(kind),
                alternatives: record.alternatives,
                given,
            },
        });
        Ok(())
    }

    /// The items of a row: rules can be tried where several answers are known.
    pub(super) fn items(&self, for_a_rule: bool) -> &[Kept] {
        match &self.votes {
            Some(votes) if for_a_rule => votes,
            Some(_) | None => &self.items,
        }
    }

    /// The members of which no item has an answer.
    pub(super) fn absent(&self) -> impl Iterator<Item = &str> {
        let mut present = vec![false; self.members.len()];
        for kept in &self.items {
            for (place, given) in kept.item.given.iter().enumerate() {
                if let Some(one) = present.get_mut(place) {
                    *one |= given.is_some();
                }
            }
        }
        let labels = self.labels.iter().zip(present);
        labels
            .filter(|(_, present)| !present)
            .map(|(label, _)| label.as_str())
    }

    /// Whether some answer has what is asked for.
    pub(super) fn has(&self, what: impl Fn(&Given) -> bool) -> bool {
        let given = self.items.iter().flat_map(|kept| &kept.item.given);
        given.flatten().any(what)
    }

    /// The parts of the stream, in order.
    pub(super) fn phases(&self) -> BTreeSet<i64> {
        self.items.iter().map(|kept| kept.phase).collect()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{MEMBERS_MAX, Pool};
    use crate::core::routing::replay::Given;

    #[test]
    fn an_answer_takes_twenty_four_bytes() {
        assert_eq!(size_of::<Option<Given>>(), 24);
    }

    #[test]
    fn members_that_are_not_of_the_pool_are_left_out_and_those_that_miss_are_absent() {
        let members = ["B".to_owned(), "A".to_owned(), "missing".to_owned()];
        let mut pool = Pool::new("p".to_owned(), &members).unwrap();
        for line in [
            r#"{"id":1,"kind":"a b","answers":{"A":{"answer":"1","correct":1},"C":{"answer":"2"}}}"#,
            r#"{"id":2,"kind":"a-b","answers":{"B":{"answer":"1","official":0}}}"#,
            r#"{"id":3,"answers":{"C":{"answer":"1"}}}"#,
        ] {
            pool.add(&serde_json::from_str(line).unwrap()).unwrap();
        }
        assert_eq!(pool.items.len(), 2);
        assert_eq!(pool.absent().collect::<Vec<_>>(), ["missing"]);
        let right = |at: usize, place: usize| pool.items[at].item.given[place].unwrap().right;
        assert_eq!((right(0, 1), right(1, 0)), (Some(true), Some(false)));
        // Kinds that fit to the same name stay apart.
        let kinds: Vec<_> = pool
            .kinds
            .iter()
            .map(|(kind, label)| (kind.word(), label.as_str()))
            .collect();
        assert_eq!(kinds, [("a-b", "a b"), ("a-b-2", "a-b")]);
    }

    #[test]
    fn a_pool_of_all_that_are_met_is_bounded() {
        let mut pool = Pool::new("p".to_owned(), &[]).unwrap();
        for number in 0..MEMBERS_MAX {
            pool.join(&format!("m{number}")).unwrap();
        }
        assert!(pool.join("m0").is_ok());
        let refused = pool.join("more").unwrap_err().to_string();
        assert!(refused.contains("p has more than 256 members"), "{refused}");
    }
}
