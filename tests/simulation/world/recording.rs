//! The thinking tool, which records thoughts.

use fastrand::Rng;
use synod::core::{RecordOrder, Span};

use super::World;
use crate::fault::{Fault, verdict};
use crate::member::recorded;

impl World<'_> {
    /// The thinking tool: mostly at once, sometimes slow, sometimes its process dies and a fresh one
    /// is told everything, sometimes its word comes twice.
    pub(super) fn record(&mut self, order: &RecordOrder) -> Result<(), String> {
        let numbers = order.thoughts.iter().map(|thought| thought.number);
        let count = u32::try_from(order.thoughts.len()).unwrap();
        if count == 0 || !numbers.eq(1..=count) {
            return Err(format!("an order to record what is no session: {order:?}"));
        }
        let seed = (order.task.0 << 40) ^ ((order.thoughts.len() as u64) << 24);
        let mut rng = Rng::with_seed(self.plan.seed ^ seed);
        if rng.u8(0..8) == 0 {
            self.told.remove(&order.task);
        }
        let told = self.told.insert(order.task, order.thoughts.len());
        let report = recorded(order, told.unwrap_or(0), &mut rng);
        let slow = if rng.u8(0..8) == 0 { 30_000 } else { 20 };
        if rng.u8(0..8) == 0 {
            self.soon(Span(slow + 5_000), report.clone());
        }
        self.soon(Span(rng.u64(0..slow)), report);
        if let Some(Fault::RoomDies(batches)) = verdict(&self.plan.faults, self.now, &mut rng) {
            self.room.dies_after = Some(batches % 2);
        }
        Ok(())
    }
}
