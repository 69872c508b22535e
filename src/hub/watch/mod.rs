//! Sees what others do to the memory folder: at once by the system's watch, and by a pass over the
//! folder for what a watch misses (at the start, after a new connection, after an overflow or an
//! error of the watch, when folders come or go, and now and then).
//!
//! It only looks. What a sighting means (one's own write, a foreign edit, a note) is the business of
//! [`writer`](crate::hub::writer) and [`run`](crate::hub::run).

mod notes;
mod walk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode, EventKind, MetadataKind, ModifyKind};
use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::core::Notes;
use crate::hub::contents::Contents;
use crate::hub::document::{DocumentName, Prefix};
use crate::hub::folder::{Folder, Look};
use walk::{Known, Walk};

/// How long a file must be quiet before it is looked at: editors write in several steps.
const QUIET: Duration = Duration::from_millis(30);
/// How long at most, however restless it is.
const RESTLESS: Duration = Duration::from_millis(120);
/// From the end of a pass to the next one.
const PASS_EVERY: Duration = Duration::from_mins(1);
/// The same while there is no watch.
const PASS_UNWATCHED: Duration = Duration::from_secs(2);
/// Paths that the watch may be ahead by: a burst of some thousand files. What is beyond is found by a
/// pass.
const RAW: usize = 4096;
/// How many paths are looked at together.
const TOGETHER: usize = 256;
/// Sightings that may wait for the hub, which is seldom busy for long; the watch waits with them.
const SIGHTINGS: usize = 64;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sighting {
    /// A file with the name of a document of ours has come, changed or gone.
    Document {
        /// Which.
        name: DocumentName,
        /// What it has now.
        look: Look,
    },
    /// The notes of others have changed.
    Notes(Box<Notes>),
    /// There are so many results and conflicts, with so many bytes.
    Results {
        /// How many documents.
        documents: usize,
        /// Their size together.
        bytes: u64,
    },
}

/// A watch over a memory folder.
#[derive(Debug)]
pub struct Watching {
    pub(in crate::hub) folder: Folder,
    pub(in crate::hub) sightings: mpsc::Receiver<Sighting>,
    again: Arc<Notify>,
    contents: Contents,
}

impl Watching {
    /// Watches a folder until `stop`. The folder need not be there yet.
    #[must_use]
    pub fn start(
        folder: Folder,
        prefix: Prefix,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Self {
        // The system names what it watches by its real path.
        let folder = folder.real();
        let (seen, sightings) = mpsc::channel(SIGHTINGS);
        let again = Arc::new(Notify::new());
        let known = Known::new(folder.clone(), prefix);
        let contents = known.contents.clone();
        let lookout = Lookout {
            known: Some(known),
            seen,
            again: Arc::clone(&again),
        };
        tasks.spawn(lookout.run(stop.clone()));
        Self {
            folder,
            sightings,
            again,
            contents,
        }
    }

    /// What is seen next; `None` when nothing more will be.
    pub async fn next(&mut self) -> Option<Sighting> {
        self.sightings.recv().await
    }

    /// What is in the folder.
    #[must_use]
    pub fn contents(&self) -> Contents {
        self.contents.clone()
    }

    /// Asks for a pass over the whole folder.
    pub fn look_again(&self) {
        self.again.notify_one();
    }
}

struct Lookout {
    /// Away while a blocking thread works with it.
    known: Option<Known>,
    seen: mpsc::Sender<Sighting>,
    again: Arc<Notify>,
}

/// The system's watch, and what it is on.
struct Ear {
    heard: mpsc::Receiver<PathBuf>,
    /// Something was heard that there was no room for.
    missed: Arc<AtomicBool>,
    inode: u64,
    _watcher: RecommendedWatcher,
}

enum Wake {
    Stop,
    Heard(PathBuf),
    Settled,
    Pass,
    Step,
}

impl Lookout {
    async fn run(mut self, stop: CancellationToken) {
        let root = self
            .known
            .as_ref()
            .map(|known| known.folder.root().to_owned());
        let Some(root) = root else { return };
        let mut ear: Option<Ear> = None;
        let mut paths = BTreeSet::new();
        let mut first = Instant::now();
        let mut last = first;
        let mut pass = first;
        let mut walk: Option<Walk> = None;
        loop {
            let settled = (last + QUIET).min(first + RESTLESS);
            let wake = tokio::select! {
                biased;
                () = stop.cancelled() => Wake::Stop,
                () = sleep_until(settled), if !paths.is_empty() => Wake::Settled,
                Some(path) = hear(&mut ear), if paths.len() < TOGETHER => Wake::Heard(path),
                () = self.again.notified() => Wake::Pass,
                () = sleep_until(pass), if walk.is_none() => Wake::Pass,
                () = std::future::ready(()), if walk.is_some() => Wake::Step,
            };
            match wake {
                Wake::Stop => return,
                Wake::Heard(path) => {
                    last = Instant::now();
                    if paths.is_empty() {
                        first = last;
                    }
                    paths.insert(path);
                }
                Wake::Settled => {
                    let batch = std::mem::take(&mut paths).into_iter().collect();
                    match self.look(batch).await {
                        Some(false) => {}
                        Some(true) => self.again.notify_one(),
                        None => return,
                    }
                }
                Wake::Pass => {
                    // First the watch, then the pass: nothing falls between.
                    if ear.as_ref().is_none_or(|ear| !ear.is_on(&root)) {
                        ear = Ear::on(&root, &self.again);
                    }
                    if let Some(ear) = &ear {
                        ear.missed.store(false, Ordering::Relaxed);
                    }
                    walk = Some(Walk::new());
                }
                Wake::Step => {
                    let Some(under_way) = walk.take() else {
                        continue;
                    };
                    match self.step(under_way).await {
                        None => return,
                        Some(Some(gone_on)) => walk = Some(gone_on),
                        Some(None) => {
                            let missed = ear.as_ref().is_some_and(Ear::has_missed);
                            let rest = match ear {
                                Some(_) if !missed => PASS_EVERY,
                                Some(_) | None => PASS_UNWATCHED,
                            };
                            pass = Instant::now() + rest;
                        }
                    }
                }
            }
        }
    }

    /// Looks at what was heard of; whether a pass is needed. `None` when nobody listens any more.
    async fn look(&mut self, paths: Vec<PathBuf>) -> Option<bool> {
        let mut known = self.known.take()?;
        let looked = tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            let more = known.heard(&paths, &mut found);
            (known, found, more)
        });
        let (known, found, more) = looked.await.ok()?;
        self.known = Some(known);
        self.tell(found).await?;
        Some(more)
    }

    /// Goes on with a pass by one step, between which others have their turn. Gives it back until it
    /// is over.
    async fn step(&mut self, mut walk: Walk) -> Option<Option<Walk>> {
        let mut known = self.known.take()?;
        let step = tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            let over = known.step(&mut walk, &mut found);
            (known, (!over).then_some(walk), found)
        });
        let (known, walk, found) = step.await.ok()?;
        self.known = Some(known);
        self.tell(found).await?;
        Some(walk)
    }

    async fn tell(&self, found: Vec<Sighting>) -> Option<()> {
        for sighting in found {
            self.seen.send(sighting).await.ok()?;
        }
        Some(())
    }
}

/// The next path that something was heard of.
async fn hear(ear: &mut Option<Ear>) -> Option<PathBuf> {
    match ear {
        Some(ear) => ear.heard.recv().await,
        None => std::future::pending().await,
    }
}

impl Ear {
    /// Begins to watch; `None` when there is nothing to watch, or the system refuses.
    fn on(root: &Path, again: &Arc<Notify>) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;

        let inode = std::fs::metadata(root).ok()?.ino();
        let (say, heard) = mpsc::channel(RAW);
        let missed = Arc::new(AtomicBool::new(false));
        let (miss, again) = (Arc::clone(&missed), Arc::clone(again));
        let listener = move |event: notify::Result<notify::Event>| {
            let paths = match event {
                Ok(event) if event.need_rescan() => None,
                Ok(event) if !matters(event.kind) => return,
                Ok(event) => Some(event.paths),
                Err(_) => None,
            };
            let told = paths.is_some_and(|paths| {
                let mut paths = paths.into_iter().filter(|path| !is_temporary(path));
                paths.all(|path| say.try_send(path).is_ok())
            });
            if !told && !miss.swap(true, Ordering::Relaxed) {
                again.notify_one();
            }
        };
        let config = Config::default().with_follow_symlinks(false);
        let started = RecommendedWatcher::new(listener, config).and_then(|mut watcher| {
            watcher.watch(root, RecursiveMode::Recursive)?;
            Ok(watcher)
        });
        match started {
            Ok(watcher) => Some(Self {
                heard,
                missed,
                inode,
                _watcher: watcher,
            }),
            Err(error) => {
                tracing::warn!(%error, "the memory folder cannot be watched and is looked at every 2 s");
                None
            }
        }
    }

    /// Whether the folder is still the one that is watched.
    fn is_on(&self, root: &Path) -> bool {
        use std::os::unix::fs::MetadataExt as _;

        std::fs::metadata(root).is_ok_and(|about| about.ino() == self.inode)
    }

    fn has_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }
}

/// Whether something may have another text now. Reading does not matter: we do it ourselves.
fn matters(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(how) => how == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(what)) => what == MetadataKind::Any,
        EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Any
        | EventKind::Other => true,
    }
}

/// What Serena and the built-in memory write before they put it in its place.
fn is_temporary(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "tmp")
}

#[cfg(test)]
mod tests;
