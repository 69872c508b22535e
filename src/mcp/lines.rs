//! Newline framing with a limit of our own.
//!
//! Splits a byte stream into lines and nothing else: what a line means is for the caller. A line
//! over the limit is read to its end and thrown away, so that the stream stays in step, and is
//! reported with its size.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// One pipe's worth; a larger buffer gains nothing, as the pipe holds no more.
const CHUNK: usize = 64 * 1024;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The bytes of one line, without its line break.
    Whole(Vec<u8>),
    /// A line over the limit was dropped.
    TooLong {
        /// Its size.
        bytes: usize,
    },
}

/// Reads lines from `R`.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
    limit: usize,
    line: Vec<u8>,
    /// Bytes seen of a line that is too long, while it is being skipped.
    skipped: Option<usize>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader: BufReader::with_capacity(CHUNK, reader),
            limit,
            line: Vec::new(),
            skipped: None,
        }
    }

    /// The next line; none at the end of the stream. A last line without a line break counts.
    /// Safe to cancel: what has been read stays in `self`.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let chunk = self.reader.fill_buf().await?;
            if chunk.is_empty() {
                let empty = self.line.is_empty() && self.skipped.is_none();
                return Ok((!empty).then(|| self.take()));
            }
            let (part, used, complete) = match chunk.iter().position(|byte| *byte == b'\n') {
                Some(end) => (chunk.get(..end).unwrap_or_default(), end + 1, true),
                None => (chunk, chunk.len(), false),
            };
            match &mut self.skipped {
                Some(bytes) => *bytes += part.len(),
                None if self.line.len() + part.len() > self.limit => {
                    self.skipped = Some(self.line.len() + part.len());
                    self.line = Vec::new();
                }
                None => self.line.extend_from_slice(part),
            }
            self.reader.consume(used);
            if complete {
                return Ok(Some(self.take()));
            }
        }
    }

    fn take(&mut self) -> Line {
        let mut line = std::mem::take(&mut self.line);
        if let Some(bytes) = self.skipped.take() {
            return Line::TooLong { bytes };
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Line::Whole(line)
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};
    use pretty_assertions::assert_eq;

    async fn all(input: &[u8], limit: usize) -> Vec<Line> {
        let mut lines = Lines::new(input, limit);
        let mut found = Vec::new();
        while let Some(line) = lines.next().await.unwrap() {
            found.push(line);
        }
        found
    }

    fn whole(text: &str) -> Line {
        Line::Whole(text.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn lines_come_whole_and_the_last_needs_no_break() {
        assert_eq!(
            all(b"one\r\n\ntwo\nthree", 100).await,
            [whole("one"), whole(""), whole("two"), whole("three")]
        );
    }

    #[tokio::test]
    async fn a_line_over_the_limit_is_skipped_to_its_end_and_the_stream_goes_on() {
        let input = [b"ok\n".to_vec(), vec![b'x'; 200_000], b"\nafter\n".to_vec()].concat();
        assert_eq!(
            all(&input, 1000).await,
            [
                whole("ok"),
                Line::TooLong { bytes: 200_000 },
                whole("after")
            ]
        );
        assert_eq!(all(b"12345\n1234\n", 4).await[1], whole("1234"));
    }

    #[tokio::test]
    async fn an_unfinished_long_line_is_reported_at_the_end() {
        assert_eq!(all(b"123456", 4).await, [Line::TooLong { bytes: 6 }]);
    }
}
