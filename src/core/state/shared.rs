//! What members are told and what stands in the shared memory, as others read it.

use crate::core::context::Shown;
use crate::core::lesson::{Lesson, Pin, Sharing, Tally};
use crate::core::retention::{Aged, Leaf};
use crate::core::{
    CallId, DigestOrder, LessonId, MemberName, Notebook, Retention, SessionId, State, TaskId,
};

impl State {
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
}
