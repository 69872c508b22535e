//! The shared memory beside the room of a simulation: the real hub loop on a server that fails, on a
//! clock that stands still between the turns of the world, and somebody who meddles with the documents.
//!
//! After quiet three things must hold: what the hub has is what the state projects, what the loop tells
//! of it is so, and nothing that somebody else wrote is lost unless the operator let it go, or it was
//! written just before a removal, where a server offers no better one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use synod::core::{
    Event, HubKind, HubState, HubStatus, Recorded, Report, Settled, Span, State, Timestamp,
};
use synod::hub::project::{all, is_gone, project};
use synod::hub::seal::revision;
use synod::hub::{DocumentName, Hub, Input, Prefix};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::fake::{Fake, Faults, World};

/// The longest time that the hub is given between two turns of the world.
const PASS_MAX: Duration = Duration::from_mins(5);

/// The memory of one simulation.
pub(crate) struct Beside {
    runtime: Runtime,
    fake: Fake,
    dice: Rng,
    meddles: bool,
    /// Nothing goes wrong any more.
    is_calm: bool,
    /// Of the journal, how much the loop was told.
    told: usize,
    open: Option<Open>,
    /// What the meddler wrote and nobody but the room can have removed, with the document.
    planted: BTreeMap<String, String>,
}

/// The loop of a room process.
struct Open {
    inputs: mpsc::Sender<Input>,
    reports: mpsc::Receiver<Report>,
    status: watch::Receiver<HubStatus>,
    _run: JoinSet<()>,
}

impl Beside {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Rng::with_seed(seed ^ 0x0068_7562);
        let fake = Fake::new(seed);
        let meddles = dice.bool();
        fake.with(|world| {
            let mut share = |most| if dice.bool() { dice.u32(0..most) } else { 0 };
            world.faults = Faults {
                dropped: share(80),
                unanswered: share(80),
                // A write that comes late may come over what somebody else wrote by then.
                late: if meddles { 0 } else { share(80) },
                refused: share(150),
                full: share(300),
                dies: share(100),
                no_connection: share(800),
            };
            world.latency = *dice.choice([100, 1000, 8_000, 30_000].iter()).unwrap();
        });
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        Self {
            runtime,
            fake,
            dice,
            meddles,
            is_calm: false,
            told: 0,
            open: None,
            planted: BTreeMap::new(),
        }
    }

    /// A room process has taken the journal up.
    pub(crate) fn opened(&mut self, state: &State, journal: &[Recorded]) {
        self.told = journal.len();
        let (inputs, from_room) = mpsc::channel(64);
        let (to_room, reports) = mpsc::channel(64);
        let (to_screen, status) = watch::channel(HubStatus::starting(HubKind::Builtin));
        let hub = Hub {
            inputs: from_room,
            connector: self.fake.clone(),
            prefix: Prefix::default(),
            watching: None,
            reports: to_room,
            status: to_screen,
            shutdown: CancellationToken::new(),
            wall: || Timestamp(1),
        };
        let state = Box::new(state.clone());
        let open = self.runtime.block_on(async {
            let mut run = JoinSet::new();
            run.spawn(hub.run());
            inputs.send(Input::State(state)).await.unwrap();
            Open {
                inputs,
                reports,
                status,
                _run: run,
            }
        });
        self.open = Some(open);
    }

    /// The room process died, and its loop in the middle of what it did.
    pub(crate) fn died(&mut self) {
        self.open = None;
    }

    /// Time passes; what the room is told meanwhile.
    pub(crate) fn pass(&mut self, journal: &[Recorded], time: Span) -> Vec<Report> {
        self.fate();
        let Some(open) = &mut self.open else {
            return Vec::new();
        };
        let events = journal[self.told..].to_vec();
        self.told = journal.len();
        let time = Duration::from_millis(time.0).min(PASS_MAX);
        self.runtime.block_on(async {
            if !events.is_empty() {
                let events = Input::Events(Arc::new(events));
                open.inputs.send(events).await.unwrap();
            }
            let until = Instant::now() + time;
            let mut told = Vec::new();
            loop {
                tokio::select! {
                    biased;
                    Some(report) = open.reports.recv() => told.push(report),
                    () = sleep_until(until) => return told,
                }
            }
        })
    }

    /// What happens to the server and its documents now and then, until all is well.
    fn fate(&mut self) {
        if self.is_calm {
            return;
        }
        let (dice, fake) = (&mut self.dice, &self.fake);
        let there = fake.with(|world| present(world, &self.planted));
        match dice.u8(0..80) {
            0 => fake.kill(),
            1 => fake.with(World::copy),
            2 => fake.with(World::restore),
            3..=9 if self.meddles => {
                let planted = fake.with(|world| meddle(world, dice));
                self.planted.extend(planted);
            }
            _ => return,
        }
        // What fate itself wrote over is gone; whatever else is, the room has lost.
        let left = fake.with(|world| present(world, &self.planted));
        self.planted
            .retain(|mark, _| left.contains(mark) || !there.contains(mark));
    }

    /// From now on all is well; whoever looks sees what was done before.
    pub(crate) fn calm(&mut self) {
        self.is_calm = true;
        self.fake.with(|world| {
            world.faults = Faults::default();
            world.latency = 100;
        });
        self.fake.kill();
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.open.as_ref().is_some_and(|open| {
            let status = open.status.borrow();
            status.state == HubState::Ready && status.pending == 0
        })
    }

    /// Whether after quiet all agree.
    pub(crate) fn agrees(&self, state: &State, journal: &[Recorded]) -> Result<(), String> {
        if !self.is_quiet() {
            let status = self.open.as_ref().map(|open| open.status.borrow().clone());
            return Err(format!("the hub never falls quiet: {status:?}"));
        }
        let world = self.fake.world.lock().unwrap();
        if world.overlaps > 0 || world.most_in_flight > 8 {
            return Err("too many calls at once".to_owned());
        }
        let names = all(state);
        for name in &names {
            let text = world.documents.get(&name.to_string());
            let right = text.is_some_and(|text| {
                revision(text).is_some_and(|rev| project(state, name, rev).as_ref() == Some(text))
            });
            if !right {
                return Err(format!("{name} is not as the state has it: {text:?}"));
            }
        }
        for (name, text) in &world.documents {
            let document = DocumentName::parse(name);
            let archived = document
                .as_ref()
                .is_some_and(|document| is_gone(state, document));
            if archived && revision(text).is_some() {
                return Err(format!("{name} is archived, and there"));
            }
            if let Some(part @ DocumentName::Part { of, .. }) = &document
                && names.contains(of)
                && !names.contains(part)
                && revision(text).is_some()
            {
                return Err(format!("{name} is left over"));
            }
        }
        let open = self.open.as_ref().expect("it is quiet");
        for told in &open.status.borrow().documents {
            let there = world.documents.get(&told.name).map(String::len);
            let known = DocumentName::parse(&told.name).is_some_and(|name| names.contains(&name));
            if known && (there != Some(told.bytes) || !told.current || told.trouble.is_some()) {
                return Err(format!("{told:?} is told, there is {there:?}"));
            }
        }
        let let_go = |document: &str| {
            journal.iter().any(|recorded| {
                matches!(
                    &recorded.event,
                    Event::EditSettled {
                        document: settled,
                        how: Settled::Imported | Settled::Overwritten,
                        ..
                    } if settled == document
                )
            })
        };
        let lost = self.planted.iter().find(|(mark, document)| {
            let kept = world.documents.values().any(|text| text.contains(*mark));
            let snatched = world.snatched.iter().any(|text| text.contains(*mark));
            !kept && !snatched && !let_go(document)
        });
        match lost {
            Some((mark, document)) => Err(format!("{mark} in {document} is lost")),
            None => Ok(()),
        }
    }
}

/// The marks that are in some document now.
fn present(world: &World, planted: &BTreeMap<String, String>) -> BTreeSet<String> {
    let is_there = |mark: &&String| {
        let mut texts = world.documents.values();
        texts.any(|text| text.contains(mark.as_str()))
    };
    planted.keys().filter(is_there).cloned().collect()
}

/// Changes or removes a document; what was written into which one.
fn meddle(world: &mut World, dice: &mut Rng) -> Option<(String, String)> {
    let mut names: Vec<String> = world.documents.keys().cloned().collect();
    names.retain(|name| !name.starts_with("conflicts/memory"));
    let name = dice.choice(names)?;
    let text = world.documents.remove(&name)?;
    let mark = format!("meddled {}", dice.u64(..));
    let text = match dice.u8(0..5) {
        0 => return None,
        1 => format!("{text}{mark}"),
        2 => format!("{mark}\n{text}"),
        3 => text.replacen('\n', &format!("\n{mark}\n"), 1),
        _ => format!("{{\"rev\": 3, \"open\": [{{\"prompt\": \"{mark}\"}}]}}"),
    };
    let planted = text.contains(&mark).then_some((mark, name.clone()));
    world.documents.insert(name, text);
    planted
}
