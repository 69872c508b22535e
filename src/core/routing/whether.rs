//! Whether a task that leaves it open is worked by one member or by several.
//!
//! Owns the choice and what it says of itself. How many there are to spend, and when a cascade is at its
//! end, is the business of [`convene`](super::convene); who is asked, that of [`route`](super::route).
//!
//! Several members together only read. So kinds of task whose result is a change of files are worked
//! by one, unless the operator says otherwise, and so are those whose answers are prose: two texts
//! are never equal, and a council on them would always differ.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::convene::{CASCADE_FIRST, CASCADE_MOST, Convening, Purse};
use crate::core::task::words;
use crate::core::{Priority, TaskKind};

/// How many are asked at most where everybody is.
pub const EVERYBODY_MOST: usize = 8;
/// After how many councils on a kind their agreement tells something.
const COUNCILS_LEAST: f64 = 20.0;
/// Where councils differ less often than this, they are not worth their calls.
const DIFFER_LEAST: f64 = 0.05;
/// How many councils a kind is held back by towards all kinds.
const KIND_WORTH: f64 = 4.0;
/// How many councils all kinds are held back by towards a coin.
const ALL_WORTH: f64 = 2.0;

words!(
    /// Whether several may be asked about a kind of task.
    Several, "choice of how many are asked", {
        /// Always one.
        Never = "never",
        /// Where further calls are saved up, or much depends on it.
        Auto = "auto",
        /// Always several.
        Always = "always",
    }
);

impl Several {
    /// What holds for a kind unless something is set: several where an answer is short and changes
    /// nothing.
    #[must_use]
    pub fn usual(kind: TaskKind) -> Self {
        match kind {
            TaskKind::Reasoning | TaskKind::Factual | TaskKind::Analysis => Self::Auto,
            TaskKind::General
            | TaskKind::Code
            | TaskKind::Review
            | TaskKind::Debugging
            | TaskKind::Creative
            | TaskKind::Planning
            | TaskKind::Operations
            | TaskKind::Own(_) => Self::Never,
        }
    }
}

/// How it was settled how many are asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Convened {
    /// How many.
    pub how: Convening,
    /// How many could have been asked.
    pub members: u32,
    /// How many further calls were saved up, this task's share among them.
    pub credit: f64,
    /// How many councils there were on the kind.
    pub councils: f64,
    /// In what share of them the answers are expected to differ, 0 to 1.
    pub differ: f64,
    /// Why, in words.
    pub because: String,
}

/// How often the answers of councils agreed, by kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Harmony {
    kinds: BTreeMap<TaskKind, Sizes>,
}

/// Councils of two, and larger ones.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Sizes {
    two: Tally,
    more: Tally,
}

impl Sizes {
    fn of(&self, members: usize) -> Tally {
        if members > 2 { self.more } else { self.two }
    }

    fn all(&self) -> Tally {
        Tally {
            n: self.two.n + self.more.n,
            differed: self.two.differed + self.more.differed,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Tally {
    n: f64,
    differed: f64,
}

impl Harmony {
    /// Adds a council of so many.
    pub(crate) fn met(&mut self, kind: TaskKind, members: usize, differed: bool) {
        let sizes = self.kinds.entry(kind).or_default();
        let tally = if members > 2 {
            &mut sizes.more
        } else {
            &mut sizes.two
        };
        tally.n += 1.0;
        tally.differed += f64::from(u8::from(differed));
    }

    /// How many councils there were on a kind, and in what share of them the answers are expected to
    /// differ (with a uniform prior).
    #[must_use]
    pub fn on(&self, kind: TaskKind) -> (f64, f64) {
        let tally = self.kinds.get(&kind).map(Sizes::all).unwrap_or_default();
        (tally.n, (tally.differed + 1.0) / (tally.n + 2.0))
    }

    /// How likely a council of so many agrees on a kind, 0 to 1. A kind with few councils is held back
    /// towards all kinds, and those towards a coin.
    #[must_use]
    pub fn agree(&self, kind: TaskKind, members: usize) -> f64 {
        let here = self.kinds.get(&kind).map(|sizes| sizes.of(members));
        let here = here.unwrap_or_default();
        let mut all = Tally::default();
        for tally in self.kinds.values().map(|sizes| sizes.of(members)) {
            all.n += tally.n;
            all.differed += tally.differed;
        }
        let overall = (all.differed + ALL_WORTH * 0.5) / (all.n + ALL_WORTH);
        1.0 - (here.differed + KIND_WORTH * overall) / (here.n + KIND_WORTH)
    }
}

/// What the choice is made from.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The kind of the task.
    pub kind: TaskKind,
    /// How much depends on it.
    pub priority: Priority,
    /// What is set for the kind.
    pub several: Several,
    /// How many further calls a task may cost on average.
    pub further: f64,
    /// What is saved up.
    pub purse: &'a Purse,
    /// What councils brought.
    pub harmony: &'a Harmony,
    /// How many members can be asked.
    pub members: usize,
}

/// One or several.
#[must_use]
pub fn whether(question: Question<'_>) -> Convened {
    let members = question.members.min(EVERYBODY_MOST);
    let (councils, differ) = question.harmony.on(question.kind);
    let credit = question.purse.with(question.further);
    let (how, because) = choose(question, members);
    Convened {
        how,
        members: u32::try_from(members).unwrap_or(u32::MAX),
        credit,
        councils,
        differ,
        because,
    }
}

fn choose(question: Question<'_>, members: usize) -> (Convening, String) {
    let Question { kind, priority, .. } = question;
    let cascade = Convening::Cascade {
        first: CASCADE_FIRST.min(members),
        most: CASCADE_MOST.min(members),
    };
    let one = Convening::One;
    if members < 2 {
        return (one, "nobody else can be asked".to_owned());
    }
    match question.several {
        Several::Never => return (one, format!("{kind} is worked by one")),
        Several::Always => return (cascade, format!("{kind} is asked of several")),
        Several::Auto => {}
    }
    let (councils, differ) = question.harmony.on(kind);
    if councils >= COUNCILS_LEAST && differ < DIFFER_LEAST {
        let agreed = 100.0 * (1.0 - differ);
        return (
            one,
            format!("{councils:.0} councils on {kind} agreed in {agreed:.0} % of all cases"),
        );
    }
    if question.further > 0.0 && priority > Priority::Normal {
        return (cascade, format!("much depends on it: {priority}"));
    }
    match question.purse.convene(question.further, members) {
        Convening::One if question.further > 0.0 => (one, "too little is saved up".to_owned()),
        Convening::One => (one, "no further calls may be spent".to_owned()),
        how @ (Convening::Cascade { .. } | Convening::Everybody) => {
            (how, "enough is saved up".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Harmony, Question, Several, whether};
    use crate::core::routing::convene::{Convening, PROBES_FIRST, Purse};
    use crate::core::{Priority, TaskKind};

    const PAIR: Convening = Convening::Cascade { first: 2, most: 3 };

    fn asked<'a>(purse: &'a Purse, harmony: &'a Harmony) -> Question<'a> {
        Question {
            kind: TaskKind::Factual,
            priority: Priority::Normal,
            several: Several::Auto,
            further: 1.0,
            purse,
            harmony,
            members: 3,
        }
    }

    #[test]
    fn what_is_saved_up_is_spent_and_nothing_else() {
        let (mut purse, harmony) = (Purse::default(), Harmony::default());
        let first = whether(asked(&purse, &harmony));
        assert_eq!(first.how, Convening::One);
        assert_eq!(first.because, "too little is saved up");
        purse.pay(1.0, first.how, 1);
        let second = whether(asked(&purse, &harmony));
        assert_eq!(second.how, Convening::Everybody);
        for _ in 0..PROBES_FIRST {
            purse.pay(9.0, Convening::Everybody, 1);
        }
        assert_eq!(whether(asked(&purse, &harmony)).how, PAIR);
        let empty = Purse::default();
        let none = Question {
            further: 0.0,
            priority: Priority::Urgent,
            ..asked(&empty, &harmony)
        };
        assert_eq!(whether(none).because, "no further calls may be spent");
    }

    #[test]
    fn what_is_set_for_the_kind_goes_before_the_purse() {
        let (purse, harmony) = (Purse::default(), Harmony::default());
        let with = |several| Question {
            several,
            priority: Priority::High,
            ..asked(&purse, &harmony)
        };
        assert_eq!(whether(with(Several::Never)).how, Convening::One);
        assert_eq!(whether(with(Several::Always)).how, PAIR);
        assert_eq!(
            whether(with(Several::Auto)).because,
            "much depends on it: high"
        );
        let alone = Question {
            members: 1,
            ..with(Several::Always)
        };
        assert_eq!(whether(alone).how, Convening::One);
    }

    #[test]
    fn a_kind_on_which_councils_always_agree_is_worked_by_one() {
        let mut harmony = Harmony::default();
        for _ in 0..19 {
            harmony.met(TaskKind::Factual, 2, false);
        }
        let purse = Purse::default();
        let urgent = |harmony: &Harmony| {
            whether(Question {
                priority: Priority::Urgent,
                ..asked(&purse, harmony)
            })
        };
        assert_eq!(urgent(&harmony).how, PAIR);
        harmony.met(TaskKind::Factual, 2, false);
        let one = urgent(&harmony);
        assert_eq!(one.how, Convening::One);
        assert_eq!(
            one.because,
            "20 councils on factual agreed in 95 % of all cases"
        );
        harmony.met(TaskKind::Factual, 3, true);
        assert_eq!(urgent(&harmony).how, PAIR);
    }

    #[test]
    fn a_chance_to_agree_is_of_the_kind_and_of_the_size() {
        let mut harmony = Harmony::default();
        let agree = |harmony: &Harmony, kind, members| harmony.agree(kind, members);
        assert!((agree(&harmony, TaskKind::Factual, 2) - 0.5).abs() < 1e-12);
        for turn in 0..40 {
            harmony.met(TaskKind::Factual, 2, turn % 10 == 0);
            harmony.met(TaskKind::Factual, 3, turn % 2 == 0);
            harmony.met(TaskKind::Analysis, 2, true);
        }
        assert!((agree(&harmony, TaskKind::Factual, 2) - 0.9).abs() < 0.05);
        assert!((agree(&harmony, TaskKind::Factual, 8) - 0.5).abs() < 0.05);
        assert!(agree(&harmony, TaskKind::Analysis, 2) < 0.1);
        // Of a kind without a council it is what all kinds say.
        assert!((agree(&harmony, TaskKind::Review, 2) - 0.45).abs() < 0.05);
    }
}
