//! A bare ordered tap: the MCP library with a transport that takes every notification out in the
//! order of the wire and only counts it.

use std::process::Stdio;
use std::time::Duration;

use rmcp::ServiceExt;
use rmcp::model::{CallToolRequestParams, JsonRpcMessage};
use rmcp::service::{RoleClient, RunningService, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::process::{Child, Command};
use tokio::sync::mpsc;

struct Tap<T, N> {
    inner: T,
    to: mpsc::Sender<N>,
    held: Option<N>,
}

impl<T: Transport<RoleClient>> Transport<RoleClient> for Tap<T, RxJsonRpcMessage<RoleClient>> {
    type Error = T::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(item)
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        loop {
            if self.held.is_some() {
                let room = self.to.reserve().await.ok()?;
                room.send(self.held.take().unwrap());
            }
            let message = self.inner.receive().await?;
            if !matches!(message, JsonRpcMessage::Notification(_)) {
                return Some(message);
            }
            self.held = Some(message);
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}

/// Reads the streams of these servers, `each` of every one, until it is killed; says on stdout how
/// many notifications have come, every second.
pub(crate) async fn run(servers: Vec<Vec<String>>, each: usize) {
    let (to, mut counted) = mpsc::channel(64);
    let mut open: Vec<(RunningService<RoleClient, ()>, Child)> = Vec::new();
    for command in servers {
        open.push(connect(&command, to.clone()).await);
    }
    for (client, _) in &open {
        for number in 0..each {
            let arguments = serde_json::json!({"prompt": "go", "session_id": number.to_string()});
            let arguments = arguments.as_object().unwrap().clone();
            let request = CallToolRequestParams::new("chat").with_arguments(arguments);
            let peer = client.peer().clone();
            tokio::spawn(async move { peer.call_tool(request).await });
        }
    }
    let mut count = 0_u64;
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            Some(_) = counted.recv() => count += 1,
            _ = second.tick() => println!("{count}"),
        }
    }
}

async fn connect(
    command: &[String],
    to: mpsc::Sender<RxJsonRpcMessage<RoleClient>>,
) -> (RunningService<RoleClient, ()>, Child) {
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let tap = Tap {
        inner: AsyncRwTransport::new(stdout, stdin),
        to,
        held: None,
    };
    (().serve(tap).await.unwrap(), child)
}
