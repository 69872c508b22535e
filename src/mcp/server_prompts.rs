//! The prompts that a server offers for people to choose from.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rmcp::model::{ClientRequest, GetPromptRequest, GetPromptRequestParams};
use serde_json::{Map, Value, json};

use crate::mcp::answer;
use crate::mcp::connection::Connection;
use crate::mcp::lookup;
use crate::mcp::reply::{Block, CallError};

/// More prompts than anybody looks through.
const LISTED: usize = 200;
/// More arguments than anybody fills in.
const ARGUMENTS: usize = 32;

/// More completions than anybody reads.
const COMPLETIONS: usize = 20;

/// A prompt as the server lists it; all of it is untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptInfo {
    /// Name to ask for it by.
    pub name: String,
    /// What it is called; empty when not said.
    pub title: String,
    /// What it is for; empty when not said.
    pub description: String,
    /// What it wants to know, at most 32.
    pub arguments: Vec<PromptArgument>,
}

/// What a prompt wants to know; untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptArgument {
    /// Its name.
    pub name: String,
    /// What it means; empty when not said.
    pub description: String,
    /// The prompt cannot be had without it.
    pub required: bool,
}

/// One message of a prompt; untrusted.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptMessage {
    /// Who is to have said it.
    pub by: Speaker,
    /// What.
    pub blocks: Vec<Block>,
}

/// Who says a message of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The one who asks the model; also where nothing is said of it.
    User,
    /// The model.
    Assistant,
}

impl Connection {
    /// The server's prompts, the first 200; none when it offers none.
    ///
    /// # Errors
    /// When the server refuses or does not answer within 30 s.
    pub async fn prompts(&self) -> Result<Vec<PromptInfo>, CallError> {
        let mut found = Vec::new();
        if !self.abilities().prompts {
            return Ok(found);
        }
        lookup::list(self.link(), "prompts/list", "prompts", |entry| {
            found.extend(prompt(entry));
            if found.len() == LISTED {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(found)
    }

    /// What the prompt `name` says with `arguments`: its messages, in order.
    ///
    /// # Errors
    /// When the server refuses or does not answer within 30 s.
    pub async fn prompt(
        &self,
        name: &str,
        arguments: &BTreeMap<String, String>,
    ) -> Result<Vec<PromptMessage>, CallError> {
        let mut params = GetPromptRequestParams::new(name);
        if !arguments.is_empty() {
            let arguments = arguments
                .iter()
                .map(|(k, v)| (k.clone(), v.as_str().into()));
            params = params.with_arguments(arguments.collect::<Map<String, Value>>());
        }
        let request = ClientRequest::GetPromptRequest(GetPromptRequest::new(params));
        let mut result = lookup::ask(self.link(), request).await?;
        let messages = match result.get_mut("messages").map(Value::take) {
            Some(Value::Array(messages)) => messages,
            Some(_) | None => Vec::new(),
        };
        Ok(messages.into_iter().map(message).collect())
    }
}

impl Connection {
    /// What the server would fill in for `argument` of the prompt `name` after `typed`, when the
    /// `others` are filled in: at most 20 untrusted texts; none when it completes nothing.
    ///
    /// # Errors
    /// When the server refuses or does not answer within 30 s.
    pub async fn complete(
        &self,
        name: &str,
        argument: &str,
        typed: &str,
        others: &BTreeMap<String, String>,
    ) -> Result<Vec<String>, CallError> {
        if !self.abilities().completions {
            return Ok(Vec::new());
        }
        let params = json!({
            "ref": {"type": "ref/prompt", "name": name},
            "argument": {"name": argument, "value": typed},
            "context": {"arguments": others},
        });
        let request = lookup::raw("completion/complete", params);
        let result = lookup::ask(self.link(), request).await?;
        let values = result.pointer("/completion/values");
        let values = values.and_then(Value::as_array).into_iter().flatten();
        let texts = values.filter_map(Value::as_str).take(COMPLETIONS);
        Ok(texts.map(str::to_owned).collect())
    }
}

/// A message holds one block, or, as some servers have it, a list of them.
fn message(mut told: Value) -> PromptMessage {
    let by = match told.get("role").and_then(Value::as_str) {
        Some("assistant") => Speaker::Assistant,
        Some(_) | None => Speaker::User,
    };
    let blocks = match told.get_mut("content").map(Value::take) {
        Some(Value::Array(content)) => content.into_iter().map(answer::block).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(block) => vec![answer::block(block)],
    };
    PromptMessage { by, blocks }
}

fn prompt(entry: &Value) -> Option<PromptInfo> {
    let listed = entry.get("arguments").and_then(Value::as_array);
    let arguments = listed.into_iter().flatten().take(ARGUMENTS);
    let text = |value: &Value, key: &str| {
        let text = value.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    Some(PromptInfo {
        name: entry.get("name")?.as_str()?.to_owned(),
        title: text(entry, "title"),
        description: text(entry, "description"),
        arguments: arguments
            .filter(|argument| argument.get("name").is_some_and(Value::is_string))
            .map(|argument| PromptArgument {
                name: text(argument, "name"),
                description: text(argument, "description"),
                required: argument.get("required") == Some(&Value::Bool(true)),
            })
            .collect(),
    })
}
