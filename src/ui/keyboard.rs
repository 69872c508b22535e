//! What comes from the terminal, in order: keys, pastes, sizes. While the terminal was asked for its
//! ground, the answer is taken out of it.

use std::collections::VecDeque;
use std::io;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt as _;
use tokio::time::{Instant, sleep_until, timeout};

use crate::ui::ground::{HELD, PATIENCE, Shade, Sieve, Sifted};

/// The keys of a terminal. Dropping it leaves them to whoever else reads the terminal.
#[derive(Debug)]
pub(crate) struct Keyboard {
    stream: EventStream,
    ready: VecDeque<Event>,
    sieve: Option<Sieve>,
    /// When what the sieve holds is let go.
    until: Option<Instant>,
}

/// What was found.
enum Found {
    /// Keys may be ready.
    Keys,
    Answer(Option<Shade>),
    Ended(Option<io::Error>),
}

impl Keyboard {
    /// Reads the terminal; `asked` where it was asked for its ground.
    pub(crate) fn new(asked: bool) -> Self {
        Self {
            stream: EventStream::new(),
            ready: VecDeque::new(),
            sieve: asked.then(Sieve::default),
            until: None,
        }
    }

    /// The answer, if it comes soon. What is typed meanwhile is kept for [`next`](Self::next).
    pub(crate) async fn ground(&mut self) -> Option<Shade> {
        let answer = async {
            loop {
                match self.look().await {
                    Found::Keys => {}
                    Found::Answer(shade) => return shade,
                    // Whoever reads next is told as well.
                    Found::Ended(_) => return None,
                }
            }
        };
        timeout(PATIENCE, answer).await.ok().flatten()
    }

    /// What comes next; `None` at the end. Nothing is lost where this is given up.
    pub(crate) async fn next(&mut self) -> Option<io::Result<Event>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            match self.look().await {
                // An answer that comes now comes too late.
                Found::Keys | Found::Answer(_) => {}
                Found::Ended(error) => return error.map(Err),
            }
        }
    }

    async fn look(&mut self) -> Found {
        let event = tokio::select! {
            biased;
            event = self.stream.next() => event,
            () = until(self.until) => {
                self.let_go();
                return Found::Keys;
            }
        };
        let event = match event {
            Some(Ok(event)) => event,
            Some(Err(error)) => return Found::Ended(Some(error)),
            None => return Found::Ended(None),
        };
        let Some(sieve) = &mut self.sieve else {
            self.ready.push_back(event);
            return Found::Keys;
        };
        let sifted = sieve.sift(event);
        self.until = sieve.holds().then(|| Instant::now() + HELD);
        match sifted {
            Sifted::Held => Found::Keys,
            Sifted::Keys(keys) => {
                self.ready.extend(keys);
                Found::Keys
            }
            Sifted::Answer(shade) => {
                // There is one answer to one question.
                self.sieve = None;
                Found::Answer(shade)
            }
        }
    }

    fn let_go(&mut self) {
        self.until = None;
        let held = self.sieve.as_mut().map(Sieve::release);
        self.ready.extend(held.into_iter().flatten());
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
