//! One thinking session at its own process of the server.
//!
//! **Invariant:** what the process was told is a beginning of the session's thoughts, and its own
//! count agrees; otherwise the process is ended and a fresh one is told everything.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ThinkingTool;
use super::wire::{self, TOOL};
use crate::core::{Keeper, RecordOrder, Report, Thought};
use crate::mcp::{
    ActiveCall, CallError, ConnectError, Connection, Options, ServerSpec, Step, ToolReply,
};

/// How often a fresh process is tried for one thought.
const TRIES: u32 = 2;

/// A session from its first thought to its end.
#[derive(Debug)]
pub(super) struct Session {
    tool: Arc<ThinkingTool>,
    options: Options,
    reports: mpsc::Sender<Report>,
    tasks: TaskTracker,
    process: Option<Process>,
    /// Why the tool is not tried any more in this session.
    given_up: Option<String>,
}

#[derive(Debug)]
struct Process {
    connection: Connection,
    /// How many thoughts it was told.
    told: usize,
}

/// Why the tool did not record a thought.
#[derive(Debug, thiserror::Error)]
enum ToolError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error("{server} has no tool `{TOOL}`; is it the sequential-thinking server?")]
    NoTool { server: String },
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Answer(#[from] wire::BadAnswer),
}

impl Session {
    pub(super) fn new(
        tool: Arc<ThinkingTool>,
        options: Options,
        reports: mpsc::Sender<Report>,
        tasks: TaskTracker,
    ) -> Self {
        Self {
            tool,
            options,
            reports,
            tasks,
            process: None,
            given_up: None,
        }
    }

    /// Records thought after thought until `end`, then ends the process.
    pub(super) async fn run(
        mut self,
        mut orders: mpsc::Receiver<RecordOrder>,
        end: CancellationToken,
    ) {
        let work = async {
            while let Some(order) = orders.recv().await {
                let keeper = self.keep(&order.thoughts).await;
                let report = Report::ThoughtRecorded {
                    task: order.task,
                    call: order.call,
                    keeper,
                };
                if self.reports.send(report).await.is_err() {
                    return;
                }
            }
        };
        end.run_until_cancelled(Box::pin(work)).await;
        self.drop_process().await;
    }

    /// Has the last thought recorded, by a fresh process if need be.
    async fn keep(&mut self, thoughts: &[Thought]) -> Keeper {
        let tool = Arc::clone(&self.tool);
        let server = match (&*tool, &self.given_up) {
            (_, Some(why)) | (ThinkingTool::Absent(why), None) => {
                return Keeper::Room { why: why.clone() };
            }
            (ThinkingTool::Server(server), None) => server,
        };
        let mut last = None;
        for _ in 0..TRIES {
            match self.tell(server, thoughts).await {
                Ok(keeper) => return keeper,
                Err(error) => {
                    tracing::warn!(%error, "the thinking tool failed; a fresh process is tried");
                    self.drop_process().await;
                    last = Some(error);
                }
            }
        }
        let last = last.map_or_else(String::new, |error| format!(": {error}"));
        let why = format!("the thinking tool failed {TRIES} times{last}");
        self.given_up = Some(why.clone());
        Keeper::Room { why }
    }

    /// Tells the process what it does not know yet.
    async fn tell(
        &mut self,
        server: &ServerSpec,
        thoughts: &[Thought],
    ) -> Result<Keeper, ToolError> {
        let usable = self.process.as_ref().is_some_and(|process| {
            process.told < thoughts.len() && !process.connection.is_closed()
        });
        if !usable {
            self.drop_process().await;
        }
        let process = match &mut self.process {
            Some(process) => process,
            none => none.insert(Process {
                connection: Box::pin(open(server, &self.options, &self.tasks)).await?,
                told: 0,
            }),
        };
        let missing = thoughts.get(process.told..).unwrap_or_default();
        let replayed = missing.len().saturating_sub(1);
        let mut history = 0;
        for thought in missing {
            let arguments = wire::arguments(thought);
            let call = process.connection.call(TOOL, arguments, server.limits);
            let reply = outcome(call.await).await?;
            history = wire::read(&reply, thought.number)?;
            process.told += 1;
        }
        Ok(Keeper::Tool {
            history,
            replayed: u32::try_from(replayed).unwrap_or(u32::MAX),
        })
    }

    async fn drop_process(&mut self) {
        if let Some(process) = self.process.take() {
            process.connection.close().await;
        }
    }
}

async fn open(
    server: &ServerSpec,
    options: &Options,
    tasks: &TaskTracker,
) -> Result<Connection, ToolError> {
    let connection = Connection::open(server, options, tasks).await?;
    let found = connection.tool(TOOL).await;
    if let Ok(Some(_)) = found {
        return Ok(connection);
    }
    connection.close().await;
    found?;
    Err(ToolError::NoTool {
        server: server.name.clone(),
    })
}

/// Listens until the call is over. This server has nothing to ask; whatever does is declined.
async fn outcome(mut call: ActiveCall) -> Result<ToolReply, CallError> {
    loop {
        match call.next().await {
            Step::Done(outcome) => return outcome,
            Step::Signal(_) => {}
        }
    }
}
