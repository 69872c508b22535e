//! The engine's step without its I/O: decide, append, evolve, react, follow.

use synod::core::{
    Checked, Command, Effect, Event, Recorded, Refusal, Report, State, Timestamp, decide, evolve,
    expire, follow, note, react, resume,
};

/// More steps than any input can lead to.
const STEPS_MAX: usize = 2_000;

/// A room process, alive.
#[derive(Default)]
pub(crate) struct Room {
    pub(crate) state: State,
    pub(crate) journal: Vec<Recorded>,
    pub(crate) aloud: bool,
    /// How many more batches are appended before the process dies.
    pub(crate) dies_after: Option<u32>,
    pub(crate) dead: bool,
    snapshot: Option<String>,
}

impl Room {
    pub(crate) fn resume(&mut self, now: Timestamp) -> Result<Vec<Effect>, String> {
        let events = resume(&self.state, now, "rehearsal");
        self.step(now, events)
    }

    pub(crate) fn command(
        &mut self,
        now: Timestamp,
        command: &Command,
    ) -> Result<Result<Vec<Effect>, Refusal>, String> {
        match decide(&self.state, command) {
            Ok(events) => self.step(now, events).map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    pub(crate) fn report(
        &mut self,
        now: Timestamp,
        report: &Report,
    ) -> Result<Vec<Effect>, String> {
        let events = note(&self.state, now, report);
        let is_late = match report {
            Report::Bound { call, .. }
            | Report::Unbound { call }
            | Report::Asked { call, .. }
            | Report::Withdrawn { call, .. }
            | Report::Restored { call, .. }
            | Report::Handed { call, .. }
            | Report::Dials { call, .. }
            | Report::Ended { call, .. } => {
                let known = self.state.call(*call);
                known.is_none_or(|call| call.ending().is_some())
            }
            Report::ThoughtRecorded { task, call, .. } => {
                let open = self.state.task(*task).filter(|task| !task.is_ended());
                let last = open.and_then(|task| task.thinking().kept().last());
                last.is_none_or(|last| last.call() != *call || last.keeper().is_some())
            }
            Report::Told { call, .. } => {
                let known = self.state.call(*call);
                known.is_none()
            }
            Report::Checked { check, .. } => {
                let begun = |recorded: &Recorded| matches!(recorded.event, Event::Checked { what: Checked::Started { check: one, .. } } if one == *check);
                let over = |recorded: &Recorded| matches!(recorded.event, Event::Checked { what: Checked::Ended { check: one, .. } } if one == *check);
                !self.journal.iter().any(begun) || self.journal.iter().any(over)
            }
            Report::Health { .. }
            | Report::Listed { .. }
            | Report::Edited { .. }
            | Report::EditGone { .. }
            | Report::NoteSettled { .. } => false,
        };
        let only_counted = |event: &Event| matches!(event, Event::ReportStale { .. });
        if is_late && !events.iter().all(only_counted) {
            return Err(format!("a late report was applied: {report:?}"));
        }
        if is_late && events.is_empty() && !self.state.is_closing() {
            return Err(format!("a late report was dropped silently: {report:?}"));
        }
        self.step(now, events)
    }

    pub(crate) fn tick(&mut self, now: Timestamp) -> Result<Vec<Effect>, String> {
        let events = expire(&self.state, now);
        self.step(now, events)
    }

    /// Appends, then does what follows until nothing does.
    fn step(&mut self, now: Timestamp, events: Vec<Event>) -> Result<Vec<Effect>, String> {
        let mut effects = self.append(now, events);
        for _ in 0..STEPS_MAX {
            if self.dead {
                return Ok(Vec::new());
            }
            let events = follow(&self.state, now);
            if events.is_empty() {
                return Ok(effects);
            }
            effects.extend(self.append(now, events));
        }
        Err("what follows never ends".to_owned())
    }

    fn append(&mut self, now: Timestamp, events: Vec<Event>) -> Vec<Effect> {
        if self.dead || events.is_empty() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        for event in events {
            let seq = self.state.seq() + 1;
            let recorded = Recorded {
                seq,
                at: now,
                event,
            };
            if self.aloud {
                println!("{} {:>10} {:?}", seq, now.0, recorded.event);
            }
            evolve(&mut self.state, &recorded);
            effects.extend(react(&self.state, &recorded));
            self.journal.push(recorded);
        }
        match &mut self.dies_after {
            Some(0) => self.dead = true,
            Some(left) => *left -= 1,
            None => {}
        }
        effects
    }

    pub(crate) fn take_snapshot(&mut self) {
        self.snapshot = Some(serde_json::to_string(&self.state).unwrap());
    }

    /// A new process on the same journal: the state from the first event, and from the snapshot.
    pub(crate) fn restarted(&mut self) -> Result<(), String> {
        let folded = fold(State::new(), &self.journal);
        if folded != self.state {
            return Err("the journal does not give the state back".to_owned());
        }
        if let Some(snapshot) = &self.snapshot {
            let begun: State = serde_json::from_str(snapshot).map_err(|error| error.to_string())?;
            if fold(begun, &self.journal) != folded {
                return Err("the snapshot does not give the state back".to_owned());
            }
        }
        self.state = folded;
        self.dies_after = None;
        self.dead = false;
        Ok(())
    }
}

/// Folds what a state does not contain yet.
pub(crate) fn fold(mut state: State, journal: &[Recorded]) -> State {
    let known = state.seq();
    for recorded in journal.iter().filter(|one| one.seq > known) {
        evolve(&mut state, recorded);
    }
    state
}
