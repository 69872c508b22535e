//! placeholder
use std::future::Future;

use crate::core::{Event, Recorded, State, Timestamp};
/// One batch of events decided together at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// At.
    pub at: Timestamp,
    /// Ev.
    pub events: Vec<Event>,
}
/// E
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// l
    #[error("lost")]
    Lost {
        /// e
        expected: u64,
        /// f
        found: u64,
    },
    /// io
    #[error("io {why}")]
    Io {
        /// w
        why: String,
    },
    /// c
    #[error("closed")]
    Closed,
}
/// E
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("x")]
pub struct ReadError;
/// H
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit;
/// Port.
pub trait Journal: Clone + Send + Sync + 'static {
    /// a
    fn append(
        &self,
        expected: u64,
        batches: Vec<Batch>,
    ) -> impl Future<Output = Result<Vec<Recorded>, AppendError>> + Send;
    /// s
    fn snapshot(&self, state: Box<State>) -> impl Future<Output = ()> + Send;
    /// r
    fn read(
        &self,
        from: u64,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Recorded>, ReadError>> + Send;
    /// s
    fn search(
        &self,
        query: &str,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Hit>, ReadError>> + Send;
    /// c
    fn close(&self) -> impl Future<Output = ()> + Send;
}
