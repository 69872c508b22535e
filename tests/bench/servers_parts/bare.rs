//! The MCP library alone: a process, a connection, a call.

use std::process::Stdio;
use std::time::{Duration, Instant};

use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::async_rw::AsyncRwTransport;
use synod::mcp::Transport;
use tokio::process::{Child, Command};

use super::entry::Entry;
use crate::support::soon;

/// How long a server may take to leave after its stdin was closed.
const LEAVE: Duration = Duration::from_secs(5);

pub(crate) struct Bare {
    client: RunningService<RoleClient, ()>,
    child: Child,
}

impl Bare {
    pub(crate) async fn start(entry: &Entry) -> Self {
        let Transport::Stdio { command, env, cwd } = &entry.server.transport else {
            panic!("no process");
        };
        // As a shell would, the program is looked for on its own PATH.
        let path = env.get("PATH").map_or("", String::as_str);
        let found = path
            .split(':')
            .map(|folder| std::path::Path::new(folder).join(&command[0]))
            .find(|file| file.is_file());
        let program = found.unwrap_or_else(|| command[0].clone().into());
        let mut child = Command::new(program)
            .args(&command[1..])
            .env_clear()
            .envs(env)
            .current_dir(cwd)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let client = ().serve(AsyncRwTransport::new(stdout, stdin));
        let client = soon("the bare handshake", client).await.unwrap();
        Self { client, child }
    }

    /// How long the whole call takes.
    pub(crate) async fn call(&mut self, entry: &Entry, number: u32) -> Duration {
        let arguments = entry.arguments(number);
        let request = CallToolRequestParams::new(entry.tool).with_arguments(arguments);
        let began = Instant::now();
        let answer = self.client.call_tool(request);
        let answer = soon("a bare answer", answer).await.unwrap();
        let took = began.elapsed();
        assert_ne!(answer.is_error, Some(true), "{answer:?}");
        took
    }

    pub(crate) async fn end(mut self) {
        self.client.cancel().await.unwrap();
        if tokio::time::timeout(LEAVE, self.child.wait())
            .await
            .is_err()
        {
            self.child.kill().await.unwrap();
        }
    }
}
