//! Serves a handler on stdin and stdout, and tells it when the client has gone.
//!
//! rmcp waits up to five seconds for the handlers in flight after stdin has closed. A model may
//! think for minutes, so the handlers are told at once through a token and let go by themselves.

use std::pin::Pin;
use std::task::{Context, Poll};

use rmcp::service::ServerInitializeError;
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::{RoleServer, ServerHandler, ServiceExt};
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::sync::CancellationToken;

use super::ServeError;

/// The longest request we read. A document or a prompt of tens of megabytes still passes.
const MAX_LINE_BYTES: usize = 64 * 1024 * 1024;

/// Serves until stdin ends. `gone` is cancelled when it does; handlers should watch it.
pub(super) async fn serve<H: ServerHandler>(
    handler: H,
    gone: CancellationToken,
) -> Result<(), ServeError> {
    let (stdin, stdout) = rmcp::transport::stdio_pipes();
    let input = WatchedInput { inner: stdin, gone };
    let transport = AsyncRwTransport::<RoleServer, _, _>::new(input, stdout)
        .with_max_line_length(MAX_LINE_BYTES);
    let running = match handler.serve(transport).await {
        Ok(running) => running,
        // A client that only looked whether we start is no failure.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        Err(error) => {
            return Err(ServeError::Handshake {
                why: error.to_string(),
            });
        }
    };
    match running.waiting().await {
        Ok(_reason) => Ok(()),
        Err(error) => Err(ServeError::Broken {
            why: error.to_string(),
        }),
    }
}

/// An input that cancels a token when it ends or fails.
struct WatchedInput<R> {
    inner: R,
    gone: CancellationToken,
}

impl<R: AsyncRead + Unpin> AsyncRead for WatchedInput<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buf.filled().len();
        let wanted = buf.remaining();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        let ended = match &polled {
            Poll::Ready(Ok(())) => wanted > 0 && buf.filled().len() == before,
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        };
        if ended {
            self.gone.cancel();
        }
        polled
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn the_token_falls_only_at_the_end() {
        let gone = CancellationToken::new();
        let mut input = WatchedInput {
            inner: &b"abc"[..],
            gone: gone.clone(),
        };
        let mut three = [0; 3];
        input.read_exact(&mut three).await.unwrap();
        assert!(!gone.is_cancelled());
        assert_eq!(input.read(&mut three).await.unwrap(), 0);
        assert!(gone.is_cancelled());
    }
}
