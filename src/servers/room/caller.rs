//! Who makes a call, as the transport has found it out. What a caller may do is not decided here.

use rmcp::model::Extensions;
use serde_json::{Value, json};

use crate::core::MemberName;

/// The author of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// A member of the room.
    Member(MemberName),
    /// The operator, or a program of theirs.
    Operator,
    /// Whoever started us on stdio: nothing tells who that is.
    Unnamed,
}

impl Caller {
    /// The one that the gate has put to the head of the request; on stdio there is no head.
    pub(super) fn of(extensions: &Extensions) -> Self {
        let head = extensions.get::<hyper::http::request::Parts>();
        let known = head.and_then(|head| head.extensions.get::<Self>());
        known.cloned().unwrap_or(Self::Unnamed)
    }

    /// As a caller is told of itself.
    pub(super) fn told(&self) -> Value {
        match self {
            Self::Member(name) => json!({"kind": "member", "name": name.as_str()}),
            Self::Operator => json!({"kind": "operator"}),
            Self::Unnamed => json!({"kind": "unnamed"}),
        }
    }
}
