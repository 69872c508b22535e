//! `[telemetry]` and the variables of OpenTelemetry: where spans and metrics are sent, with what and how
//! often. What is written only; nothing is sent from here, and nothing at all without an address.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderName;

use super::effective::{Values, or_none, quoted};
use super::item::Item;
use super::launch::reference;
use super::problem::Problem;
use super::read::Table;
use super::value::{Reference, duration_text, is_http_url};

/// What an address may be, for messages.
const ADDRESS: &str =
    "an address that starts with http:// or https://, such as http://127.0.0.1:4318";

/// The `[telemetry]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telemetry {
    /// The collector, which takes OTLP over HTTP; `/v1/traces` and `/v1/metrics` are put behind it.
    pub endpoint: Option<String>,
    /// Where spans go instead, as it is.
    pub traces: Option<String>,
    /// Where metrics go instead, as it is.
    pub metrics: Option<String>,
    /// What every request carries.
    pub headers: BTreeMap<String, Reference>,
    /// What this program is called there.
    pub service: Option<String>,
    /// How often metrics are sent.
    pub interval: Duration,
    /// How long one request may take.
    pub timeout: Duration,
    /// Whether the environment forbids all of it.
    pub disabled: bool,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            endpoint: None,
            traces: None,
            metrics: None,
            headers: BTreeMap::new(),
            service: None,
            interval: Duration::from_mins(1),
            timeout: Duration::from_secs(10),
            disabled: false,
        }
    }
}

impl Telemetry {
    /// Where spans are sent, if they are.
    #[must_use]
    pub fn traces_to(&self) -> Option<String> {
        self.to(self.traces.as_ref(), "v1/traces")
    }

    /// Where metrics are sent, if they are.
    #[must_use]
    pub fn metrics_to(&self) -> Option<String> {
        self.to(self.metrics.as_ref(), "v1/metrics")
    }

    fn to(&self, own: Option<&String>, path: &str) -> Option<String> {
        if self.disabled {
            return None;
        }
        let below = |base: &String| format!("{}/{path}", base.trim_end_matches('/'));
        own.cloned().or_else(|| self.endpoint.as_ref().map(below))
    }

    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        if let Some(endpoint) = table.get("endpoint", endpoint) {
            self.endpoint = Some(endpoint);
        }
        table.table("headers", |table| {
            for item in table.take_all() {
                if HeaderName::from_bytes(item.key.as_bytes()).is_err() {
                    let problem = item.bad_hidden("under the name of an HTTP header");
                    let _: Option<()> = table.keep(Err(problem));
                } else if let Some(value) = reference(table, item, None) {
                    self.headers.insert(item.key.to_owned(), value);
                }
            }
        });
        if let Some(service) = table.get("service", Item::text) {
            self.service = Some(service);
        }
        table.set(&mut self.interval, "interval", Item::duration);
        table.set(&mut self.timeout, "timeout", Item::duration);
    }

    pub(super) fn values(&self) -> Values {
        let row = |key: &str, value: String| (format!("telemetry.{key}"), value);
        let endpoint = self.endpoint.as_deref().map(quoted);
        let mut rows = vec![row("endpoint", or_none(endpoint, "nothing is sent"))];
        for (key, own) in [("traces", &self.traces), ("metrics", &self.metrics)] {
            rows.extend(own.iter().map(|own| row(key, quoted(own))));
        }
        let headers = self.headers.iter();
        rows.extend(
            headers.map(|(name, value)| row(&format!("headers.{name}"), value.described())),
        );
        let service = self.service.as_deref().map(quoted);
        rows.push(row("service", or_none(service, "synod")));
        rows.push(row("interval", quoted(&duration_text(self.interval))));
        rows.push(row("timeout", quoted(&duration_text(self.timeout))));
        if self.disabled {
            rows.push(row("disabled", "true".to_owned()));
        }
        rows
    }
}

fn endpoint(item: Item<'_>) -> Result<String, Problem> {
    let text = item.as_str().unwrap_or_default();
    address(text).map_err(|allowed| item.bad(allowed))
}

/// Checks the address of a collector; the words for what is allowed instead.
pub(super) fn address(text: &str) -> Result<String, String> {
    let whole = is_http_url(text) && Url::parse(text).is_ok_and(|url| url.has_host());
    whole
        .then(|| text.to_owned())
        .ok_or_else(|| ADDRESS.to_owned())
}

/// Milliseconds of a variable, more than zero.
pub(super) fn milliseconds(text: &str) -> Result<Duration, String> {
    let number = text.parse::<u64>().ok().filter(|number| *number > 0);
    number
        .map(Duration::from_millis)
        .ok_or_else(|| "a number of milliseconds, at least 1".to_owned())
}

/// Holds the variable to the one protocol that is spoken.
pub(super) fn protocol(text: &str) -> Result<(), String> {
    if text == "http/protobuf" {
        return Ok(());
    }
    Err(
        "\"http/protobuf\", the only one that Synod speaks; set it so, or OTEL_SDK_DISABLED=true"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::{Telemetry, address, milliseconds, protocol};

    #[test]
    fn both_signals_go_below_the_one_address_or_to_their_own() {
        let mut set = Telemetry::default();
        assert_eq!((set.traces_to(), set.metrics_to()), (None, None));
        set.endpoint = Some("http://127.0.0.1:4318/base/".to_owned());
        set.metrics = Some("https://metrics.example/in".to_owned());
        assert_eq!(
            set.traces_to().as_deref(),
            Some("http://127.0.0.1:4318/base/v1/traces")
        );
        assert_eq!(
            set.metrics_to().as_deref(),
            Some("https://metrics.example/in")
        );
        set.disabled = true;
        assert_eq!((set.traces_to(), set.metrics_to()), (None, None));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for good in ["http://127.0.0.1:4318", "https://[::1]:4318/x?y=1"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "localhost:4317",
            "http://",
            "http://[::",
            "http://a:99999",
            "grpc://a",
        ] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_and_the_protocol_of_variables_are_checked() {
        assert!(milliseconds("500").is_ok() && protocol("http/protobuf").is_ok());
        for bad in ["0", "-1", "5s", ""] {
            assert!(milliseconds(bad).is_err(), "{bad}");
        }
        for bad in ["grpc", "http/json"] {
            assert!(protocol(bad).is_err(), "{bad}");
        }
    }
}
