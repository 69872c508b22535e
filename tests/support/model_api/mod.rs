//! A model API on loopback whose answers are ordered by the prompt itself.
//!
//! Speaks OpenAI Responses (`POST …/responses`, streamed) and Chat Completions
//! (`POST …/chat/completions`, streamed or not), Anthropic Messages (`POST …/v1/messages`) and
//! Gemini (`POST …/models/M:generateContent` and `:streamGenerateContent`), and lists one model
//! (`GET …/models`). Every request is recorded with how it ended, so a test can wait for "the client has left" instead of
//! sleeping. Directions in the last prompt, the last of a kind counts:
//!
//! | direction | effect |
//! |---|---|
//! | `[[say:TEXT]]` | answer exactly that |
//! | `[[MODEL:TEXT]]` | the same, but only when that model is asked for |
//! | `[[think]]` | stream some reasoning first |
//! | `[[big:N]]` | answer with N characters |
//! | `[[slow:N]]` | N words, 20 ms apart, then `done.` |
//! | `[[whole]]` | no stream: the answer as one JSON body, whatever was asked for |
//! | `[[garbage]]` | status 200 and a body that is no answer |
//! | `[[hold]]` | `held `, then what is to be said only after [`ModelApi::release`] |
//! | `[[hold:N]]` | N words of what is to be said, and the rest only after [`ModelApi::release`] |
//! | `[[hang]]` | two words, then nothing until the client leaves |
//! | `[[mute]]` | headers, then nothing until the client leaves |
//! | `[[cut]]` | two words, then the connection breaks |
//! | `[[status:CODE]]` | that HTTP status, with an error in the vendor's shape |
//! | `[[status:CODExN]]` | the same, but only for the first N tries of this prompt |
//! | `[[retry-after:SECONDS]]` | with status 429: how long to wait, instead of 0 |
//! | `[[window:N]]` | a request of more than N bytes is refused as too long for the model |
//! | `[[exec:COMMAND]]` | ask the client to run a command; then quote what it printed |
//! | `[[esc]]` | with `exec`: ask for it outside the sandbox, which needs an approval |
//! | `[[call:NAME ARGUMENTS]]` | ask the client to call a tool it offers; then quote what came of it |
//! | `[[call:*END ARGUMENTS]]` | the same for the first tool it offers whose name ends so |
//! | `[[endless]]` | with `call`: ask for it again and again |
//! | `[[toolless]]` | a request that offers tools is refused |
//! | `[[patch:FILE]]` | ask the client to add a file; then quote what came of it |
//!
//! What [`ModelApi::rehearse`] says for an API counts as if it stood in each prompt that orders nothing.
//!
//! Anything else is answered by `turn N: PROMPT`, where N counts the prompts of the conversation
//! as the client sent them, which proves memory.

mod anthropic;
mod chat;
mod directions;
mod exchange;
mod gemini;
mod http;
mod offered;
mod responses;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

#[allow(unused_imports, reason = "not every level compares long answers")]
pub(crate) use directions::varied_text;
use directions::{Conversation, Directions};
use exchange::Exchange;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It is still being answered.
    Open,
    /// All was sent.
    Answered,
    /// The client closed the connection first.
    ClientLeft,
    /// We broke the connection, as ordered.
    Cut,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    /// `GET` or `POST`.
    pub(crate) method: String,
    /// The path, without a query.
    pub(crate) path: String,
    /// Header names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body, null when there is none.
    pub(crate) body: Value,
    /// How it ended.
    pub(crate) ending: Ending,
}

/// The running API; stops when dropped.
#[derive(Debug)]
pub(crate) struct ModelApi {
    address: SocketAddr,
    book: Arc<Book>,
    _running: DropGuard,
}

#[derive(Debug)]
struct Book {
    requests: watch::Sender<Vec<Recorded>>,
    tries: Mutex<HashMap<String, u32>>,
    released: watch::Sender<bool>,
    scripts: Mutex<HashMap<&'static str, String>>,
}

impl ModelApi {
    /// Starts on a free port of 127.0.0.1.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let book = Arc::new(Book {
            requests: watch::Sender::new(Vec::new()),
            tries: Mutex::default(),
            released: watch::Sender::new(false),
            scripts: Mutex::default(),
        });
        let stop = CancellationToken::new();
        let tracker = TaskTracker::new();
        let serving = serve(listener, Arc::clone(&book), tracker.clone());
        tracker.spawn(stop.clone().run_until_cancelled_owned(serving));
        Self {
            address,
            book,
            _running: stop.drop_guard(),
        }
    }

    /// For instance `http://127.0.0.1:40000/v1`.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// For instance `http://127.0.0.1:40000`, for clients that put the version into the path.
    pub(crate) fn root_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.book.requests.borrow().clone()
    }

    /// What is to be done at each prompt over one API (`responses`, `chat`, `anthropic` or `gemini`) that
    /// orders nothing itself: directions as they stand in prompts.
    pub(crate) fn rehearse(&self, api: &'static str, script: &str) {
        let mut scripts = self.book.scripts.lock().unwrap();
        scripts.insert(api, script.to_owned());
    }

    /// Lets every answer that is held go on, now and later.
    pub(crate) fn release(&self) {
        self.book.released.send_replace(true);
    }

    /// Holds again what is to be held, from now on.
    pub(crate) fn hold_again(&self) {
        self.book.released.send_replace(false);
    }

    /// Waits until the requests are as wanted, and gives them.
    pub(crate) async fn wait_for(
        &self,
        what: &str,
        wanted: impl FnMut(&Vec<Recorded>) -> bool,
    ) -> Vec<Recorded> {
        let mut watching = self.book.requests.subscribe();
        let found = super::soon(what, watching.wait_for(wanted)).await;
        found.unwrap().clone()
    }
}

async fn serve(listener: TcpListener, book: Arc<Book>, tracker: TaskTracker) {
    while let Ok((stream, _)) = listener.accept().await {
        let book = Arc::clone(&book);
        tracker.spawn(async move {
            let (place, ending) = answer(stream, &book).await?;
            book.requests.send_modify(|all| all[place].ending = ending);
            Some(())
        });
    }
}

/// Answers the one request of a connection; `None` when there was none.
async fn answer(stream: TcpStream, book: &Book) -> Option<(usize, Ending)> {
    let (mut exchange, request) = Exchange::open(stream, book.released.subscribe()).await?;
    let mut place = 0;
    book.requests.send_modify(|all| {
        place = all.len();
        all.push(request.clone());
    });
    let ending = route(&mut exchange, &request, book).await;
    Some((place, ending))
}

async fn route(exchange: &mut Exchange, request: &Recorded, book: &Book) -> Ending {
    let path = request.path.as_str();
    if request.method == "GET" && path.ends_with("/models") {
        let models = json!({"object": "list", "models": [],
            "data": [{"id": "stub-model", "object": "model", "owned_by": "stub"}]});
        return exchange.json(200, &[], &models).await;
    }
    let Some(dialect) = Dialect::of(path) else {
        let missing = json!({"error": {"message": format!("no route {path}")}});
        return exchange.json(404, &[], &missing).await;
    };
    if let Some(aside) = dialect.aside(&request.body) {
        return exchange.json(200, &[], &aside).await;
    }
    let conversation = dialect.conversation(&request.body);
    let model = match dialect {
        Dialect::Gemini { .. } => gemini::model(path),
        Dialect::Responses | Dialect::Chat | Dialect::Anthropic => request.body["model"].as_str(),
    };
    let ordered = book.ordered(&conversation.prompt, dialect);
    let directions = Directions::read(&ordered, model);
    let number = book.count_try(&conversation.prompt);
    if let Some(status) = directions.status_on(number) {
        let patience = directions.value("retry-after").unwrap_or("0");
        let headers: &[(&str, &str)] = if status == 429 {
            &[("retry-after", patience)]
        } else {
            &[]
        };
        let error = dialect.error(status);
        return exchange.json(status, headers, &error).await;
    }
    if let Some(window) = directions.number("window")
        && request.body.to_string().len() > window
    {
        let error = json!({"error": {"message": "This model's maximum context length is exceeded",
            "type": "invalid_request_error", "code": "context_length_exceeded"}});
        return exchange.json(400, &[], &error).await;
    }
    if directions.has("toolless") && !request.body["tools"].is_null() {
        let error = json!({"error": {"message": "stub-model does not support tools"}});
        return exchange.json(400, &[], &error).await;
    }
    if directions.has("garbage") {
        return exchange.json(200, &[], &json!({"hello": "world"})).await;
    }
    let steps = directions.steps(&conversation);
    let body = &request.body;
    let streams = body["stream"] == json!(true) && !directions.has("whole");
    match (dialect, streams) {
        (Dialect::Responses, true) => responses::stream(exchange, body, &steps).await,
        (Dialect::Responses, false) => responses::whole(exchange, body, &steps).await,
        (Dialect::Chat, true) => chat::stream(exchange, body, &steps).await,
        (Dialect::Chat, false) => chat::whole(exchange, body, &steps).await,
        (Dialect::Anthropic, true) => anthropic::stream(exchange, body, &steps).await,
        (Dialect::Anthropic, false) => anthropic::whole(exchange, body, &steps).await,
        (Dialect::Gemini { streams: true }, _) => gemini::stream(exchange, body, &steps).await,
        (Dialect::Gemini { streams: false }, _) => gemini::whole(exchange, &steps).await,
    }
}

/// The model APIs that are spoken.
#[derive(Debug, Clone, Copy)]
enum Dialect {
    Responses,
    Chat,
    Anthropic,
    Gemini { streams: bool },
}

impl Dialect {
    fn of(path: &str) -> Option<Self> {
        match path {
            _ if path.ends_with("/responses") => Some(Self::Responses),
            _ if path.ends_with("/chat/completions") => Some(Self::Chat),
            _ if path.ends_with("/messages") => Some(Self::Anthropic),
            _ if path.ends_with(":generateContent") => Some(Self::Gemini { streams: false }),
            _ if path.ends_with(":streamGenerateContent") => Some(Self::Gemini { streams: true }),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Chat => "chat",
            Self::Anthropic => "anthropic",
            Self::Gemini { .. } => "gemini",
        }
    }

    fn conversation(self, body: &Value) -> Conversation {
        match self {
            Self::Responses => responses::conversation(body),
            Self::Chat => chat::conversation(body),
            Self::Anthropic => anthropic::conversation(body),
            Self::Gemini { .. } => gemini::conversation(body),
        }
    }

    /// The answer to a question that the client's own machinery asks, and no person.
    fn aside(self, body: &Value) -> Option<Value> {
        match self {
            Self::Responses | Self::Chat | Self::Anthropic => None,
            Self::Gemini { .. } => gemini::aside(body),
        }
    }

    fn error(self, status: u16) -> Value {
        match self {
            Self::Responses | Self::Chat => {
                json!({"error": {"message": format!("stub error {status}"), "type": "stub_error",
                    "code": if status == 429 { "rate_limit_exceeded" } else { "stub" }}})
            }
            Self::Anthropic => anthropic::error(status),
            Self::Gemini { .. } => gemini::error(status),
        }
    }
}

impl Book {
    /// A prompt with what is to be done at each, where it orders nothing itself.
    fn ordered(&self, prompt: &str, dialect: Dialect) -> String {
        let scripts = self.scripts.lock().unwrap();
        let script = scripts
            .get(dialect.word())
            .filter(|_| !prompt.contains("[["));
        format!("{prompt}{}", script.map_or("", String::as_str))
    }

    fn count_try(&self, prompt: &str) -> u32 {
        let mut tries = self.tries.lock().unwrap();
        let count = tries.entry(prompt.to_owned()).or_default();
        *count += 1;
        *count
    }
}
