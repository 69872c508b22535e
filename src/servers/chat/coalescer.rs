//! Joins small pieces of text so that a fast model does not become a flood of messages.
//!
//! Pure: time comes in as an argument. Nothing is lost and the order is kept; a change of channel
//! sends what was held back before it.

use std::time::Duration;

use tokio::time::Instant;

/// At most about one message per this time; a frame of the screen is 16 ms.
const GAP: Duration = Duration::from_millis(15);

/// Which kind of text a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::servers) enum Channel {
    /// Part of the answer.
    Text,
    /// Part of what the model thinks before it answers.
    Reasoning,
}

/// Some text to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// Its kind.
    pub(super) channel: Channel,
    /// Never empty.
    pub(super) text: String,
}

/// Holds text back until it is due.
#[derive(Debug, Default)]
pub(super) struct Coalescer {
    held: Option<Batch>,
    last_sent: Option<Instant>,
}

impl Coalescer {
    /// Takes a piece and gives what must be sent now, in order.
    pub(super) fn push(&mut self, now: Instant, channel: Channel, text: &str) -> Vec<Batch> {
        let mut out = Vec::new();
        if text.is_empty() {
            return out;
        }
        match &mut self.held {
            Some(held) if held.channel == channel => held.text.push_str(text),
            Some(_) | None => {
                out.extend(self.held.replace(Batch {
                    channel,
                    text: text.to_owned(),
                }));
            }
        }
        if self.last_sent.is_none_or(|sent| sent + GAP <= now) {
            out.extend(self.held.take());
        }
        if !out.is_empty() {
            self.last_sent = Some(now);
        }
        out
    }

    /// When the held text must go; `None` when nothing is held.
    pub(super) fn due(&self) -> Option<Instant> {
        self.held
            .as_ref()
            .and(self.last_sent)
            .map(|sent| sent + GAP)
    }

    /// Takes what is held, due or not.
    pub(super) fn take(&mut self, now: Instant) -> Option<Batch> {
        let batch = self.held.take()?;
        self.last_sent = Some(now);
        Some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(channel: Channel, text: &str) -> Batch {
        Batch {
            channel,
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_first_piece_goes_at_once_and_the_next_ones_are_joined() {
        let start = Instant::now();
        let mut coalescer = Coalescer::default();
        assert_eq!(
            coalescer.push(start, Channel::Text, "a"),
            [batch(Channel::Text, "a")]
        );
        assert_eq!(coalescer.push(start, Channel::Text, "b"), []);
        let soon = start + Duration::from_millis(14);
        assert_eq!(coalescer.push(soon, Channel::Text, "c"), []);
        assert_eq!(coalescer.due(), Some(start + GAP));
        let later = start + GAP;
        assert_eq!(
            coalescer.push(later, Channel::Text, "d"),
            [batch(Channel::Text, "bcd")]
        );
        assert_eq!(coalescer.due(), None);
    }

    #[test]
    fn a_change_of_channel_keeps_the_order() {
        let start = Instant::now();
        let mut coalescer = Coalescer::default();
        coalescer.push(start, Channel::Reasoning, "hm");
        coalescer.push(start, Channel::Reasoning, "m");
        assert_eq!(
            coalescer.push(start, Channel::Text, "yes"),
            [batch(Channel::Reasoning, "m")]
        );
        assert_eq!(coalescer.take(start), Some(batch(Channel::Text, "yes")));
        assert_eq!(coalescer.take(start), None);
    }

    #[test]
    fn nothing_is_lost() {
        let mut now = Instant::now();
        let mut coalescer = Coalescer::default();
        let mut sent = String::new();
        for step in 0..1_000_u64 {
            now += Duration::from_millis(step % 7);
            let channel = if step % 50 < 3 {
                Channel::Reasoning
            } else {
                Channel::Text
            };
            for batch in coalescer.push(now, channel, &format!("{step},")) {
                sent.push_str(&batch.text);
            }
        }
        sent.extend(coalescer.take(now).map(|batch| batch.text));
        let pieces: Vec<&str> = sent.trim_end_matches(',').split(',').collect();
        let all: Vec<String> = (0..1_000).map(|step| step.to_string()).collect();
        assert_eq!(pieces, all);
    }
}
