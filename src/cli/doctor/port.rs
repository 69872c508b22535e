//! Addresses on this machine: does somebody answer there? Addresses elsewhere are not asked.

use std::time::Duration;

use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::core::{Aspect, Check};

/// Long for this machine.
const WITHIN: Duration = Duration::from_secs(1);

/// What programs are known by their ports.
const USUAL: [(u16, &str); 4] = [
    (11434, "`ollama serve`"),
    (8080, "llama.cpp's `llama-server`"),
    (8000, "`vllm serve`"),
    (1234, "`lms server start` of LM Studio"),
];

/// Looks whether somebody listens at an address on this machine; `None` for any other.
pub(super) async fn check(url: &str) -> Option<Check> {
    let (host, port) = local(url)?;
    let at = format!("{host}:{port}");
    Some(match timeout(WITHIN, TcpStream::connect(&at)).await {
        Ok(Ok(_)) => Check::ok(Aspect::Port, format!("{at} answers")),
        Ok(Err(error)) => Check::failed(
            Aspect::Port,
            format!("nobody answers at {at}: {error}"),
            advice(port),
        ),
        Err(_) => Check::failed(
            Aspect::Port,
            format!("{at} does not answer within {} s", WITHIN.as_secs()),
            advice(port),
        ),
    })
}

fn advice(port: u16) -> String {
    let usual = USUAL.iter().find(|(known, _)| *known == port);
    let start = usual.map_or_else(
        || "start the server that belongs there".to_owned(),
        |(_, program)| format!("start it, for instance {program}"),
    );
    format!("{start}, or correct `url`")
}

/// Host and port of an address on this machine.
fn local(url: &str) -> Option<(String, u16)> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = bare == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    Some((host.to_owned(), url.port_or_known_default()?)).filter(|_| here)
}

#[cfg(test)]
mod tests {
    use super::{check, local};
    use crate::core::CheckState;

    #[test]
    fn only_addresses_of_this_machine_are_asked() {
        let here = |url| local(url).map(|(host, port)| format!("{host}:{port}"));
        assert_eq!(
            here("http://127.0.0.1:11434/v1").as_deref(),
            Some("127.0.0.1:11434")
        );
        assert_eq!(here("http://localhost/v1").as_deref(), Some("localhost:80"));
        assert_eq!(here("https://[::1]/mcp").as_deref(), Some("[::1]:443"));
        assert_eq!(here("https://api.openai.com/v1"), None);
        assert_eq!(here("http://127.0.0.1.example.com/"), None);
        assert_eq!(here("nonsense"), None);
    }

    #[tokio::test]
    async fn a_port_answers_or_does_not() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        assert_eq!(check(&url).await.unwrap().state, CheckState::Ok);
        drop(listener);
        let gone = check(&url).await.unwrap();
        assert_eq!(gone.state, CheckState::Failed);
        assert!(gone.fix.unwrap().advice.contains("or correct `url`"));
    }
}
