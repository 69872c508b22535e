//! The hand that has thoughts recorded by the sequential-thinking server: one process a thinking
//! session, started with its first thought and ended with the session.
//!
//! The server keeps its thoughts in the memory of its process, gives none back and checks nothing;
//! two sessions in one process would mix. So the room holds the thoughts, and a process that does
//! not have them is told all of them again. Where the server cannot be had the thoughts are kept by
//! the room alone, and the report says why: the operator wants the answer more than the tool.

mod session;
mod wire;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use session::Session;

use crate::core::{RecordOrder, Report, TaskId};
use crate::mcp::{Options, ServerSpec, Transport};

/// The room orders the next thought only after the one before is settled.
const ORDERS: usize = 2;

/// The thinking server, as far as the room has one.
#[derive(Debug, Clone, PartialEq)]
pub enum ThinkingTool {
    /// How one process of it is started.
    Server(ServerSpec),
    /// There is none; why, in words for the operator, with what to do about it.
    Absent(String),
}

impl ThinkingTool {
    /// The server as configured. It must be a process: over an address all sessions would share one
    /// history. It is told not to draw each thought on its stderr, in boxes as wide as the text.
    #[must_use]
    pub fn of(mut server: ServerSpec) -> Self {
        match &mut server.transport {
            Transport::Stdio { env, .. } => {
                env.insert("DISABLE_THOUGHT_LOGGING".to_owned(), "true".to_owned());
                Self::Server(server)
            }
            Transport::Http { .. } => Self::Absent(format!(
                "{} is reached by an address, and its sessions would mix; give it a `command`",
                server.name
            )),
        }
    }
}

/// All thinking sessions that are under way.
#[derive(Debug)]
pub(super) struct Thinkers {
    tool: Arc<ThinkingTool>,
    options: Options,
    reports: mpsc::Sender<Report>,
    tasks: TaskTracker,
    closing: CancellationToken,
    sessions: BTreeMap<TaskId, Handle>,
}

#[derive(Debug)]
struct Handle {
    orders: mpsc::Sender<RecordOrder>,
    end: CancellationToken,
}

impl Thinkers {
    /// `closing` falls when all of them are to end; they run on `tasks`.
    pub(super) fn new(
        options: Options,
        reports: mpsc::Sender<Report>,
        tasks: TaskTracker,
        closing: CancellationToken,
    ) -> Self {
        let none = "no sequential-thinking server is configured".to_owned();
        Self {
            tool: Arc::new(ThinkingTool::Absent(none)),
            options,
            reports,
            tasks,
            closing,
            sessions: BTreeMap::new(),
        }
    }

    pub(super) fn use_tool(&mut self, tool: ThinkingTool) {
        self.tool = Arc::new(tool);
    }

    /// Has the last thought of a task recorded. Never waits.
    pub(super) fn record(&mut self, order: RecordOrder) {
        let task = order.task;
        let session = self.sessions.entry(task).or_insert_with(|| {
            let (orders, inbox) = mpsc::channel(ORDERS);
            let end = self.closing.child_token();
            let session = Session::new(
                Arc::clone(&self.tool),
                self.options.clone(),
                self.reports.clone(),
                self.tasks.clone(),
            );
            self.tasks.spawn(session.run(inbox, end.clone()));
            Handle { orders, end }
        });
        if session.orders.try_send(order).is_err() {
            tracing::error!(%task, "a thought was ordered before the one before was settled");
        }
    }

    /// Ends the process of a task, if it has one.
    pub(super) fn end(&mut self, task: TaskId) {
        if let Some(session) = self.sessions.remove(&task) {
            session.end.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::ThinkingTool;
    use crate::mcp::{Limits, ServerSpec, Transport};

    fn server(transport: Transport) -> ServerSpec {
        ServerSpec {
            name: "thinking".to_owned(),
            transport,
            limits: Limits::default(),
        }
    }

    #[test]
    fn the_server_is_kept_from_drawing_and_from_being_shared() {
        let stdio = |env: BTreeMap<String, String>| {
            server(Transport::Stdio {
                command: vec!["x".to_owned()],
                env,
                cwd: "/".into(),
            })
        };
        let quiet = BTreeMap::from([("DISABLE_THOUGHT_LOGGING".to_owned(), "true".to_owned())]);
        assert_eq!(
            ThinkingTool::of(stdio(BTreeMap::new())),
            ThinkingTool::Server(stdio(quiet))
        );
        let shared = server(Transport::Http {
            url: "http://127.0.0.1:1/mcp".to_owned(),
            bearer: None,
        });
        let ThinkingTool::Absent(why) = ThinkingTool::of(shared) else {
            panic!("taken");
        };
        assert!(why.contains("give it a `command`"), "{why}");
    }
}
