//! Frames to lines and back, with a limit on both sides.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};
use tokio::sync::mpsc;

/// The longest line, in bytes. A state of many long sessions is a few MiB.
const LINE_MAX: u64 = 64 * 1024 * 1024;

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
    #[error("the other side sent a line of more than {LINE_MAX} bytes")]
    TooLong,
}

/// Reads one frame; `None` at the end.
pub(super) async fn read<T: DeserializeOwned>(
    from: &mut (impl AsyncBufRead + Unpin),
) -> Result<Option<T>, CodecError> {
    let mut line = Vec::new();
    let read = from.take(LINE_MAX).read_until(b'\n', &mut line).await?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') && line.len() as u64 >= LINE_MAX {
        return Err(CodecError::TooLong);
    }
    Ok(Some(serde_json::from_slice(&line)?))
}

/// Writes one frame.
pub(super) async fn write<T: Serialize>(
    to: &mut (impl AsyncWrite + Unpin),
    frame: &T,
) -> Result<(), CodecError> {
    let mut line = serde_json::to_vec(frame)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await?;
    Ok(())
}

/// Hands every frame on until the stream, or the interest in it, ends.
pub(super) async fn read_all<T: DeserializeOwned>(
    from: impl AsyncRead + Unpin,
    to: mpsc::Sender<T>,
) {
    let mut from = BufReader::new(from);
    loop {
        match read(&mut from).await {
            Ok(Some(frame)) => {
                if to.send(frame).await.is_err() {
                    return;
                }
            }
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "a link ended");
                return;
            }
        }
    }
}

/// Writes every frame until the channel, or the stream, ends.
pub(super) async fn write_all<T: Serialize>(
    mut from: mpsc::Receiver<T>,
    mut to: impl AsyncWrite + Unpin,
) {
    while let Some(frame) = from.recv().await {
        if let Err(error) = write(&mut to, &frame).await {
            tracing::debug!(%error, "a link ended");
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CodecError, read, write};

    #[tokio::test]
    async fn frames_come_back_and_nonsense_is_an_error() {
        let mut line = Vec::new();
        write(&mut line, &("a\nb", 7)).await.unwrap();
        line.extend_from_slice(b"nonsense\n");
        let mut from = line.as_slice();
        let frame: Option<(String, u8)> = read(&mut from).await.unwrap();
        assert_eq!(frame, Some(("a\nb".to_owned(), 7)));
        assert!(matches!(
            read::<u8>(&mut from).await,
            Err(CodecError::Frame(_))
        ));
        assert!(matches!(read::<u8>(&mut from).await, Ok(None)));
    }
}
