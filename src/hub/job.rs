//! One order of the writer, carried out on the hub.

use std::sync::Arc;

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
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What the hub has.
    Has(Option<String>),
    /// The hub has the new text.
    Written,
    /// The foreign text is kept under this name.
    Kept(String),
    /// It failed, and whether something was changed is unknown.
    Failed(HubError),
}

/// Carries a job out. `kept_name` makes the `n`th name under which a foreign text may be kept.
pub(crate) async fn perform<M: Memory>(
    memory: &M,
    name: &str,
    job: &Job,
    kept_name: impl Fn(u32) -> String + Send + Sync,
) -> Outcome {
    let done = match job {
        Job::Read => memory.read(name).await.map(Outcome::Has),
        Job::Write(text) => memory.write(name, text).await.map(|()| Outcome::Written),
        Job::Swap { old, new } => memory.edit(name, old, new).await.map(|()| Outcome::Written),
        Job::Keep(text) => keep(memory, text, kept_name).await.map(Outcome::Kept),
    };
    done.unwrap_or_else(Outcome::Failed)
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
            Some(kept) if kept == text => return Ok(name),
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
