//! A model API on loopback whose answers are ordered by the prompt itself.
//!
//! Speaks OpenAI Responses (`POST …/responses`, streamed) and Chat Completions
//! (`POST …/chat/completions`, streamed or not), and lists one model (`GET …/models`). Every
//! request is recorded with how it ended, so a test can wait for "the client has left" instead of
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
//! | `[[hang]]` | two words, then nothing until the client leaves |
//! | `[[mute]]` | headers, then nothing until the client leaves |
//! | `[[cut]]` | two words, then the connection breaks |
//! | `[[status:CODE]]` | that HTTP status, with an error in the vendor's shape |
//! | `[[status:CODExN]]` | the same, but only for the first N tries of this prompt |
//! | `[[retry-after:SECONDS]]` | with status 429: how long to wait, instead of 0 |
//! | `[[window:N]]` | a request of more than N bytes is refused as too long for the model |
//! | `[[exec:COMMAND]]` | ask the client to run a command; then quote what it printed |
//! | `[[esc]]` | with `exec`: ask for it outside the sandbox, which needs an approval |
//! | `[[patch:FILE]]` | ask the client to add a file; then quote what came of it |
//!
//! Anything else is answered by `turn N: PROMPT`, where N counts the prompts of the conversation
//! as the client sent them, which proves memory.

mod chat;
mod directions;
mod exchange;
mod http;
mod responses;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use directions::Directions;
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

    /// All requests so far, in order of arrival.
    pub(crate) fn requests(&self) -> Vec<Recorded> {
        self.book.requests.borrow().clone()
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
    let conversation = match path {
        _ if path.ends_with("/responses") => responses::conversation(&request.body),
        _ if path.ends_with("/chat/completions") => chat::conversation(&request.body),
        _ => {
            let missing = json!({"error": {"message": format!("no route {path}")}});
            return exchange.json(404, &[], &missing).await;
        }
    };
    let directions = Directions::read(&conversation.prompt, request.body["model"].as_str());
    let number = book.count_try(&conversation.prompt);
    if let Some(status) = directions.status_on(number) {
        let error = json!({"error": {"message": format!("stub error {status}"),
            "type": "stub_error",
            "code": if status == 429 { "rate_limit_exceeded" } else { "stub" }}});
        let patience = directions.value("retry-after").unwrap_or("0");
        let headers: &[(&str, &str)] = if status == 429 {
            &[("retry-after", patience)]
        } else {
            &[]
        };
        return exchange.json(status, headers, &error).await;
    }
    if let Some(window) = directions.number("window")
        && request.body.to_string().len() > window
    {
        let error = json!({"error": {"message": "This model's maximum context length is exceeded",
            "type": "invalid_request_error", "code": "context_length_exceeded"}});
        return exchange.json(400, &[], &error).await;
    }
    if directions.has("garbage") {
        return exchange.json(200, &[], &json!({"hello": "world"})).await;
    }
    let steps = directions.steps(&conversation);
    let streams = request.body["stream"] == json!(true) && !directions.has("whole");
    match (path.ends_with("/responses"), streams) {
        (true, true) => responses::stream(exchange, &request.body, &steps).await,
        (true, false) => responses::whole(exchange, &request.body, &steps).await,
        (false, true) => chat::stream(exchange, &request.body, &steps).await,
        (false, false) => chat::whole(exchange, &request.body, &steps).await,
    }
}

impl Book {
    fn count_try(&self, prompt: &str) -> u32 {
        let mut tries = self.tries.lock().unwrap();
        let count = tries.entry(prompt.to_owned()).or_default();
        *count += 1;
        *count
    }
}
