//! One question to the endpoint: HTTP, retries, limits of time. Dropping the future drops the
//! connection, which is how a cancelled call stops the model behind it.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use serde_json::Value;

use super::draft::{Draft, Piece};
use super::options::{Api, ApiKey, OpenAiOptions};
use super::sse::SseParser;
use super::{chat_completions, endpoint, refusal, responses};
use crate::servers::ServeError;
use crate::servers::chat::{DeltaSink, Failure, FailureKind, LentTool, ToolChoice, ToolStep, Turn};

/// The longest wait before a retry; an endpoint that asks for more gets its failure reported.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The first wait when the endpoint names none; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest body that is read at once: an answer that does not stream, or an error.
const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'q> {
    /// System prompt, if any.
    pub(super) system: Option<&'q str>,
    /// The earlier turns that are resent.
    pub(super) turns: &'q [Turn],
    /// The new prompt.
    pub(super) prompt: &'q str,
    /// What was looked up for it already.
    pub(super) steps: &'q [ToolStep],
    /// What the model may call.
    pub(super) tools: &'q [LentTool],
    /// Whether it may call any of it now.
    pub(super) tool_choice: ToolChoice,
    /// Who shall answer.
    pub(super) model: &'q str,
}

/// The endpoint.
#[derive(Debug)]
pub(super) struct Upstream {
    client: Client,
    base: Url,
    /// The address without a user name or password, for messages.
    shown: String,
    api: Api,
    key: Option<ApiKey>,
    key_env: String,
    max_retries: u32,
}

/// Whether a stream may say more.
#[derive(Debug, PartialEq, Eq)]
enum Flow {
    More,
    Ended,
}

impl Upstream {
    /// Checks the address and prepares the client; asks nothing yet.
    pub(super) fn new(options: &OpenAiOptions) -> Result<Self, ServeError> {
        let base = endpoint::base_url(&options.base_url)?;
        let mut shown = base.clone();
        // Both fail only for addresses that cannot have a user, and then there is none to hide.
        let _unchanged = shown.set_username("");
        let _unchanged = shown.set_password(None);
        Ok(Self {
            client: endpoint::client(&base, options)?,
            shown: shown.as_str().trim_end_matches('/').to_owned(),
            base,
            api: options.api,
            key: options.key.clone(),
            key_env: options.key_env.clone(),
            max_retries: options.max_retries,
        })
    }

    /// Asks until there is an answer or no hope of one. Text goes to `sink` while it arrives.
    pub(super) async fn ask(
        &self,
        question: Question<'_>,
        sink: &mut DeltaSink,
    ) -> Result<Draft, Failure> {
        let body = match self.api {
            Api::Chat => chat_completions::body(&question),
            Api::Responses => responses::body(&question),
        };
        let mut tried = 0;
        loop {
            let failure = match self.attempt(&body, sink).await {
                Ok(draft) => return Ok(draft),
                Err(failure) => failure,
            };
            let pause = pause_before_retry(&failure, tried);
            let Some(pause) = pause.filter(|_| tried < self.max_retries && !sink.started()) else {
                return Err(failure);
            };
            tried += 1;
            sink.notice(format!(
                "{}; trying again in {:.1} s",
                failure.message,
                pause.as_secs_f64()
            ))
            .await;
            tokio::time::sleep(pause).await;
        }
    }

    /// The ids of the endpoint's models.
    pub(super) async fn models(&self) -> Result<Vec<String>, Failure> {
        let response = self.send(self.request(Method::GET, "models")).await?;
        let listed: Value = self.read_json(response).await?;
        let Some(data) = listed.get("data").and_then(Value::as_array) else {
            return Err(Failure::new(
                FailureKind::Malformed,
                format!("{} sent no list of models", self.shown),
            ));
        };
        Ok(data
            .iter()
            .filter_map(|model| model.get("id").and_then(Value::as_str))
            .map(str::to_owned)
            .collect())
    }

    async fn attempt(&self, body: &Value, sink: &mut DeltaSink) -> Result<Draft, Failure> {
        let path = match self.api {
            Api::Chat => "chat/completions",
            Api::Responses => "responses",
        };
        let request = self
            .request(Method::POST, path)
            .header(ACCEPT, "text/event-stream, application/json")
            .json(body);
        let response = self.send(request).await?;
        let came_whole = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/json"));
        let mut draft = Draft::default();
        let read = if came_whole {
            self.read_whole(response, &mut draft, sink).await
        } else {
            self.read_stream(response, &mut draft, sink).await
        };
        sink.flush().await;
        read?;
        draft.finish()
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut url = self.base.clone();
        let whole = format!("{}/{path}", self.base.path().trim_end_matches('/'));
        url.set_path(&whole);
        let request = self.client.request(method, url);
        match &self.key {
            Some(key) => request.bearer_auth(key.reveal()),
            None => request,
        }
    }

    /// Sends, and turns everything but success into a failure.
    async fn send(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let response = request.send().await.map_err(|error| self.broken(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let headers = response.headers().clone();
        // The status says enough when the body cannot be read.
        let body = self.read_body(response).await.unwrap_or_default();
        Err(refusal::from_response(
            status,
            &headers,
            &body,
            &self.key_env,
        ))
    }

    async fn read_stream(
        &self,
        mut response: Response,
        draft: &mut Draft,
        sink: &mut DeltaSink,
    ) -> Result<(), Failure> {
        let mut parser = SseParser::default();
        let mut flow = Flow::More;
        let mut any = false;
        while flow == Flow::More {
            let chunk = tokio::select! {
                chunk = response.chunk() => chunk.map_err(|error| self.broken(&error)),
                () = sink.due() => {
                    sink.flush().await;
                    continue;
                }
            };
            let bytes = match chunk {
                Ok(Some(bytes)) => bytes,
                Ok(None) => break,
                // All has been said; how the connection ends does not matter.
                Err(_) if draft.finish_reason.is_some() => break,
                Err(failure) => return Err(failure),
            };
            let events = parser.push(&bytes).map_err(|_too_long| {
                Failure::new(
                    FailureKind::Malformed,
                    format!("{} sent a line of more than 16 MiB", self.shown),
                )
            })?;
            for data in events {
                any = true;
                let (pieces, next) = self.take_in(&data, draft)?;
                for (channel, text) in pieces {
                    sink.push(channel, &text).await;
                }
                flow = next;
                if flow == Flow::Ended {
                    break;
                }
            }
        }
        if any {
            Ok(())
        } else {
            Err(Failure::new(
                FailureKind::Malformed,
                format!("{} ended its answer without a word", self.shown),
            ))
        }
    }

    fn take_in(&self, data: &str, draft: &mut Draft) -> Result<(Vec<Piece>, Flow), Failure> {
        if data.trim() == "[DONE]" {
            return Ok((Vec::new(), Flow::Ended));
        }
        let value: Value = serde_json::from_str(data).map_err(|error| {
            Failure::new(
                FailureKind::Malformed,
                format!("{} sent an event that is no JSON: {error}", self.shown),
            )
        })?;
        match self.api {
            // Usage may follow the last word, so only `[DONE]` ends this stream.
            Api::Chat => Ok((chat_completions::chunk(&value, draft)?, Flow::More)),
            Api::Responses => {
                let pieces = responses::event(&value, draft)?;
                let flow = match draft.finish_reason {
                    Some(_) => Flow::Ended,
                    None => Flow::More,
                };
                Ok((pieces, flow))
            }
        }
    }

    async fn read_whole(
        &self,
        response: Response,
        draft: &mut Draft,
        sink: &mut DeltaSink,
    ) -> Result<(), Failure> {
        let value = self.read_json(response).await?;
        let pieces = match self.api {
            Api::Chat => chat_completions::whole(&value, draft)?,
            Api::Responses => responses::whole(&value, draft)?,
        };
        for (channel, text) in pieces {
            sink.push(channel, &text).await;
        }
        if draft.finish_reason.is_none() {
            return Err(Failure::new(
                FailureKind::Malformed,
                format!("{} sent JSON that is no answer", self.shown),
            ));
        }
        Ok(())
    }

    async fn read_json(&self, response: Response) -> Result<Value, Failure> {
        let body = self.read_body(response).await?;
        serde_json::from_slice(&body).map_err(|error| {
            Failure::new(
                FailureKind::Malformed,
                format!("{} sent no JSON: {error}", self.shown),
            )
        })
    }

    async fn read_body(&self, mut response: Response) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        while let Some(bytes) = response
            .chunk()
            .await
            .map_err(|error| self.broken(&error))?
        {
            if body.len() + bytes.len() > MAX_BODY_BYTES {
                return Err(Failure::new(
                    FailureKind::Malformed,
                    format!("{} sent more than 32 MiB at once", self.shown),
                ));
            }
            body.extend_from_slice(&bytes);
        }
        Ok(body)
    }

    fn broken(&self, error: &reqwest::Error) -> Failure {
        refusal::from_transport(error, &self.shown)
    }
}

/// How long to wait before asking again; `None` where asking again cannot help.
fn pause_before_retry(failure: &Failure, tried: u32) -> Option<Duration> {
    match failure.kind {
        FailureKind::RateLimit | FailureKind::Overloaded | FailureKind::Network => {
            let own = FIRST_PAUSE * 2_u32.saturating_pow(tried);
            let pause = failure.retry_after.unwrap_or(own);
            (pause <= LONGEST_PAUSE).then_some(pause)
        }
        FailureKind::Auth
        | FailureKind::Refused
        | FailureKind::ContextTooLong
        | FailureKind::Malformed
        | FailureKind::Timeout => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_obey_the_endpoint() {
        let mut failure = Failure::new(FailureKind::RateLimit, "x");
        assert_eq!(pause_before_retry(&failure, 0), Some(FIRST_PAUSE));
        assert_eq!(pause_before_retry(&failure, 1), Some(FIRST_PAUSE * 2));
        failure.retry_after = Some(Duration::ZERO);
        assert_eq!(pause_before_retry(&failure, 5), Some(Duration::ZERO));
        failure.retry_after = Some(Duration::from_hours(1));
        assert_eq!(pause_before_retry(&failure, 0), None);
        let auth = Failure::new(FailureKind::Auth, "x");
        assert_eq!(pause_before_retry(&auth, 0), None);
    }
}
