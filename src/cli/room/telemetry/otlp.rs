//! The collector as OpenTelemetry's own libraries reach it: OTLP as protobuf over HTTP, with the TLS that the
//! rest of the program has. Owns the names and bounds of the metrics; what is told is the business of `signal`.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::Context as _;
use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::trace::{
    SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_otlp::{
    MetricExporter, Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter as _;
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{
    InstrumentKind, ManualReader, Pipeline, SdkMeterProvider, Temporality,
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanExporter as _, SpanLinks};
use reqwest::header::HeaderValue;
use reqwest::redirect;

use crate::cli::room::telemetry::post::Collector;
use crate::cli::room::telemetry::signal::{Mark, Marks, Measure, Work};
use crate::config::{Secret, Telemetry};

/// Of the semantic conventions whose names are used.
const SCHEMA: &str = "https://opentelemetry.io/schemas/1.41.0";
/// Seconds; the conventions end at 81.92, and agents work longer than that.
const SECONDS: [f64; 19] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92, 163.84,
    327.68, 655.36, 1_310.72, 2_621.44,
];
/// Tokens, as the conventions have them.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// What is measured, while it is told.
#[derive(Debug, Clone)]
pub(super) struct Meters {
    duration: Histogram<f64>,
    first: Histogram<f64>,
    tokens: Histogram<u64>,
}

impl Meters {
    /// Adds a turn.
    pub(super) fn add(&self, measure: &Measure) {
        let common = pairs(&measure.marks);
        let error = measure
            .error
            .map(|error| KeyValue::new("error.type", error));
        let timed: Vec<KeyValue> = common.iter().cloned().chain(error).collect();
        self.duration.record(measure.seconds, &timed);
        if let Some(first) = measure.first {
            self.first.record(first, &common);
        }
        let (input, output) = measure.tokens.unzip();
        for (sort, count) in [("input", input), ("output", output)] {
            if let Some(count) = count {
                let sort = KeyValue::new("gen_ai.token.type", sort);
                let marks: Vec<KeyValue> = common.iter().cloned().chain([sort]).collect();
                self.tokens.record(count, &marks);
            }
        }
    }
}

/// A collector.
#[derive(Debug)]
pub(super) struct Otlp {
    scope: InstrumentationScope,
    spans: Option<SpanExporter>,
    metrics: Option<(MetricExporter, Reader)>,
    provider: SdkMeterProvider,
}

impl Otlp {
    /// Ready to send. Nothing is sent yet.
    ///
    /// # Errors
    /// When a header or an address cannot be one.
    pub(super) fn new(
        set: &Telemetry,
        headers: &[(String, Secret)],
        room: &str,
    ) -> anyhow::Result<(Self, Meters)> {
        let headers = checked(headers)?;
        // What is sent to one place goes to no other.
        let client = reqwest::Client::builder()
            .timeout(set.timeout)
            .redirect(redirect::Policy::none())
            .build()?;
        let resource = resource(set, room);
        let spans = set.traces_to().map(|to| {
            let exporter = SpanExporter::builder()
                .with_http()
                .with_http_client(client.clone())
                .with_protocol(Protocol::HttpBinary)
                .with_endpoint(&to)
                .with_timeout(set.timeout)
                .with_headers(headers.clone())
                .build();
            let mut exporter = exporter.with_context(|| unfit(&to))?;
            exporter.set_resource(&resource);
            anyhow::Ok(exporter)
        });
        let reader = Reader(Arc::new(ManualReader::builder().build()));
        let metrics = set.metrics_to().map(|to| {
            let exporter = MetricExporter::builder()
                .with_http()
                .with_http_client(client.clone())
                .with_protocol(Protocol::HttpBinary)
                .with_endpoint(&to)
                .with_timeout(set.timeout)
                .with_headers(headers.clone())
                .build();
            anyhow::Ok((exporter.with_context(|| unfit(&to))?, reader.clone()))
        });
        let provider = SdkMeterProvider::builder()
            .with_reader(reader.clone())
            .with_resource(resource)
            .build();
        let scope = InstrumentationScope::builder("synod")
            .with_version(env!("CARGO_PKG_VERSION"))
            .with_schema_url(SCHEMA)
            .build();
        let meters = meters(&provider, scope.clone());
        let collector = Self {
            scope,
            spans: spans.transpose()?,
            metrics: metrics.transpose()?,
            provider,
        };
        Ok((collector, meters))
    }
}

impl Collector for Otlp {
    async fn spans(&self, batch: Vec<Work>) -> Result<(), String> {
        let Some(exporter) = &self.spans else {
            return Ok(());
        };
        let spans = batch.into_iter().map(|work| span(work, &self.scope));
        told(exporter.export(spans.collect()).await)
    }

    async fn metrics(&self) -> Result<(), String> {
        let Some((exporter, reader)) = &self.metrics else {
            return Ok(());
        };
        let mut now = ResourceMetrics::default();
        told(reader.0.collect(&mut now))?;
        if now.scope_metrics().next().is_none() {
            return Ok(());
        }
        told(exporter.export(&now).await)
    }
}

impl Drop for Otlp {
    fn drop(&mut self) {
        // It only lets go of the reader.
        drop(self.provider.shutdown());
    }
}

fn told(result: OTelSdkResult) -> Result<(), String> {
    result.map_err(|error| error.to_string())
}

fn unfit(to: &str) -> String {
    format!("telemetry cannot be sent to {to}")
}

/// Headers as they are sent; a value that no header can have is told by its name alone.
fn checked(headers: &[(String, Secret)]) -> anyhow::Result<HashMap<String, String>> {
    let one = |(name, value): &(String, Secret)| {
        let value = value.reveal();
        HeaderValue::from_str(value).with_context(|| {
            format!("[telemetry] headers: the value of `{name}` cannot stand in a header")
        })?;
        Ok((name.clone(), value.to_owned()))
    };
    headers.iter().map(one).collect()
}

/// Who sends: by the configuration, by `OTEL_RESOURCE_ATTRIBUTES`, or by our name.
fn resource(set: &Telemetry, room: &str) -> Resource {
    let own = [
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("synod.room", room.to_owned()),
    ];
    let found = Resource::builder().with_attributes(own.clone()).build();
    let named = found.get(&"service.name".into());
    let named = named.is_some_and(|name| !name.as_str().starts_with("unknown_service"));
    let builder = Resource::builder().with_attributes(own);
    match &set.service {
        Some(name) => builder.with_service_name(name.clone()).build(),
        None if named => found,
        None => builder.with_service_name("synod").build(),
    }
}

fn meters(provider: &SdkMeterProvider, scope: InstrumentationScope) -> Meters {
    let meter = provider.meter_with_scope(scope);
    let times = |name: &'static str, what: &'static str| {
        meter
            .f64_histogram(name)
            .with_unit("s")
            .with_description(what)
            .with_boundaries(SECONDS.to_vec())
            .build()
    };
    Meters {
        duration: times(
            "gen_ai.client.operation.duration",
            "How long turns took, waits for the operator apart.",
        ),
        first: times(
            "gen_ai.client.operation.time_to_first_chunk",
            "How long it took to the first text of a streamed answer.",
        ),
        tokens: meter
            .u64_histogram("gen_ai.client.token.usage")
            .with_unit("{token}")
            .with_description("Tokens that turns read and wrote.")
            .with_boundaries(TOKENS.to_vec())
            .build(),
    }
}

fn span(work: Work, scope: &InstrumentationScope) -> SpanData {
    let trace = TraceId::from_bytes(work.trace);
    let id = SpanId::from_bytes(work.id);
    SpanData {
        span_context: SpanContext::new(trace, id, TraceFlags::SAMPLED, false, TraceState::NONE),
        parent_span_id: work.parent.map_or(SpanId::INVALID, SpanId::from_bytes),
        parent_span_is_remote: false,
        span_kind: if work.outside {
            SpanKind::Client
        } else {
            SpanKind::Internal
        },
        name: work.name.into(),
        start_time: work.from.into(),
        end_time: work.to.into(),
        attributes: pairs(&work.marks),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: work.failed.map_or(Status::Unset, Status::error),
        instrumentation_scope: scope.clone(),
    }
}

fn pairs(marks: &Marks) -> Vec<KeyValue> {
    let one = |(name, mark): &(&'static str, Mark)| match mark {
        Mark::Word(word) => KeyValue::new(*name, word.clone()),
        Mark::Count(count) => KeyValue::new(*name, i64::try_from(*count).unwrap_or(i64::MAX)),
    };
    marks.iter().map(one).collect()
}

/// The reader of the metrics, which both the library and we hold: we ask it, and nothing pushes.
#[derive(Debug, Clone)]
struct Reader(Arc<ManualReader>);

impl MetricReader for Reader {
    fn register_pipeline(&self, pipeline: Weak<Pipeline>) {
        self.0.register_pipeline(pipeline);
    }

    fn collect(&self, metrics: &mut ResourceMetrics) -> OTelSdkResult {
        self.0.collect(metrics)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.0.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.0.shutdown_with_timeout(timeout)
    }

    fn temporality(&self, kind: InstrumentKind) -> Temporality {
        self.0.temporality(kind)
    }
}
