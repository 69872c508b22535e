//! Carries what is told to a collector: in batches, with a bound on all that waits, and with a deadline at the
//! end. A collector that is slow or not there costs what it does not take, and never any time of the room.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use tokio_util::sync::CancellationToken;

use crate::cli::room::telemetry::signal::Work;

/// Spans that may wait while a batch is on its way.
const WAITING: usize = 2_048;
/// Spans that are sent in one request.
const BATCH: usize = 512;
/// How long a span waits for others to go with it.
const DELAY: Duration = Duration::from_secs(5);
/// What the last requests are given once the room has closed.
const LAST: Duration = Duration::from_secs(2);

/// Where it is carried.
pub(super) trait Collector: Send + Sync + 'static {
    /// Sends spans; why not, in words.
    fn spans(&self, batch: Vec<Work>) -> impl Future<Output = Result<(), String>> + Send;

    /// Sends what the metrics are now.
    fn metrics(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// What came and what got through.
#[derive(Debug, Default)]
struct Account {
    taken: AtomicU64,
    sent: AtomicU64,
    told: AtomicBool,
}

impl Account {
    /// Says in the room's log that something does not get through, once.
    fn fail(&self, why: &str) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                why,
                "telemetry does not get through; what is lost is counted, and this is said once"
            );
        }
    }
}

/// Where spans are handed in; closes the post when it goes.
#[derive(Debug)]
pub(super) struct Slot {
    to: mpsc::Sender<Work>,
    account: Arc<Account>,
    closing: CancellationToken,
}

impl Slot {
    /// Takes a span, or drops it where too many wait. Never waits.
    pub(super) fn put(&self, work: Work) {
        self.account.taken.fetch_add(1, Ordering::Relaxed);
        if self.to.try_send(work).is_err() {
            self.account.fail("the collector is too slow");
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

/// The carrier.
#[derive(Debug)]
pub(super) struct Post<C> {
    collector: C,
    inbox: mpsc::Receiver<Work>,
    interval: Duration,
    account: Arc<Account>,
    closing: CancellationToken,
}

impl<C: Collector> Post<C> {
    /// A carrier that sends metrics once in an interval, and where spans are handed in for it.
    pub(super) fn new(collector: C, interval: Duration) -> (Slot, Self) {
        let (to, inbox) = mpsc::channel(WAITING);
        let account = Arc::<Account>::default();
        let closing = CancellationToken::new();
        let slot = Slot {
            to,
            account: Arc::clone(&account),
            closing: closing.clone(),
        };
        let post = Self {
            collector,
            inbox,
            interval,
            account,
            closing,
        };
        (slot, post)
    }

    /// Works until the slot is gone and the last is sent, or given up. Gives how many spans were lost.
    pub(super) async fn run(mut self) -> u64 {
        let closing = self.closing.clone();
        let account = Arc::clone(&self.account);
        let given_up = async {
            closing.cancelled().await;
            sleep(LAST).await;
        };
        tokio::select! {
            () = self.carry() => {}
            () = given_up => account.fail("the collector did not answer before the end"),
        }
        let sent = account.sent.load(Ordering::Relaxed);
        let lost = account.taken.load(Ordering::Relaxed).saturating_sub(sent);
        if lost > 0 {
            tracing::warn!(lost, sent, "spans of this room did not get through");
        }
        lost
    }

    async fn carry(&mut self) {
        let mut batch = Vec::new();
        let begin = Instant::now();
        let mut spans = interval_at(begin + DELAY, DELAY);
        let mut metrics = interval_at(begin + self.interval, self.interval);
        for ticks in [&mut spans, &mut metrics] {
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            tokio::select! {
                work = self.inbox.recv() => match work {
                    Some(work) => {
                        batch.push(work);
                        if batch.len() >= BATCH {
                            self.send(&mut batch).await;
                        }
                    }
                    None => break,
                },
                _ = spans.tick() => self.send(&mut batch).await,
                _ = metrics.tick() => self.measure().await,
            }
        }
        // What is left of both, each with all the time that there is.
        tokio::join!(self.send(&mut batch), self.measure());
    }

    async fn send(&self, batch: &mut Vec<Work>) {
        if batch.is_empty() {
            return;
        }
        let batch = std::mem::take(batch);
        let count = batch.len() as u64;
        match self.collector.spans(batch).await {
            Ok(()) => {
                self.account.sent.fetch_add(count, Ordering::Relaxed);
            }
            Err(why) => self.account.fail(&why),
        }
    }

    async fn measure(&self) {
        if let Err(why) = self.collector.metrics().await {
            self.account.fail(&why);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use pretty_assertions::assert_eq;
    use tokio::time::Instant;

    use super::{BATCH, Collector, DELAY, LAST, Post, WAITING};
    use crate::cli::room::telemetry::signal::Work;
    use crate::core::Timestamp;

    const MINUTE: Duration = Duration::from_mins(1);

    #[derive(Debug, Clone, Copy, PartialEq)]
    enum Mood {
        Takes,
        Refuses,
        Hangs,
    }

    /// Keeps the sizes of what it was sent; 0 stands for metrics.
    #[derive(Debug, Clone)]
    struct Fake(Mood, Arc<Mutex<Vec<usize>>>);

    impl Fake {
        fn new(mood: Mood) -> Self {
            Self(mood, Arc::default())
        }

        async fn take(&self, size: usize) -> Result<(), String> {
            self.1.lock().unwrap().push(size);
            match self.0 {
                Mood::Takes => Ok(()),
                Mood::Refuses => Err("no".to_owned()),
                Mood::Hangs => pending().await,
            }
        }
    }

    impl Collector for Fake {
        async fn spans(&self, batch: Vec<Work>) -> Result<(), String> {
            self.take(batch.len()).await
        }

        async fn metrics(&self) -> Result<(), String> {
            self.take(0).await
        }
    }

    fn work() -> Work {
        Work {
            trace: [1; 16],
            id: [2; 8],
            parent: None,
            name: "invoke_agent codex".to_owned(),
            marks: Vec::new(),
            from: Timestamp(1),
            to: Timestamp(2),
            outside: true,
            failed: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn spans_go_together_after_a_while_and_the_rest_at_the_end() {
        let fake = Fake::new(Mood::Takes);
        let (slot, post) = Post::new(fake.clone(), MINUTE);
        let feeding = async move {
            for _ in 0..3 {
                slot.put(work());
            }
            tokio::time::sleep(DELAY * 2).await;
            slot.put(work());
        };
        let (lost, ()) = tokio::join!(post.run(), feeding);
        assert_eq!((lost, &*fake.1.lock().unwrap()), (0, &vec![3, 1, 0]));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_batch_does_not_wait_and_metrics_go_by_themselves() {
        let fake = Fake::new(Mood::Takes);
        let (slot, post) = Post::new(fake.clone(), MINUTE);
        for _ in 0..BATCH {
            slot.put(work());
        }
        let feeding = async move {
            tokio::time::sleep(MINUTE + DELAY / 2).await;
            drop(slot);
        };
        let (lost, ()) = tokio::join!(post.run(), feeding);
        assert_eq!((lost, &*fake.1.lock().unwrap()), (0, &vec![BATCH, 0, 0]));
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_hanging_collector_does_not_take_is_dropped_and_the_end_comes_in_time() {
        let fake = Fake::new(Mood::Hangs);
        let (slot, post) = Post::new(fake.clone(), MINUTE);
        let begin = Instant::now();
        let many = BATCH + WAITING + 10;
        let feeding = async move {
            // The first batch is on its way, as many as may wait do, and the rest has no place.
            for turn in 0..many {
                if turn == BATCH {
                    tokio::task::yield_now().await;
                }
                slot.put(work());
            }
            drop(slot);
        };
        let ((), lost) = tokio::join!(feeding, post.run());
        assert_eq!(lost, many as u64);
        assert_eq!(begin.elapsed(), LAST);
        assert_eq!(*fake.1.lock().unwrap(), [BATCH]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_collector_that_refuses_loses_its_batch_and_nothing_else() {
        let fake = Fake::new(Mood::Refuses);
        let (slot, post) = Post::new(fake.clone(), MINUTE);
        slot.put(work());
        let begin = Instant::now();
        let feeding = async move {
            tokio::time::sleep(DELAY * 2).await;
            slot.put(work());
        };
        let (lost, ()) = tokio::join!(post.run(), feeding);
        assert_eq!((lost, begin.elapsed()), (2, DELAY * 2));
        assert_eq!(*fake.1.lock().unwrap(), [1, 1, 0]);
    }
}
