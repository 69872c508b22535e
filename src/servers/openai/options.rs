//! What a person sets for `synod mcp openai`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Everything that the server needs to know.
#[derive(Debug, Clone)]
pub struct OpenAiOptions {
    /// Where the API lives, the version included: `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model that answers unless a call names another.
    pub model: String,
    /// Which of the two APIs the endpoint is asked by.
    pub api: Api,
    /// Name of the environment variable that holds the key; used in messages only.
    pub key_env: String,
    /// The key found there. Without one no `Authorization` header is sent.
    pub key: Option<ApiKey>,
    /// System prompt of every session that sets none of its own.
    pub system: Option<String>,
    /// How often a request is tried again before any text has arrived.
    pub max_retries: u32,
    /// Limits of time.
    pub patience: Patience,
    /// Characters of history that are sent at most, the new prompt included.
    pub max_history_chars: usize,
}

/// How long the endpoint may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To accept a connection.
    pub connect: Duration,
    /// To send the next byte. Local models read a long prompt in silence for minutes.
    pub read: Duration,
}

impl Default for OpenAiOptions {
    fn default() -> Self {
        Self {
            base_url: "https://api.openai.com/v1".to_owned(),
            model: "gpt-5.3".to_owned(),
            api: Api::Chat,
            key_env: "OPENAI_API_KEY".to_owned(),
            key: None,
            system: None,
            max_retries: 2,
            patience: Patience {
                connect: Duration::from_secs(10),
                read: Duration::from_mins(5),
            },
            max_history_chars: 400_000,
        }
    }
}

/// The two APIs that OpenAI-compatible endpoints speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// `POST {base_url}/chat/completions`.
    Chat,
    /// `POST {base_url}/responses`.
    Responses,
}

impl FromStr for Api {
    type Err = UnknownApi;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "chat" => Ok(Self::Chat),
            "responses" => Ok(Self::Responses),
            _ => Err(UnknownApi {
                word: word.to_owned(),
            }),
        }
    }
}

/// A word that names no API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no API; write `chat` or `responses`")]
pub struct UnknownApi {
    word: String,
}

/// A key, kept out of every debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// Takes the key as found; `None` when there is nothing in it.
    #[must_use]
    pub fn found(key: &str) -> Option<Self> {
        let key = key.trim();
        (!key.is_empty()).then(|| Self(key.to_owned()))
    }

    /// The key itself, for the one place that sends it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_shows() {
        let options = OpenAiOptions {
            key: ApiKey::found(" sk-secret\n"),
            ..OpenAiOptions::default()
        };
        assert!(!format!("{options:?}").contains("secret"));
        assert_eq!(options.key.as_ref().map(ApiKey::reveal), Some("sk-secret"));
        assert_eq!(ApiKey::found(" \n"), None);
    }

    #[test]
    fn apis_have_names() {
        assert_eq!("chat".parse(), Ok(Api::Chat));
        assert_eq!("responses".parse(), Ok(Api::Responses));
        assert!("Chat".parse::<Api>().is_err());
    }
}
