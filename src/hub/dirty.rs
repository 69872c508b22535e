//! Event → documents whose text it may change. Naming one too many costs a rendering; one too few
//! leaves the hub behind, so a property test compares this with the projection itself.

use std::collections::BTreeSet;

use crate::core::{CallId, Event, MemberName, SessionId, State, TaskId};
use crate::hub::document::DocumentName;

/// Adds the documents that an event may have changed, as seen from the state after it.
pub fn mark(documents: &mut BTreeSet<DocumentName>, event: &Event, after: &State) {
    let mut marks = Marks { documents, after };
    marks.add(event);
}

struct Marks<'a> {
    documents: &'a mut BTreeSet<DocumentName>,
    after: &'a State,
}

impl Marks<'_> {
    fn add(&mut self, event: &Event) {
        match event {
            Event::RoomOpened { .. }
            | Event::RoomClosed
            | Event::BudgetSet { .. }
            | Event::MemberEnrolled { .. }
            | Event::MemberHealthChanged { .. }
            | Event::AgreementFound { .. }
            | Event::ReportStale { .. } => self.state(),
            Event::MemberRestarted { .. } => {}
            Event::RoomResumed => {
                self.state();
                self.contexts(None);
            }
            Event::MemberLeft { member } => {
                self.state();
                self.contexts(Some(member));
            }
            Event::SessionOpened { session, .. }
            | Event::SessionBound { session, .. }
            | Event::SessionUnbound { session }
            | Event::SessionClosed { session } => self.context(*session),
            Event::TaskAdded { .. }
            | Event::TaskReprioritised { .. }
            | Event::TaskRouted { .. }
            | Event::TaskDelayed { .. }
            | Event::TaskReopened { .. } => self.queue(),
            Event::AttentionRaised { .. } | Event::AttentionResolved { .. } => self.queue(),
            Event::TaskConcluded { task, .. }
            | Event::ConflictFound { task, .. }
            | Event::Decided { task, .. } => {
                self.queue();
                self.task(*task);
            }
            Event::CallStarted { task, session, .. } => {
                self.queue();
                self.task(*task);
                self.context(*session);
            }
            Event::CallEnded { call, .. } => self.call(*call),
        }
    }

    fn state(&mut self) {
        self.documents.insert(DocumentName::State);
    }

    /// The queue, and with it the counters of the state.
    fn queue(&mut self) {
        self.state();
        self.documents.insert(DocumentName::Queue);
    }

    fn task(&mut self, task: TaskId) {
        self.documents.insert(DocumentName::Result(task));
        self.documents.insert(DocumentName::Conflict(task));
    }

    fn context(&mut self, id: SessionId) {
        if let Some(session) = self.after.session(id) {
            self.documents.insert(DocumentName::Context {
                member: session.member().clone(),
                session: id,
            });
        }
    }

    fn contexts(&mut self, member: Option<&MemberName>) {
        let sessions = self.after.sessions();
        let named = sessions.filter(|session| member.is_none_or(|one| one == session.member()));
        let ids: Vec<SessionId> = named.map(crate::core::Session::id).collect();
        for id in ids {
            self.context(id);
        }
    }

    /// A call whose task was forgotten is gone, but its turn is still in a session.
    fn call(&mut self, id: CallId) {
        self.queue();
        if let Some(call) = self.after.call(id) {
            self.task(call.task());
            self.context(call.session());
        }
    }
}
