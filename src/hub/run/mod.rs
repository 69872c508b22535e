//! The loop around the writer: folds the room's events into its own state, keeps a connection to
//! the hub server, carries the writer's jobs out, and tells how it all stands.
//!
//! It never slows the room down: it is fed through a channel and asks for nothing. Nothing is
//! written before the state of the room is known.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::core::{
    Event, ForeignEdit, HubState, HubStatus, Meter, NoteEnd, Notes, Recorded, Report, State,
    Timestamp, evolve,
};
use crate::hub::dirty::{self, Dirty};
use crate::hub::document::{DocumentName, Prefix};
use crate::hub::job::{Job, Outcome, perform};
use crate::hub::memory::{Connector, HubError, Memory};
use crate::hub::notebook::{Desk, carry_out};
use crate::hub::parts;
use crate::hub::project;
use crate::hub::watch::{Sighting, Watching};
use crate::hub::writer::entry::wait;
use crate::hub::writer::{Notice, Telling, Writer};

/// How long the last documents may take at the end.
pub const FLUSH_LIMIT: Duration = Duration::from_secs(3);
/// How long the room's last events are waited for after the order to end, unless the room has
/// closed its channel by then.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How many timeouts in a row make a server one that is hung.
const SILENCES: u32 = 3;
/// How many foreign edits are remembered for show.
const FOREIGN_SHOWN: usize = 20;
/// First and longest wait before the server is tried again.
const RECONNECT: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// What the room tells the hub.
#[derive(Debug, Clone)]
pub enum Input {
    /// The whole state; the first thing to be sent, and again after a gap.
    State(Box<State>),
    /// Events that follow on it, in order. Those already known are passed over.
    Events(Arc<Vec<Recorded>>),
}

/// What the loop is made of. `wall` gives the time of day.
#[derive(Debug)]
pub struct Hub<C, W> {
    /// From the room; its end is an order to end.
    pub inputs: mpsc::Receiver<Input>,
    /// The way to the hub server.
    pub connector: C,
    /// What stands before the names of our documents.
    pub prefix: Prefix,
    /// What sees the edits of others at once, where the hub's files are at hand.
    pub watching: Option<Watching>,
    /// Where it is told what others did to our documents. The room answers by its events.
    pub reports: mpsc::Sender<Report>,
    /// Where the status goes; its first value names the kind of hub.
    pub status: watch::Sender<HubStatus>,
    /// The order to write what is still to be written, for [`FLUSH_LIMIT`] at most, and to end.
    pub shutdown: CancellationToken,
    /// The time of day.
    pub wall: W,
}

impl<C: Connector, W: Fn() -> Timestamp> Hub<C, W> {
    /// Runs until it is told to end.
    pub async fn run(self) {
        let mut shift = Shift {
            inputs: self.inputs,
            connector: Arc::new(self.connector),
            status: self.status,
            wall: self.wall,
            state: None,
            listed: Vec::new(),
            writer: Writer::new(self.prefix.clone()),
            prefix: self.prefix,
            jobs: JoinSet::new(),
            desk: Desk::default(),
            line: Line::Waiting {
                until: Instant::now(),
            },
            why_down: None,
            failures: 0,
            silences: 0,
            caught_up: false,
            outside: Outside {
                watching: self.watching,
                notes: Notes::default(),
                results: None,
                edits: Vec::new(),
                reports: self.reports,
                untold: VecDeque::new(),
            },
            end: None,
            listening: true,
        };
        shift.work(&self.shutdown).await;
    }
}

/// How the line to the server is.
enum Line<M> {
    /// It is tried again at a time.
    Waiting { until: Instant },
    /// It is being tried.
    Connecting(JoinSet<Connected<M>>),
    /// It is there.
    Up(Arc<M>),
}

/// What is over.
enum Done {
    /// A job of the writer.
    Document(DocumentName, Job, Outcome),
    /// A change of a note.
    Note(u64, Result<NoteEnd, HubError>),
}
/// A server, and the names of what it has.
type Connected<M> = Result<(Arc<M>, Vec<String>), HubError>;

struct Shift<C: Connector, W> {
    inputs: mpsc::Receiver<Input>,
    connector: Arc<C>,
    status: watch::Sender<HubStatus>,
    wall: W,
    state: Option<State>,
    /// What the hub had when the line came up that may have to go: parts of long documents, results,
    /// conflicts, and pages of the archive.
    listed: Vec<DocumentName>,
    writer: Writer,
    prefix: Prefix,
    jobs: JoinSet<Done>,
    /// What the operator changes in the notes of others.
    desk: Desk,
    line: Line<C::Memory>,
    why_down: Option<HubError>,
    /// Connections in a row that failed or were lost before a single answer.
    failures: u32,
    /// Timeouts in a row.
    silences: u32,
    /// Everything was up to date once since the line is up.
    caught_up: bool,
    outside: Outside,
    /// When the order to end came.
    end: Option<Instant>,
    /// The room may still have something to say.
    listening: bool,
}

/// What others do.
struct Outside {
    watching: Option<Watching>,
    notes: Notes,
    /// How many results and conflicts the folder has, with how many bytes.
    results: Option<(usize, u64)>,
    edits: Vec<ForeignEdit>,
    reports: mpsc::Sender<Report>,
    /// What the room is still to be told.
    untold: VecDeque<Report>,
}

impl Outside {
    /// The next thing that is seen; never, where nothing is watched. Tells the room meanwhile what it
    /// is to be told.
    async fn next(&mut self) -> Option<Sighting> {
        let Self {
            watching,
            reports,
            untold,
            ..
        } = self;
        let seen = async {
            match watching {
                Some(watching) => watching.sightings.recv().await,
                None => std::future::pending().await,
            }
        };
        let told = async {
            while !untold.is_empty() {
                // A room that is gone wants to know nothing.
                let Ok(permit) = reports.reserve().await else {
                    untold.clear();
                    break;
                };
                if let Some(report) = untold.pop_front() {
                    permit.send(report);
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            sighting = seen => sighting,
            never = told => never,
        }
    }
}

/// What woke the loop.
enum Wake<M> {
    Input(Option<Input>),
    Done(Done),
    Connected(Connected<M>),
    Lost,
    Seen(Option<Sighting>),
    Due,
    End,
}

impl<C: Connector, W: Fn() -> Timestamp> Shift<C, W> {
    async fn work(&mut self, shutdown: &CancellationToken) {
        let mut news = true;
        loop {
            self.start_what_is_due();
            if news {
                self.publish();
            }
            if self.is_over() {
                return;
            }
            let wake = self.wake(shutdown).await;
            // What an input changes is told when it is due, not once for each of a burst.
            news = !matches!(wake, Wake::Input(Some(_)));
            match wake {
                Wake::Input(Some(input)) => self.take(input),
                Wake::Input(None) => {
                    self.listening = false;
                    self.begin_to_end();
                }
                Wake::End => self.begin_to_end(),
                Wake::Done(done) => self.done(done).await,
                Wake::Connected(Ok((memory, names))) => self.connected(memory, &names),
                Wake::Connected(Err(error)) => self.down(error),
                Wake::Lost => self.down(HubError::Unreachable {
                    why: "its process ended".to_owned(),
                    retry_in: None,
                }),
                Wake::Seen(Some(sighting)) => self.seen(sighting),
                Wake::Seen(None) => {
                    self.outside.watching = None;
                    self.outside.results = None;
                }
                Wake::Due => {}
            }
        }
    }

    /// Every source that can wake the loop.
    async fn wake(&mut self, shutdown: &CancellationToken) -> Wake<C::Memory> {
        let due = self.next_due();
        let ending = self.end.is_some();
        tokio::select! {
            biased;
            () = shutdown.cancelled(), if !ending => Wake::End,
            Some(done) = self.jobs.join_next(), if !self.jobs.is_empty() => match done {
                Ok(done) => Wake::Done(done),
                Err(_) => Wake::Lost,
            },
            event = on_line(&mut self.line) => event,
            input = self.inputs.recv(), if self.listening => Wake::Input(input),
            seen = self.outside.next() => Wake::Seen(seen),
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => Wake::Due,
        }
    }

    fn next_due(&self) -> Option<Instant> {
        let work = match &self.line {
            Line::Waiting { until } => Some(*until),
            Line::Connecting(_) => None,
            Line::Up(_) => self.state.as_ref().and_then(|_| {
                let due = [self.writer.next_due(), self.desk.next_due()];
                due.into_iter().flatten().min()
            }),
        };
        let now = Instant::now();
        let ends = self.end.map(|end| [end + LAST_WORDS, end + FLUSH_LIMIT]);
        let ends = ends.into_iter().flatten().filter(|at| *at > now);
        work.into_iter().chain(ends).min()
    }

    /// Starts the connection or the jobs that are due.
    fn start_what_is_due(&mut self) {
        let now = Instant::now();
        if let Line::Waiting { until } = self.line
            && until <= now
        {
            let connector = Arc::clone(&self.connector);
            let mut attempt = JoinSet::new();
            attempt.spawn(async move { connect(&*connector).await });
            self.line = Line::Connecting(attempt);
        }
        if self.end.is_some() {
            self.writer.hurry(now);
        }
        let (Line::Up(memory), Some(state)) = (&self.line, &self.state) else {
            return;
        };
        while let Some((document, job)) = self.writer.next(state, now) {
            let memory = Arc::clone(memory);
            let prefix = self.prefix.clone();
            let watching = self.outside.watching.as_ref();
            let folder = watching.map(|watching| watching.folder.clone());
            self.jobs.spawn(async move {
                let name = prefix.name(&document);
                let kept_name = |n| prefix.kept_name(&document, n);
                let outcome = perform(&*memory, folder.as_ref(), &name, &job, kept_name).await;
                Done::Document(document, job, outcome)
            });
        }
        while let Some(order) = self.desk.next(state.notebook(), now) {
            let memory = Arc::clone(memory);
            let prefix = self.prefix.clone();
            let watching = self.outside.watching.as_ref();
            let folder = watching.map(|watching| watching.folder.clone());
            self.jobs.spawn(async move {
                let end = carry_out(&*memory, folder.as_ref(), &prefix, &order).await;
                Done::Note(order.id, end)
            });
        }
        let tellings = self.writer.tellings();
        self.outside.untold.extend(tellings.into_iter().map(report));
        self.caught_up = self.caught_up || self.writer.pending() == 0;
    }

    /// Whether there is nothing left to do, or no time or no way to do it.
    fn is_over(&self) -> bool {
        let Some(end) = self.end else {
            return false;
        };
        let now = Instant::now();
        let heard = !self.listening || now >= end + LAST_WORDS;
        let unreachable = matches!(self.line, Line::Waiting { .. }) || self.state.is_none();
        let written = matches!(self.line, Line::Up(_)) && self.pending() == 0;
        (heard && (unreachable || written)) || now >= end + FLUSH_LIMIT
    }

    /// How much is not in the hub yet.
    fn pending(&self) -> usize {
        self.writer.pending() + self.desk.pending()
    }

    fn take(&mut self, input: Input) {
        let now = Instant::now();
        match input {
            Input::State(state) => {
                for document in project::whole(&state) {
                    self.writer.mark(document, now);
                }
                self.writer.mark_pages(&BTreeSet::new(), &state, now);
                // What happened unheard may be about any task.
                self.writer.mark_known_pages(now);
                self.writer.found(&self.listed, &state, now);
                self.state = Some(*state);
            }
            Input::Events(events) => {
                let state = self.state.get_or_insert_with(State::new);
                let (mut changed, mut aged) = (Dirty::default(), false);
                for recorded in events.iter() {
                    if recorded.seq <= state.seq() {
                        continue;
                    }
                    evolve(state, recorded);
                    aged |= matches!(recorded.event, Event::ResultsAged { .. });
                    dirty::mark(&mut changed, &recorded.event, state);
                }
                let Dirty { documents, tasks } = changed;
                if documents.contains(&DocumentName::Queue) {
                    self.writer.mark_pages(&tasks, state, now);
                }
                for document in documents {
                    self.writer.mark(document, now);
                }
                if aged {
                    self.writer.found(&self.listed, state, now);
                }
            }
        }
        if let Some(state) = &self.state {
            self.desk.sync(state.notebook(), now);
        }
    }

    fn seen(&mut self, sighting: Sighting) {
        match (sighting, &self.state) {
            (Sighting::Document { name, look }, Some(state)) => {
                self.writer.seen(name, look, state, Instant::now());
            }
            // With the state all of it is read anyway.
            (Sighting::Document { .. }, None) => {}
            (Sighting::Notes(notes), _) => self.outside.notes = *notes,
            (Sighting::Results { documents, bytes }, _) => {
                self.outside.results = Some((documents, bytes));
            }
        }
    }

    fn begin_to_end(&mut self) {
        self.end.get_or_insert_with(Instant::now);
    }

    fn connected(&mut self, memory: Arc<C::Memory>, names: &[String]) {
        self.line = Line::Up(memory);
        self.why_down = None;
        self.silences = 0;
        self.caught_up = false;
        let documents = names.iter().filter_map(|name| self.prefix.document(name));
        let may_go = |document: &DocumentName| parts::stone(document, 0).is_some();
        self.listed = documents.filter(may_go).collect();
        if let Some(state) = &self.state {
            self.writer.doubt_everything(state, Instant::now());
            self.writer.found(&self.listed, state, Instant::now());
        }
        if let Some(watching) = &self.outside.watching {
            watching.look_again();
        }
    }

    /// The server is of no use now. What is in flight is given up; what became of it will be read.
    fn down(&mut self, error: HubError) {
        self.jobs = JoinSet::new();
        self.desk.given_up(Instant::now());
        let pause = error
            .retry_in()
            .unwrap_or_else(|| wait(self.failures, RECONNECT));
        self.failures = self.failures.saturating_add(1);
        self.line = Line::Waiting {
            until: Instant::now() + pause,
        };
        self.why_down = Some(error);
        if let Some(state) = &self.state {
            self.writer.doubt_everything(state, Instant::now());
        }
    }

    async fn done(&mut self, done: Done) {
        let (now, wall) = (Instant::now(), (self.wall)());
        let notice = match done {
            Done::Document(document, job, outcome) => {
                self.writer.finished(&document, &job, outcome, now, wall)
            }
            Done::Note(id, done) => {
                let end = self.desk.finished(id, &done, now);
                let report = end.map(|end| Report::NoteSettled { order: id, end });
                self.outside.untold.extend(report);
                match done {
                    Err(HubError::TimedOut { .. }) => Notice::Silent,
                    Err(error) if error.concerns_server() => Notice::Useless(error),
                    Ok(_) | Err(_) => Notice::Answered,
                }
            }
        };
        match notice {
            Notice::Nothing => {}
            Notice::Answered => self.answered(),
            Notice::Foreign(edit) => {
                self.answered();
                let edits = &mut self.outside.edits;
                edits.push(edit);
                let surplus = edits.len().saturating_sub(FOREIGN_SHOWN);
                edits.drain(..surplus);
            }
            Notice::Silent => {
                self.silences += 1;
                if self.silences >= SILENCES {
                    self.connector.restart().await;
                    self.down(HubError::Unreachable {
                        why: "it does not answer any more and is started anew".to_owned(),
                        retry_in: None,
                    });
                }
            }
            Notice::Useless(error) => self.down(error),
        }
    }

    fn answered(&mut self) {
        self.failures = 0;
        self.silences = 0;
    }

    /// How much of results and conflicts there is; where nothing is watched, of what was written here.
    /// How much of it is whole is asked of the state, by which the limit is held too.
    fn meter(&self) -> Meter {
        let (documents, bytes) = self
            .outside
            .results
            .unwrap_or_else(|| self.writer.results());
        let state = self.state.as_ref();
        Meter {
            documents,
            bytes,
            whole: state.map_or(0, State::whole_bytes),
            limit: state.and_then(|state| state.retention().most),
        }
    }

    fn publish(&self) {
        let pending = self.pending();
        let state = match (&self.line, &self.why_down) {
            (Line::Up(_), _) if self.caught_up => HubState::Ready,
            (Line::Up(_), _) => HubState::CatchingUp { pending },
            (Line::Waiting { .. } | Line::Connecting(_), Some(error)) => HubState::Down {
                why: error.to_string(),
            },
            (Line::Waiting { .. } | Line::Connecting(_), None) => HubState::Starting,
        };
        let documents = self.writer.documents();
        let meter = self.meter();
        self.status.send_if_modified(|status| {
            let new = HubStatus {
                kind: status.kind,
                state,
                documents,
                pending,
                foreign: self.outside.edits.clone(),
                notes: self.outside.notes.clone(),
                meter,
            };
            let changed = *status != new;
            *status = new;
            changed
        });
    }
}

fn report(telling: Telling) -> Report {
    match telling {
        Telling::Edited(found) => Report::Edited {
            edit: Box::new(found.edit),
            proposals: found.proposals,
            only_proposals: found.only_proposals,
        },
        Telling::Gone(document) => Report::EditGone {
            document: document.to_string(),
        },
    }
}

/// Connects and makes sure that there is a memory to speak to.
async fn connect<C: Connector>(connector: &C) -> Connected<C::Memory> {
    let memory = connector.connect().await?;
    let names = memory.list("").await?;
    Ok((Arc::new(memory), names))
}

/// What happens on the line by itself; never, while it only waits.
async fn on_line<M: Memory>(line: &mut Line<M>) -> Wake<M> {
    match line {
        Line::Waiting { .. } => std::future::pending().await,
        Line::Connecting(attempt) => match attempt.join_next().await {
            Some(Ok(result)) => Wake::Connected(result),
            Some(Err(_)) | None => Wake::Lost,
        },
        Line::Up(memory) => {
            memory.closed().await;
            Wake::Lost
        }
    }
}

#[cfg(test)]
mod tests;
