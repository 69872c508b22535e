//! Where the endpoint is, and the HTTP client that reaches it.

use reqwest::{Client, Url};

use super::options::OpenAiOptions;
use crate::servers::ServeError;

/// Checks an address as a person wrote it.
pub(super) fn base_url(written: &str) -> Result<Url, ServeError> {
    let refuse = |why: String| ServeError::Option {
        option: format!("base_url `{written}`"),
        why,
    };
    let url = Url::parse(written.trim()).map_err(|error| {
        refuse(format!(
            "{error}; write for instance http://127.0.0.1:8080/v1"
        ))
    })?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        Err(refuse(
            "it must begin with http:// or https:// and name a host".to_owned(),
        ))
    }
}

/// A client that suits the address: loopback is never reached through a proxy.
pub(super) fn client(base: &Url, options: &OpenAiOptions) -> Result<Client, ServeError> {
    let prepared = || {
        let builder = Client::builder()
            .connect_timeout(options.patience.connect)
            .read_timeout(options.patience.read)
            .user_agent(concat!("synod/", env!("CARGO_PKG_VERSION")));
        if is_loopback(base) {
            builder.no_proxy()
        } else {
            builder
        }
    };
    let built = match prepared().build() {
        // A machine without root certificates can still talk to a plain local endpoint.
        Err(_) if base.scheme() == "http" => prepared().tls_certs_only([]).build(),
        outcome => outcome,
    };
    built.map_err(|error| ServeError::Http {
        why: error.to_string(),
    })
}

fn is_loopback(base: &Url) -> bool {
    let host = base.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_must_be_one() {
        for written in ["", "localhost:8080", "ftp://x/v1", "file:///etc/passwd"] {
            assert!(base_url(written).is_err(), "{written}");
        }
        assert!(base_url(" https://api.openai.com/v1 ").is_ok());
    }

    #[test]
    fn loopback_needs_no_proxy() {
        for (url, loopback) in [
            ("http://localhost:1/v1", true),
            ("http://127.0.0.1:1/v1", true),
            ("http://[::1]:1/v1", true),
            ("http://10.0.0.1/v1", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
        }
    }
}
