//! Commands on their way to the room: what it cannot take at once waits here, in order.
//!
//! One key may mean many commands; the way to the room holds a few hundred.

use std::collections::VecDeque;

use crate::core::Command;
use crate::ui::room::SendError;

/// How many commands wait at most; one more is refused.
const WAITING: usize = 20_000;

/// The commands that wait.
#[derive(Debug, Default)]
pub(super) struct Outbox(VecDeque<Command>);

impl Outbox {
    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a command in.
    ///
    /// # Errors
    /// When too many wait already; it is not kept.
    pub(super) fn put(&mut self, command: Command) -> Result<(), SendError> {
        if self.0.len() >= WAITING {
            return Err(SendError::Full);
        }
        self.0.push_back(command);
        Ok(())
    }

    /// Hands over what can be handed over now. What can never be is given back, with the reason.
    pub(super) fn flush(
        &mut self,
        mut send: impl FnMut(Command) -> Result<(), SendError>,
    ) -> Option<(Command, SendError)> {
        while let Some(command) = self.0.front() {
            match send(command.clone()) {
                Ok(()) => drop(self.0.pop_front()),
                Err(SendError::Full) => return None,
                Err(error @ SendError::Gone) => {
                    let command = self.0.pop_front();
                    self.0.clear();
                    return command.map(|command| (command, error));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::TaskId;

    fn retry(task: u64) -> Command {
        Command::RetryTask { task: TaskId(task) }
    }

    #[test]
    fn what_does_not_fit_waits_and_goes_in_order() {
        let mut outbox = Outbox::default();
        for task in 0..600 {
            outbox.put(retry(task)).unwrap();
        }
        let mut sent = Vec::new();
        while !outbox.is_empty() {
            let mut room = 256;
            let lost = outbox.flush(|command| {
                if room == 0 {
                    return Err(SendError::Full);
                }
                room -= 1;
                sent.push(command);
                Ok(())
            });
            assert_eq!(lost, None);
        }
        assert_eq!(sent, (0..600).map(retry).collect::<Vec<_>>());
    }

    #[test]
    fn a_room_that_is_gone_takes_none_of_them() {
        let mut outbox = Outbox::default();
        outbox.put(retry(1)).unwrap();
        outbox.put(retry(2)).unwrap();
        let lost = outbox.flush(|_| Err(SendError::Gone));
        assert_eq!(lost, Some((retry(1), SendError::Gone)));
        assert!(outbox.is_empty());
    }
}
