//! What of an address may be secret: what stands before the host, and its query, where keys are often
//! put. It is kept out of every text.

use reqwest::Url;

/// What stands for what is hidden.
const HIDDEN: &str = "…";

/// An address as it may be shown.
#[must_use]
pub fn shown(url: &str) -> String {
    Secrets::of(url).hide(url)
}

/// What is to be hidden in texts about an address.
#[derive(Debug, Clone, Default)]
pub(super) struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// As it is written, and as libraries write it again.
    pub(super) fn of(url: &str) -> Self {
        let Ok(parsed) = Url::parse(url) else {
            return Self::default();
        };
        let raw = url.split_once('?').map(|(_, query)| query);
        let raw = raw.map(|query| query.split('#').next().unwrap_or(query));
        let queries = [raw, parsed.query()].into_iter().flatten();
        let queries = queries.filter(|query| !query.is_empty());
        let queries = queries.map(|query| (format!("?{query}"), format!("?{HIDDEN}")));
        let credentials = [before_host(url), before_host(parsed.as_str())];
        let credentials = credentials.into_iter().flatten().map(|it| {
            let user = it.split_once(':').map(|(user, _)| format!("{user}:"));
            let shown = user.unwrap_or_default();
            (format!("//{it}@"), format!("//{shown}{HIDDEN}@"))
        });
        Self(queries.chain(credentials).collect())
    }

    /// The text without them.
    pub(super) fn hide(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (secret, stand_in) in &self.0 {
            text = text.replace(secret, stand_in);
        }
        text
    }
}

/// The user and the password of an address as it is written, or a token in their place.
fn before_host(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    authority.rsplit_once('@').map(|(before, _)| before)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::shown;

    #[test]
    fn keys_and_passwords_are_hidden_and_the_rest_is_shown() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/mcp", "http://127.0.0.1:8080/mcp"),
            ("https://a.example/mcp?key=k y", "https://a.example/mcp?…"),
            (
                "https://me:pass@a.example/mcp",
                "https://me:…@a.example/mcp",
            ),
            ("https://me:a=b^c@a.example/", "https://me:…@a.example/"),
            ("https://token@a.example/mcp", "https://…@a.example/mcp"),
            ("https://a.example/mcp?", "https://a.example/mcp?"),
            ("no address", "no address"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }
}
