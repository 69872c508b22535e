//! The resources of a server: listed, read, subscribed to. Only where the server offers them.

use std::ops::ControlFlow;

use rmcp::model::{ClientRequest, ReadResourceRequest, ReadResourceRequestParams};
use serde_json::{Value, json};

use crate::mcp::answer;
use crate::mcp::connection::Connection;
use crate::mcp::lookup;
use crate::mcp::reply::{Block, CallError};

/// More resources than anybody looks through.
const LISTED: usize = 1_000;

/// A resource as the server lists it; all of it is untrusted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceInfo {
    /// Address to read it by.
    pub uri: String,
    /// Name for people.
    pub name: String,
    /// What it is; empty when not said.
    pub description: String,
    /// MIME type, if said.
    pub mime: Option<String>,
    /// Size in bytes, if said.
    pub bytes: Option<u64>,
}

/// Whether a subscription was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscribed {
    /// Updates come as [`News`](crate::mcp::News).
    Yes,
    /// The server does not offer it.
    NotOffered,
}

impl Connection {
    /// The server's resources, the first 1,000; none when it offers none.
    ///
    /// # Errors
    /// When the server refuses or does not answer within 30 s.
    pub async fn resources(&self) -> Result<Vec<ResourceInfo>, CallError> {
        let mut found = Vec::new();
        if !self.abilities().resources {
            return Ok(found);
        }
        lookup::list(self.link(), "resources/list", "resources", |entry| {
            found.extend(resource(entry));
            if found.len() == LISTED {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })
        .await?;
        Ok(found)
    }

    /// The contents of the resource at `uri`.
    ///
    /// # Errors
    /// When the server refuses or does not answer within 30 s.
    pub async fn read_resource(&self, uri: &str) -> Result<Vec<Block>, CallError> {
        let params = ReadResourceRequestParams::new(uri);
        let request = ClientRequest::ReadResourceRequest(ReadResourceRequest::new(params));
        let mut result = lookup::ask(self.link(), request).await?;
        let contents = match result.get_mut("contents").map(Value::take) {
            Some(Value::Array(contents)) => contents,
            Some(_) | None => Vec::new(),
        };
        Ok(contents.into_iter().map(answer::contents).collect())
    }

    /// Asks for news of the resource at `uri`.
    ///
    /// # Errors
    /// When the server refuses or does not answer within 30 s.
    pub async fn subscribe(&self, uri: &str) -> Result<Subscribed, CallError> {
        if self.abilities().subscriptions && self.abilities().changes.is_some() {
            let link = self.link();
            let told = link.ear.add(&link.server, uri).await?;
            return Ok(if told {
                Subscribed::Yes
            } else {
                Subscribed::NotOffered
            });
        }
        self.follow("resources/subscribe", uri).await
    }

    /// Asks for no more news of the resource at `uri`.
    ///
    /// # Errors
    /// When the server refuses or does not answer within 30 s.
    pub async fn unsubscribe(&self, uri: &str) -> Result<Subscribed, CallError> {
        if self.abilities().subscriptions && self.abilities().changes.is_some() {
            let link = self.link();
            link.ear.remove(&link.server, uri).await?;
            return Ok(Subscribed::Yes);
        }
        self.follow("resources/unsubscribe", uri).await
    }

    async fn follow(&self, method: &str, uri: &str) -> Result<Subscribed, CallError> {
        if !self.abilities().subscriptions {
            return Ok(Subscribed::NotOffered);
        }
        let request = lookup::raw(method, json!({ "uri": uri }));
        lookup::ask(self.link(), request).await?;
        Ok(Subscribed::Yes)
    }
}

fn resource(entry: &Value) -> Option<ResourceInfo> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    Some(ResourceInfo {
        uri: text("uri")?,
        name: text("title").or_else(|| text("name")).unwrap_or_default(),
        description: text("description").unwrap_or_default(),
        mime: text("mimeType"),
        bytes: entry.get("size").and_then(Value::as_u64),
    })
}
