//! What others did to the shared memory: the last words on their texts.

use crate::core::state::VERDICTS_KEPT;
use crate::core::{Settled, State, Verdict};

/// A newer word on a document's text takes the place of the older one.
pub(super) fn settled(state: &mut State, document: &str, digest: &str, how: Settled) {
    let verdicts = &mut state.verdicts;
    verdicts.retain(|one| one.document != document || one.digest != digest);
    verdicts.push(Verdict {
        document: document.to_owned(),
        digest: digest.to_owned(),
        how,
    });
    let surplus = verdicts.len().saturating_sub(VERDICTS_KEPT);
    verdicts.drain(..surplus);
}
