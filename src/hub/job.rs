//! One order of the writer, carried out on the hub.

use std::sync::Arc;

use crate::hub::folder::{Folder, Look, Unfit, unbroken};
use crate::hub::memory::{HubError, Memory};

/// How many foreign texts of one document are kept aside at most; after that the last name is used
/// again.
const KEPT_MAX: u32 = 99;

/// What is to be done for one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Job {
    /// Learn what the hub has.
    Read,
    /// Put the text there; nothing of value is lost.
    Write(Arc<str>),
    /// Put the text there if the hub still has the old one.
    Swap {
        /// What the hub should have.
        old: Arc<str>,
        /// What it shall have.
        new: Arc<str>,
    },
    /// Keep a foreign text under a name of its own.
    Keep(Arc<str>),
    /// Move a file that is no text of a document to a name of its own.
    MoveAside,
    /// Remove a file that is no text of a document.
    Remove,
    /// Remove a document of ours that is not needed any more.
    Drop {
        /// What the hub should have.
        old: Arc<str>,
        /// What it has meanwhile: a text of ours too, so that nobody else's is removed.
        stone: Arc<str>,
    },
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What the hub has.
    Has(Option<String>),
    /// There is a file, but nothing that a document can be.
    Unfit(Unfit),
    /// The hub has the new text.
    Written,
    /// The file is gone.
    Removed,
    /// The foreign text is kept under this name.
    Kept(String),
    /// It failed, and whether something was changed is unknown.
    Failed(HubError),
}

/// Carries a job out; nothing is done to a document behind a link that leads out of `folder`.
/// `kept_name` makes the `n`th name under which a foreign text may be kept.
pub(crate) async fn perform<M: Memory>(
    memory: &M,
    folder: Option<&Folder>,
    name: &str,
    job: &Job,
    kept_name: impl Fn(u32) -> String + Send + Sync,
) -> Outcome {
    let is_read = *job == Job::Read;
    let checked = on_disk(folder, name, move |folder, name| {
        if folder.lies_elsewhere(name) {
            return Err(HubError::LeadsOut {
                name: name.to_owned(),
            });
        }
        // Serena follows links, and reads what is of any size.
        Ok(match folder.look(name) {
            Look::Unfit(unfit) if is_read || unfit == Unfit::LeadsOut => Some(unfit),
            Look::Unfit(_) | Look::Missing | Look::Text(_) => None,
        })
    });
    let done = match (checked.await, job) {
        (Err(error), _) => Err(error),
        (Ok(_), Job::MoveAside) => {
            let names: Vec<String> = (1..=KEPT_MAX).map(kept_name).collect();
            on_disk(folder, name, move |folder, name| {
                let kept = folder.move_aside(name, &names);
                kept.map(|kept| Some(Outcome::Kept(kept)))
                    .map_err(|error| unmoved(name, &error))
            })
            .await
            .map(|kept| kept.unwrap_or(Outcome::Removed))
        }
        (Ok(_), Job::Remove) => on_disk(folder, name, |folder, name| {
            let removed = folder.remove(name);
            removed
                .map(|()| Some(Outcome::Removed))
                .map_err(|error| unmoved(name, &error))
        })
        .await
        .map(|removed| removed.unwrap_or(Outcome::Removed)),
        (Ok(Some(unfit)), _) => Ok(Outcome::Unfit(unfit)),
        (Ok(None), Job::Read) => memory.read(name).await.map(Outcome::Has),
        (Ok(None), Job::Write(text)) => memory.write(name, text).await.map(|()| Outcome::Written),
        (Ok(None), Job::Swap { old, new }) => {
            memory.edit(name, old, new).await.map(|()| Outcome::Written)
        }
        (Ok(None), Job::Drop { old, stone }) => {
            drop_ours(memory, folder, name, (old, stone), kept_name).await
        }
        (Ok(None), Job::Keep(text)) => keep(memory, text, kept_name).await.map(Outcome::Kept),
    };
    done.unwrap_or_else(Outcome::Failed)
}

/// Does something with the folder where it is at hand, on a thread that may wait for a disk.
async fn on_disk<T: Send + 'static>(
    folder: Option<&Folder>,
    name: &str,
    work: impl FnOnce(&Folder, &str) -> Result<Option<T>, HubError> + Send + 'static,
) -> Result<Option<T>, HubError> {
    let Some(folder) = folder.cloned() else {
        return Ok(None);
    };
    let name = name.to_owned();
    // A thread that broke says nothing about the document.
    tokio::task::spawn_blocking(move || work(&folder, &name))
        .await
        .unwrap_or(Ok(None))
}

fn unmoved(name: &str, error: &std::io::Error) -> HubError {
    HubError::Unfit {
        name: name.to_owned(),
        why: format!("it cannot be moved: {error}"),
    }
}

/// Removes a document if it has a text of ours and nothing else: the edit finds its needle also where
/// somebody has written around it. What somebody writes after the last look is kept aside where the file
/// is at hand, for a file can be moved and looked at then. A server can only be told to remove it.
async fn drop_ours<M: Memory>(
    memory: &M,
    folder: Option<&Folder>,
    name: &str,
    (old, stone): (&str, &Arc<str>),
    kept_name: impl Fn(u32) -> String + Send + Sync,
) -> Result<Outcome, HubError> {
    memory.edit(name, old, stone).await?;
    let text = memory.read(name).await?;
    if text.as_deref() != Some(&**stone) {
        return Ok(Outcome::Has(text));
    }
    if folder.is_none() {
        memory.delete(name).await?;
        return Ok(Outcome::Removed);
    }
    let names: Vec<String> = (1..=KEPT_MAX).map(kept_name).collect();
    let stone = Arc::clone(stone);
    let dropped = on_disk(folder, name, move |folder, name| {
        let kept = folder.remove_text(name, &stone, &names);
        kept.map_err(|error| unmoved(name, &error))
    });
    Ok(dropped.await?.map_or(Outcome::Removed, Outcome::Kept))
}

/// Writes a foreign text under the first free name, or finds it where an earlier try put it.
async fn keep<M: Memory>(
    memory: &M,
    text: &str,
    kept_name: impl Fn(u32) -> String + Send + Sync,
) -> Result<String, HubError> {
    for n in 1..KEPT_MAX {
        let name = kept_name(n);
        match memory.read(&name).await? {
            // It may have been seen in the file first, where line breaks are read as plain ones.
            Some(kept) if unbroken(kept.clone()) == unbroken(text.to_owned()) => return Ok(name),
            Some(_) => {}
            None => {
                memory.write(&name, text).await?;
                return Ok(name);
            }
        }
    }
    let name = kept_name(KEPT_MAX);
    memory.write(&name, text).await?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::future::pending;
    use std::sync::Arc;

    use super::{Job, Outcome, perform};
    use crate::hub::folder::{Folder, Look};
    use crate::hub::memory::{HubError, Memory, Removed};

    /// A server on a folder, and somebody who writes a document right after it was read.
    struct Meddled {
        folder: Folder,
        then: Option<&'static str>,
    }

    impl Meddled {
        fn put(&self, name: &str, text: &str) {
            fs::write(self.folder.path(name), text).unwrap();
        }
    }

    impl Memory for Meddled {
        async fn read(&self, name: &str) -> Result<Option<String>, HubError> {
            let text = fs::read_to_string(self.folder.path(name)).ok();
            if let Some(then) = self.then {
                self.put(name, then);
            }
            Ok(text)
        }

        async fn write(&self, name: &str, text: &str) -> Result<(), HubError> {
            self.put(name, text);
            Ok(())
        }

        async fn edit(&self, name: &str, old: &str, new: &str) -> Result<(), HubError> {
            let text = fs::read_to_string(self.folder.path(name)).unwrap();
            self.put(name, &text.replace(old, new));
            Ok(())
        }

        async fn list(&self, _topic: &str) -> Result<Vec<String>, HubError> {
            Ok(Vec::new())
        }

        async fn delete(&self, name: &str) -> Result<Removed, HubError> {
            fs::remove_file(self.folder.path(name)).unwrap();
            Ok(Removed::Gone)
        }

        async fn rename(&self, _from: &str, _to: &str) -> Result<(), HubError> {
            Ok(())
        }

        async fn closed(&self) {
            pending::<()>().await;
        }
    }

    #[tokio::test]
    async fn what_somebody_writes_just_before_a_removal_is_kept() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap();
        let job = Job::Drop {
            old: "ours".into(),
            stone: "stone".into(),
        };
        let kept_name = |n: u32| format!("kept/a-{n}");
        let cases = [
            (None, Outcome::Removed),
            (Some("theirs"), Outcome::Kept("kept/a-1".to_owned())),
        ];
        for (then, outcome) in cases {
            let folder = Folder::new(root.clone());
            let memory = Meddled { folder, then };
            memory.put("a", "ours");
            let folder = Some(&memory.folder);
            assert_eq!(
                perform(&memory, folder, "a", &job, kept_name).await,
                outcome
            );
            assert_eq!(memory.folder.look("a"), Look::Missing);
        }
        let kept = Folder::new(root).look("kept/a-1");
        assert_eq!(kept, Look::Text(Arc::from("theirs")));
    }
}
