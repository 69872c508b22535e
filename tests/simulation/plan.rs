//! What a seed stands for: a roster, what the operator does and when, and the faults.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use synod::core::appraisal::Appraisers;
use synod::core::ladder::ContestOrder;
use synod::core::routing::policy::Policy;
use synod::core::routing::setting::Setting;
use synod::core::routing::whether::Several;
use synod::core::{
    Budget, CheckName, Checks, Command, KindBy, Ladder, MemberName, MemberSpec, Old, Period,
    Priority, Reach, Retention, SessionOrder, Sharing, Span, Spot, Strategy, TaskId, TaskKind,
    TaskOrder, Text, Timestamp, Upkeep,
};

use crate::fault::{Fault, Rule};
use crate::{dials, ladder};

/// When plans begin: 23:00 on some day, so that midnight comes soon.
pub(crate) const BEGIN: Timestamp = Timestamp(20_000 * 86_400_000 + 23 * 3_600_000);
/// How long operations and faults go on.
pub(crate) const LENGTH: Span = Span::secs(900);

/// What tasks are about; answers to the same differ from time to time.
const ASKED: [&str; 2] = ["how many retries has the login?", "why?"];

/// A plan.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) roster: Vec<MemberSpec>,
    pub(crate) operations: Vec<(Timestamp, Operation)>,
    pub(crate) faults: Vec<Rule>,
}

/// Something that the operator or fate does. Picks are taken modulo of what there is at that time.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Add(Box<TaskOrder>),
    Cancel(usize),
    Retry(usize),
    Prioritise(usize, Priority),
    Reword(usize),
    /// One beside another, ahead of it or behind it.
    Move(usize, usize, bool),
    CancelCall(usize),
    Settle(usize, Answering),
    OpenSession(usize),
    CloseSession(usize),
    Session(usize, SessionOrder),
    ListSessions(usize),
    SetUpkeep(Upkeep),
    SetRouting(Box<Setting>),
    SetChecks(Checks),
    StopCheck,
    Enroll(Box<MemberSpec>),
    Dismiss(usize),
    RestartMember(usize),
    SetBudget(Budget),
    BoundThoughts(u32),
    CloseRoom,
    KillRoom,
    Snapshot,
    SetSharing(Sharing),
    SetRetention(Retention),
    SetDigester(Option<usize>),
    SetAppraisers(Appraisers),
    SetLadder(Box<Ladder>),
    /// Something about a conflict.
    Contest(usize, ContestOrder),
    /// A word about a lesson.
    Lesson(usize),
    /// A document is pinned to a task or to all, or is so no more.
    Pin(usize),
    /// A report about a call of long ago.
    Ghost(usize),
    /// Somebody changes a document in the shared memory.
    Meddle(usize),
}

/// How an inbox item is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answering {
    Yes,
    No,
    ByText,
}

impl Plan {
    pub(crate) fn from_seed(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let count = rng.usize(1..=4);
        let mut roster: Vec<MemberSpec> = (0..count).map(|n| spec(&mut rng, n)).collect();
        let mut tasks = 0;
        let mut operations: Vec<(Timestamp, Operation)> = (0..rng.usize(4..28))
            .map(|_| {
                let at = BEGIN.after(Span(rng.u64(0..LENGTH.0)));
                (at, operation(&mut rng, count, &mut tasks))
            })
            .collect();
        // Also several tasks at once at the beginning.
        for _ in 0..rng.usize(1..5) {
            operations.push((
                BEGIN,
                Operation::Add(Box::new(order(&mut rng, count, &mut tasks))),
            ));
        }
        let faults: Vec<Rule> = (0..rng.usize(0..4))
            .map(|_| Rule {
                share: rng.u32(5..60),
                until: BEGIN.after(Span(rng.u64(0..LENGTH.0))),
                fault: Fault::any(&mut rng),
            })
            .collect();
        // Drawn last: older seeds keep their meaning.
        for _ in 0..rng.usize(0..8) {
            let at = BEGIN.after(Span(rng.u64(0..LENGTH.0)));
            let pick = rng.usize(0..64);
            let operation = match rng.u8(0..6) {
                0 => Operation::SetSharing(sharing(&mut rng)),
                1 => Operation::Pin(pick),
                _ => Operation::Lesson(pick),
            };
            operations.push((at, operation));
        }
        if rng.bool() {
            operations.push((BEGIN, Operation::SetSharing(sharing(&mut rng))));
        }
        for _ in 0..rng.usize(0..4) {
            let at = BEGIN.after(Span(rng.u64(0..LENGTH.0)));
            operations.push((at, Operation::SetRetention(retention(&mut rng))));
        }
        if let Some(appraisers) = appraisers(seed, count) {
            operations.push((BEGIN, Operation::SetAppraisers(appraisers)));
        }
        operations.push((BEGIN, Operation::SetRouting(Box::new(routing(seed)))));
        operations.push((BEGIN, Operation::SetChecks(checks(seed))));
        // Not drawn: older seeds keep their meaning.
        for turn in 0..seed % 5 {
            let at = BEGIN.after(Span(LENGTH.0 * (turn + 1) / 7));
            let pick = usize::try_from(seed / 5 + turn).unwrap();
            operations.push((at, Operation::Move(pick, pick / 2, turn.is_multiple_of(2))));
            operations.push((at, Operation::Reword(pick / 3)));
        }
        for stop in 0..seed % 4 {
            let at = BEGIN.after(Span(LENGTH.0 * (stop + 1) / 5));
            operations.push((at, Operation::StopCheck));
        }
        if rng.bool() {
            operations.push((BEGIN, Operation::SetDigester(Some(rng.usize(0..count)))));
            let talker = name(rng.usize(0..count));
            for _ in 0..rng.usize(8..20) {
                let at = BEGIN.after(Span(rng.u64(0..LENGTH.0)));
                let order = long(&talker, &mut tasks);
                operations.push((at, Operation::Add(Box::new(order))));
            }
            for _ in 0..rng.usize(0..3) {
                let at = BEGIN.after(Span(rng.u64(0..LENGTH.0)));
                let by = rng.bool().then(|| rng.usize(0..5));
                operations.push((at, Operation::SetDigester(by)));
            }
        }
        if rng.u8(0..3) > 0 {
            ladder::draw(&mut rng, count, &mut tasks, &mut roster, &mut operations);
        }
        operations.sort_by_key(|(at, _)| *at);
        Self {
            seed,
            roster,
            operations,
            faults,
        }
    }

    /// The plan without one operation or one fault.
    pub(crate) fn smaller(&self) -> impl Iterator<Item = Self> {
        let fewer_faults = (0..self.faults.len()).map(|index| {
            let mut plan = self.clone();
            plan.faults.remove(index);
            plan
        });
        let fewer_operations = (0..self.operations.len()).map(|index| {
            let mut plan = self.clone();
            plan.operations.remove(index);
            plan
        });
        fewer_faults.chain(fewer_operations)
    }
}

pub(crate) fn name(index: usize) -> MemberName {
    let names = ["codex", "gpt", "claude", "gemini", "guest"];
    MemberName::new(names[index % names.len()]).unwrap()
}

fn spec(rng: &mut Rng, index: usize) -> MemberSpec {
    let mut strengths = BTreeMap::new();
    if rng.bool() {
        strengths.insert(kind(rng), rng.f64());
    }
    MemberSpec {
        name: name(index),
        family: "rehearsal".to_owned(),
        strengths,
        parallel: rng.u32(1..4),
        reach: match rng.u8(0..6) {
            0..=2 => Reach::Text,
            3..=4 => Reach::Sandboxed,
            _ => Reach::Unguarded,
        },
        rehearsal: rng.u8(0..8) == 0,
        model: None,
    }
}

fn operation(rng: &mut Rng, members: usize, tasks: &mut u64) -> Operation {
    let pick = rng.usize(0..64);
    match rng.u8(0..48) {
        0..=17 => Operation::Add(Box::new(order(rng, members, tasks))),
        18..=19 => Operation::Cancel(pick),
        20..=21 => Operation::Retry(pick),
        22 => Operation::Prioritise(pick, Priority::ALL[rng.usize(0..4)]),
        23 => Operation::CancelCall(pick),
        24..=28 => {
            let how = [Answering::Yes, Answering::No, Answering::ByText];
            Operation::Settle(pick, how[rng.usize(0..3)])
        }
        29 => Operation::OpenSession(pick),
        30 => Operation::CloseSession(pick),
        31 => {
            let index = rng.usize(0..5);
            Operation::Enroll(Box::new(spec(rng, index)))
        }
        32 => Operation::Dismiss(pick),
        33 => Operation::RestartMember(pick),
        34 => Operation::SetBudget(budget(rng)),
        35 => Operation::CloseRoom,
        36 => Operation::KillRoom,
        37 if pick < 16 => Operation::BoundThoughts(u32::try_from(pick).unwrap()),
        37 => Operation::Snapshot,
        39 if pick >= 32 => Operation::Meddle(pick),
        38..=39 => Operation::Ghost(pick),
        40..=45 => {
            let order = session_order(rng, members);
            // Not drawn: older seeds keep their meaning.
            let wishes = order == SessionOrder::Choose && !pick.is_multiple_of(4);
            let wish = wishes.then(|| dials::wish(pick));
            Operation::Session(pick, wish.unwrap_or(order))
        }
        46 => Operation::ListSessions(pick),
        _ => Operation::SetUpkeep(upkeep(rng)),
    }
}

/// A task is given another text.
pub(crate) fn reworded(task: TaskId, pick: usize) -> Command {
    Command::Reword {
        task,
        before: None,
        after: Text::from(format!("Why is it {pick}?")),
    }
}

/// A task is moved beside another one.
pub(crate) fn moved(task: TaskId, beside: TaskId, ahead: bool) -> Command {
    let to = if ahead { Spot::AheadOf } else { Spot::Behind };
    Command::MoveTask {
        task,
        to: to(beside),
    }
}

/// Not drawn: older seeds keep their meaning.
fn checks(seed: u64) -> Checks {
    let every: BTreeSet<TaskKind> = TaskKind::ALL.iter().copied().collect();
    let some: BTreeMap<CheckName, BTreeSet<TaskKind>> = match seed % 3 {
        0 => BTreeMap::new(),
        1 => BTreeMap::from([(check(), BTreeSet::new())]),
        _ => BTreeMap::from([(check(), every)]),
    };
    Checks::new(some).unwrap()
}

pub(crate) fn check() -> CheckName {
    CheckName::new("tests").unwrap()
}

/// Not drawn: older seeds keep their meaning.
fn routing(seed: u64) -> Setting {
    let every = |several| TaskKind::ALL.iter().map(move |kind| (*kind, several));
    let (further, several) = match seed % 4 {
        0 => (0.0, BTreeMap::new()),
        1 => (0.5, every(Several::Auto).collect()),
        2 => (3.0, every(Several::Auto).collect()),
        _ => (0.5, every(Several::Always).collect()),
    };
    Setting {
        policy: Policy::ALL[usize::try_from(seed % 9).unwrap()],
        further,
        several,
        ..Setting::default()
    }
}

/// In every third room tasks are looked at first, in half of them by one who is named. Not drawn: older
/// seeds keep their meaning.
fn appraisers(seed: u64, members: usize) -> Option<Appraisers> {
    let pick = usize::try_from(seed / 6).unwrap() % members;
    seed.is_multiple_of(3).then(|| Appraisers {
        above: Some(1),
        by: seed.is_multiple_of(2).then(|| name(pick)),
    })
}

fn session_order(rng: &mut Rng, members: usize) -> SessionOrder {
    match rng.u8(0..7) {
        0..=1 => SessionOrder::Fork {
            member: rng.bool().then(|| name(rng.usize(0..members))),
            title: String::new(),
        },
        2 => SessionOrder::Rename {
            title: format!("name {}", rng.u8(..)),
        },
        3 => SessionOrder::Archive,
        4 => SessionOrder::Unarchive,
        5 => SessionOrder::Reset,
        _ => SessionOrder::Choose,
    }
}

fn upkeep(rng: &mut Rng) -> Upkeep {
    let sometimes = |rng: &mut Rng| rng.bool().then(|| Span::secs(rng.u64(5..300)));
    Upkeep {
        rest_after: sometimes(rng),
        rest_of: BTreeMap::from([(name(rng.usize(0..5)), sometimes(rng))]),
        archive_after: sometimes(rng),
    }
}

fn sharing(rng: &mut Rng) -> Sharing {
    Sharing {
        accept_all: rng.u8(0..4) > 0,
        expiry: rng.bool().then(|| Span::secs(rng.u64(5..900))),
        most: rng.u32(0..6),
        budget: rng.u32(0..4000),
        budget_of: BTreeMap::from([(name(rng.usize(0..5)), rng.u32(0..4000))]),
    }
}

fn retention(rng: &mut Rng) -> Retention {
    Retention {
        keep: rng.bool().then(|| Span::secs(rng.u64(1..400))),
        most: rng.bool().then(|| rng.u64(500..10_000)),
        old: if rng.bool() {
            Old::Summary
        } else {
            Old::Archive
        },
    }
}

fn budget(rng: &mut Rng) -> Budget {
    let sometimes = |rng: &mut Rng, most: u64| rng.bool().then(|| rng.u64(0..most));
    Budget {
        tokens: sometimes(rng, 4_000),
        micro_usd: sometimes(rng, 400),
        time: sometimes(rng, 200_000).map(Span),
        per: if rng.bool() {
            Period::Day
        } else {
            Period::Room
        },
    }
}

fn kind(rng: &mut Rng) -> TaskKind {
    TaskKind::ALL[rng.usize(0..TaskKind::ALL.len())]
}

/// A task that fills the session of its member.
fn long(member: &MemberName, tasks: &mut u64) -> TaskOrder {
    *tasks += 1;
    TaskOrder {
        members: vec![member.clone()],
        ..TaskOrder::new(format!("task {tasks}: {}", ASKED[0].repeat(200)))
    }
}

fn order(rng: &mut Rng, members: usize, tasks: &mut u64) -> TaskOrder {
    *tasks += 1;
    let named = if rng.bool() { rng.usize(1..4) } else { 0 };
    let waits = rng.u8(0..3) == 0;
    let soon = rng.u8(0..8) == 0;
    let kind = kind(rng);
    let priority = Priority::ALL[rng.usize(0..4)];
    let four = [
        Strategy::Solo,
        Strategy::Race,
        Strategy::Council,
        Strategy::Debate,
    ];
    // Nor is that some of one are left open.
    let strategy = four[rng.usize(0..4)];
    let strategy = if strategy == Strategy::Solo && tasks.is_multiple_of(3) {
        Strategy::Auto
    } else {
        strategy
    };
    TaskOrder {
        // Nor is this.
        check: (*tasks % 4 == 1).then(check),
        kind,
        // Not drawn: older seeds keep their meaning.
        kind_by: match *tasks % 8 {
            0 => KindBy::Open,
            1 => KindBy::Given,
            // Stands as it is and teaches nothing, which takes time in every fold.
            _ => KindBy::Text,
        },
        priority,
        // Nor is this.
        strategy: match kind {
            TaskKind::Analysis | TaskKind::Planning => Strategy::Think,
            TaskKind::General
            | TaskKind::Code
            | TaskKind::Review
            | TaskKind::Debugging
            | TaskKind::Reasoning
            | TaskKind::Creative
            | TaskKind::Factual
            | TaskKind::Own(_) => strategy,
            TaskKind::Operations => Strategy::Plan,
        },
        members: (0..named).map(|_| name(rng.usize(0..members))).collect(),
        after: (waits && *tasks > 1)
            .then(|| TaskId(rng.u64(1..*tasks)))
            .into_iter()
            .collect(),
        deadline: soon.then(|| BEGIN.after(Span(rng.u64(0..LENGTH.0)))),
        ..TaskOrder::new(format!(
            "task {tasks}: {}",
            ASKED[usize::try_from(*tasks).unwrap() % ASKED.len()]
        ))
    }
}
