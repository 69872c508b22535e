//! Frames to lines and back, with a limit on both sides.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};
use tokio::sync::mpsc;

/// The longest line from a console, in bytes.
pub(super) const FROM_CONSOLE: usize = 64 * MIB;
/// The longest line from a room, in bytes. A state of many long sessions and results may be of hundreds
/// of MiB; the room is a process of the same user, and what it says is read as it comes.
pub(super) const FROM_ROOM: usize = 1024 * MIB;
const MIB: usize = 1024 * 1024;
/// What is taken in at once: a state is of many pages.
const CHUNK: usize = 64 * 1024;

/// Why a line was no frame.
#[derive(Debug, thiserror::Error)]
pub(super) enum CodecError {
    /// The other side is gone, or the system failed.
    #[error("the connection broke: {0}")]
    Io(#[from] std::io::Error),
    /// It is no frame of ours.
    #[error("the other side sent something that is no frame: {0}")]
    Frame(#[from] serde_json::Error),
    /// It is too long.
    #[error("the other side sent a line of more than {} MiB", limit / MIB)]
    TooLong {
        /// How many bytes a line may have.
        limit: usize,
    },
    /// A frame of ours would be too long; nothing of it was sent.
    #[error("it takes more than {} MiB", limit / MIB)]
    Unsent {
        /// How many bytes a line may have.
        limit: usize,
    },
}

/// Bytes up to a limit; beyond it writing fails.
struct Bounded {
    bytes: Vec<u8>,
    limit: usize,
}

impl std::io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.len() > self.limit - self.bytes.len() {
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads one frame of at most `limit` bytes; `None` at the end.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
    limit: usize,
) -> Result<Option<T>, CodecError> {
    let mut line = Vec::new();
    let most = limit as u64 + 1;
    let read = from.take(most).read_until(b'\n', &mut line).await?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && line.len() > limit {
        return Err(CodecError::TooLong { limit });
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

/// Writes one frame, unless it is longer than `limit` bytes.
pub(super) async fn write<T: Serialize>(
    to: &mut (impl AsyncWrite + Unpin),
    frame: &T,
    limit: usize,
) -> Result<(), CodecError> {
    let mut line = Bounded {
        bytes: Vec::new(),
        limit,
    };
    if let Err(error) = serde_json::to_writer(&mut line, frame) {
        return Err(match error.io_error_kind() {
            Some(_) => CodecError::Unsent { limit },
            None => error.into(),
        });
    }
    let mut line = line.bytes;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await?;
    Ok(())
}

/// Hands every frame on until the stream, or the interest in it, ends. Why it ended, unless that is
/// the way it goes.
pub(super) async fn read_all<T: DeserializeOwned>(
    from: impl AsyncRead + Unpin,
    to: mpsc::Sender<T>,
    limit: usize,
) -> Result<(), CodecError> {
    let mut from = BufReader::with_capacity(CHUNK, from);
    while let Some(frame) = read(&mut from, limit).await? {
        if to.send(frame).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Writes every frame until the channel, or the stream, ends. In the place of one that is too long
/// goes what `instead` makes of it and the reason; without that it is the end.
pub(super) async fn write_all<T: Serialize>(
    mut from: mpsc::Receiver<T>,
    mut to: impl AsyncWrite + Unpin,
    limit: usize,
    instead: impl Fn(&T, &CodecError) -> Option<T>,
) -> Result<(), CodecError> {
    while let Some(frame) = from.recv().await {
        let written = write(&mut to, &frame, limit).await;
        let Err(error) = written else {
            continue;
        };
        let said = instead(&frame, &error).filter(|_| matches!(error, CodecError::Unsent { .. }));
        let Some(said) = said else {
            return Err(error);
        };
        write(&mut to, &said, limit).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CodecError, read, write};

    #[tokio::test]
    async fn frames_come_back_and_nonsense_is_an_error() {
        let mut line = Vec::new();
        write(&mut line, &("a\nb", 7), 100).await.unwrap();
        line.extend_from_slice(b"nonsense\n");
        let mut from = line.as_slice();
        let frame: Option<(String, u8)> = read(&mut from, 100).await.unwrap();
        assert_eq!(frame, Some(("a\nb".to_owned(), 7)));
        assert!(matches!(
            read::<u8>(&mut from, 100).await,
            Err(CodecError::Frame(_))
        ));
        assert!(matches!(read::<u8>(&mut from, 100).await, Ok(None)));
    }

    #[tokio::test]
    async fn a_frame_as_long_as_the_limit_comes_through_and_a_longer_one_is_not_sent() {
        let fits = "x".repeat(98);
        let mut line = Vec::new();
        write(&mut line, &fits, 100).await.unwrap();
        let frame: Option<String> = read(&mut line.as_slice(), 100).await.unwrap();
        assert_eq!(frame, Some(fits));
        assert!(matches!(
            read::<String>(&mut line.as_slice(), 99).await,
            Err(CodecError::TooLong { limit: 99 })
        ));
        line.clear();
        let error = write(&mut line, &"x".repeat(99), 100).await;
        assert!(matches!(error, Err(CodecError::Unsent { limit: 100 })));
        assert!(line.is_empty());
    }
}
