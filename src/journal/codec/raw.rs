//! TEMPORARY.
use crate::core::Event;
use serde::{Deserialize, Serialize};
macro_rules! raw { ($($n:ident),+) => { $(
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct $n { event: Event }
impl $n { pub(super) fn new(event: &Event) -> Self { Self { event: event.clone() } } }
impl From<$n> for Event { fn from(wire: $n) -> Self { wire.event } }
)+ } }
raw!(A, B, C, D, E, F);
