//! The tools of `synod mcp rehearsal`, and the playing of the acts in real time.

use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, DiscoverResult, ErrorCode, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};
use rustix::process::{Signal, getpid, kill_process};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::RehearsalOptions;
use super::asking::{self, Permission};
use super::script::{Act, Scene, acts};
use crate::servers::chat::{
    Channel, ChatArguments, DeltaSink, Failure, FailureKind, MAX_SESSIONS, Reply, Sessions, Talker,
    Turn, Usage, serve_call, tools,
};

/// Characters of history that are kept of a session.
const MAX_HISTORY_CHARS: usize = 2_000_000;
/// How much is poured at once.
const POUR_BYTES: usize = 4096;

/// The server.
#[derive(Debug)]
pub(super) struct Rehearsal {
    options: RehearsalOptions,
    sessions: Sessions,
    gone: CancellationToken,
}

/// One answer while it is played.
struct Stage<'s> {
    sink: DeltaSink,
    said: String,
    pace: Duration,
    session: &'s str,
    context: &'s RequestContext<RoleServer>,
}

impl Rehearsal {
    /// `gone` falls when the client has left.
    pub(super) fn new(options: RehearsalOptions, gone: CancellationToken) -> Self {
        Self {
            options,
            sessions: Sessions::new(MAX_SESSIONS),
            gone,
        }
    }

    fn model(&self) -> String {
        format!("rehearsal:{}", self.options.persona.word())
    }
}

impl Talker for Rehearsal {
    fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    async fn models(&self) -> Result<Vec<String>, Failure> {
        Ok(vec![self.model()])
    }

    async fn chat(
        &self,
        arguments: ChatArguments,
        context: &RequestContext<RoleServer>,
    ) -> Result<Reply, Failure> {
        let prompt = arguments.prompt;
        let (session_id, mut talk) = self.sessions.open(arguments.session_id).await?;
        let (turn, earlier) = if arguments.reset {
            (1, None)
        } else {
            (talk.next_turn(), talk.turns().last())
        };
        let persona = self.options.persona;
        let acts = acts(&Scene {
            persona,
            seed: self.options.seed,
            name: self.options.name.as_deref().unwrap_or(persona.word()),
            turn,
            earlier: earlier.map(|turn| turn.prompt.as_str()),
            prompt: &prompt,
        });
        let mut stage = Stage {
            sink: DeltaSink::new(context),
            said: String::new(),
            pace: self.options.pace.unwrap_or(persona.pace()),
            session: &session_id,
            context,
        };
        for act in acts {
            stage.play(act).await?;
        }
        stage.sink.flush().await;
        let answer = stage.said;
        let usage = Usage {
            input: prompt.split_whitespace().count() as u64,
            output: answer.split_whitespace().count() as u64,
            cached: None,
        };
        if arguments.reset {
            talk.forget();
        }
        talk.make_room(prompt.chars().count(), MAX_HISTORY_CHARS);
        talk.remember(Turn {
            steps: Vec::new(),
            prompt,
            answer: answer.clone(),
        });
        Ok(Reply {
            content: answer,
            model: self.model(),
            turn,
            usage: Some(usage),
            tool_calls: Vec::new(),
            finish_reason: "stop".to_owned(),
            dropped_turns: talk.dropped(),
            session_id,
        })
    }
}

impl Stage<'_> {
    async fn play(&mut self, act: Act) -> Result<(), Failure> {
        match act {
            Act::Pause(time) => tokio::time::sleep(time).await,
            Act::Think(text) => self.speak(Channel::Reasoning, &text).await,
            Act::Say(text) => self.speak(Channel::Text, &text).await,
            Act::Pour(text) => self.pour(&text).await,
            Act::Approve(command) => {
                let permission =
                    asking::approval(&self.context.peer, &self.context.id, self.session, &command)
                        .await;
                let outcome = match permission {
                    Permission::Granted => {
                        format!("You allowed `{command}`; in a rehearsal nothing is run.\n\n")
                    }
                    Permission::Denied => format!("You denied `{command}`; I go on without.\n\n"),
                    Permission::NoAnswer => {
                        format!("Nobody could be asked about `{command}`; I go on without.\n\n")
                    }
                };
                self.speak(Channel::Text, &outcome).await;
            }
            Act::Form(question) => {
                let outcome = match asking::form(&self.context.peer, &question).await {
                    Permission::Granted => "You said yes to my question.\n\n",
                    Permission::Denied => "You said no to my question.\n\n",
                    Permission::NoAnswer => "Nobody answered my question.\n\n",
                };
                self.speak(Channel::Text, outcome).await;
            }
            Act::Fail(reason) => return Err(Failure::new(FailureKind::Refused, reason)),
            Act::Crash => {
                self.sink.flush().await;
                // As a crash does it: no goodbye, no reply, nothing cleaned up.
                return match kill_process(getpid(), Signal::KILL) {
                    Ok(()) => std::future::pending().await,
                    Err(error) => Err(Failure::new(
                        FailureKind::Refused,
                        format!("the crash failed: {error}"),
                    )),
                };
            }
            Act::Hang => {
                self.sink.flush().await;
                std::future::pending::<()>().await;
            }
        }
        Ok(())
    }

    /// Word by word, each at its own time, so that no delay adds up.
    async fn speak(&mut self, channel: Channel, text: &str) {
        let mut next = Instant::now();
        for word in text.split_inclusive(char::is_whitespace) {
            next += self.pace;
            self.emit(channel, word).await;
            while !self.pace.is_zero() && Instant::now() < next {
                tokio::select! {
                    () = tokio::time::sleep_until(next) => {}
                    () = self.sink.due() => self.sink.flush().await,
                }
            }
        }
    }

    async fn pour(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let mut end = rest.len().min(POUR_BYTES);
            while !rest.is_char_boundary(end) {
                end += 1;
            }
            let (piece, tail) = rest.split_at(end);
            self.emit(Channel::Text, piece).await;
            rest = tail;
        }
    }

    async fn emit(&mut self, channel: Channel, text: &str) {
        if channel == Channel::Text {
            self.said.push_str(text);
        }
        self.sink.push(channel, text).await;
    }
}

impl ServerHandler for Rehearsal {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("synod-rehearsal", env!("CARGO_PKG_VERSION"));
        info.instructions = Some("REHEARSAL: scripted answers, no model behind them.".to_owned());
        info
    }

    /// Tells a client of the newest protocol that this is an older server, so that it opens the
    /// conversation in the older way: asking is part of the play, and the newest has no asking.
    async fn discover(
        &self,
        _context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        Err(ErrorData::new(
            ErrorCode::METHOD_NOT_FOUND,
            "server/discover",
            None,
        ))
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools(
            "REHEARSAL: plays a scripted part, asks no model.",
            self.lending(),
        )))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        Ok(serve_call(self, request, context, &self.gone).await)
    }
}
