//! A room without an engine, a journal or servers: the real core, driven by hand.
//!
//! For screen tests and pictures. Commands, reports and live text go in; state and events come out
//! as from any other [`Room`], always the same. It performs no effect.

mod advised;
mod demo;
mod measured;
mod memory;
mod papers;

use std::collections::VecDeque;

use crate::core::conflict::normal::final_answer;
use crate::core::{
    Answer, AnswerKind, AskId, CallId, Checkup, Command, Concerns, Delta, DeltaKind, Ending, Event,
    Filter, Granted, Health, HubKind, HubStatus, LiveTexts, MemberName, MemberSpec, Offerings,
    Reach, Recorded, Refusal, Report, Request, Span, State, Text, Timestamp, Usage, Wish, decide,
    evolve, expire, follow, note, resume,
};
use crate::link::{CheckupWish, Past, Query, QueryError, Sifted, TRANSCRIPT_PAGE};
use crate::ui::filter;
use crate::ui::room::{Room, RoomEvent, SendError};

/// A room whose every step is made by the caller.
#[derive(Debug, Clone)]
pub struct Stage {
    state: State,
    live: LiveTexts,
    hub: HubStatus,
    now: Timestamp,
    recorded: Vec<Recorded>,
    told: VecDeque<RoomEvent>,
    memory: memory::Memory,
    checkup: Checkup,
    grants: Vec<(Wish, Result<Granted, QueryError>)>,
    wished: Vec<(u64, Wish)>,
}

impl Stage {
    /// An empty room that was opened at `now`.
    #[must_use]
    pub fn open(name: &str, now: Timestamp) -> Self {
        let mut stage = Self {
            state: State::new(),
            live: LiveTexts::default(),
            hub: HubStatus::starting(HubKind::Builtin),
            now,
            recorded: Vec::new(),
            told: VecDeque::new(),
            memory: memory::Memory::default(),
            checkup: Checkup::default(),
            grants: Vec::new(),
            wished: Vec::new(),
        };
        let events = resume(&stage.state, now, name);
        stage.record(events);
        stage
    }

    /// Lets time go by; what expires, expires.
    pub fn advance(&mut self, span: Span) {
        self.now = self.now.after(span);
        let events = expire(&self.state, self.now);
        self.record(events);
    }

    /// Takes a member in and lets its server be ready.
    ///
    /// # Errors
    /// When the core refuses the member.
    pub fn seat(&mut self, spec: MemberSpec) -> Result<(), Refusal> {
        let member = spec.name.clone();
        self.command(&Command::Enroll(spec))?;
        self.health(
            &member,
            Health::Ready {
                protocol: "2025-11-25".to_owned(),
            },
        );
        Ok(())
    }

    /// Takes a rehearsal member in, as those of the pictures are.
    ///
    /// # Errors
    /// When the core refuses the member.
    pub fn enrol(&mut self, name: &str) -> Result<(), Refusal> {
        match demo::member(name, Reach::Text) {
            Some(spec) => self.seat(spec),
            None => Ok(()),
        }
    }

    /// A member's server changes its state.
    pub fn health(&mut self, member: &MemberName, health: Health) {
        self.report(&Report::Health {
            member: member.clone(),
            health,
        });
    }

    /// The operator commands something.
    ///
    /// # Errors
    /// When the core refuses it.
    pub fn command(&mut self, command: &Command) -> Result<(), Refusal> {
        let events = decide(&self.state, command)?;
        self.record(events);
        Ok(())
    }

    /// Something is reported.
    pub fn report(&mut self, report: &Report) {
        let events = note(&self.state, self.now, report);
        self.record(events);
    }

    /// These happened, and nothing follows from them: for states that are too large to be driven to.
    pub fn happened(&mut self, events: Vec<Event>) {
        let from = self.recorded.len();
        self.fold(events);
        let fresh = self.recorded.get(from..).unwrap_or_default().to_vec();
        self.told.push_back(RoomEvent::Events(fresh));
    }

    /// The call in flight of a member; the oldest when there are several.
    #[must_use]
    pub fn call_of(&self, member: &str) -> Option<CallId> {
        self.state
            .calls_in_flight()
            .find(|(_, call)| call.member().as_str() == member)
            .map(|(id, _)| id)
    }

    /// A member's call sends live text. Nothing happens when it has none in flight.
    pub fn stream(&mut self, member: &str, kind: DeltaKind, text: &str) {
        if let Some(call) = self.call_of(member) {
            let delta = Delta {
                call,
                kind,
                text: text.to_owned(),
            };
            self.live.push(&delta);
            self.told.push_back(RoomEvent::Deltas(vec![delta]));
        }
    }

    /// A member's call ends with an answer; `value` is its final answer in short.
    pub fn answer(&mut self, member: &str, text: &str, value: &str, tokens: u64) {
        let value = serde_json::Value::from(value);
        let input = tokens * 3 / 4;
        let answer = Answer {
            text: Text::from(text),
            block: Some(final_answer(AnswerKind::Text, &value, None)),
            usage: Usage {
                input,
                output: tokens - input,
                micro_usd: tokens * 5,
                estimated: false,
                ..Usage::default()
            },
            first_text: Some(Span(640)),
        };
        self.end(member, Ending::Answered(answer));
    }

    /// A member's call ends.
    pub fn end(&mut self, member: &str, ending: Ending) {
        if let Some(call) = self.call_of(member) {
            self.report(&Report::Ended { call, ending });
            self.live.end(call);
        }
    }

    /// A member's server asks for something in the middle of its call.
    pub fn ask(&mut self, member: &str, request: Request) {
        if let Some(call) = self.call_of(member) {
            self.report(&Report::Asked {
                call,
                ask: AskId(1),
                request,
            });
        }
    }

    /// The shared memory changes.
    pub fn remember(&mut self, hub: HubStatus) {
        self.hub = hub;
        self.told.push_back(RoomEvent::Hub);
    }

    /// What the doctor finds when it is asked.
    pub fn examined(&mut self, checkup: Checkup) {
        self.checkup = checkup;
    }

    /// What the members' servers offer has changed.
    pub fn offer(&mut self, offerings: Offerings) {
        self.told.push_back(RoomEvent::Offerings(offerings));
    }

    /// What a wish brings from now on. One of which nothing was said waits for ever.
    pub fn grant(&mut self, wish: Wish, result: Result<Granted, &str>) {
        let result = result.map_err(|why| QueryError {
            why: why.to_owned(),
        });
        self.grants.retain(|(known, _)| *known != wish);
        self.grants.push((wish, result));
    }

    /// What was wished for and neither granted nor withdrawn.
    #[must_use]
    pub fn wished(&self) -> &[(u64, Wish)] {
        &self.wished
    }

    /// All events so far.
    #[must_use]
    pub fn recorded(&self) -> &[Recorded] {
        &self.recorded
    }

    /// As after attaching: what was told so far is in the state, and its events are history.
    pub fn attach(&mut self) {
        self.told.clear();
        self.told
            .push_back(RoomEvent::History(self.page(0, TRANSCRIPT_PAGE)));
    }

    /// At most `limit` events, from a place on; 0 is the place of the last page.
    /// All of the journal on that side.
    fn sift(&self, filter: &Filter, from: u64, back: bool) -> Sifted {
        let mut known = Concerns::default();
        for it in &self.recorded {
            known.learn(it);
        }
        let (first, last) = if back { (1, from) } else { (from, known.seq()) };
        let within = self.recorded.iter();
        let within = within.filter(|it| (first..=last).contains(&it.seq));
        let events = within.filter(|it| filter::passes(filter, &known, it, true));
        Sifted {
            first,
            last,
            events: events.cloned().collect(),
        }
    }

    fn page(&self, from: u64, limit: usize) -> Vec<Recorded> {
        let last_page = self.recorded.len().saturating_sub(limit);
        let skip = match from {
            0 => last_page,
            from => usize::try_from(from - 1).unwrap_or(usize::MAX),
        };
        self.recorded
            .iter()
            .skip(skip)
            .take(limit)
            .cloned()
            .collect()
    }

    /// The room around an earlier event.
    fn past(&self, at: u64) -> Past {
        let before = usize::try_from(at).unwrap_or(usize::MAX);
        let before = before.saturating_sub(TRANSCRIPT_PAGE / 2);
        let mut state = State::new();
        for recorded in self.recorded.iter().take(before) {
            evolve(&mut state, recorded);
        }
        let events = self.page(state.seq() + 1, TRANSCRIPT_PAGE);
        Past { state, events }
    }

    fn record(&mut self, events: Vec<Event>) {
        let from = self.recorded.len();
        self.fold(events);
        loop {
            let next = follow(&self.state, self.now);
            if next.is_empty() {
                break;
            }
            self.fold(next);
        }
        let fresh = self.recorded.get(from..).unwrap_or_default().to_vec();
        if !fresh.is_empty() {
            self.told.push_back(RoomEvent::Events(fresh));
        }
    }

    fn fold(&mut self, events: Vec<Event>) {
        for event in events {
            let recorded = Recorded {
                seq: self.state.seq() + 1,
                at: self.now,
                event,
            };
            evolve(&mut self.state, &recorded);
            self.recorded.push(recorded);
        }
    }
}

impl Room for Stage {
    fn state(&self) -> &State {
        &self.state
    }

    fn live(&self) -> &LiveTexts {
        &self.live
    }

    fn hub(&self) -> &HubStatus {
        &self.hub
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    async fn next(&mut self) -> RoomEvent {
        match self.told.pop_front() {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    fn poll(&mut self) -> Option<RoomEvent> {
        self.told.pop_front()
    }

    fn send(&mut self, command: Command) -> Result<(), SendError> {
        if let Err(refusal) = self.command(&command) {
            self.told.push_back(RoomEvent::Refused(refusal.to_string()));
        }
        Ok(())
    }

    fn query(&mut self, query: Query) -> Result<(), SendError> {
        let event = match query {
            Query::Events { from, limit } => RoomEvent::History(self.page(from, limit)),
            Query::Sift {
                ask,
                filter,
                from,
                back,
            } => {
                let sifted = self.sift(&filter, from, back);
                RoomEvent::Sifted { ask, sifted }
            }
            Query::Past { at } => RoomEvent::Past(Box::new(self.past(at))),
            Query::Documents { ask, wish } => {
                let Some(event) = self.ask_memory(ask, wish) else {
                    return Ok(());
                };
                event
            }
            // Nothing more becomes known by waiting.
            Query::Checkup(CheckupWish::After(_)) | Query::Offerings { .. } => return Ok(()),
            Query::Wish { ask, wish, .. } => {
                let Some((_, result)) = self.grants.iter().find(|(known, _)| *known == wish) else {
                    self.wished.push((ask, wish));
                    return Ok(());
                };
                let result = result.clone();
                RoomEvent::Granted { ask, result }
            }
            Query::Checkup(CheckupWish::Begin | CheckupWish::BeginWithPrompts) => {
                RoomEvent::Checkup(self.checkup.clone())
            }
            // A stage has no archive.
            Query::Search { words } => RoomEvent::Found {
                places: self.written(&words),
                words,
            },
            Query::Export { session, path } => {
                RoomEvent::Told(format!("a stage does not write {session} to `{path}`"))
            }
        };
        self.told.push_back(event);
        Ok(())
    }

    fn withdraw(&mut self, ask: u64) {
        self.wished.retain(|(known, _)| *known != ask);
    }
}
