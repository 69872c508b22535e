//! Recorded answers of several members to the same items: one JSON record a line, plain or gzipped.
//!
//! Owns the format and its limits. What the detector may see and what is only for scoring are two types:
//! [`Given`] has the answer and the text of a member, and nothing that says whether they are right.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;

/// The longest line that is read, in bytes.
pub(super) const LINE_MAX: usize = 64 * 1024 * 1024;
/// What a gzipped file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// An item and the answers to it.
#[derive(Debug)]
pub(super) struct Record {
    /// Its name.
    pub(super) id: String,
    /// Its kind, such as `gsm`.
    pub(super) task: String,
    /// What was asked.
    pub(super) prompt: String,
    /// The answers, by member.
    pub(super) given: Vec<Given>,
    /// Whether each of them is right, where the record says so. Not for the detector.
    pub(super) right: Vec<Option<bool>>,
}

/// What a member gave: all that the detector sees of it.
#[derive(Debug)]
pub(super) struct Given {
    /// Who.
    pub(super) member: String,
    /// The final answer, where it was recorded apart.
    pub(super) answer: Option<String>,
    /// The whole text, where it was recorded.
    pub(super) text: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    prompt: String,
    answers: BTreeMap<String, WrittenAnswer>,
}

#[derive(Deserialize)]
struct WrittenAnswer {
    #[serde(default, deserialize_with = "present")]
    answer: Option<Value>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    official: Option<Mark>,
    #[serde(default)]
    correct: Option<Mark>,
}

/// A field that is there and null is an answer that is missing, not a field that is.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// Right or wrong, as `1` and `0` or as `true` and `false`.
#[derive(Deserialize, Clone, Copy)]
#[serde(untagged)]
enum Mark {
    Truth(bool),
    Number(f64),
}

impl Mark {
    fn is_right(self) -> bool {
        match self {
            Self::Truth(right) => right,
            Self::Number(value) => value > 0.5,
        }
    }
}

impl From<Written> for Record {
    fn from(written: Written) -> Self {
        let mut record = Self {
            id: written.id.map(word).unwrap_or_default(),
            task: written.kind.unwrap_or_else(|| "general".to_owned()),
            prompt: written.prompt,
            given: Vec::new(),
            right: Vec::new(),
        };
        for (member, one) in written.answers {
            record
                .right
                .push(one.official.or(one.correct).map(Mark::is_right));
            record.given.push(Given {
                member,
                answer: one.answer.map(word),
                text: one.text,
            });
        }
        record
    }
}

/// A value as a text; nothing is an empty one.
fn word(value: Value) -> String {
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
    #[error("{file}:{line}: no record ({source}); it is left out")]
    Line {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// The line is longer than any record.
    #[error("{file}:{line}: longer than {} MiB; it is left out", LINE_MAX / 1024 / 1024)]
    Long {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: u64,
    },
}

/// The records of a file, one at a time.
pub(super) struct Records {
    file: String,
    lines: Box<dyn BufRead>,
    line: u64,
    over: bool,
}

impl Records {
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

impl Iterator for Records {
    type Item = Result<Record, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let bytes = match self.line()? {
            Ok(bytes) => bytes,
            Err(error) => return Some(Err(error)),
        };
        let read = serde_json::from_slice::<Written>(&bytes).map(Record::from);
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

#[cfg(test)]
mod tests {
    use super::{Record, Written};

    fn record(line: &str) -> Record {
        serde_json::from_str::<Written>(line).unwrap().into()
    }

    #[test]
    fn the_authors_own_mark_counts_before_another_one() {
        let read = record(
            r#"{"id":"x","kind":"k","prompt":"p","gold":"5","answers":{
                "a":{"answer":"5","correct":1,"official":0,"normalised":"5"},
                "b":{"answer":5,"correct":true},
                "c":{"answer":null,"text":"t"}}}"#,
        );
        assert_eq!(read.right, [Some(false), Some(true), None]);
        let given: Vec<_> = read
            .given
            .iter()
            .map(|one| {
                (
                    one.member.as_str(),
                    one.answer.as_deref(),
                    one.text.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            given,
            [
                ("a", Some("5"), None),
                ("b", Some("5"), None),
                ("c", Some(""), Some("t"))
            ]
        );
    }

    #[test]
    fn a_record_needs_answers_and_little_else() {
        assert!(serde_json::from_str::<Written>("{}").is_err());
        assert_eq!(record(r#"{"id":7,"answers":{}}"#).id, "7");
    }
}
