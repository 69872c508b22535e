//! Looks up what consoles ask for: in the journal, among the documents of the shared memory, and at
//! the servers. Writes transcripts to files for them.

use std::path::{Component, Path};

use crate::cli::project::Project;
use crate::cli::room::checkups::Checkups;
use crate::cli::room::library::{Library, Sources};
use crate::cli::room::past::Pasts;
use crate::cli::room::sieve::Sieve;
use crate::cli::session;
use crate::core::SessionId;
use crate::core::document::{DocumentName, DocumentPlace};
use crate::engine::Handle;
use crate::journal::sqlite::{Reader, SqliteJournal};
use crate::journal::{Hit, Journal};
use crate::link::{Archive, FOUND_MAX, Found, Query, QueryError, QueryReply, TRANSCRIPT_PAGE};
use crate::members::Shelf;

/// How many documents a search of everything gives at most.
const DOCUMENTS: usize = 20;

/// Journal and documents as consoles see them: read only, a page or a document at a time.
#[derive(Debug, Clone)]
pub(in crate::cli) struct RoomArchive {
    pub(super) journal: SqliteJournal,
    pub(super) engine: Handle,
    pub(super) library: Library,
    pub(super) project: Project,
    pub(super) checkups: Checkups,
    pub(super) shelf: Shelf,
    pub(super) pasts: Pasts,
    pub(super) sieve: Sieve,
}

impl RoomArchive {
    /// Writes a transcript. A whole journal may have to be read, on a thread of its own.
    async fn export(&self, session: SessionId, path: String) -> Result<QueryReply, QueryError> {
        let project = self.project.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let reader = Reader::open(&project.room)?;
            let path = path.trim();
            let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
            if !Path::new(path).components().all(inside) {
                anyhow::bail!(
                    "{path} is not in the project; `synod session export` writes anywhere"
                );
            }
            let to = (!path.is_empty()).then(|| Path::new(path));
            session::export(&project, &reader, session, to, false)
        });
        let written = writing.await.map_err(|error| failed(&error))?;
        let written = written.map_err(|error| QueryError {
            why: format!("{error:#}"),
        })?;
        Ok(QueryReply::Exported {
            session,
            path: written.display().to_string(),
        })
    }
}

impl Archive for RoomArchive {
    async fn query(&self, query: Query) -> Result<QueryReply, QueryError> {
        match query {
            Query::Events { from, limit } => {
                let events = self.journal.read(from, limit.min(TRANSCRIPT_PAGE)).await;
                let events = events.map_err(|error| failed(&error))?;
                Ok(QueryReply::Events(events))
            }
            Query::Sift {
                ask,
                filter,
                from,
                back,
            } => {
                let room = &self.project.room;
                let sifted = self.sieve.sift(room, filter, from, back).await;
                let sifted = sifted.map_err(|error| failed(&format!("{error:#}")))?;
                Ok(QueryReply::Sifted { ask, sifted })
            }
            Query::Past { at } => {
                let past = self.pasts.around(&self.project.room, at).await;
                let past = past.map_err(|error| failed(&format!("{error:#}")))?;
                Ok(QueryReply::Past(Box::new(past)))
            }
            Query::Documents { ask, wish } => {
                let (journal, engine) = (&self.journal, &self.engine);
                let sources = Sources { journal, engine };
                let result = self.library.answer(wish, sources).await;
                Ok(QueryReply::Documents { ask, result })
            }
            Query::Search { words } => {
                let written = self.library.find(&words).await?.into_iter();
                // What the room keeps of itself says again what stands elsewhere.
                let (kept, written): (Vec<_>, Vec<_>) = written
                    .take(DOCUMENTS)
                    .partition(|it| is_kept_by_the_room(&it.name));
                let written = written.into_iter().map(document);
                let hits = self.journal.search(&words, FOUND_MAX).await;
                let hits = hits.map_err(|error| failed(&error))?;
                let said = hits.into_iter().take(FOUND_MAX - kept.len()).map(place);
                let kept = kept.into_iter().map(document);
                let places = written.chain(said).chain(kept).take(FOUND_MAX);
                Ok(QueryReply::Found {
                    words,
                    places: places.collect(),
                })
            }
            Query::Checkup(wish) => Ok(QueryReply::Checkup(self.checkups.answer(wish).await)),
            Query::Export { session, path } => self.export(session, path).await,
            Query::Offerings { after } => Ok(QueryReply::Offerings(self.shelf.after(after).await)),
            Query::Wish { ask, from, wish } => {
                let result = self.shelf.grant(&from, wish).await;
                let result = result.map_err(|error| failed(&error));
                Ok(QueryReply::Granted { ask, result })
            }
        }
    }
}

fn is_kept_by_the_room(document: &str) -> bool {
    match DocumentName::parse(document) {
        Some(DocumentName::Lesson { .. }) | None => false,
        Some(_) => true,
    }
}

fn document(place: DocumentPlace) -> Found {
    Found {
        at: None,
        task: None,
        session: None,
        call: None,
        document: Some(place.name),
        excerpt: place.excerpt,
    }
}

fn place(hit: Hit) -> Found {
    Found {
        at: Some(hit.at),
        document: None,
        task: hit.task,
        session: hit.session,
        call: hit.call,
        excerpt: hit.excerpt,
    }
}

fn failed(error: &impl ToString) -> QueryError {
    QueryError {
        why: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_kept_by_the_room;

    #[test]
    fn notes_and_lessons_are_found_before_what_the_room_keeps_of_itself() {
        for kept in ["task_queue.json", "model_contexts/ann/s1.json", "results/7"] {
            assert!(is_kept_by_the_room(kept), "{kept}");
        }
        for written in ["plans/login", "knowledge/general/1-login", "results/007"] {
            assert!(!is_kept_by_the_room(written), "{written}");
        }
    }
}
