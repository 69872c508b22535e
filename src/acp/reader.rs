//! Lines of an agent on their way in, in wire order.
//!
//! While a turn's channel is full the reader waits, and the pressure reaches the agent's pipe; a turn
//! that nobody waits for any more holds up nothing.

use serde_json::{Value, json};
use tokio::io::AsyncRead;

use super::frame::{self, Frame};
use super::link::Link;
use super::routes::{Arrival, Waiter};
use super::{PERMISSION, UPDATE, services};
use crate::mcp::{Line, Lines};

/// Reads until the agent's stdout ends or the connection is to end, then ends all waiting.
pub(super) async fn read(stdout: impl AsyncRead + Unpin, limit: usize, link: &Link) {
    let work = async {
        let mut lines = Lines::new(stdout, limit);
        while let Ok(Some(line)) = lines.next().await {
            match line {
                Line::Whole(line) if line.iter().all(u8::is_ascii_whitespace) => {}
                Line::Whole(line) => match frame::parse(&line) {
                    Some(frame) => take(frame, link).await,
                    None => link.log.noise(&line),
                },
                Line::TooLong { bytes } => {
                    link.log
                        .stale(&format!("a line of {bytes} bytes was over the limit"));
                    for turn in link.routes.turns() {
                        drop(turn.send(Arrival::TooLong { bytes }).await);
                    }
                }
            }
        }
    };
    link.stop.run_until_cancelled(work).await;
    link.routes.end();
    link.stop.cancel();
}

async fn take(frame: Frame, link: &Link) {
    match frame {
        Frame::Reply { id, outcome } => match link.routes.leave(id) {
            // Who waited may have gone, and then nobody misses it.
            Some(Waiter::One(to)) => drop(to.send(outcome)),
            Some(Waiter::Turn(to)) => drop(to.send(Arrival::Reply(outcome)).await),
            None => link.log.stale(&format!("an answer to request {id}")),
        },
        Frame::Notice { method, params } if method == UPDATE => update(params, link).await,
        Frame::Notice { method, params } => link.log.stale(&format!("{method} {params}")),
        Frame::Request { id, method, params } => asked(id, method, params, link).await,
    }
}

/// What comes outside a turn is no part of one, as the history of a session that is loaded. What an agent says
/// of its own settings then counts for the next.
async fn update(params: Value, link: &Link) {
    let session = session_of(&params);
    let update = params.get("update").unwrap_or(&Value::Null);
    let kind = update.get("sessionUpdate").and_then(Value::as_str);
    if kind == Some("available_commands_update") {
        link.routes.settled(session);
    }
    if let Some(turn) = link.routes.turn(session) {
        drop(turn.send(Arrival::Update(params)).await);
    } else if matches!(kind, Some("current_mode_update" | "config_option_update")) {
        link.routes.aside(session, update.clone());
    }
}

async fn asked(id: Value, method: String, params: Value, link: &Link) {
    let turn = link.routes.turn(session_of(&params));
    if method == PERMISSION {
        if let Some(turn) = turn {
            drop(turn.send(Arrival::Asked { id, params }).await);
        } else {
            link.log
                .stale("it asks for leave in a session that has no turn; it was told no");
            link.answer(&id, &Ok(cancelled()));
        }
        return;
    }
    match (turn, services::service(&method, link.services)) {
        (Some(turn), Some(service)) => {
            let wanted = Arrival::Wanted {
                id,
                service,
                params,
            };
            drop(turn.send(wanted).await);
        }
        (Some(turn), None) => {
            link.refuse(&id, &method);
            drop(turn.send(Arrival::Refused { method, params }).await);
        }
        (None, _) => {
            link.refuse(&id, &method);
            link.log.stale(&format!("{method}, which is not offered"));
        }
    }
}

fn session_of(params: &Value) -> &str {
    let session = params.get("sessionId").and_then(Value::as_str);
    session.unwrap_or_default()
}

/// The answer to a question for leave that nobody answers any more.
pub(super) fn cancelled() -> Value {
    json!({"outcome": {"outcome": "cancelled"}})
}
