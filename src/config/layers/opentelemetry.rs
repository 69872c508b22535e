//! The variables of OpenTelemetry, which every program that sends spans and metrics knows. Those for headers and
//! for what describes the sender are read by its own library.

use std::time::Duration;

use super::Builder;
use crate::config::env::EnvSource;
use crate::config::telemetry::{self, Telemetry};

/// Puts a value in its place.
type Set<T> = fn(&mut Telemetry, T);

impl Builder {
    pub(super) fn apply_telemetry(&mut self, env: &EnvSource) {
        if env
            .get("OTEL_SDK_DISABLED")
            .is_some_and(|text| text.eq_ignore_ascii_case("true"))
        {
            self.variable(
                env,
                "OTEL_SDK_DISABLED",
                "telemetry.disabled",
                |_| Ok(()),
                |config, ()| config.telemetry.disabled = true,
            );
            return;
        }
        let addresses: [(&'static str, &str, Set<String>); 3] = [
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "telemetry.endpoint",
                |set, to| set.endpoint = Some(to),
            ),
            (
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "telemetry.traces",
                |set, to| set.traces = Some(to),
            ),
            (
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
                "telemetry.metrics",
                |set, to| set.metrics = Some(to),
            ),
        ];
        for (name, path, set) in addresses {
            self.variable(env, name, path, telemetry::address, |config, to| {
                set(&mut config.telemetry, to);
            });
        }
        let times: [(&'static str, &str, Set<Duration>); 2] = [
            (
                "OTEL_METRIC_EXPORT_INTERVAL",
                "telemetry.interval",
                |set, length| set.interval = length,
            ),
            (
                "OTEL_EXPORTER_OTLP_TIMEOUT",
                "telemetry.timeout",
                |set, length| set.timeout = length,
            ),
        ];
        for (name, path, set) in times {
            self.variable(
                env,
                name,
                path,
                telemetry::milliseconds,
                |config, length| {
                    set(&mut config.telemetry, length);
                },
            );
        }
        let service = |text: &str| Ok(text.to_owned());
        let path = "telemetry.service";
        self.variable(env, "OTEL_SERVICE_NAME", path, service, |config, name| {
            config.telemetry.service = Some(name);
        });
        let sends = &self.config.telemetry;
        if sends.traces_to().or_else(|| sends.metrics_to()).is_some() {
            self.variable(
                env,
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "telemetry.protocol",
                telemetry::protocol,
                |_, ()| {},
            );
        }
    }
}
