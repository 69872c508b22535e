//! A room for unit tests: a state, a clock that stands still unless it is moved, and short words for
//! what usually happens. Tests only.

use std::collections::BTreeMap;

use serde_json::json;

use crate::core::conflict::normal::final_answer;
use crate::core::context::{Index, Source, note_result};
use crate::core::voting::Sheet;
use crate::core::{
    Answer, AnswerKind, AskId, CallId, CallOrder, Command, Effect, Ending, Event, Failure,
    FailureKind, Handle, Health, Input, MemberName, MemberSpec, Outcome, Phase, Purpose, Reach,
    Recorded, Refusal, Report, Request, Span, State, Strategy, TaskId, TaskOrder, Text, Timestamp,
    Usage, decide, evolve, expire, follow, note, react, resume,
};

/// A room under test.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    pub(crate) state: State,
    pub(crate) now: Timestamp,
    pub(crate) effects: Vec<Effect>,
    pub(crate) journal: Vec<Recorded>,
}

impl Room {
    /// A room that is open, with these members; nothing is known of their servers yet.
    pub(crate) fn with(members: &[(&str, Reach)]) -> Self {
        let mut room = Self {
            state: State::new(),
            now: Timestamp(1_000_000),
            effects: Vec::new(),
            journal: Vec::new(),
        };
        let opened = resume(&room.state, room.now, "test");
        room.fold(opened);
        for (name, reach) in members {
            room.command(&Command::Enroll(spec(name, *reach)));
        }
        room.effects.clear();
        room
    }

    /// Members that take text and give text.
    pub(crate) fn of(names: &[&str]) -> Self {
        let members: Vec<_> = names.iter().map(|name| (*name, Reach::Text)).collect();
        Self::with(&members)
    }

    /// Folds events in and keeps their effects.
    pub(crate) fn fold(&mut self, events: Vec<Event>) -> Vec<Event> {
        for event in &events {
            let recorded = Recorded {
                seq: self.state.seq() + 1,
                at: self.now,
                event: event.clone(),
            };
            evolve(&mut self.state, &recorded);
            self.effects.extend(react(&self.state, &recorded));
            self.journal.push(recorded);
        }
        assert!(
            is_in_step(&self.state),
            "the index of words is not what the state says"
        );
        events
    }

    pub(crate) fn command(&mut self, command: &Command) -> Vec<Event> {
        let events = decide(&self.state, command).unwrap();
        self.fold(events)
    }

    pub(crate) fn refused(&self, command: &Command) -> Refusal {
        decide(&self.state, command).unwrap_err()
    }

    pub(crate) fn report(&mut self, report: &Report) -> Vec<Event> {
        let events = note(&self.state, self.now, report);
        self.fold(events)
    }

    pub(crate) fn expire(&mut self) -> Vec<Event> {
        let events = expire(&self.state, self.now);
        self.fold(events)
    }

    /// Everything that follows.
    pub(crate) fn follow(&mut self) -> Vec<Event> {
        let mut all = Vec::new();
        loop {
            let events = follow(&self.state, self.now);
            if events.is_empty() {
                return all;
            }
            all.extend(self.fold(events));
        }
    }

    pub(crate) fn wait(&mut self, span: Span) {
        self.now = self.now.after(span);
    }

    /// Adds a task and does what follows; its number and the calls that it begins with.
    pub(crate) fn add(&mut self, order: TaskOrder) -> (TaskId, Vec<CallId>) {
        let task = self.state.next_task();
        self.command(&Command::AddTask(order));
        let events = self.follow();
        (task, started(&events))
    }

    /// Ends a call and gives what follows.
    pub(crate) fn end(&mut self, call: CallId, ending: Ending) -> Vec<Event> {
        self.report(&Report::Ended { call, ending });
        self.follow()
    }

    pub(crate) fn answer(&mut self, call: CallId, answer: Answer) -> Vec<Event> {
        self.end(call, Ending::Answered(answer))
    }

    pub(crate) fn fail(&mut self, call: CallId, kind: FailureKind) -> Vec<Event> {
        self.end(call, failed(kind))
    }

    pub(crate) fn bind(&mut self, call: CallId, value: &str) {
        self.report(&Report::Bound {
            call,
            handle: handle(value),
        });
    }

    pub(crate) fn down(&mut self, member: &str) -> Vec<Event> {
        self.report(&Report::Health {
            member: name(member),
            health: Health::Down {
                why: "no such program".to_owned(),
            },
        });
        self.follow()
    }

    /// The order of the last call that was started.
    pub(crate) fn last_order(&self) -> CallOrder {
        let mut effects = self.effects.iter().rev();
        let order = effects.find_map(|effect| {
            if let Effect::StartCall(order) = effect {
                return Some(order.as_ref().clone());
            }
            None
        });
        order.unwrap()
    }

    pub(crate) fn phase(&self, task: TaskId) -> &Phase {
        self.state.task(task).unwrap().phase()
    }
}

/// Whether the index of words says what lessons and results say.
fn is_in_step(state: &State) -> bool {
    let mut anew = state.clone();
    anew.knowledge.words = Index::default();
    for lesson in state.lessons() {
        let (subject, claim) = (&lesson.draft.subject, &lesson.draft.claim);
        anew.knowledge
            .words
            .put(Source::Lesson(lesson.id()), subject, claim);
    }
    for task in state.tasks() {
        note_result(&mut anew, task.id());
    }
    anew.knowledge.words == state.knowledge.words
}

pub(crate) fn name(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

pub(crate) fn spec(member: &str, reach: Reach) -> MemberSpec {
    MemberSpec {
        name: name(member),
        family: member.to_owned(),
        strengths: BTreeMap::new(),
        parallel: 1,
        reach,
        rehearsal: false,
        model: None,
    }
}

pub(crate) fn order(strategy: Strategy, members: &[&str]) -> TaskOrder {
    TaskOrder {
        strategy,
        members: members.iter().map(|member| name(member)).collect(),
        ..TaskOrder::new("why?")
    }
}

/// Prose.
pub(crate) fn said(text: &str) -> Answer {
    Answer {
        text: Text::from(text),
        block: None,
        usage: Usage::default(),
        first_text: None,
    }
}

/// Prose with a number as the final answer.
pub(crate) fn number(value: &str) -> Answer {
    Answer {
        block: Some(final_answer(AnswerKind::Number, &json!(value), None)),
        ..said(value)
    }
}

pub(crate) fn used(tokens: u64) -> Answer {
    Answer {
        usage: Usage {
            input: tokens,
            ..Usage::default()
        },
        ..said("yes")
    }
}

pub(crate) fn failed(kind: FailureKind) -> Ending {
    Ending::Failed {
        failure: Failure::new(kind, "it went wrong"),
        partial: Text::from(""),
    }
}

pub(crate) fn cancelled() -> Ending {
    Ending::Cancelled {
        partial: Text::from(""),
    }
}

pub(crate) fn handle(value: &str) -> Handle {
    Handle {
        value: value.to_owned(),
        survives_restart: false,
    }
}

pub(crate) fn question(call: CallId, ask: u64) -> Report {
    Report::Asked {
        call,
        ask: AskId(ask),
        request: exec(),
    }
}

pub(crate) fn exec() -> Request {
    Request::Exec {
        command: vec!["cargo".to_owned(), "test".to_owned()],
        cwd: "/project".to_owned(),
    }
}

/// The calls that events start.
pub(crate) fn started(events: &[Event]) -> Vec<CallId> {
    starts(events).into_iter().map(|(call, ..)| call).collect()
}

/// The calls that events start, with the reason for each and what is handed on with it.
pub(crate) fn starts(events: &[Event]) -> Vec<(CallId, Purpose, Vec<Input>)> {
    let mut found = Vec::new();
    for event in events {
        if let Event::CallStarted {
            call,
            purpose,
            inputs,
            ..
        } = event
        {
            found.push((*call, *purpose, inputs.clone()));
        }
    }
    found
}

/// The results that events bring.
pub(crate) fn results(events: &[Event]) -> Vec<Text> {
    let mut found = Vec::new();
    for event in events {
        if let Event::TaskConcluded {
            outcome: Outcome::Done { result, .. },
            ..
        } = event
        {
            found.push(result.clone());
        }
    }
    found
}

/// A sheet with these candidates, in this order.
pub(crate) fn sheet(order: &[usize]) -> Sheet {
    Sheet {
        number: 1,
        voter: MemberName::new("ben").unwrap(),
        seed: 0,
        again: false,
        order: order.to_vec(),
    }
}
