//! Recorded answers of several members to the same items: one JSON record a line, plain or gzipped.
//!
//! Owns how such files are read, one line at a time and never more of it than [`LINE_MAX`], and how an
//! answer and a mark are written in them. What of a record is kept is said by those who read it.
//!
//! # The format
//!
//! ```json
//! {"id": "gsm:7", "kind": "gsm", "phase": 0, "prompt": "How many …", "alternatives": 10,
//!  "answers": {"gpt": {"answer": "12 eggs", "normalised": "12", "correct": 1, "official": 1,
//!                      "text": "5 + 7 = 12 …", "seconds": 4.3, "cost": 0.0004}}}
//! ```
//!
//! | field | what it is | where it is missing |
//! |---|---|---|
//! | `id` | the name of the item | it has none |
//! | `kind` | what sort of item it is | `general` |
//! | `phase` | which part of a stream it belongs to; parts come one after the other | 0 |
//! | `prompt` | what was asked; by it answers are compared | nothing is known of the question |
//! | `alternatives` | how many answers the question allows | it is not known |
//! | `answers` | by member, under any name; at most one each | the line is no record |
//! | `answer` | the final answer; `null` is one that says nothing | it says nothing |
//! | `normalised` | the answer in a form in which equal ones are equal | `answer` is compared by its type |
//! | `correct` | whether it is right by a comparison of what it says: 1 or `true`, 0 or `false` | not known |
//! | `official` | the same by the rule of those who made the items | not known |
//! | `text` | the whole answer | only the final one is there |
//! | `seconds` | how long it took | not known |
//! | `cost` | what it cost, in US dollars | not known |
//!
//! Fields beyond these are passed over. [`detect`](super::detect) takes `official` before `correct`, as it
//! is about what was meant; [`backtest`](super::backtest) takes `correct` before `official`, as it is
//! about what was said.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::marker::PhantomData;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The longest line that is read, in bytes.
pub(super) const LINE_MAX: usize = 64 * 1024 * 1024;
/// What a gzipped file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A field that is there and null is an answer that is missing, not a field that is.
pub(super) fn present<'de, D: serde::Deserializer<'de>>(
    value: D,
) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// Right or wrong, as `1` and `0` or as `true` and `false`.
#[derive(Debug, Deserialize, Clone, Copy)]
#[serde(untagged)]
pub(super) enum Mark {
    /// As a word.
    Truth(bool),
    /// As a number.
    Number(f64),
}

impl Mark {
    /// Whether it says right.
    pub(super) fn is_right(self) -> bool {
        match self {
            Self::Truth(right) => right,
            Self::Number(value) => value > 0.5,
        }
    }
}

/// A value as a text; nothing is an empty one.
pub(super) fn word(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Why a line or a file gives no record.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// The file cannot be opened, or stops in the middle.
    #[error("{file}: {source}")]
    File {
        /// Which.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The line is no record.
    #[error("{file}:{line}: no record ({source})")]
    Line {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// The line is longer than any record.
    #[error("{file}:{line}: longer than {} MiB", LINE_MAX / 1024 / 1024)]
    Long {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: u64,
    },
}

/// The records of a file, one at a time.
pub(super) struct Records<T> {
    file: String,
    lines: Box<dyn BufRead>,
    line: u64,
    over: bool,
    of: PhantomData<fn() -> T>,
}

impl<T> Records<T> {
    /// Opens a file; `-` is stdin.
    pub(super) fn open(path: &Path) -> Result<Self, Unreadable> {
        let file = path.display().to_string();
        let lines = source(path).map_err(|source| Unreadable::File {
            file: file.clone(),
            source,
        })?;
        Ok(Self {
            file,
            lines,
            line: 0,
            over: false,
            of: PhantomData,
        })
    }

    /// The next line that is not blank, without more of it than a record may have.
    fn line(&mut self) -> Option<Result<Vec<u8>, Unreadable>> {
        let limit = u64::try_from(LINE_MAX).unwrap_or(u64::MAX);
        loop {
            let mut bytes = Vec::new();
            let read = (&mut self.lines).take(limit).read_until(b'\n', &mut bytes);
            self.line += 1;
            match read {
                Ok(0) => return None,
                Ok(_) if bytes.len() == LINE_MAX && !bytes.ends_with(b"\n") => {
                    let (file, line) = (self.file.clone(), self.line);
                    return Some(match self.skip() {
                        Ok(()) => Err(Unreadable::Long { file, line }),
                        Err(source) => {
                            self.over = true;
                            Err(Unreadable::File { file, source })
                        }
                    });
                }
                Ok(_) if bytes.trim_ascii().is_empty() => {}
                Ok(_) => return Some(Ok(bytes)),
                Err(source) => {
                    self.over = true;
                    let file = self.file.clone();
                    return Some(Err(Unreadable::File { file, source }));
                }
            }
        }
    }

    /// Passes over the rest of a line.
    fn skip(&mut self) -> std::io::Result<()> {
        loop {
            let buffer = self.lines.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let length = end.map_or(buffer.len(), |at| at + 1);
            self.lines.consume(length);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

impl<T: DeserializeOwned> Iterator for Records<T> {
    type Item = Result<T, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let bytes = match self.line()? {
            Ok(bytes) => bytes,
            Err(error) => return Some(Err(error)),
        };
        let read = serde_json::from_slice(&bytes);
        Some(read.map_err(|source| Unreadable::Line {
            file: self.file.clone(),
            line: self.line,
            source,
        }))
    }
}

fn source(path: &Path) -> std::io::Result<Box<dyn BufRead>> {
    let raw: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(path)?)
    };
    let mut raw = BufReader::new(raw);
    if raw.fill_buf()?.starts_with(&GZIP) {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(raw))));
    }
    Ok(Box::new(raw))
}
