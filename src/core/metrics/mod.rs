//! Figures of members and kinds of tasks: how much, how well, how fast, at what price.
//!
//! Owns what is counted, for how long it is kept and how it is read. It does not decide what an event
//! means for a figure, which is `evolve`'s, nor who is given a task, which is
//! [`routing`](crate::core::routing)'s. Being a part of the state it is folded from the journal alone: a
//! replay and every console have the same figures bit for bit.
//!
//! Everything is counted per member and kind; what members and kinds come to is the sum. Since ever and,
//! in [buckets] of bounded number, for the last hour, day, week and month. Nothing is divided by nothing:
//! what is not known is `None`, never 0.

mod buckets;
mod ever;
mod figures;
mod histogram;
mod packed;
mod pulse;
mod share;
mod table;
mod verdict;
mod whose;
mod window;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use figures::{Figures, Tokens};
pub use histogram::{Histogram, Percentiles};
pub use pulse::{Beat, step};
pub use share::Share;
pub use table::Table;
pub(crate) use verdict::Judged;
pub use whose::Whose;
pub use window::Window;

use crate::core::{ContextUse, FailureKind, MemberName, Span, TaskId, TaskKind, Timestamp, Usage};
use buckets::Buckets;
use figures::Sum;
use packed::{Cell, Cells};
use pulse::Pulse;
use verdict::{TASKS_KEPT, Verdicts};

/// How many members keep their figures. Of those that left the ones go first that did nothing for
/// longest; one that is in the room is never forgotten.
pub const MEMBERS_KEPT: usize = 128;

/// The figures of a room.
///
/// **Acceptance** is the share of results that stood, of those by which an answer was judged:
///
/// - Where several were asked, the answer of each is judged once the task is done: it stood if the
///   result rests on it (the group that agreed, what was voted for, what a judge or the operator chose,
///   all that were merged), and did not otherwise. A fallback judges nobody.
/// - Where one alone answered, or was first, or took the last step, its answer stood.
/// - Where the operator wrote the result by hand, chose none of the answers, or took over what somebody
///   wrote in place of a result, no answer stood.
/// - When a conflict is opened again and settled otherwise, or a result is replaced, what was said is
///   taken back and said anew.
/// - Tasks that the room orders for itself, that were cancelled, or that failed before there was
///   something to choose judge nobody.
///
/// **Agreement with the council** counts councils that agreed or settled their conflict by a vote or by
/// consensus; **with the operator** conflicts in which the operator chose, wrote or took none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Metrics {
    members: BTreeMap<MemberName, Known>,
    /// Kinds by number.
    kinds: Vec<TaskKind>,
    /// What calls on each kind came to over time, by its number.
    pulses: Vec<Pulse>,
    #[serde(with = "packed")]
    ever: Cells,
    buckets: Buckets,
    verdicts: BTreeMap<TaskId, Verdicts>,
    /// How many members were forgotten, whose numbers may be given anew.
    forgotten: u64,
}

/// What the buckets of a window come to that do not change any more, for whoever looks at it again and
/// again. It is made anew by itself when it is not that of the window.
#[derive(Debug, Clone, Default)]
pub struct Past {
    of: Option<(Window, (u64, usize), u64)>,
    sums: Cells,
}

/// What is known of a member beside its figures on kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    number: u16,
    /// When something was last counted for it.
    seen: Timestamp,
    context: Option<ContextUse>,
    pulse: Pulse,
}

/// How a call ended, as far as figures go.
#[derive(Debug, Clone, Copy)]
pub enum CallEnd<'a> {
    /// With an answer.
    Answered {
        /// Working time, waits for the operator apart.
        took: Span,
        /// Time to the first text, where it was streamed.
        first_text: Option<Span>,
        /// Tokens and money.
        usage: &'a Usage,
    },
    /// With a failure of this kind.
    Failed(FailureKind),
    /// It was called off.
    Cancelled,
    /// It was cut off by the end of the room process.
    Interrupted,
}

/// Whose figures on which kind, and when.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub member: &'a MemberName,
    /// On which kind of task.
    pub kind: TaskKind,
}

impl Metrics {
    /// Makes room for a member that is counted for the first time. `stays` says who may not be forgotten.
    pub fn admit(
        &mut self,
        at: Timestamp,
        member: &MemberName,
        stays: impl Fn(&MemberName) -> bool,
    ) {
        if self.members.contains_key(member) {
            return;
        }
        while self.members.len() >= MEMBERS_KEPT {
            let gone = self.members.iter().filter(|(name, _)| !stays(name));
            let oldest = gone.min_by_key(|(_, known)| known.seen);
            let Some(name) = oldest.map(|(name, _)| name.clone()) else {
                break;
            };
            self.forget(&name);
        }
        let mut numbers: Vec<u16> = self.members.values().map(|known| known.number).collect();
        numbers.sort_unstable();
        let taken = (0_u16..).zip(&numbers).take_while(|(free, it)| free == *it);
        let number = u16::try_from(taken.count()).unwrap_or(u16::MAX);
        let known = Known {
            number,
            seen: at,
            context: None,
            pulse: Pulse::default(),
        };
        self.members.insert(member.clone(), known);
    }

    fn forget(&mut self, member: &MemberName) {
        let Some(known) = self.members.remove(member) else {
            return;
        };
        self.forgotten += 1;
        self.ever.retain(|(whose, _), _| *whose != known.number);
        self.buckets.forget(known.number);
        for verdicts in self.verdicts.values_mut() {
            verdicts.forget(known.number);
        }
    }

    fn kind(&mut self, kind: TaskKind) -> u16 {
        let place = self.kinds.iter().position(|known| *known == kind);
        let place = place.unwrap_or_else(|| {
            self.kinds.push(kind);
            self.kinds.len() - 1
        });
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Counts in all figures of a member that was admitted.
    fn count(&mut self, place: Place<'_>, count: impl Fn(&mut Figures)) {
        let kind = self.kind(place.kind);
        if let Some(known) = self.members.get_mut(place.member) {
            known.seen = place.at;
            let cell = (known.number, kind);
            self.count_cell(place.at, cell, count);
        }
    }

    fn count_cell(&mut self, at: Timestamp, cell: Cell, count: impl Fn(&mut Figures)) {
        count(self.ever.entry(cell).or_default());
        count(self.buckets.now(at, cell));
    }

    /// A call of a member that was admitted ended.
    pub fn call_ended(&mut self, place: Place<'_>, end: CallEnd<'_>) {
        self.count(place, |figures| {
            figures.add(Sum::Calls, 1);
            match end {
                CallEnd::Answered {
                    took,
                    first_text,
                    usage,
                } => figures.add_answer(took, first_text, usage),
                CallEnd::Failed(kind) => figures.add_failure(kind),
                CallEnd::Cancelled => figures.add(Sum::Cancelled, 1),
                CallEnd::Interrupted => figures.add(Sum::Interrupted, 1),
            }
        });
        let beat = match end {
            CallEnd::Answered { took, usage, .. } => Beat {
                answered: 1,
                worked: took,
                tokens: usage.tokens(),
                micro_usd: usage.micro_usd,
                ..Beat::default()
            },
            CallEnd::Failed(_) => Beat {
                failed: 1,
                ..Beat::default()
            },
            CallEnd::Cancelled | CallEnd::Interrupted => return,
        };
        let Some(known) = self.members.get_mut(place.member) else {
            return;
        };
        known.pulse.add(place.at, beat);
        if let CallEnd::Answered { usage, .. } = end {
            known.context = usage.context.or(known.context);
        }
        self.add_to_kind(place.kind, place.at, beat);
    }

    /// A task ended in which a member made a call.
    pub(crate) fn task_ended(&mut self, place: Place<'_>) {
        self.count(place, |figures| figures.add(Sum::Tasks, 1));
    }

    /// A member was asked again in a vote, and turned round or did not.
    pub(crate) fn flipped(&mut self, place: Place<'_>, asked: u64, turned: u64) {
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.count(place, |figures| {
            figures.add(Sum::AskedAgain, signed(asked));
            figures.add(Sum::Turned, signed(turned));
        });
    }

    /// Says of answers of a task whether they won. What was said of them before is taken back.
    pub(crate) fn judge(
        &mut self,
        (at, task, kind): (Timestamp, TaskId, TaskKind),
        by: Judged,
        said: &[(MemberName, bool)],
    ) {
        let kind = self.kind(kind);
        let numbered = said.iter().filter_map(|(name, won)| {
            let known = self.members.get_mut(name)?;
            known.seen = at;
            Some((known.number, *won))
        });
        let said: Vec<(u16, bool)> = numbered.collect();
        let verdicts = self.verdicts_of(task, kind);
        let kind = verdicts.kind();
        let before = verdicts.replace(by, said.clone());
        let (n, of) = by.sums();
        for (said, times) in [(before, -1), (said, 1)] {
            for (member, won) in said {
                self.count_cell(at, (member, kind), |figures| {
                    figures.add(n, times);
                    figures.add(of, if won { times } else { 0 });
                });
            }
        }
    }

    /// What is remembered of a task. Room for it is made at the expense of the oldest.
    fn verdicts_of(&mut self, task: TaskId, kind: u16) -> &mut Verdicts {
        while self.verdicts.len() >= TASKS_KEPT && !self.verdicts.contains_key(&task) {
            self.verdicts.pop_first();
        }
        let verdicts = self.verdicts.entry(task);
        verdicts.or_insert_with(|| Verdicts::of(kind))
    }

    /// A conflict of a task was settled; its result follows.
    pub(crate) fn settled(&mut self, task: TaskId, kind: TaskKind) {
        let kind = self.kind(kind);
        self.verdicts_of(task, kind).settled = true;
    }

    /// Whether the result of a task that comes now is that of a conflict that was just settled.
    pub(crate) fn take_settled(&mut self, task: TaskId) -> bool {
        let verdicts = self.verdicts.get_mut(&task);
        verdicts.is_some_and(|verdicts| std::mem::take(&mut verdicts.settled))
    }

    /// A task is worked anew: what was said of its answers stays said.
    pub(crate) fn begun_anew(&mut self, task: TaskId) {
        self.verdicts.remove(&task);
    }

    /// All figures of a window that ends now.
    #[must_use]
    pub fn over(&self, window: Window, now: Timestamp) -> Table {
        self.over_again(&mut Past::default(), window, now)
    }

    /// The same for whoever keeps what did not change since it looked last.
    pub fn over_again(&self, past: &mut Past, window: Window, now: Timestamp) -> Table {
        let Some(span) = window.span() else {
            return self.named(self.ever.clone());
        };
        let of = (window, self.buckets.closed_of(span, now), self.forgotten);
        if past.of != Some(of) {
            past.of = Some(of);
            past.sums.clear();
            self.buckets.each_closed(span, now, |cell, figures| {
                past.sums.entry(cell).or_default().merge(figures);
            });
        }
        let mut sums = past.sums.clone();
        for (cell, figures) in self.buckets.open_in(span, now).into_iter().flatten() {
            sums.entry(*cell).or_default().merge(figures);
        }
        self.named(sums)
    }

    /// Cells with names in place of numbers.
    fn named(&self, cells: Cells) -> Table {
        let mut table = Table::default();
        let known = self.members.iter();
        let names: BTreeMap<u16, &MemberName> =
            known.map(|(name, known)| (known.number, name)).collect();
        for ((member, kind), figures) in cells {
            let kind = self.kinds.get(usize::from(kind));
            if let Some((name, kind)) = names.get(&member).zip(kind) {
                table.put(name, *kind, figures);
            }
        }
        table
    }

    /// Members of which something was counted, also those that left.
    #[must_use]
    pub fn members(&self) -> impl ExactSizeIterator<Item = &MemberName> {
        self.members.keys()
    }

    /// Whether something was ever counted of a member.
    #[must_use]
    pub fn knows(&self, member: &MemberName) -> bool {
        self.members.contains_key(member)
    }

    /// How full a member's window was at the end of its last call of which its server told that.
    #[must_use]
    pub fn context(&self, member: &MemberName) -> Option<ContextUse> {
        self.members.get(member)?.context
    }
}

/// How many bytes cells take, roughly: a third of the nodes of a map stands empty.
#[cfg(test)]
fn bytes_of(cells: &Cells) -> usize {
    let each = std::mem::size_of::<(Cell, Figures)>() * 3 / 2;
    let histograms = cells
        .values()
        .flat_map(|figures| [figures.latency(), figures.first_text()]);
    let entries: usize = histograms.map(|it| it.buckets().len() * 2 * 8).sum();
    cells.len() * each + entries
}

#[cfg(test)]
mod tests;
