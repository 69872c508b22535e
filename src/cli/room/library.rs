//! The documents of the shared memory for consoles: what is in the folder, read from its files; a
//! search index that follows the folder, begun when a console first asks; and histories.
//!
//! Nothing here asks the hub server, so a server that is slow or away slows no console. All reading
//! of files and all searching is done on threads that may block, in bounded steps.

use std::sync::Arc;

use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::cli::room::documents;
use crate::core::document::{
    CallsTold, DocumentHistory, DocumentPage, DocumentPlace, DocumentText, DocumentsFound, Known,
    Oddity, PLACES_MAX, READ_MAX,
};
use crate::core::{DocumentReply, DocumentWish, Recorded};
use crate::engine::Handle;
use crate::hub::document::DocumentName;
use crate::hub::folder::{Folder, Look};
use crate::hub::history::{NoteTrail, Survey};
use crate::hub::renamed::Renames;
use crate::hub::told::{Sought, ToldTrail};
use crate::hub::{Contents, seal};
use crate::journal::sqlite::{IndexError, SqliteJournal, TextIndex, surroundings};
use crate::journal::{Journal, READ_PAGE_MAX};
use crate::link::QueryError;
use crate::ui::telling::tell_recorded;

/// How much of a document can be searched, in bytes.
const SEARCHED: usize = 64 * 1024;
/// How many documents are indexed in one step.
const TOGETHER: usize = 200;

/// The documents, cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Library {
    contents: Contents,
    folder: Folder,
    index: Arc<Mutex<Index>>,
    /// A console has asked; before that nothing is indexed.
    wanted: Arc<Notify>,
}

/// The search index and how far it is.
#[derive(Debug, Default)]
struct Index {
    texts: Option<TextIndex>,
    /// How many documents are in it.
    count: usize,
}

/// Where histories come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) journal: &'a SqliteJournal,
    pub(super) engine: &'a Handle,
}

impl Library {
    /// The documents of a folder, which are followed until `stop`.
    pub(super) fn open(
        contents: Contents,
        folder: Folder,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Self {
        let library = Self {
            contents,
            folder,
            index: Arc::default(),
            wanted: Arc::default(),
        };
        let (indexing, stop) = (library.clone(), stop.clone());
        tasks.spawn(async move {
            stop.run_until_cancelled(indexing.follow()).await;
        });
        library
    }

    /// Answers a console. Dropping the future takes the question back.
    pub(super) async fn answer(
        &self,
        wish: DocumentWish,
        sources: Sources<'_>,
    ) -> Result<DocumentReply, QueryError> {
        match wish {
            DocumentWish::List { after } => {
                self.wanted.notify_one();
                Ok(DocumentReply::Listed(self.contents.after(after).await))
            }
            DocumentWish::Read { name } => Ok(DocumentReply::Read(self.read(name, sources).await?)),
            DocumentWish::Search { words } => {
                // Who has never listed them searches, too.
                self.wanted.notify_one();
                Ok(DocumentReply::Found(self.search(words).await?))
            }
            DocumentWish::History { name } => {
                Ok(DocumentReply::History(self.history(name, sources).await?))
            }
            DocumentWish::Told { of } => Ok(DocumentReply::Told(self.told(of, sources).await?)),
        }
    }

    async fn read(&self, name: String, sources: Sources<'_>) -> Result<DocumentText, QueryError> {
        let read = self.peek(name.clone(), READ_MAX).await?;
        if read.oddities != [Oddity::Missing] {
            return Ok(read);
        }
        // The hub may be away and have never had it.
        let now = sources.engine.subscribe().await;
        let now = now.map_err(|error| failed(&error))?;
        Ok(match documents::text(&now.state, &name, 1) {
            Some(text) => DocumentText {
                bytes: u64::try_from(text.len()).unwrap_or(u64::MAX),
                text,
                oddities: vec![Oddity::Unwritten],
            },
            None => read,
        })
    }

    async fn peek(&self, name: String, most: usize) -> Result<DocumentText, QueryError> {
        let folder = self.folder.clone();
        let peeking = tokio::task::spawn_blocking(move || folder.peek(&name, most));
        peeking.await.map_err(|error| failed(&error))
    }

    /// The documents that have all these words, as far as they are indexed.
    pub(super) async fn find(&self, words: &str) -> Result<Vec<DocumentPlace>, QueryError> {
        self.wanted.notify_one();
        Ok(self.search(words.to_owned()).await?.places)
    }

    async fn search(&self, words: String) -> Result<DocumentsFound, QueryError> {
        let index = Arc::clone(&self.index).lock_owned().await;
        let folder = self.folder.clone();
        let of = self.contents.count();
        let searching = tokio::task::spawn_blocking(move || {
            let names = match &index.texts {
                Some(texts) => texts.search(&words, PLACES_MAX)?,
                None => Vec::new(),
            };
            let indexed = index.count.min(of);
            // The next step of the indexing need not wait for the excerpts.
            drop(index);
            let places = names.into_iter().map(|name| DocumentPlace {
                excerpt: surroundings(&folder.peek(&name, SEARCHED).text, &words),
                name,
            });
            Ok::<_, IndexError>(DocumentsFound {
                places: places.collect(),
                indexed,
                of,
            })
        });
        let found = searching.await.map_err(|error| failed(&error))?;
        found.map_err(|error| failed(&error))
    }

    async fn history(
        &self,
        name: String,
        sources: Sources<'_>,
    ) -> Result<DocumentHistory, QueryError> {
        let present = self.peek(name.clone(), READ_MAX).await?;
        match documents::of_room(&name) {
            Some(document) => of_document(sources.journal, document, present).await,
            None => of_note(sources.journal, &name, &present.text).await,
        }
    }

    async fn told(&self, of: Known, sources: Sources<'_>) -> Result<CallsTold, QueryError> {
        let (lesson, name) = match of {
            Known::Document(name) => (None, Some(name)),
            Known::Lesson(id) => {
                let now = sources.engine.subscribe().await;
                let now = now.map_err(|error| failed(&error))?;
                (Some(id), now.state.lesson(id).map(documents::of_lesson))
            }
        };
        let (folder, of) = (self.folder.clone(), name.clone());
        // As those that are pinned are read.
        let present = on_thread(move || match folder.real().look(&of?) {
            Look::Text(text) => Some(text),
            Look::Missing | Look::Unfit(_) => None,
        })
        .await?;
        let document = name.as_deref().and_then(documents::of_room);
        let names = match name {
            Some(name) if document.is_none() => renames(sources.journal).await?.of(&name),
            other => other.map(|name| (0, name)).into_iter().collect(),
        };
        let sought = Sought::of(lesson, document, names);
        let trail = ToldTrail::new(sought, present.as_deref());
        let trail = taken(sources.journal, 1, trail, ToldTrail::take).await?;
        Ok(trail.calls())
    }

    /// Keeps the index current, a step at a time; others search in between.
    async fn follow(self) {
        self.wanted.notified().await;
        let mut place = 0;
        loop {
            let page = self.contents.after(place).await;
            place = page.upto;
            if let Err(error) = self.take_in(page).await {
                tracing::warn!(%error, "the documents cannot be searched any more");
                return;
            }
            self.contents.wait(place).await;
        }
    }

    async fn take_in(&self, page: DocumentPage) -> Result<(), IndexError> {
        if page.anew {
            let mut index = self.index.lock().await;
            index.texts = Some(TextIndex::open()?);
            index.count = 0;
        }
        let gone = page.gone.into_iter();
        let rows = page.rows.into_iter().map(|row| (row.name, true));
        let all: Vec<(String, bool)> = gone.map(|name| (name, false)).chain(rows).collect();
        for some in all.chunks(TOGETHER) {
            let (folder, some) = (self.folder.clone(), some.to_vec());
            // The files are read before the index is taken from those who search.
            let reading = tokio::task::spawn_blocking(move || {
                let text = |(name, there): (String, bool)| {
                    let text = there.then(|| folder.peek(&name, SEARCHED).text);
                    (name, text)
                };
                some.into_iter().map(text).collect::<Vec<_>>()
            });
            let Ok(texts) = reading.await else {
                continue;
            };
            let mut index = Arc::clone(&self.index).lock_owned().await;
            let putting = tokio::task::spawn_blocking(move || {
                let borrowed = texts.iter().map(|(name, text)| (&**name, text.as_deref()));
                if let Some(index) = &mut index.texts {
                    index.put(borrowed)?;
                }
                index.count += texts.len();
                Ok::<_, IndexError>(())
            });
            putting.await.unwrap_or(Ok(()))?;
        }
        Ok(())
    }
}

/// The whole journal is folded twice, a page at a time: once to find where the last revisions begin.
async fn of_document(
    journal: &SqliteJournal,
    document: DocumentName,
    present: DocumentText,
) -> Result<DocumentHistory, QueryError> {
    // They hold the state of a room, which is large.
    let survey = Box::new(Survey::new(document));
    let survey = taken(journal, 1, survey, |survey, recorded| survey.take(recorded)).await?;
    let trail = Box::new(survey.trail());
    let from = trail.seq() + 1;
    let trail = taken(journal, from, trail, |trail, recorded| {
        trail.take(recorded, told);
    })
    .await?;
    let there = present.oddities != [Oddity::Missing];
    let outside = there && seal::revision(&present.text).is_none();
    Ok(trail.history(outside))
}

async fn of_note(
    journal: &SqliteJournal,
    name: &str,
    present: &str,
) -> Result<DocumentHistory, QueryError> {
    let trail = NoteTrail::new(name);
    let trail = taken(journal, 1, trail, |trail, recorded| {
        trail.take(recorded, told);
    });
    Ok(trail.await?.history(present))
}

async fn renames(journal: &SqliteJournal) -> Result<Renames, QueryError> {
    taken(journal, 1, Renames::default(), Renames::take).await
}

/// What takes the events from a place on, once it has all of them: a page at a time, each on a thread
/// that may block.
async fn taken<T: Send + 'static>(
    journal: &SqliteJournal,
    mut from: u64,
    mut taker: T,
    take: impl Fn(&mut T, &Recorded) + Copy + Send + 'static,
) -> Result<T, QueryError> {
    while let Some((events, next)) = page(journal, from).await? {
        from = next;
        taker = on_thread(move || {
            for recorded in &events {
                take(&mut taker, recorded);
            }
            taker
        })
        .await?;
    }
    Ok(taker)
}

/// The next events from a place on, and the place after them; `None` at the end.
async fn page(
    journal: &SqliteJournal,
    from: u64,
) -> Result<Option<(Vec<Recorded>, u64)>, QueryError> {
    let events = journal.read(from, READ_PAGE_MAX).await;
    let events = events.map_err(|error| failed(&error))?;
    Ok(events
        .last()
        .map(|last| last.seq + 1)
        .map(|next| (events, next)))
}

async fn on_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, QueryError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| failed(&error))
}

fn told(recorded: &Recorded) -> String {
    let (sort, line, _) = tell_recorded(recorded);
    format!("{sort} {line}")
}

fn failed(error: &impl ToString) -> QueryError {
    QueryError {
        why: error.to_string(),
    }
}
