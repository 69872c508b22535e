//! What Synod offers to a server beyond calling it: the project's folder, a model's answers, and what it does
//! for an agent.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rmcp::model::{ClientCapabilities, RootsCapabilities, SamplingCapability};
use serde_json::{Value, json};

/// What the servers of a room are offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// The folder that is told to servers that ask where they work; absent: none is.
    pub root: Option<PathBuf>,
    /// The servers, by name, that may ask for a model's answer.
    pub sampling: BTreeSet<String>,
    /// What is done for which agents, by name; for one that is not named nothing.
    pub services: BTreeMap<String, Services>,
    /// The environment of commands that are run for agents: nothing that one of them alone is given.
    pub command_env: BTreeMap<String, String>,
}

/// What the room does for an agent that asks for it: in the folder of its session, and no further.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Services {
    /// Read text files.
    pub reads: bool,
    /// Write text files, once somebody or a rule allowed it.
    pub writes: bool,
    /// Run commands and tell what they write, once somebody or a rule allowed it.
    pub terminals: bool,
}

impl Offers {
    /// Adds to `capabilities` what is offered to `server`.
    pub(crate) fn announce(&self, server: &str, capabilities: &mut ClientCapabilities) {
        if self.root.is_some() {
            capabilities.roots = Some(RootsCapabilities::default());
        }
        if self.sampling.contains(server) {
            capabilities.sampling = Some(SamplingCapability::default());
        }
    }

    /// What is done for `server`.
    pub(crate) fn services(&self, server: &str) -> Services {
        self.services.get(server).copied().unwrap_or_default()
    }

    /// The result of `roots/list`.
    pub(crate) fn roots(&self) -> Value {
        let roots: Vec<Value> = self
            .root
            .iter()
            .map(|root| {
                let name = root.file_name().unwrap_or_default().to_string_lossy();
                json!({"uri": uri(root), "name": name})
            })
            .collect();
        json!({ "roots": roots })
    }
}

/// A path as a `file:` address.
fn uri(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(char::from(*byte));
            }
            other => {
                // Writing to a String cannot fail.
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Offers;

    #[test]
    fn the_folder_is_told_as_an_address() {
        let offers = Offers {
            root: Some("/home/me/my app/ü".into()),
            ..Offers::default()
        };
        assert_eq!(
            offers.roots(),
            json!({"roots": [{"uri": "file:///home/me/my%20app/%C3%BC", "name": "ü"}]})
        );
        assert_eq!(Offers::default().roots(), json!({"roots": []}));
    }
}
