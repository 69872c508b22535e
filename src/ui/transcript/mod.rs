//! The transcripts of all sessions, as text for panes.
//!
//! Built from the turns that the state keeps, then kept up by events and live text. When a call
//! ends, its streamed text is replaced by the answer itself, unless that is what streamed.

mod live;
mod planned;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::core::{
    Basis, CallId, Delta, DeltaKind, Event, LiveTexts, Outcome, Purpose, Session, SessionChange,
    SessionId, State, Task, Text, Timestamp, Turn, TurnState,
};
use crate::ui::prose;
use crate::ui::ring::{Mark, Ring, Tone};
use crate::ui::thinking::heading;
use live::Live;

/// What stands between the turns that were forgotten and those after them.
const FORGOTTEN: &str = "reset: what stands above is not told any more";

/// One session's text.
#[derive(Debug, Default)]
struct Transcript {
    ring: Ring,
    live: Option<Live>,
    /// Where the text of the last turn begins.
    last: Option<Mark>,
    /// The first line of each turn that is still there.
    heads: BTreeMap<CallId, u64>,
}

/// All sessions' texts.
#[derive(Debug, Default)]
pub(crate) struct Transcripts {
    by_session: BTreeMap<SessionId, Transcript>,
}

impl Transcripts {
    /// Builds everything anew from the turns that the state keeps and the live text so far. When
    /// that text came is not known: silence is counted from now on.
    pub(crate) fn reset(&mut self, state: &State, live: &LiveTexts, now: Timestamp) {
        self.by_session = state
            .sessions()
            .filter(|session| !session.is_closed())
            .map(|session| {
                let mut transcript = Transcript::of(session, state);
                if let Some(text) = session.busy().and_then(|call| live.get(call)) {
                    let Transcript { ring, live, .. } = &mut transcript;
                    if let Some(live) = live {
                        if !text.reasoning.is_empty() {
                            let number = live.card(ring, Tone::Thought, None);
                            ring.push(&text.reasoning, Tone::Thought);
                            ring.grow_card(number);
                        }
                        let shown = live.answer.push(&text.answer);
                        if live.plans && !shown.is_empty() {
                            planned::begin(ring, live.mark);
                        } else if !shown.is_empty() {
                            live.say(ring, &shown);
                            live.lay(ring);
                        }
                    }
                }
                if let Some(live) = &mut transcript.live {
                    live.heard = now;
                }
                (session.id(), transcript)
            })
            .collect();
    }

    /// Takes an event in; the state has folded it already.
    #[expect(clippy::too_many_lines, reason = "one short arm an event")]
    pub(crate) fn record(&mut self, event: &Event, at: Timestamp, state: &State) {
        match event {
            Event::SessionOpened { session, .. } => {
                self.by_session.entry(*session).or_default();
            }
            Event::SessionClosed { session } => {
                self.by_session.remove(session);
            }
            Event::SessionForked { session, .. } => {
                if let Some(forked) = state.session(*session) {
                    let transcript = Transcript::of(forked, state);
                    self.by_session.insert(*session, transcript);
                }
            }
            Event::SessionChanged {
                session,
                change: SessionChange::Reset,
            } => {
                if let Some(transcript) = self.by_session.get_mut(session) {
                    transcript.ring.push_lines(FORGOTTEN, Tone::Note);
                }
            }
            Event::CallStarted { call, session, .. } => {
                let turn = state
                    .session(*session)
                    .and_then(|s| s.turns().rev().find(|turn| turn.call == *call));
                if let Some(turn) = turn {
                    self.by_session.entry(*session).or_default().begin(turn, at);
                }
            }
            Event::CallEnded { call, .. } => {
                let Some(session) = state.call(*call).and_then(|c| state.session(c.session()))
                else {
                    return;
                };
                if let Some(turn) = session.turns().rev().find(|turn| turn.call == *call) {
                    self.by_session
                        .entry(session.id())
                        .or_default()
                        .end(turn, state);
                }
            }
            Event::ThoughtProposed { call, .. } => {
                let session = state.call(*call).and_then(|c| state.session(c.session()));
                let Some(session) = session else { return };
                let turn = session.turns().next_back();
                if let Some(turn) = turn.filter(|turn| turn.call == *call) {
                    let transcript = self.by_session.entry(session.id()).or_default();
                    transcript.thought(turn, state);
                }
            }
            Event::RoomOpened { .. }
            | Event::RoomResumed
            | Event::RoomClosed
            | Event::BudgetSet { .. }
            | Event::UpkeepSet { .. }
            | Event::MemberRested { .. }
            | Event::SessionChanged { .. }
            | Event::SessionsAsked { .. }
            | Event::SessionsListed { .. }
            | Event::DigesterSet { .. }
            | Event::DigestOrdered { .. }
            | Event::SessionDigested { .. }
            | Event::PolicySet { .. }
            | Event::AttentionWithdrawn { .. }
            | Event::ModelLent { .. }
            | Event::MemberEnrolled { .. }
            | Event::MemberLeft { .. }
            | Event::MemberRestarted { .. }
            | Event::MemberHealthChanged { .. }
            | Event::MemberPaused { .. }
            | Event::MemberResumed { .. }
            | Event::SessionBound { .. }
            | Event::SessionUnbound { .. }
            | Event::TaskAdded { .. }
            | Event::TaskReprioritised { .. }
            | Event::TaskReworded { .. }
            | Event::TaskMoved { .. }
            | Event::TaskRelabelled { .. }
            | Event::TaskRouted { .. }
            | Event::TaskDelayed { .. }
            | Event::TaskReopened { .. }
            | Event::TaskConcluded { .. }
            | Event::ThoughtsBounded { .. }
            | Event::ThoughtRecorded { .. }
            | Event::Planned { .. }
            | Event::Appraised { .. }
            | Event::AgreementFound { .. }
            | Event::ConflictFound { .. }
            | Event::KindsSet { .. }
            | Event::Checked { .. }
            | Event::RoutingSet { .. }
            | Event::Advised { .. }
            | Event::ResultRated { .. }
            | Event::LadderSet { .. }
            | Event::LadderClimbed { .. }
            | Event::VoteOpened { .. }
            | Event::InquiryMade { .. }
            | Event::InquiryAnswered { .. }
            | Event::CandidatesJoined { .. }
            | Event::OperatorVoted { .. }
            | Event::VoteClosed { .. }
            | Event::Decided { .. }
            | Event::AttentionRaised { .. }
            | Event::AttentionResolved { .. }
            | Event::EditSettled { .. }
            | Event::Shared { .. }
            | Event::ResultReplaced { .. }
            | Event::RetentionSet { .. }
            | Event::ResultsAged { .. }
            | Event::NoteOrdered { .. }
            | Event::NoteSettled { .. }
            | Event::ReportStale { .. } => {}
        }
    }

    /// Takes live text in; text of a call that is not in flight is dropped. It is laid when somebody is about
    /// to look, see [`Transcripts::ring_mut`].
    pub(crate) fn stream(&mut self, delta: &Delta, now: Timestamp, state: &State) {
        let Some(call) = state.call(delta.call).filter(|c| c.ending().is_none()) else {
            return;
        };
        let Some(transcript) = self.by_session.get_mut(&call.session()) else {
            return;
        };
        transcript.stream(delta, now);
    }

    /// A session's text, as it was when it was last [made ready](Self::ring_mut).
    pub(crate) fn ring(&self, session: SessionId) -> Option<&Ring> {
        self.by_session.get(&session).map(|t| &t.ring)
    }

    /// The lines of a turn, as far as they are still there.
    pub(crate) fn lines_of(&self, session: SessionId, call: CallId) -> Option<Range<u64>> {
        let transcript = self.by_session.get(&session)?;
        let head = transcript.heads.get(&call)?;
        transcript.ring.lines_of_turn(*head)
    }

    /// How many rows of text belong to the last turn, in flight or ended.
    pub(crate) fn fresh_rows(&self, session: SessionId) -> usize {
        self.by_session.get(&session).map_or(0, |t| match t.last {
            Some(mark) => t.ring.rows_after(mark),
            None => t.ring.rows(),
        })
    }

    /// A session's text with all that came, to show, scroll or resize it. What streams where nobody looks is
    /// not laid before that, so a room of many voices costs what is in sight.
    pub(crate) fn ring_mut(&mut self, session: SessionId) -> Option<&mut Ring> {
        let Transcript { ring, live, .. } = self.by_session.get_mut(&session)?;
        if let Some(live) = live {
            live.lay(ring);
        }
        Some(ring)
    }

    /// When the call in flight last sent text.
    pub(crate) fn heard(&self, session: SessionId) -> Option<Timestamp> {
        self.by_session
            .get(&session)?
            .live
            .as_ref()
            .map(|live| live.heard)
    }

    /// Wraps a little of what is out of sight; true when nothing is left to do.
    pub(crate) fn settle(&mut self) -> bool {
        self.by_session.values_mut().all(|t| t.ring.settle(200))
    }
}

impl Transcript {
    fn of(session: &Session, state: &State) -> Self {
        let mut transcript = Self::default();
        let forgotten = session.turns().len() - session.remembered().len();
        for (number, turn) in (0..).zip(session.turns()) {
            if number == forgotten && number > 0 {
                transcript.ring.push_lines(FORGOTTEN, Tone::Note);
            }
            transcript.begin(turn, turn.started);
            if !matches!(turn.state, TurnState::Running) {
                transcript.end(turn, state);
            }
        }
        if forgotten > 0 && session.remembered().len() == 0 {
            transcript.ring.push_lines(FORGOTTEN, Tone::Note);
        }
        transcript
    }

    fn begin(&mut self, turn: &Turn, at: Timestamp) {
        if !self.ring.is_empty() {
            self.ring.push_unwrapped("", Tone::Said);
        }
        let head = self.ring.begin_turn();
        self.heads
            .retain(|_, head| self.ring.lines_of_turn(*head).is_some());
        self.heads.insert(turn.call, head);
        let what = match turn.purpose {
            Purpose::Answer => String::new(),
            Purpose::Council => "  council".to_owned(),
            Purpose::Step(n) => format!("  step {}", n + 1),
            Purpose::Repair => "  asked again for its final answer".to_owned(),
            Purpose::Thought(number) => format!("  thought {number}"),
            Purpose::ThoughtAgain(number) => format!("  thought {number}, asked again"),
            Purpose::Conclude => "  conclusion".to_owned(),
            Purpose::Plan => "  plan".to_owned(),
            Purpose::PlanAgain => "  plan, asked again".to_owned(),
            Purpose::Gather => "  result of the plan".to_owned(),
        };
        self.ring
            .push_unwrapped(&format!("{}{what}", turn.task), Tone::Note);
        self.ring.push_unwrapped(turn.prompt.as_str(), Tone::Asked);
        let mark = self.ring.mark();
        self.last = Some(mark);
        self.live = Some(Live::begin(turn, mark, at));
    }

    fn stream(&mut self, delta: &Delta, now: Timestamp) {
        let Some(live) = self.live.as_mut().filter(|live| live.call == delta.call) else {
            return;
        };
        live.heard = now;
        match delta.kind {
            DeltaKind::Answer if live.plans => planned::begin(&mut self.ring, live.mark),
            DeltaKind::Answer => {
                let shown = live.answer.push(&delta.text);
                if !shown.is_empty() {
                    live.say(&mut self.ring, &shown);
                }
            }
            DeltaKind::Reasoning => {
                let number = live.card(&mut self.ring, Tone::Thought, Some(now));
                self.ring.push(&delta.text, Tone::Thought);
                self.ring.grow_card(number);
            }
            DeltaKind::Status => {
                let number = live.card(&mut self.ring, Tone::Note, Some(now));
                self.ring.push_lines(&delta.text, Tone::Note);
                self.ring.grow_card(number);
            }
        }
    }

    fn end(&mut self, turn: &Turn, state: &State) {
        let mut live = self.live.take().filter(|live| live.call == turn.call);
        if let Some(live) = &mut live {
            live.end_card(&mut self.ring);
            live.pause(&mut self.ring);
        }
        let live = live;
        let keep_partial = |ring: &mut Ring, partial: &Text| {
            if let Some(live) = &live
                && !partial.is_empty()
            {
                ring.settle_turn(live.mark, prose::whole(partial.as_str()));
            }
        };
        match &turn.state {
            TurnState::Running => {}
            TurnState::Answered { text, .. } if planned::brings(turn.purpose) => {
                let from = self.last.unwrap_or_else(|| self.ring.mark());
                planned::end(&mut self.ring, from, text.as_str(), state);
            }
            TurnState::Answered { text, value, .. } => {
                let said = live.as_ref().map_or("", |live| live.said.trim_end());
                // What was laid as it streamed stays as it is.
                if said.is_empty() || said != text.as_str().trim_end() {
                    let from = live.as_ref().map(|live| live.mark);
                    let from = from.unwrap_or_else(|| self.ring.mark());
                    self.ring.settle_turn(from, prose::whole(text.as_str()));
                }
                if let Some(value) = value {
                    self.ring
                        .push_unwrapped(&format!("answer: {value}"), Tone::Note);
                }
                self.thought(turn, state);
            }
            TurnState::Failed {
                failure, partial, ..
            } => {
                keep_partial(&mut self.ring, partial);
                self.ring.push_lines(&failure.to_string(), Tone::Failure);
            }
            TurnState::Cancelled { partial, .. } => {
                keep_partial(&mut self.ring, partial);
                self.ring.push_lines(cancelled(turn, state), Tone::Note);
            }
            TurnState::Interrupted { .. } => {
                self.ring
                    .push_lines("interrupted: the room ended in the middle", Tone::Note);
            }
        }
    }
}

impl Transcript {
    /// Shows the thought that the last turn brought in place of the object in which it came.
    fn thought(&mut self, turn: &Turn, state: &State) {
        let task = state.task(turn.task);
        let kept = task.and_then(|task| task.thinking().of_call(turn.call));
        let (Some(kept), Some(mark)) = (kept, self.last) else {
            return;
        };
        let thought = kept.thought();
        self.ring.cut(mark);
        self.ring.push_unwrapped(&heading(thought), Tone::Note);
        self.ring
            .push_unwrapped(thought.text.as_str(), Tone::Thought);
    }
}

/// Why a turn was cancelled, as far as the task tells.
fn cancelled(turn: &Turn, state: &State) -> &'static str {
    match state.task(turn.task).and_then(Task::outcome) {
        Some(Outcome::Done {
            basis: Basis::First,
            ..
        }) => "cancelled: another answer was first",
        Some(Outcome::Done { .. } | Outcome::Failed { .. } | Outcome::Cancelled) | None => {
            "cancelled"
        }
    }
}
