//! Who is let in, by the head of a request alone: nothing of its body has been read.

use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;

use super::refusal::Refusal;
use super::tokens::Tokens;
use crate::core::MemberName;
use crate::servers::room::caller::Caller;

/// The one path.
pub(super) const PATH: &str = "/mcp";
/// The longest body, in bytes.
pub(super) const BODY_MAX: usize = 1024 * 1024;

/// The check at the entrance.
#[derive(Debug)]
pub(super) struct Gate {
    tokens: Tokens,
    /// The names under which we can be called, with our port.
    hosts: [String; 3],
}

impl Gate {
    pub(super) fn new(port: u16, tokens: Tokens) -> Self {
        let hosts = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}"));
        Self { tokens, hosts }
    }

    /// Where a member is let in, and by which token.
    pub(super) fn way(&self, member: &MemberName) -> Option<(String, &str)> {
        let [host, ..] = &self.hosts;
        Some((format!("http://{host}{PATH}"), self.tokens.of(member)?))
    }

    /// Who calls. The token is taken out of the head: nobody behind the gate has to know it.
    pub(super) fn admit(&self, head: &mut Parts) -> Result<Caller, Refusal> {
        let host = only(&head.headers, &HOST).ok_or(Refusal::Host)?;
        let named = head.uri.authority().map(Authority::as_str);
        if !self.is_ours(host) || !named.is_none_or(|named| self.is_ours(named)) {
            return Err(Refusal::Host);
        }
        if head.headers.contains_key(ORIGIN) {
            let origin = only(&head.headers, &ORIGIN).ok_or(Refusal::Origin)?;
            let from = origin.strip_prefix("http://").ok_or(Refusal::Origin)?;
            if !self.is_ours(from) {
                return Err(Refusal::Origin);
            }
        }
        if head.uri.path() != PATH {
            return Err(Refusal::Path);
        }
        let caller = self.holder(&head.headers)?.clone();
        head.headers.remove(AUTHORIZATION);
        // One that says nothing of its length is cut off where it gets too long.
        let length = head.headers.get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > BODY_MAX) {
            return Err(Refusal::TooLong);
        }
        Ok(caller)
    }

    fn is_ours(&self, host: &str) -> bool {
        self.hosts
            .iter()
            .any(|ours| ours.eq_ignore_ascii_case(host))
    }

    fn holder(&self, headers: &HeaderMap) -> Result<&Caller, Refusal> {
        let shown = only(headers, &AUTHORIZATION).ok_or(Refusal::NoToken)?;
        let (scheme, token) = shown.split_once(' ').ok_or(Refusal::NoToken)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::NoToken);
        }
        let holder = self.tokens.holder(token.trim().as_bytes());
        holder.ok_or(Refusal::ForeignToken)
    }
}

/// The value of a header that stands there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    value.to_str().ok()
}

#[cfg(test)]
mod tests {
    use hyper::Request;
    use hyper::header::AUTHORIZATION;
    use serde_json::Value;

    use super::{BODY_MAX, Gate};
    use crate::core::MemberName;
    use crate::servers::room::caller::Caller;
    use crate::servers::room::http::refusal::Refusal;
    use crate::servers::room::http::tokens::{TokenFile, Tokens};

    /// A gate at port 80, and Ann's token.
    fn gate() -> (Gate, String) {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::new([MemberName::new("ann").unwrap()]).unwrap();
        let _file = TokenFile::write(folder.path(), "", &tokens).unwrap();
        let written = std::fs::read(folder.path().join("room.tokens")).unwrap();
        let written: Value = serde_json::from_slice(&written).unwrap();
        let token = written["members"]["ann"].as_str().unwrap().to_owned();
        (Gate::new(80, tokens), token)
    }

    fn admit(gate: &Gate, uri: &str, headers: &[(&str, &str)]) -> Result<Caller, Refusal> {
        let mut request = Request::post(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let admitted = gate.admit(&mut head);
        assert!(admitted.is_err() || !head.headers.contains_key(AUTHORIZATION));
        admitted
    }

    #[test]
    fn who_is_let_in_is_known_and_nobody_else_is() {
        let (gate, token) = gate();
        let bearer = format!("Bearer {token}");
        let known = ("authorization", bearer.as_str());
        let ours = ("host", "127.0.0.1:80");
        let ann = Caller::Member(MemberName::new("ann").unwrap());
        for more in [
            &[][..],
            &[("origin", "http://localhost:80")],
            &[("content-length", "1048576")],
        ] {
            for host in ["127.0.0.1:80", "LOCALHOST:80", "[::1]:80"] {
                let headers = [&[("host", host), known], more].concat();
                assert_eq!(admit(&gate, "/mcp", &headers), Ok(ann.clone()));
            }
        }
        assert_eq!(BODY_MAX, 1_048_576);

        let zeros = format!("Bearer {}", "0".repeat(64));
        for (uri, headers, refusal) in [
            ("/mcp", &[known][..], Refusal::Host),
            ("/mcp", &[known, ("host", "127.0.0.1")], Refusal::Host),
            ("/mcp", &[known, ("host", "127.0.0.1:81")], Refusal::Host),
            ("/mcp", &[known, ("host", "evil.example:80")], Refusal::Host),
            ("/mcp", &[known, ours, ours], Refusal::Host),
            ("http://evil.example/mcp", &[known, ours], Refusal::Host),
            (
                "/mcp",
                &[known, ours, ("origin", "http://evil.example")],
                Refusal::Origin,
            ),
            (
                "/mcp",
                &[known, ours, ("origin", "https://localhost:80")],
                Refusal::Origin,
            ),
            ("/mcp", &[known, ours, ("origin", "null")], Refusal::Origin),
            ("/", &[known, ours], Refusal::Path),
            ("/mcp/", &[known, ours], Refusal::Path),
            ("/mcp", &[ours], Refusal::NoToken),
            (
                "/mcp",
                &[ours, ("authorization", token.as_str())],
                Refusal::NoToken,
            ),
            (
                "/mcp",
                &[ours, ("authorization", "Basic YTpi")],
                Refusal::NoToken,
            ),
            (
                "/mcp",
                &[ours, ("authorization", zeros.as_str())],
                Refusal::ForeignToken,
            ),
            ("/mcp", &[known, known, ours], Refusal::NoToken),
            (
                "/mcp",
                &[known, ours, ("content-length", "1048577")],
                Refusal::TooLong,
            ),
            // Who is not let in is told so, whatever the length.
            (
                "/mcp",
                &[ours, ("content-length", "1048577")],
                Refusal::NoToken,
            ),
        ] {
            let admitted = admit(&gate, uri, headers);
            assert_eq!(admitted, Err(refusal), "{uri} {headers:?}");
        }
    }
}
