//! Where findings go while they are being made: into their place in the whole, for whoever watches.

use std::sync::Arc;

use tokio::sync::watch;

use crate::core::{Check, Checkup};

/// The place of one subject.
#[derive(Debug, Clone)]
pub(super) struct Sink {
    checkup: Arc<watch::Sender<Checkup>>,
    part: usize,
}

impl Sink {
    /// The place of the subject of this number.
    pub(super) fn new(checkup: &Arc<watch::Sender<Checkup>>, part: usize) -> Self {
        Self {
            checkup: Arc::clone(checkup),
            part,
        }
    }

    /// Adds a finding.
    pub(super) fn add(&self, check: Check) {
        self.checkup
            .send_modify(|checkup| checkup.add(self.part, check));
    }

    /// Says that nothing more follows.
    pub(super) fn close(&self) {
        self.checkup.send_modify(|checkup| checkup.close(self.part));
    }
}
