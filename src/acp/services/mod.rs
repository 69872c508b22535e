//! What the room does for an agent in a turn where that is offered: read and write text files, and run commands.
//!
//! All of it stays in the session's folder, and for each request leave is asked like for any other: the question
//! goes up with the turn's signals, and rules or the operator answer it. Only what was refused, did happen or went
//! wrong is told here; how that reads is the members' business.
//!
//! **Invariants:** what is done is just what leave was asked for. Once the turn is over nothing begins, every
//! request has its answer at once, and the turn's end waits until the last command has ended.
//!
//! - `folder`: text files below a folder.
//! - `edits`: what had a yes already.
//! - `terminals`: commands that run.
//! - `params`: what an agent sends with a request, as read, and results as it expects them.

mod edits;
mod folder;
mod params;
mod terminals;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::link::{Answer, No};
use super::pending::Open;
use super::turn::{Order, Teller};
use super::{READ_FILE, REFUSED, RUN, SERVED, WRITE_FILE};
use crate::mcp::{Ask, AskAnswer, AskReply, Errand, Options, Ran, Services, Signal};
use edits::Edits;
use folder::{Folder, Trouble};
use params::{error, exit, fits, no, number, output, path, text, unknown, variables, words};
use terminals::{OUTPUT_MAX, Terminal, Terminals};

/// How long a file system may take.
const FILE_WITHIN: Duration = Duration::from_secs(20);
/// How long a command may run.
const RUN_WITHIN: Duration = Duration::from_mins(30);
/// How much of the end of what a command wrote is told, in bytes.
const TOLD_MAX: usize = 2 * 1024;

/// Something that an agent can have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Read,
    Write,
    Create,
    Output,
    Wait,
    Kill,
    Release,
}

impl Service {
    const ALL: [(&'static str, Self); 7] = [
        (READ_FILE, Self::Read),
        (WRITE_FILE, Self::Write),
        (RUN, Self::Create),
        ("terminal/output", Self::Output),
        ("terminal/wait_for_exit", Self::Wait),
        ("terminal/kill", Self::Kill),
        ("terminal/release", Self::Release),
    ];

    fn is_offered(self, services: Services) -> bool {
        match self {
            Self::Read => services.reads,
            Self::Write => services.writes,
            Self::Create | Self::Output | Self::Wait | Self::Kill | Self::Release => {
                services.terminals
            }
        }
    }
}

/// What a method stands for, where that is offered.
pub(super) fn service(method: &str, services: Services) -> Option<Service> {
    let (_, service) = Service::ALL.into_iter().find(|(name, _)| *name == method)?;
    service.is_offered(services).then_some(service)
}

/// With what things are done for one agent.
#[derive(Debug)]
pub(super) struct Means {
    server: String,
    options: Options,
    last: AtomicU64,
}

impl Means {
    pub(super) fn new(server: &str, options: &Options) -> Self {
        Self {
            server: server.to_owned(),
            options: options.clone(),
            last: AtomicU64::new(0),
        }
    }

    /// A name that no command had before.
    fn name(&self) -> String {
        format!("terminal-{}", self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Where things are done in one turn.
#[derive(Debug)]
pub(super) struct Workbench {
    means: Arc<Means>,
    cwd: PathBuf,
    /// Whether the turn may write.
    writes: bool,
    edits: Edits,
    terminals: Terminals,
    /// Who is waited for, for whoever keeps the time.
    open: watch::Sender<Open>,
    teller: Teller,
    tasks: TaskTracker,
    /// Those that tell how commands ended.
    telling: TaskTracker,
    /// Falls when the turn is over.
    over: CancellationToken,
    /// However that comes.
    _guard: DropGuard,
}

impl Workbench {
    pub(super) fn new(
        means: &Arc<Means>,
        order: &Order,
        open: watch::Sender<Open>,
        teller: Teller,
        tasks: &TaskTracker,
    ) -> Arc<Self> {
        let over = CancellationToken::new();
        Arc::new(Self {
            means: Arc::clone(means),
            cwd: order.cwd.clone(),
            writes: order.writes,
            edits: Edits::default(),
            terminals: Terminals::default(),
            open,
            teller,
            tasks: tasks.clone(),
            telling: TaskTracker::new(),
            _guard: over.clone().drop_guard(),
            over,
        })
    }

    /// Falls when the turn is over.
    pub(super) fn over(&self) -> &CancellationToken {
        &self.over
    }

    /// Notes the answer to a request for leave of the agent's own.
    pub(super) fn note(&self, asked: &Value, answer: &Value) {
        self.edits.note(asked, answer);
    }

    /// Does what the agent wants, or says why not.
    pub(super) async fn serve(self: Arc<Self>, service: Service, params: Value) -> Answer {
        if self.over.is_cancelled() {
            return Err(no(&Trouble::Over));
        }
        match service {
            Service::Read => self.read(&params).await,
            Service::Write => self.write(&params).await,
            Service::Create => self.create(&params).await,
            Service::Output => self.terminal(&params).map(|one| output(&one)),
            Service::Wait => {
                let mut terminal = self.terminal(&params)?;
                let ended = self.over.run_until_cancelled(terminal.ended()).await;
                // It is being ended.
                Ok(exit(&ended.unwrap_or(Ran::Stopped)))
            }
            Service::Kill => {
                self.terminal(&params)?.kill();
                Ok(json!({}))
            }
            Service::Release => {
                let id = path(&params, "terminalId")?;
                let known = self.terminals.release(id);
                known.then(|| json!({})).ok_or_else(|| unknown(id))
            }
        }
    }

    /// Ends the work: nothing begins any more, what waits is answered, commands are told to end.
    pub(super) fn close(&self) {
        self.over.cancel();
        self.telling.close();
    }

    /// Waits until all commands have ended, and until that was told. Only after [`close`](Self::close).
    pub(super) async fn ended(&self) {
        self.terminals.ended().await;
        self.telling.wait().await;
    }

    async fn read(&self, params: &Value) -> Answer {
        let (line, limit) = (number(params, "line"), number(params, "limit"));
        let (folder, below) = self.place(READ_FILE, path(params, "path")?).await?;
        let target = self.target(READ_FILE, &folder, &below).await?;
        let whole = folder.absolute(&target);
        let asked = json!({"path": whole, "line": line, "limit": limit});
        self.leave(READ_FILE, asked).await?;
        let read = blocking(move || folder.read(&target, line, limit)).await;
        let there = !matches!(read, Err(Trouble::Missing { .. }));
        let told =
            json!({"did": "read", "path": below, "line": line, "limit": limit, "there": there});
        match read {
            Ok(text) => {
                self.teller.tell(SERVED, told).await;
                Ok(json!({"content": text}))
            }
            // Some look so whether a file is there that they are to write.
            Err(trouble @ Trouble::Missing { .. }) => {
                self.teller.tell(SERVED, told).await;
                Err(no(&trouble))
            }
            Err(trouble) => Err(self.failed(READ_FILE, no(&trouble)).await),
        }
    }

    async fn write(&self, params: &Value) -> Answer {
        let content = text(params, "content")?.to_owned();
        let path = path(params, "path")?;
        self.may_write(WRITE_FILE, path).await?;
        let (folder, below) = self.place(WRITE_FILE, path).await?;
        let target = self.target(WRITE_FILE, &folder, &below).await?;
        let (looking, at) = (Arc::clone(&folder), target.clone());
        let old = match blocking(move || looking.text(&at)).await {
            Ok(old) => old,
            // Nobody could see what is lost with it.
            Err(trouble) => return Err(self.failed(WRITE_FILE, no(&trouble)).await),
        };
        // A yes was for the file that was named, and not for one that a link leads to.
        let named = target == below;
        if !named || !self.edits.take(&folder, &below, old.as_deref(), &content) {
            let path = folder.absolute(&target);
            let change = json!({"path": path, "old": old, "new": content});
            self.leave(WRITE_FILE, change).await?;
        }
        let told = json!({"did": "write", "path": below, "old": old, "new": content});
        let over = self.over.clone();
        let written = blocking(move || {
            if over.is_cancelled() {
                return Err(Trouble::Over);
            }
            folder.write(&target, old.as_deref(), &content)
        });
        match written.await {
            Ok(()) => {
                self.teller.tell(SERVED, told).await;
                Ok(json!({}))
            }
            Err(trouble) => Err(self.failed(WRITE_FILE, no(&trouble)).await),
        }
    }

    async fn create(&self, params: &Value) -> Answer {
        let program = path(params, "command")?;
        self.may_write(RUN, program).await?;
        let cwd = match params.get("cwd") {
            None | Some(Value::Null) => ".",
            Some(_) => path(params, "cwd")?,
        };
        let (folder, below) = self.place(RUN, cwd).await?;
        let cwd = match blocking(move || folder.real(&below)).await {
            Ok(cwd) => cwd,
            Err(trouble) => return Err(self.failed(RUN, no(&trouble)).await),
        };
        let mut command = vec![program.to_owned()];
        command.extend(words(params)?);
        let variables = variables(params)?;
        // Rules and people judge what is set, too: a variable can make of a command another one.
        let mut shown = Vec::new();
        if !variables.is_empty() {
            shown.push("env".to_owned());
            let pairs = variables.iter();
            shown.extend(pairs.map(|(name, value)| format!("{name}={value}")));
        }
        shown.extend(command.iter().cloned());
        fits(&shown)?;
        let run = json!({"did": "run", "command": shown, "cwd": cwd});
        self.leave(RUN, run.clone()).await?;
        let mut env = self.means.options.offers.command_env.clone();
        env.extend(variables);
        let errand = Errand {
            name: format!("a command of {}", self.means.server),
            command,
            env,
            cwd,
            limit: RUN_WITHIN,
        };
        let most = number(params, "outputByteLimit");
        let most = most.map_or(OUTPUT_MAX, |most| {
            usize::try_from(most).unwrap_or(OUTPUT_MAX)
        });
        let id = self.means.name();
        let (terminals, options) = (&self.terminals, &self.means.options);
        let started = terminals.start(id.clone(), errand, most, options, &self.over, &self.tasks);
        let terminal = match started {
            Ok(terminal) => terminal,
            Err(why) => return Err(self.failed(RUN, error(why.to_string())).await),
        };
        self.teller.tell(SERVED, run).await;
        let telling = tell_the_end(terminal, shown, self.teller.clone());
        self.telling.spawn(telling);
        Ok(json!({"terminalId": id}))
    }

    /// Where a path lies, told where that is nowhere in the session's folder.
    async fn place(&self, method: &str, path: &str) -> Result<(Arc<Folder>, PathBuf), No> {
        let (cwd, asked) = (self.cwd.clone(), path.to_owned());
        let found = blocking(move || {
            let folder = Folder::open(&cwd)?;
            let below = folder.below(&asked)?;
            Ok((Arc::new(folder), below))
        });
        match found.await {
            Ok(found) => Ok(found),
            Err(trouble) => {
                let why = trouble.to_string();
                let told = json!({"method": method, "path": path, "why": why});
                self.teller.tell(REFUSED, told).await;
                Err(no(&trouble))
            }
        }
    }

    /// Says no in a turn that may only read.
    async fn may_write(&self, method: &str, what: &str) -> Result<(), No> {
        if self.writes {
            return Ok(());
        }
        let why = format!("this turn only reads: {what}");
        let told = json!({"method": method, "path": what, "why": why});
        self.teller.tell(REFUSED, told).await;
        Err(error(why))
    }

    /// The file that a path stands for.
    async fn target(
        &self,
        method: &str,
        folder: &Arc<Folder>,
        below: &Path,
    ) -> Result<PathBuf, No> {
        let (folder, below) = (Arc::clone(folder), below.to_owned());
        match blocking(move || folder.target(&below)).await {
            Ok(target) => Ok(target),
            Err(trouble) => Err(self.failed(method, no(&trouble)).await),
        }
    }

    /// Asks for leave. Meanwhile somebody is waited for.
    async fn leave(&self, method: &str, params: Value) -> Result<(), No> {
        let (reply, answer) = AskReply::channel();
        let method = method.to_owned();
        let ask = Signal::Ask(Ask {
            method,
            params,
            reply,
        });
        self.teller.send(ask).await;
        self.open.send_modify(|open| open.asked += 1);
        let answer = self.over.run_until_cancelled(answer).await;
        self.open.send_modify(|open| open.asked -= 1);
        match answer {
            Some(Ok(AskAnswer::Result(_))) => Ok(()),
            Some(Ok(AskAnswer::Error { message, .. })) => Err(error(message)),
            Some(Err(_)) => Err(error("nobody answered the request for leave".to_owned())),
            None => Err(no(&Trouble::Over)),
        }
    }

    /// Tells what went wrong.
    async fn failed(&self, method: &str, no: No) -> No {
        let told = json!({"did": "fail", "method": method, "why": no.message});
        self.teller.tell(SERVED, told).await;
        no
    }

    fn terminal(&self, params: &Value) -> Result<Terminal, No> {
        let id = path(params, "terminalId")?;
        self.terminals.get(id).ok_or_else(|| unknown(id))
    }
}

/// Tells how a command ended, and the end of what it wrote.
async fn tell_the_end(mut terminal: Terminal, command: Vec<String>, teller: Teller) {
    let ran = terminal.ended().await;
    let how = match &ran {
        Ran::Ended(code) => format!("exit code {code}"),
        Ran::TimedOut => "ended: it took too long".to_owned(),
        Ran::Stopped => "ended before it was done".to_owned(),
        Ran::NotStarted(why) => format!("not started: {why}"),
    };
    let (wrote, _) = terminal.output();
    let from = wrote.ceil_char_boundary(wrote.len().saturating_sub(TOLD_MAX));
    let wrote = wrote.get(from..).unwrap_or_default();
    let told = json!({"did": "ran", "command": command, "how": how, "wrote": wrote});
    teller.tell(SERVED, told).await;
}

/// Does something with files beside the event loop; a file system that hangs is left alone.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    let hangs = || Trouble::Hangs {
        seconds: FILE_WITHIN.as_secs(),
    };
    match tokio::time::timeout(FILE_WITHIN, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(done)) => done,
        Ok(Err(_)) | Err(_) => Err(hangs()),
    }
}
