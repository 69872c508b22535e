//! The tools of a server, kept current: the list at the start, and again when it says that it has
//! changed.
//!
//! A list is read up to a bound. Of a longer one the rest is not kept: a tool that is needed and not
//! among those kept is looked up by its name.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::mcp::link::Link;
use crate::mcp::lookup;
use crate::mcp::news::News;
use crate::mcp::reply::CallError;
use crate::mcp::spec::{TaskSupport, ToolInfo};

/// More tools than any server has that a person could choose from.
const KEPT: usize = 1_000;
/// The least time between two readings of a list that changes all the time.
const PAUSE: Duration = Duration::from_secs(1);

/// What a server lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tools {
    /// In the server's order, at most 1,000.
    pub kept: Arc<[ToolInfo]>,
    /// There are more than those kept.
    pub more: bool,
}

impl Tools {
    /// One sentence for people when not all tools are kept.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        self.more.then(|| {
            format!(
                "it lists more than {KEPT} tools: the first {KEPT} are shown, any other is looked \
                 up when it is called by name"
            )
        })
    }

    fn get(&self, name: &str) -> Option<ToolInfo> {
        self.kept.iter().find(|tool| tool.name == name).cloned()
    }
}

/// Reads the list up to the bound.
pub(crate) async fn read(link: &Link) -> Result<Tools, CallError> {
    let mut kept = Vec::new();
    let mut more = false;
    lookup::list(link, "tools/list", "tools", |entry| {
        if kept.len() == KEPT {
            more = true;
            return ControlFlow::Break(());
        }
        kept.extend(tool(entry));
        ControlFlow::Continue(())
    })
    .await?;
    let tools = Tools {
        kept: kept.into(),
        more,
    };
    if let Some(remark) = tools.remark() {
        link.log.stale(&remark);
    }
    Ok(tools)
}

/// The tool `name`; asks the server for it when its list was too long to be kept.
pub(crate) async fn find(
    link: &Link,
    tools: &watch::Sender<Tools>,
    name: &str,
) -> Result<Option<ToolInfo>, CallError> {
    let listed = tools.borrow().clone();
    let found = listed.get(name);
    if found.is_some() || !listed.more {
        return Ok(found);
    }
    let mut found = None;
    lookup::list(link, "tools/list", "tools", |entry| {
        if entry.get("name").and_then(Value::as_str) != Some(name) {
            return ControlFlow::Continue(());
        }
        found = tool(entry);
        ControlFlow::Break(())
    })
    .await?;
    Ok(found)
}

/// Reads the list again whenever the server says that it has changed, until `ended`.
pub(crate) async fn follow(
    link: Arc<Link>,
    tools: watch::Sender<Tools>,
    mut news: watch::Receiver<News>,
    ended: CancellationToken,
) {
    let mut seen = 0;
    let work = async {
        while let Ok(changes) = news
            .wait_for(|news| news.tools != seen)
            .await
            .map(|news| news.tools)
        {
            seen = changes;
            match read(&link).await {
                Ok(listed) => {
                    tools.send_replace(listed);
                }
                Err(error) => link
                    .log
                    .stale(&format!("its tools could not be listed again: {error}")),
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    ended.run_until_cancelled(work).await;
}

fn tool(tool: &Value) -> Option<ToolInfo> {
    let description = tool.get("description").and_then(Value::as_str);
    let support = tool.get("execution").and_then(|it| it.get("taskSupport"));
    let hints = tool.get("annotations");
    let reads = hints.and_then(|it| it.get("readOnlyHint"));
    Some(ToolInfo {
        reads: reads == Some(&Value::Bool(true)),
        name: tool.get("name")?.as_str()?.to_owned(),
        description: description.unwrap_or_default().to_owned(),
        input_schema: tool.get("inputSchema").cloned().unwrap_or_default(),
        task: match support.and_then(Value::as_str) {
            Some("required") => TaskSupport::Required,
            Some("optional") => TaskSupport::Optional,
            Some(_) | None => TaskSupport::None,
        },
    })
}
