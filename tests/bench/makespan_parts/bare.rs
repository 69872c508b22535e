//! A loop around the MCP library alone: one connection and one worker a server, a shared counter of
//! tasks, and as many small writes with `fdatasync` as the room made, spread evenly.

use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;

use crate::Plan;

/// As large as a small event.
const RECORD: [u8; 300] = [b'x'; 300];

pub(crate) async fn run(plan: &Plan, syncs: u32) -> Duration {
    let mut servers = Vec::new();
    for number in 0..plan.servers {
        servers.push(connect(number).await);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(folder.path().join("log")).unwrap();
    let disk = disk(file);
    let next = Arc::new(AtomicU32::new(0));
    let written = Arc::new(Mutex::new(0_u32));
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for (client, child) in servers {
        let (next, disk, prompt, tasks) =
            (Arc::clone(&next), disk.clone(), plan.prompt(), plan.tasks);
        let written = Arc::clone(&written);
        workers.spawn(async move {
            while next.fetch_add(1, Ordering::Relaxed) < tasks {
                let arguments = serde_json::json!({"prompt": prompt})
                    .as_object()
                    .unwrap()
                    .clone();
                let request = CallToolRequestParams::new("chat").with_arguments(arguments);
                client.call_tool(request).await.unwrap();
                // As many for each task as the room made on the whole.
                let mut written = written.lock().await;
                *written += syncs;
                while *written >= tasks {
                    *written -= tasks;
                    let (done, waiting) = oneshot::channel();
                    disk.send(done).await.unwrap();
                    waiting.await.unwrap();
                }
            }
            (client, child)
        });
    }
    let ended = workers.join_all().await;
    let took = began.elapsed();
    for (client, mut child) in ended {
        client.cancel().await.unwrap();
        child.kill().await.unwrap();
    }
    took
}

/// One thread that writes and syncs, as the room's journal has one.
fn disk(mut file: std::fs::File) -> mpsc::Sender<oneshot::Sender<()>> {
    let (orders, mut waiting) = mpsc::channel::<oneshot::Sender<()>>(64);
    std::thread::spawn(move || {
        while let Some(done) = waiting.blocking_recv() {
            file.write_all(&RECORD).unwrap();
            file.sync_data().unwrap();
            let _ = done.send(());
        }
    });
    orders
}

async fn connect(number: u32) -> (RunningService<RoleClient, ()>, Child) {
    let command = Plan::server(&format!("m{number}"));
    let mut child = Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let client = ().serve(AsyncRwTransport::new(stdout, stdin)).await.unwrap();
    (client, child)
}
