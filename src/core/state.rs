//! All that is true in a room now: the fold of its events. Private; only `evolve` writes it.
//!
//! Bounded: of ended tasks the last [`ENDED_KEPT`] stay (and those for which an open one waits), and as
//! many of those that the room ordered for itself; of a session's turns the last
//! [`TURNS_KEPT`](crate::core::session::TURNS_KEPT); of sessions that were put away or archived the last
//! [`SESSIONS_KEPT`]. The journal keeps everything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::analysis::Reader;
use crate::core::context::Shown;
use crate::core::follow::contest;
use crate::core::history::Digests;
use crate::core::lesson::{Knowledge, Lesson, Pin, Sharing, Tally};
use crate::core::metrics::Metrics;
use crate::core::retention::{Aged, Leaf, Ledger};
use crate::core::routing::learning::Learning;
use crate::core::thinking::MOST_THOUGHTS;
use crate::core::{
    Access, ApprovalPolicy, Attention, AttentionId, Budget, Call, CallId, Contest, DigestOrder,
    Kinds, Ladder, LessonId, Limit, Member, MemberName, Notebook, OutsideEdit, Phase, Retention,
    Session, SessionId, Settled, Span, Spend, Subject, Task, TaskId, Timestamp, Upkeep, Verdict,
    retention, task::Queue, upkeep,
};

/// How many ended tasks the state keeps.
pub const ENDED_KEPT: usize = 200;
/// How many sessions the state keeps that nobody goes on with: archived and closed ones, and
/// those of members that left.
pub const SESSIONS_KEPT: usize = 64;

/// How many last words on foreign texts the state keeps.
pub const VERDICTS_KEPT: usize = 256;

/// The state of a room.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct State {
    pub(crate) name: String,
    pub(crate) seq: u64,
    pub(crate) closing: bool,
    pub(crate) next: NextIds,
    pub(crate) budget: Budget,
    pub(crate) spend: Spend,
    pub(crate) upkeep: Upkeep,
    #[serde(default)]
    pub(crate) kinds: Kinds,
    /// What was learned of the texts of tasks.
    #[serde(default)]
    pub(crate) reader: Reader,
    pub(crate) thoughts: ThoughtsBound,
    pub(crate) members: BTreeMap<MemberName, Member>,
    pub(crate) sessions: BTreeMap<SessionId, Session>,
    pub(crate) tasks: BTreeMap<TaskId, Task>,
    pub(crate) queue: Queue,
    pub(crate) calls: BTreeMap<CallId, Call>,
    pub(crate) attention: BTreeMap<AttentionId, Attention>,
    pub(crate) counters: Counters,
    pub(crate) approvals: Approvals,
    #[serde(default)]
    pub(crate) verdicts: Vec<Verdict>,
    /// When the last event was decided.
    #[serde(default)]
    pub(crate) at: Timestamp,
    #[serde(default)]
    pub(crate) knowledge: Knowledge,
    #[serde(default)]
    pub(crate) notebook: Notebook,
    #[serde(default)]
    pub(crate) ledger: Ledger,
    #[serde(default)]
    pub(crate) digests: Digests,
    #[serde(default)]
    pub(crate) ladder: Ladder,
    #[serde(default)]
    pub(crate) learning: Learning,
    /// Conflicts of the tasks that are remembered.
    #[serde(default)]
    pub(crate) contests: BTreeMap<TaskId, Contest>,
    #[serde(default)]
    pub(crate) metrics: Metrics,
}

/// What is answered without the operator, and what is being answered by members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Approvals {
    pub(crate) policy: ApprovalPolicy,
    /// Tasks whose result answers an item; both may be over already.
    pub(crate) lent: BTreeMap<AttentionId, TaskId>,
}

/// The next free number of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NextIds {
    pub(crate) task: u64,
    pub(crate) session: u64,
    pub(crate) call: u64,
    pub(crate) attention: u64,
}

impl Default for NextIds {
    fn default() -> Self {
        Self {
            task: 1,
            session: 1,
            call: 1,
            attention: 1,
        }
    }
}

/// How many thoughts a thinking session takes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ThoughtsBound(pub(crate) u32);

impl Default for ThoughtsBound {
    fn default() -> Self {
        Self(MOST_THOUGHTS)
    }
}

/// Counts since the room was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// Tasks with a result.
    pub done: u64,
    /// Tasks that failed.
    pub failed: u64,
    /// Tasks that were called off.
    pub cancelled: u64,
    /// Conflicts found.
    pub conflicts: u64,
    /// Reports that came too late or for nothing.
    pub stale: u64,
}

impl State {
    /// The state before the first event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The room's name; empty before it was opened.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place of the last event that is folded in; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// When the last event was decided.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Whether the room is being closed.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.closing
    }

    /// What may be spent.
    #[must_use]
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// What was spent in the current period.
    #[must_use]
    pub fn spend(&self) -> &Spend {
        &self.spend
    }

    /// How long things may lie idle.
    #[must_use]
    pub fn upkeep(&self) -> &Upkeep {
        &self.upkeep
    }

    /// The kinds of task that the room has now.
    #[must_use]
    pub fn kinds(&self) -> &Kinds {
        &self.kinds
    }

    /// What the room has learned of the texts of tasks: it says what a text is about.
    #[must_use]
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// How many thoughts a thinking session takes at most.
    #[must_use]
    pub fn most_thoughts(&self) -> u32 {
        self.thoughts.0
    }

    /// Members by name.
    #[must_use]
    pub fn members(&self) -> impl ExactSizeIterator<Item = &Member> {
        self.members.values()
    }

    /// One member.
    #[must_use]
    pub fn member(&self, name: &MemberName) -> Option<&Member> {
        self.members.get(name)
    }

    /// Sessions in the order in which they were opened.
    #[must_use]
    pub fn sessions(&self) -> impl ExactSizeIterator<Item = &Session> {
        self.sessions.values()
    }

    /// One session.
    #[must_use]
    pub fn session(&self, id: SessionId) -> Option<&Session> {
        self.sessions.get(&id)
    }

    /// Open tasks and the last ended ones, by number.
    #[must_use]
    pub fn tasks(&self) -> impl DoubleEndedIterator<Item = &Task> + ExactSizeIterator {
        self.tasks.values()
    }

    /// One task.
    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.get(&id)
    }

    /// Open tasks that wait in the queue, in the order in which they will be taken.
    pub fn queued(&self) -> impl Iterator<Item = &Task> {
        self.open_tasks().filter(|task| task.phase == Phase::Queued)
    }

    /// Open tasks, whatever they wait for, in the order of the queue.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.queue.open().filter_map(|id| self.tasks.get(&id))
    }

    /// Open tasks that have a council, by number.
    pub(crate) fn routed_tasks(&self) -> impl Iterator<Item = &Task> {
        self.queue.routed().filter_map(|id| self.tasks.get(&id))
    }

    /// Ended tasks, latest first.
    pub fn ended_tasks(&self) -> impl Iterator<Item = &Task> {
        self.queue.ended().filter_map(|id| self.tasks.get(&id))
    }

    /// A call of an open or recently ended task.
    #[must_use]
    pub fn call(&self, id: CallId) -> Option<&Call> {
        self.calls.get(&id)
    }

    /// Calls in flight, in the order of their sessions.
    pub fn calls_in_flight(&self) -> impl Iterator<Item = (CallId, &Call)> {
        let busy = self.sessions.values().filter_map(|session| session.busy);
        busy.filter_map(|id| self.calls.get(&id).map(|call| (id, call)))
    }

    /// What waits for the operator, oldest first.
    #[must_use]
    pub fn attention(&self) -> impl ExactSizeIterator<Item = &Attention> {
        self.attention.values()
    }

    /// One attention item that is still open.
    #[must_use]
    pub fn attention_item(&self, id: AttentionId) -> Option<&Attention> {
        self.attention.get(&id)
    }

    /// What was learned of the members, and how they are chosen.
    #[must_use]
    pub fn learning(&self) -> &Learning {
        &self.learning
    }

    /// How conflicts are settled.
    #[must_use]
    pub fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// Conflicts of the tasks that are remembered, by task.
    #[must_use]
    pub fn contests(&self) -> impl DoubleEndedIterator<Item = &Contest> + ExactSizeIterator {
        self.contests.values()
    }

    /// The conflict of a task.
    #[must_use]
    pub fn contest(&self, task: TaskId) -> Option<&Contest> {
        self.contests.get(&task)
    }

    /// What is answered without the operator.
    #[must_use]
    pub fn policy(&self) -> &ApprovalPolicy {
        &self.approvals.policy
    }

    /// What is to become of this foreign text of a document, once that is settled.
    #[must_use]
    pub fn settled_edit(&self, document: &str, digest: &str) -> Option<Settled> {
        let mut verdicts = self.verdicts.iter();
        let verdict = verdicts.find(|one| one.document == document && one.digest == digest);
        verdict.map(|one| one.how)
    }

    /// The open inbox item about a foreign edit of a document.
    #[must_use]
    pub fn edit_item(&self, document: &str) -> Option<(AttentionId, &OutsideEdit)> {
        self.attention
            .values()
            .find_map(|item| match &item.subject {
                Subject::Edited { edit } if edit.document == document => Some((item.id, &**edit)),
                Subject::Edited { .. }
                | Subject::Proposed { .. }
                | Subject::Lessons { .. }
                | Subject::Asked { .. }
                | Subject::Choice { .. }
                | Subject::Interrupted { .. }
                | Subject::LoggedOut { .. }
                | Subject::Budget { .. } => None,
            })
    }

    /// Lessons, oldest first; of retired ones the last.
    #[must_use]
    pub fn lessons(&self) -> impl DoubleEndedIterator<Item = &Lesson> {
        self.knowledge.lessons.values()
    }

    /// One lesson.
    #[must_use]
    pub fn lesson(&self, id: LessonId) -> Option<&Lesson> {
        self.knowledge.lessons.get(&id)
    }

    /// The open inbox item that asks which of two lessons holds, if this is one of them.
    #[must_use]
    pub fn lesson_item(&self, id: LessonId) -> Option<AttentionId> {
        self.contradicted(id).map(|(item, _)| item)
    }

    /// The lesson that contradicts this one, and the open inbox item that asks which of them holds.
    #[must_use]
    pub fn contradicted(&self, id: LessonId) -> Option<(AttentionId, LessonId)> {
        self.attention
            .values()
            .find_map(|item| match &item.subject {
                Subject::Lessons { older, newer } if *older == id => Some((item.id, *newer)),
                Subject::Lessons { older, newer } if *newer == id => Some((item.id, *older)),
                Subject::Lessons { .. }
                | Subject::Edited { .. }
                | Subject::Proposed { .. }
                | Subject::Asked { .. }
                | Subject::Choice { .. }
                | Subject::Interrupted { .. }
                | Subject::LoggedOut { .. }
                | Subject::Budget { .. } => None,
            })
    }

    /// How often answers of councils were accepted whose authors were not told of a lesson, on tasks
    /// of its topic.
    #[must_use]
    pub fn without_lesson(&self, lesson: &Lesson) -> Tally {
        self.knowledge.without(lesson)
    }

    /// What a call was given of what the room knows; empty also when the state has forgotten the call.
    #[must_use]
    pub fn shown_to(&self, call: CallId) -> &[Shown] {
        self.knowledge
            .shown
            .get(&call)
            .map_or(&[], |shown| shown.as_slice())
    }

    /// The remembered calls that were given something, oldest first, with what of it they were given.
    pub fn who_saw(
        &self,
        is_it: impl Fn(&Shown) -> bool,
    ) -> impl Iterator<Item = (CallId, &Shown)> {
        self.knowledge.shown.iter().filter_map(move |(call, all)| {
            let shown = all.iter().find(|one| is_it(one))?;
            Some((*call, shown))
        })
    }

    /// What is shared, and how much of it.
    #[must_use]
    pub fn sharing(&self) -> &Sharing {
        &self.knowledge.sharing
    }

    /// Documents that are always told.
    #[must_use]
    pub fn pins(&self) -> impl ExactSizeIterator<Item = &Pin> {
        self.knowledge.pins.iter()
    }
    /// What was done to notes in the shared memory, and what can be undone there.
    #[must_use]
    pub fn notebook(&self) -> &Notebook {
        &self.notebook
    }

    /// How long results and conflicts stay whole in the shared memory.
    #[must_use]
    pub fn retention(&self) -> &Retention {
        self.ledger.policy()
    }

    /// How many bytes of results and conflicts are whole in the shared memory, as reckoned from their
    /// texts.
    #[must_use]
    pub fn whole_bytes(&self) -> u64 {
        self.ledger.bytes()
    }

    /// What is remembered of a task whose result or conflict is whole.
    #[must_use]
    pub fn whole(&self, task: TaskId) -> Option<&Leaf> {
        self.ledger.whole(task)
    }

    /// What is remembered of a task whose result or conflict is not whole any more.
    #[must_use]
    pub fn aged(&self, task: TaskId) -> Option<&Aged> {
        self.ledger.aged(task)
    }

    /// All of these that are remembered, in the order in which they aged.
    #[must_use]
    pub fn all_aged(&self) -> impl DoubleEndedIterator<Item = (TaskId, &Aged)> {
        self.ledger.all_aged()
    }

    /// The pages of the archive that had rows and have none any more.
    #[must_use]
    pub fn emptied_pages(&self) -> impl ExactSizeIterator<Item = u64> {
        self.ledger.emptied().iter().copied()
    }

    /// Whether a task has documents in the shared memory, aged or not, of which something is
    /// remembered.
    #[must_use]
    pub fn has_documents(&self, task: TaskId) -> bool {
        self.whole(task).is_some() || self.ledger.aged(task).is_some()
    }

    /// Who writes the digests of sessions; `None`: the room, by its rules.
    #[must_use]
    pub fn digester(&self) -> Option<&MemberName> {
        self.digests.by.as_ref()
    }

    /// The digest that a member is asked for of a session.
    #[must_use]
    pub fn digest_order(&self, session: SessionId) -> Option<&DigestOrder> {
        self.digests.at_work.get(&session)
    }

    /// The task whose result will answer an item.
    #[must_use]
    pub fn lent_to(&self, item: AttentionId) -> Option<TaskId> {
        self.approvals.lent.get(&item).copied()
    }

    /// Figures of members and kinds of tasks.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Counts since the room was made.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// The number that the next task will get.
    #[must_use]
    pub fn next_task(&self) -> TaskId {
        TaskId(self.next.task)
    }

    /// How many calls of a member are in flight.
    #[must_use]
    pub fn load(&self, member: &MemberName) -> usize {
        self.sessions
            .values()
            .filter(|session| session.member == *member && session.busy.is_some())
            .count()
    }

    /// Whether a member may be given one more call now.
    #[must_use]
    pub fn has_room_for_call(&self, member: &MemberName) -> bool {
        self.members.get(member).is_some_and(|known| {
            known.takes_calls() && self.load(member) < known.spec.parallel as usize
        })
    }

    /// Whether some call may change files now.
    #[must_use]
    pub fn writer_at_work(&self) -> bool {
        self.calls_in_flight()
            .any(|(_, call)| call.access == Access::Write)
    }

    /// When something falls due without anybody doing anything: [`expire`](crate::core::expire) or
    /// [`follow`](crate::core::follow()) may then give events. A time at or before `now` means that
    /// `expire` gives events now and the time is gone once they are folded in.
    #[must_use]
    pub fn next_wakeup(&self, now: Timestamp) -> Option<Timestamp> {
        if self.closing {
            return None;
        }
        let deadlines = self.queue.deadlines().map(|(at, _)| at).take(1);
        let delays = self
            .routed_tasks()
            .map(|task| task.not_before)
            .filter(|until| *until > now);
        let pauses = self
            .members
            .values()
            .filter_map(|one| one.pause.as_ref()?.until);
        let expiries = self.attention.values().filter_map(|item| item.expires);
        let midnight = Timestamp((now.day() + 1).saturating_mul(Span::DAY.0));
        let new_day = self.budget_item().map(|_| midnight);
        let new_day = new_day.filter(|at| self.spend.exhausted(&self.budget, *at).is_none());
        let tidying = upkeep::next_due(self);
        let lessons = self.lessons().filter_map(Lesson::expires);
        let ageing = retention::next_due(self);
        let conflicts = contest::next_due(self);
        deadlines
            .chain(delays)
            .chain(pauses)
            .chain(expiries)
            .chain(new_day)
            .chain(tidying)
            .chain(lessons)
            .chain(ageing)
            .chain(conflicts)
            .min()
    }

    /// When the last call of a task ended; the task's own time when none has.
    pub(crate) fn calls_ended_at(&self, task: &Task) -> Timestamp {
        let calls = task.calls.iter().filter_map(|call| self.calls.get(call));
        calls
            .filter_map(|call| call.ended.as_ref())
            .map(|(at, _)| *at)
            .max()
            .unwrap_or(task.added)
    }

    /// The open inbox item about a member that is not logged in.
    pub(crate) fn login_item(&self, name: &MemberName) -> Option<AttentionId> {
        let mut items = self.attention.values();
        let item = items.find(
            |item| matches!(&item.subject, Subject::LoggedOut { member, .. } if member == name),
        );
        item.map(|item| item.id)
    }

    /// The open inbox item about a used-up budget.
    pub(crate) fn budget_item(&self) -> Option<(AttentionId, Limit)> {
        self.attention.values().find_map(|item| match item.subject {
            Subject::Budget { limit } => Some((item.id, limit)),
            Subject::Asked { .. }
            | Subject::Choice { .. }
            | Subject::Interrupted { .. }
            | Subject::Edited { .. }
            | Subject::Proposed { .. }
            | Subject::Lessons { .. }
            | Subject::LoggedOut { .. } => None,
        })
    }
}
