//! How the shared memory stands, as the hub reports it. Data only.

use serde::{Deserialize, Serialize};

/// H
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct HubStatus {
    /// p
    pub pending: usize,
}
