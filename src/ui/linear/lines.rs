//! The lines that come from standard input, on a thread of their own.
//!
//! A read cannot be given up; so one thread reads for as long as the program runs, whatever becomes of
//! the consoles that it reads for.

use std::io::{self, BufRead, Read as _};

use tokio::sync::mpsc::{Receiver, channel};

use crate::ui::composer::PROMPT_MAX;

/// Lines that wait to be taken.
const WAITING: usize = 16;
/// A longer line comes in pieces; the composer refuses one that is longer than a prompt may be.
const LINE_MOST: u64 = 2 * PROMPT_MAX as u64;

/// The lines of standard input.
#[derive(Debug)]
pub struct Lines(Receiver<String>);

impl Lines {
    /// Begins to read.
    #[must_use]
    pub fn of_stdin() -> Self {
        let (send, receive) = channel(WAITING);
        std::thread::spawn(move || {
            let mut stdin = io::stdin().lock();
            while let Some(line) = line(&mut stdin) {
                if send.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Self(receive)
    }

    /// The next line, without its end; none when there will be no more.
    pub(super) async fn next(&mut self) -> Option<String> {
        self.0.recv().await
    }
}

/// The next line; what is no UTF-8 in it is replaced. A signal does not end the input.
fn line(input: &mut impl BufRead) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        match input.by_ref().take(LINE_MOST).read_until(b'\n', &mut bytes) {
            Ok(0) if bytes.is_empty() => return None,
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    Some(text.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn lines_come_whole_and_the_last_needs_no_end() {
        let mut input = &b"one\r\n\nt\xffo"[..];
        assert_eq!(line(&mut input).as_deref(), Some("one"));
        assert_eq!(line(&mut input).as_deref(), Some(""));
        assert_eq!(line(&mut input).as_deref(), Some("t\u{fffd}o"));
        assert_eq!(line(&mut input), None);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let endless = vec![b'a'; 5_000_000];
        let mut input = &endless[..];
        let first = line(&mut input).unwrap();
        assert_eq!(first.len() as u64, LINE_MOST);
    }
}
