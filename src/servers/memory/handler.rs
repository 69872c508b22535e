//! The tools of `synod mcp memory`: arguments in, texts out.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    JsonObject, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::edit::{Occurrences, replaced};
use super::files::Folder;
use super::locks::{Held, NameLocks};
use super::name::MemoryName;
use super::problem::Problem;
use super::tools::{self, Edit, List, Named, Rename, Write};

/// The server.
#[derive(Debug)]
pub(super) struct Memory {
    folder: Arc<Folder>,
    locks: NameLocks,
    max_chars: usize,
}

impl Memory {
    /// A server over `folder` whose documents have at most `max_chars` characters.
    pub(super) fn new(folder: Folder, max_chars: usize) -> Self {
        Self {
            folder: Arc::new(folder),
            locks: NameLocks::default(),
            max_chars,
        }
    }

    async fn write(&self, arguments: Write) -> Result<String, Problem> {
        let name = MemoryName::parse(&arguments.memory_name)?;
        let max = usize::try_from(arguments.max_chars).unwrap_or(self.max_chars);
        if arguments.content.chars().count() > max {
            return Err(Problem::TooLong {
                name: arguments.memory_name,
                max,
            });
        }
        let done = format!("Memory {} written.", arguments.memory_name);
        let held = self.locks.hold(&[&name]).await;
        self.blocking(held, move |folder| folder.write(&name, &arguments.content))
            .await?;
        Ok(done)
    }

    async fn read(&self, arguments: Named) -> Result<String, Problem> {
        let name = MemoryName::parse(&arguments.memory_name)?;
        let held = self.locks.hold(&[&name]).await;
        self.blocking(held, move |folder| folder.read(&name))
            .await?
            .ok_or(Problem::NothingToRead(arguments.memory_name))
    }

    async fn list(&self, arguments: List) -> Result<String, Problem> {
        let names = self
            .blocking(Held::new(), move |folder| folder.list(&arguments.topic))
            .await?;
        Ok(if names.is_empty() {
            json!({}).to_string()
        } else {
            json!({"memories": names}).to_string()
        })
    }

    async fn delete(&self, arguments: Named) -> Result<String, Problem> {
        let name = MemoryName::parse(&arguments.memory_name)?;
        let held = self.locks.hold(&[&name]).await;
        let was_there = self
            .blocking(held, move |folder| folder.remove(&name))
            .await?;
        let given = arguments.memory_name;
        Ok(if was_there {
            format!("Memory {given} deleted.")
        } else {
            format!("Memory {given} not found.")
        })
    }

    async fn rename(&self, arguments: Rename) -> Result<String, Problem> {
        let old = MemoryName::parse(&arguments.old_name)?;
        let new = MemoryName::parse(&arguments.new_name)?;
        let held = self.locks.hold(&[&old, &new]).await;
        self.blocking(held, move |folder| folder.rename(&old, &new))
            .await?;
        Ok(format!(
            "Memory renamed from {} to {}.",
            arguments.old_name, arguments.new_name
        ))
    }

    async fn edit(&self, arguments: Edit) -> Result<String, Problem> {
        let name = MemoryName::parse(&arguments.memory_name)?;
        let occurrences = if arguments.allow_multiple_occurrences {
            Occurrences::Many
        } else {
            Occurrences::One
        };
        let done = format!("Memory {} edited successfully.", arguments.memory_name);
        let held = self.locks.hold(&[&name]).await;
        self.blocking(held, move |folder| {
            let Some(text) = folder.read(&name)? else {
                return Err(Problem::NothingToChange(arguments.memory_name));
            };
            let edited = replaced(
                &text,
                &arguments.needle,
                &arguments.repl,
                arguments.mode,
                occurrences,
            )?;
            folder.write(&name, &edited)
        })
        .await?;
        Ok(done)
    }

    /// Runs `work` on a blocking thread. The names stay held until it has ended, even if the
    /// caller has lost interest.
    async fn blocking<T: Send + 'static>(
        &self,
        held: Held,
        work: impl FnOnce(&Folder) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let folder = Arc::clone(&self.folder);
        let outcome = tokio::task::spawn_blocking(move || {
            let outcome = work(&folder);
            drop(held);
            outcome
        })
        .await;
        outcome.unwrap_or_else(|died| Err(Problem::System(std::io::Error::other(died))))
    }
}

fn parsed<T: DeserializeOwned>(arguments: Option<JsonObject>) -> Result<T, Problem> {
    serde_json::from_value(Value::Object(arguments.unwrap_or_default()))
        .map_err(|error| Problem::Arguments(format!("the arguments cannot be read: {error}")))
}

fn success(text: String) -> CallToolResult {
    let structured = json!({"result": text});
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}

fn failure(text: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(text)])
}

impl ServerHandler for Memory {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("synod-memory", env!("CARGO_PKG_VERSION"));
        info
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = request.arguments;
        let tool = request.name;
        let work = async {
            match tool.as_ref() {
                "write_memory" => self.write(parsed(arguments)?).await,
                "read_memory" => self.read(parsed(arguments)?).await,
                "list_memories" => self.list(parsed(arguments)?).await,
                "delete_memory" => self.delete(parsed(arguments)?).await,
                "rename_memory" => self.rename(parsed(arguments)?).await,
                "edit_memory" => self.edit(parsed(arguments)?).await,
                _ => Err(Problem::UnknownTool),
            }
        };
        let result = match work.await {
            Ok(text) => success(text),
            Err(Problem::UnknownTool) => failure(format!("Unknown tool: {tool}")),
            Err(problem) => failure(format!("Error executing tool {tool}: {problem}")),
        };
        Ok(result.into())
    }
}
