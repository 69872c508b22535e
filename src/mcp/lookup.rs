//! Small requests beside the calls: one question, one answer, with a limit of their own.
//!
//! Also reads lists page by page. What the answers mean is for those who ask.

use std::ops::ControlFlow;
use std::time::Duration;

use rmcp::model::{ClientRequest, CustomRequest};
use serde_json::{Value, json};

use crate::mcp::link::{InFlight, Link};
use crate::mcp::reply::CallError;
use crate::mcp::routes::{Arrival, Reply};

/// How long a server may take for what it only has to look up.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);
/// More pages than any list has that a person could use.
const MAX_PAGES: usize = 100;

/// A request by its method, with parameters as they are.
pub(crate) fn raw(method: &str, params: Value) -> ClientRequest {
    ClientRequest::CustomRequest(CustomRequest::new(method.to_owned(), Some(params)))
}

/// One request without any patience for signals, within [`LIMIT`].
pub(crate) async fn ask(link: &Link, request: ClientRequest) -> Result<Value, CallError> {
    // In a box of its own: it is part of much that waits.
    let asking = Box::pin(asked(link, request));
    match tokio::time::timeout(LIMIT, asking).await {
        Ok(outcome) => outcome,
        Err(_) => Err(CallError::Idle {
            server: link.server.clone(),
            limit: LIMIT,
        }),
    }
}

/// Reads the list `key` of `method`, page by page, until `take` breaks or nothing follows.
pub(crate) async fn list(
    link: &Link,
    method: &str,
    key: &str,
    mut take: impl FnMut(&Value) -> ControlFlow<()>,
) -> Result<(), CallError> {
    let mut cursor: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let params = match &cursor {
            Some(cursor) => json!({"cursor": cursor}),
            None => json!({}),
        };
        let page = ask(link, raw(method, params)).await?;
        let listed = page.get(key).and_then(Value::as_array);
        for entry in listed.into_iter().flatten() {
            if take(entry).is_break() {
                return Ok(());
            }
        }
        let next = page.get("nextCursor").and_then(Value::as_str);
        if next.is_none() || next == cursor.as_deref() {
            return Ok(());
        }
        cursor = next.map(str::to_owned);
    }
    Ok(())
}

/// A question on its way. The server is told when nobody waits for the answer any more.
struct Question<'l> {
    link: &'l Link,
    call: InFlight,
    over: bool,
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        if !self.over {
            self.link
                .abandon(&self.call, "the answer is not wanted any more");
        }
    }
}

async fn asked(link: &Link, request: ClientRequest) -> Result<Value, CallError> {
    let mut question = Question {
        link,
        call: link.request(request).await?,
        over: false,
    };
    loop {
        let call = &mut question.call;
        let arrival = tokio::select! {
            biased;
            arrival = call.arrivals.recv() => arrival,
            why = call.sending.failed() => {
                link.log.note(&why);
                None
            }
        };
        question.over = matches!(arrival, Some(Arrival::Reply(_)) | None);
        match arrival {
            Some(Arrival::Reply(Reply::Result(result))) => return Ok(result),
            Some(Arrival::Reply(Reply::Error { code, message, .. })) => {
                return Err(CallError::Rpc {
                    server: link.server.clone(),
                    code,
                    message,
                });
            }
            // A question is declined by being dropped here.
            Some(Arrival::Signal(_)) => {}
            Some(Arrival::TooLong { bytes }) => {
                return Err(CallError::Malformed {
                    server: link.server.clone(),
                    what: format!("a line of {bytes} bytes, which is over the limit"),
                });
            }
            None => return Err(link.closed().await),
        }
    }
}
