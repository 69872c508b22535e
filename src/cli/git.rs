//! Keeps the room's folders out of the user's git, and says so when it was done: once for a repository.

use crate::cli::Place;
use crate::hub::exclude::{Excluded, exclude};

/// Has git pass over the room and its shared memory. The line to tell the operator; `None` when there is
/// nothing to tell, because it was so before or there is no repository.
pub(super) fn keep_out(place: &Place) -> Option<String> {
    match exclude(&place.project.root) {
        Ok(Excluded::Added(file)) => Some(format!(
            "git passes over .synod/ and .serena/ from now on: they are in {}",
            file.display()
        )),
        Ok(Excluded::Already | Excluded::NoRepository) => None,
        // It is tried again at the next start, and `doctor` says what is wrong.
        Err(error) => {
            tracing::warn!(%error, "the room's folders could not be kept out of git");
            None
        }
    }
}
