//! What waits for the operator, as others read it.

use crate::core::{
    Attention, AttentionId, LessonId, Limit, MemberName, OutsideEdit, Settled, State, Subject,
    TaskId,
};

impl State {
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
                | Subject::Plan { .. }
                | Subject::Lessons { .. }
                | Subject::Asked { .. }
                | Subject::Choice { .. }
                | Subject::Interrupted { .. }
                | Subject::LoggedOut { .. }
                | Subject::Budget { .. } => None,
            })
    }

    /// The open inbox item that asks for leave for the plan of a task.
    #[must_use]
    pub fn plan_item(&self, of: TaskId) -> Option<AttentionId> {
        let mut items = self.attention.values();
        let item = items.find(|item| matches!(item.subject, Subject::Plan { task } if task == of));
        item.map(|item| item.id)
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
                | Subject::Plan { .. }
                | Subject::Edited { .. }
                | Subject::Proposed { .. }
                | Subject::Asked { .. }
                | Subject::Choice { .. }
                | Subject::Interrupted { .. }
                | Subject::LoggedOut { .. }
                | Subject::Budget { .. } => None,
            })
    }

    /// The task whose result will answer an item.
    #[must_use]
    pub fn lent_to(&self, item: AttentionId) -> Option<TaskId> {
        self.approvals.lent.get(&item).copied()
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
            | Subject::Plan { .. }
            | Subject::Lessons { .. }
            | Subject::LoggedOut { .. } => None,
        })
    }
}
